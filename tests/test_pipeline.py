"""Looking before and after a build: `build --dry-run` and `build --verify` on the command line."""

import os
import re
import sys
from pathlib import Path

import pytest

from site_builder.articles.article import encode_entry
from site_builder.articles.source import stamp_of
from site_builder.build.cache_file import open_cache
from site_builder.cli import run
from site_builder.setting import read_setting
from tests.archives import SITE, Archive, clean_tree, tree_of
from tests.imaging import png
from tests.processes import NOW

Words = pytest.CaptureFixture[str]


@pytest.fixture
def built(archive: Archive) -> Archive:
    """An archive of three articles that was built."""
    archive.article("one", date="2025-01-01", tags="[a]")
    archive.article("two", date="2024-02-01", body="![p](p.png) [p](p.pdf)")
    archive.write("articles/p.png", png())
    archive.write("articles/p.pdf", "paper")
    archive.article("three", date="2025-03-01", authors="[Ann]")
    archive.build()
    return archive


def call(archive: Archive, capsys: Words, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run a build command; return its code and the lines of both streams."""
    capsys.readouterr()
    code = run(["build", *arguments, NOW, "--root", str(archive.root)])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err.splitlines()


def named(lines: list[str], label: str) -> list[str]:
    """Return what stands behind a label in the lines that have it."""
    return [line.removeprefix(label) for line in lines if line.startswith(label)]


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return size, mtime and inode of all that is below a folder."""
    return {
        str(path.relative_to(folder)): (status.st_size, status.st_mtime_ns, status.st_ino)
        for path in folder.rglob("*")
        for status in (path.lstat(),)
    }


def edit(archive: Archive) -> None:
    """Change one article, add one, delete one, and deface a page."""
    archive.article("one", date="2025-01-01", tags="[b]", body="Other.")
    archive.article("four", date="2023-04-01")
    (archive.root / "articles/three.md").unlink()
    (archive.output / "404.html").write_text("defaced")


def test_a_dry_run_writes_nothing_and_says_what_the_next_build_does(
    built: Archive, capsys: Words
) -> None:
    edit(built)
    (built.output / "mine.txt").write_text("mine")
    before = state_of(built.root), tree_of(built.root)
    code, out, err = call(built, capsys, "--dry-run")
    assert code == 0
    assert (state_of(built.root), tree_of(built.root)) == before
    assert err == ["note: mine.txt was not made by this site; it is kept"]
    written, removed = named(out, "would write: "), named(out, "would remove: ")
    assert {"404.html", "2025/01/one/index.html", "2023/04/four/index.html"} <= set(written)
    assert "author/ann/index.html" in removed
    assert not {"2024/02/two/p.pdf", "robots.txt"} & set(written), "nothing of them changed"
    assert len(out) == len(written) + len(removed) + 1
    total = re.fullmatch(
        r"3 articles, (\d+) files: (\d+) would be written, (\d+) left alone, (\d+) removed", out[-1]
    )
    assert total
    assert [int(total[2]), int(total[4])] == [len(written), len(removed)]
    report = built.build()
    assert sorted(report.written) == written
    assert sorted(report.removed) == removed
    assert report.files == int(total[1]) == int(total[2]) + int(total[3])


def test_a_dry_run_before_the_first_build_names_every_file_and_makes_no_folder(
    archive: Archive, capsys: Words
) -> None:
    archive.article("one")
    before = state_of(archive.root)
    code, out, _ = call(archive, capsys, "--dry-run")
    assert code == 0
    assert state_of(archive.root) == before
    written = named(out, "would write: ")
    assert sorted(archive.build().written) == written
    assert archive.tree().keys() == set(written)


def test_a_dry_run_with_nothing_to_do_says_so(built: Archive, capsys: Words) -> None:
    code, out, _ = call(built, capsys, "--dry-run")
    files = len(built.tree())
    wanted = f"3 articles, {files} files: 0 would be written, {files} left alone, 0 removed"
    assert (code, out) == (0, [wanted])


def test_a_dry_run_names_no_file_that_would_be_made_again_with_equal_bytes(
    built: Archive, capsys: Words
) -> None:
    built.write("site.toml", SITE + 'extra = {unused = "by the theme"}\n')
    code, out, _ = call(built, capsys, "--dry-run")
    assert (code, len(out)) == (0, 1)
    assert ": 0 would be written, " in out[0]
    assert built.build().written == ()


def test_a_dry_run_finds_the_faults_that_a_build_finds(built: Archive, capsys: Words) -> None:
    built.article("one", date="never")
    code, out, err = call(built, capsys, "--dry-run")
    assert (code, out) == (1, [])
    assert err[0].startswith("error: articles/one.md:3: ")


def test_a_site_as_it_was_built_verifies(built: Archive, capsys: Words) -> None:
    before = state_of(built.root)
    code, out, err = call(built, capsys, "--verify")
    files = len(built.tree())
    assert (code, out) == (0, [f"{files} files made anew and compared: all are right"])
    assert err == []
    assert state_of(built.root) == before


def test_files_that_differ_are_missing_or_left_over_fail_the_verifying(
    built: Archive, capsys: Words
) -> None:
    (built.output / "index.html").write_text("defaced")
    (built.output / "feed.xml").unlink()
    (built.output / "mine.txt").write_text("mine")
    (built.root / "articles/three.md").unlink()
    code, out, err = call(built, capsys, "--verify")
    assert code == 1
    assert {"index.html", "feed.xml"} <= set(named(out, "differs: "))
    assert "2025/03/three/index.html" in named(out, "left over: ")
    assert err == ["note: mine.txt was not made by this site; it is kept"]
    assert out[-1].endswith(f"compared: {len(out) - 1} differ; site-builder build mends them")
    assert call(built, capsys, "--quiet")[0] == 0
    assert call(built, capsys, "--verify")[0] == 0, "the build mended them"


def test_one_changed_byte_of_the_same_size_and_time_fails_the_verifying(
    built: Archive, capsys: Words
) -> None:
    page = built.output / "2025/01/one/index.html"
    status = page.stat()
    page.write_bytes(page.read_bytes().replace(b"one", b"onE", 1))
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert call(built, capsys, "--quiet")[0] == 0, "a build trusts size and time"
    code, out, _ = call(built, capsys, "--verify")
    assert (code, out[0]) == (1, "differs: 2025/01/one/index.html")


def test_an_edited_source_fails_the_verifying(built: Archive, capsys: Words) -> None:
    built.article("one", date="2025-01-01", tags="[a]", body="Other.")
    code, out, _ = call(built, capsys, "--verify")
    assert code == 1
    assert "2025/01/one/index.html" in named(out, "differs: ")


def test_a_cache_that_remembers_a_wrong_page_is_found_by_verifying(
    built: Archive, capsys: Words
) -> None:
    page = built.output / "2025/01/one/index.html"
    page.write_text("wrong")
    status = page.stat()
    cache, _ = open_cache(built.root, read_setting(built.root).version)
    with cache:
        fingerprint, *_ = cache.outputs("output")["2025/01/one/index.html"]
        state = (fingerprint, status.st_size, status.st_mtime_ns)
        cache._change("outputs output", {"2025/01/one/index.html": state}, ())
        cache.commit()
    assert built.build().written == (), "the build is deceived"
    code, out, _ = call(built, capsys, "--verify")
    assert (code, out[0]) == (1, "differs: 2025/01/one/index.html")


def test_a_cache_that_remembers_a_wrong_file_is_found_by_verifying(
    built: Archive, capsys: Words
) -> None:
    paper = built.write("articles/p.pdf", "another")
    status = paper.stat()
    cache, _ = open_cache(built.root, read_setting(built.root).version)
    with cache:
        stamp = stamp_of(status, sys.maxsize)
        known = cache.files()["p.pdf"]
        cache.change_files({"p.pdf": known._replace(stamp=stamp, size_bytes=status.st_size)}, ())
        cache.commit()
    assert built.build().written == (), "the build is deceived"
    code, out, _ = call(built, capsys, "--verify")
    assert code == 1
    assert "differs: 2024/02/two/p.pdf" in out


def test_a_cache_that_remembers_an_article_that_changed_is_found_by_verifying(
    built: Archive, capsys: Words
) -> None:
    source = built.article("one", date="2025-01-01", tags="[a]", body="Other.")
    status = source.stat()
    cache, _ = open_cache(built.root, read_setting(built.root).version)
    with cache:
        known = cache.sources()["articles/one.md"][2]
        stamp = stamp_of(status, sys.maxsize)
        state = (stamp, status.st_size, encode_entry(known))
        cache.change_sources({"articles/one.md": state}, ())
        cache.commit()
    assert built.build().written == (), "the build is deceived"
    code, out, _ = call(built, capsys, "--verify")
    assert code == 1
    assert "2025/01/one/index.html" in named(out, "differs: ")


def test_verifying_says_that_a_site_was_never_built(archive: Archive, capsys: Words) -> None:
    archive.article("one")
    code, out, _ = call(archive, capsys, "--verify")
    assert code == 1
    assert named(out, "differs: ") == sorted(clean_tree(archive))
    assert not archive.output.exists()


def test_a_dry_run_and_a_verifying_at_once_are_refused(built: Archive) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(["build", "--dry-run", "--verify", "--root", str(built.root)])
