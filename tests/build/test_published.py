"""What is public at a moment: an article under embargo shows nowhere, and then everywhere."""

from hashlib import blake2b
from pathlib import Path

import pytest

from site_builder.cli import run
from site_builder.errors import ContentError
from tests.archives import Archive, clean_tree
from tests.imaging import png

BEFORE, AFTER = "2026-03-01T08:59:59+00:00", "2026-03-01T09:00:00+00:00"
PICTURE = png("of the Zeppelin")
MARK = blake2b(blake2b(PICTURE, digest_size=16).digest() + b"\1", digest_size=6).hexdigest()
SECRETS = ("Zeppelin", "zeppelin", "Quarantine", "quarantine", "Xenia", "xenia", "Kestrel")

Words = pytest.CaptureFixture[str]


@pytest.fixture
def waiting(archive: Archive) -> Archive:
    """An archive with one public article, and one under embargo of which all words are its own."""
    archive.article("public", date="2026-01-01")
    embargoed(archive)
    archive.write("articles/zeppelin.png", PICTURE)
    return archive


def embargoed(archive: Archive, **fields: str) -> Path:
    """Write the article that is under embargo."""
    keys = {
        "title": "Zeppelin sighted",
        "date": "2026-03-01 09:00",
        "embargo": "2026-03-01 09:00",
        "categories": "[Quarantine]",
        "tags": "[Kestrel]",
        "authors": "[Xenia]",
        "aliases": "[/old/zeppelin/]",
        "body": "A Zeppelin. ![It](zeppelin.png)",
    }
    return archive.article("zeppelin", **{**keys, **fields})


def build(archive: Archive, now: str) -> int:
    """Build the archive at a moment."""
    return run(["build", "--now", now, "--root", str(archive.root)])


def leaks(archive: Archive) -> list[str]:
    """Return the files of the site that have a word of the secret in their name or bytes."""
    return [
        path
        for path, data in archive.tree().items()
        if any(word in path or word.encode() in data for word in SECRETS)
    ]


def test_an_embargoed_article_is_nowhere_before_its_time(waiting: Archive) -> None:
    assert build(waiting, BEFORE) == 0
    assert waiting.page("/2026/01/public/")
    assert leaks(waiting) == []
    assert b"Zeppelin" not in (waiting.output / ".site_builder-files").read_bytes()


def test_an_embargoed_article_is_everywhere_from_its_time_on(
    waiting: Archive, capsys: Words
) -> None:
    assert build(waiting, BEFORE) == 0
    assert f"the site next changes at {AFTER}\n" in capsys.readouterr().out
    assert build(waiting, AFTER) == 0
    assert "next changes" not in capsys.readouterr().out
    assert {
        "2026/03/zeppelin-sighted/index.html",
        f"2026/03/zeppelin-sighted/zeppelin-3.{MARK}.png",
        f"2026/03/zeppelin-sighted/zeppelin-3.{MARK}.webp",
        "old/zeppelin/index.html",
        "category/quarantine/index.html",
        "tag/kestrel/index.html",
        "author/xenia/index.html",
        "index.html",
        "feed.xml",
        "2026/01/public/index.html",
        "sitemaps/2026.xml",
    } <= set(leaks(waiting))


def test_a_clock_set_back_hides_the_article_again(waiting: Archive) -> None:
    build(waiting, BEFORE)
    before = waiting.tree()
    build(waiting, AFTER)
    build(waiting, BEFORE)
    assert waiting.tree() == before


def test_the_site_at_a_moment_does_not_depend_on_earlier_builds(waiting: Archive) -> None:
    build(waiting, AFTER)
    build(waiting, "2026-01-01T12:00:00+00:00")
    assert waiting.tree() == clean_tree(waiting)


def test_an_embargo_without_offset_ends_in_the_time_zone_of_the_site(
    archive: Archive, capsys: Words
) -> None:
    site = (archive.root / "site.toml").read_text()
    archive.write("site.toml", site + 'time_zone = "Asia/Karachi"\n')
    embargoed(archive, body="Text.")
    build(archive, "2026-03-01T03:59:59+00:00")
    assert "next changes at 2026-03-01T09:00:00+05:00" in capsys.readouterr().out
    assert leaks(archive) == []
    build(archive, "2026-03-01T04:00:00+00:00")
    assert leaks(archive)


def test_the_earliest_of_several_changes_is_told(waiting: Archive, capsys: Words) -> None:
    waiting.article("later", date="2026-01-02", embargo="2026-05-01")
    waiting.article("short", date="2026-01-03", expires="2026-02-01")
    build(waiting, "2026-01-15")
    assert "next changes at 2026-02-01T00:00:00+00:00" in capsys.readouterr().out
    build(waiting, "2026-02-15")
    assert f"next changes at {AFTER}" in capsys.readouterr().out
    build(waiting, AFTER)
    assert "next changes at 2026-05-01T00:00:00+00:00" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"date": "never"}, "articles/zeppelin.md:3: date: "),
        ({"colour": "red"}, "articles/zeppelin.md:9: "),
        ({"body": "See [it](missing.md)."}, "links to articles/missing.md, which does not exist"),
        ({"body": "![It](missing.png)"}, "missing.png does not exist"),
        ({"slug": "public", "date": "2026-01-01"}, "the address /2026/01/public/ is claimed by"),
    ],
    ids=["date", "key", "link", "picture", "address"],
)
def test_the_faults_of_an_embargoed_article_are_told_at_once(
    fields: dict[str, str], words: str, waiting: Archive, capsys: Words
) -> None:
    embargoed(waiting, **fields)
    assert build(waiting, BEFORE) == 1
    assert words in capsys.readouterr().err
    assert not waiting.output.exists()


def test_a_public_link_to_an_embargoed_article_is_a_fault_that_says_why(waiting: Archive) -> None:
    waiting.article("public", date="2026-01-01", body="See [it](zeppelin.md).")
    with pytest.raises(ContentError, match=r"public\.md:6: .*which is under embargo"):
        waiting.build()


def test_an_embargoed_article_may_link_to_public_ones_and_to_others_that_wait(
    waiting: Archive,
) -> None:
    embargoed(waiting, body="See [one](public.md) and [other](other.md).")
    waiting.article("other", date="2026-03-02", embargo="2026-03-01 09:00")
    assert build(waiting, BEFORE) == 0
    assert build(waiting, AFTER) == 0
    assert 'href="../../../2026/03/other/"' in waiting.page("/2026/03/zeppelin-sighted/")
