"""A source that moves or changes is noticed, whatever its time and size say."""

import os
import time
from pathlib import Path

import pytest

from tests.archives import Archive, clean_tree


@pytest.fixture
def built(archive: Archive) -> Archive:
    """An archive of three articles, one with a paper, that was built and is long at rest."""
    archive.article("one", date="2025-01-01", body="First. [It](one.pdf)")
    archive.write("articles/one.pdf", "paper one")
    archive.article("two", date="2025-02-01", body="Other.")
    archive.article("three", date="2025-03-01", body="See [one](one.md).")
    archive.build()
    time.sleep(0.03)
    assert archive.build().written == ()
    return archive


def rewrite(file: Path, old: str, new: str) -> None:
    """Change words to others of the same length; size and mtime stay."""
    status = file.stat()
    text = file.read_text()
    assert old in text
    assert len(old) == len(new)
    file.write_text(text.replace(old, new))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    time.sleep(0.03)


def move(archive: Archive, folder: str) -> None:
    """Move the article with a paper, and the paper, into a folder."""
    place = archive.root / "articles" / folder
    place.mkdir(parents=True)
    for name in ("one.md", "one.pdf"):
        (archive.root / "articles" / name).rename(place / name)


def test_a_source_moved_with_its_paper_keeps_its_page(built: Archive) -> None:
    before = built.tree()
    built.article("three", date="2025-03-01", body="See [one](2025/01/one.md).")
    move(built, "2025/01")
    report = built.build()
    assert report.removed == ()
    assert built.tree() == before == clean_tree(built)


def test_a_moved_paper_is_read_from_its_new_place(built: Archive) -> None:
    built.article("three", date="2025-03-01")
    move(built, "papers")
    built.build()
    built.write("articles/papers/one.pdf", "another one")
    assert "2025/01/one/one.pdf" in built.build().written
    assert (built.output / "2025/01/one/one.pdf").read_text() == "another one"


def test_changed_words_are_noticed_though_size_and_mtime_stay(built: Archive) -> None:
    rewrite(built.root / "articles/two.md", "Other", "Fresh")
    assert "2025/02/two/index.html" in built.build().written
    assert "Fresh" in built.page("/2025/02/two/")
    assert built.tree() == clean_tree(built)


def test_a_changed_paper_is_noticed_though_size_and_mtime_stay(built: Archive) -> None:
    rewrite(built.root / "articles/one.pdf", "paper", "sheet")
    assert "2025/01/one/one.pdf" in built.build().written
    assert (built.output / "2025/01/one/one.pdf").read_text() == "sheet one"


def test_two_sources_that_change_places_are_noticed(built: Archive) -> None:
    """As a checkout or a careless rename may do; sizes and times are the same for both."""
    one, two = (built.article(name, date="2025-04-01", body=name) for name in ("aaa", "bbb"))
    os.utime(two, ns=(one.stat().st_atime_ns, one.stat().st_mtime_ns))
    built.build()
    time.sleep(0.03)
    assert built.build().written == ()
    one.rename(one.with_name("spare"))
    two.rename(one)
    one.with_name("spare").rename(two)
    built.article("three", date="2025-03-01", body="See [a](aaa.md).")
    built.build()
    assert 'href="../../../2025/04/bbb/"' in built.page("/2025/03/three/")
    assert built.tree() == clean_tree(built)
