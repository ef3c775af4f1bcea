"""A build after another one: what is written, removed, restored and kept."""

import os
import sqlite3
import time
from pathlib import Path

import pytest

from site_builder.build.cache_file import peek_cache
from site_builder.errors import EnvironmentFault
from site_builder.setting import read_setting
from tests.archives import SITE, Archive, clean_tree, site_of

CACHE = ".site_builder/cache.sqlite"


@pytest.fixture
def built(archive: Archive) -> Archive:
    """An archive of three articles that was built."""
    archive.article("one", date="2025-01-01", tags="[a, b]")
    archive.article("two", date="2025-02-01", body="See [one](one.md).")
    archive.article("three", date="2025-03-01", authors="[Ann]")
    archive.build()
    return archive


def test_a_second_build_writes_nothing(built: Archive) -> None:
    before = {file: file.stat().st_mtime_ns for file in built.output.rglob("*")}
    report = built.build()
    assert report.written == ()
    assert {file: file.stat().st_mtime_ns for file in built.output.rglob("*")} == before


def test_a_deleted_article_takes_its_files_with_it(built: Archive) -> None:
    (built.root / "articles/three.md").unlink()
    report = built.build()
    assert report.removed
    assert not (built.output / "2025/03").exists()
    assert not (built.output / "author/ann").exists()
    assert built.tree() == clean_tree(built)


def test_a_retitled_article_moves_and_links_follow(built: Archive) -> None:
    built.article("one", date="2025-01-01", tags="[a, b]", slug="renamed")
    built.build()
    assert 'href="../../../2025/01/renamed/"' in built.page("/2025/02/two/")
    assert built.tree() == clean_tree(built)


def test_a_changed_template_is_seen_on_every_page(built: Archive) -> None:
    built.write("theme/templates/missing.html", "<!doctype html><title>gone</title>")
    built.build()
    assert built.page("/404.html") == "<!doctype html><title>gone</title>"
    assert built.tree() == clean_tree(built)


def test_what_filters_make_of_constants_follows_the_configuration(built: Archive) -> None:
    built.write("theme/templates/missing.html", '{{ "/x/"|absolute }} {{ "site.css"|asset }}')
    built.build()
    before = built.page("/404.html")
    built.write("site.toml", SITE.replace("https://", "https://other."))
    built.build()
    assert built.page("/404.html") == before.replace("https://", "https://other.")
    assert built.tree() == clean_tree(built)


def test_a_file_changed_by_hand_is_restored(built: Archive) -> None:
    page = built.output / "2025/01/one/index.html"
    right = page.read_bytes()
    page.write_bytes(b"defaced")
    (built.output / "feed.xml").unlink()
    assert set(built.build().written) == {"2025/01/one/index.html", "feed.xml"}
    assert page.read_bytes() == right


def test_a_stranger_is_kept_and_reported(built: Archive) -> None:
    (built.output / "google123.html").write_text("token")
    (built.output / "2025/notes.txt").write_text("mine")
    assert built.build().strangers == ("2025/notes.txt", "google123.html")
    assert (built.output / "2025/notes.txt").read_text() == "mine"


def test_a_stranger_in_the_way_is_named_and_nothing_is_written(built: Archive) -> None:
    (built.output / "2024").write_text("mine")
    built.article("old", date="2024-01-01")
    before = built.tree()
    with pytest.raises(EnvironmentFault, match="2024 stands where the site needs"):
        built.build()
    assert built.tree() == before


def test_a_file_gives_way_to_a_folder_of_the_same_name(archive: Archive) -> None:
    archive.article("one", aliases="[/old.html]")
    archive.build()
    archive.article("one", aliases="[/old.html/deeper/]")
    archive.build()
    assert "refresh" in archive.page("/old.html/deeper/")
    archive.article("one", aliases="[/old.html]")
    archive.build()
    assert "refresh" in archive.page("/old.html")


@pytest.mark.parametrize("damage", ["lost", "truncated", "text", "edited"])
def test_a_lost_or_damaged_cache_costs_one_note_and_a_full_build(
    built: Archive, damage: str
) -> None:
    file = built.root / CACHE
    if damage == "lost":
        file.unlink()
    elif damage == "truncated":
        file.write_bytes(file.read_bytes()[:5000])
    elif damage == "text":
        file.write_text("this is no database")
    else:
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE shelves SET data = x'80'")
        connection.close()
    report = built.build()
    assert report.written == ()
    assert len(report.notes) == (damage != "lost")
    assert built.tree() == clean_tree(built)


def test_an_article_that_was_altered_in_the_cache_is_read_again(built: Archive) -> None:
    with sqlite3.connect(built.root / CACHE) as connection:
        connection.execute("UPDATE articles SET article = replace(CAST(article AS TEXT), 'e', 'x')")
    connection.close()
    assert "damaged" in built.build().notes[0]
    assert built.tree() == clean_tree(built)


def test_a_source_edited_within_the_same_tick_of_the_clock_is_read(archive: Archive) -> None:
    source = archive.article("one", body="first")
    os.utime(source)
    status = source.stat()
    archive.build()
    source.write_text(source.read_text().replace("first", "other"))
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))
    archive.build()
    assert "other" in archive.page("/2025/08/one/")


def test_a_source_that_was_only_touched_is_not_rendered_again(built: Archive) -> None:
    source = built.root / "articles/one.md"
    with sqlite3.connect(built.root / CACHE) as connection:
        kept = connection.execute("SELECT rowid FROM articles WHERE source LIKE '%one.md'")
        before = kept.fetchall()
    connection.close()
    os.utime(source, ns=(10**18, 10**18))
    time.sleep(0.03)
    assert built.build().written == ()
    with sqlite3.connect(built.root / CACHE) as connection:
        kept = connection.execute("SELECT rowid FROM articles WHERE source LIKE '%one.md'")
        assert kept.fetchall() == before, "the article was kept anew"
    connection.close()
    with peek_cache(built.root, read_setting(built.root).version) as cache:
        assert cache.sources()["articles/one.md"][0].startswith(f"{10**18:x}.")


def test_a_second_build_at_the_same_time_is_refused(built: Archive) -> None:
    lock = sqlite3.connect(built.root / ".site_builder/lock", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(EnvironmentFault, match="another build of this archive is running"):
            built.build()
    finally:
        lock.close()
    built.build()


def test_two_output_folders_of_one_archive_do_not_disturb_each_other(
    built: Archive, tmp_path: Path
) -> None:
    built.build(output=tmp_path / "other")
    assert site_of(tmp_path / "other") == built.tree()
    assert built.build().written == ()


def test_what_a_killed_build_left_in_the_staging_folder_goes(built: Archive) -> None:
    built.write("output/.site_builder-staging/7", "half")
    built.article("four")
    assert built.build().strangers == ()
    assert not (built.output / ".site_builder-staging").exists()
