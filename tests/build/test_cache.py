"""What the cache remembers carries seals: whatever is altered in it, no page is made of it."""

import sqlite3

import pytest

from site_builder.build.cache import CacheDamaged
from site_builder.build.cache_file import peek_cache
from site_builder.build.walk import NO_WALK
from site_builder.errors import ContentError
from site_builder.setting import read_setting
from tests.archives import Archive, clean_tree

ALTERED = {
    "emptied": "UPDATE shelves SET data = x'80'",
    "swapped": "UPDATE shelves SET (data, seal) = (SELECT data, seal FROM shelves LIMIT 1)",
    "cut": "UPDATE shelves SET data = substr(data, 1, length(data) - 1)",
}


@pytest.mark.parametrize("altered", ALTERED)
def test_rows_that_were_altered_are_noticed_even_where_the_count_of_changes_is_right(
    archive: Archive, altered: str
) -> None:
    archive.article("one", tags="[a]")
    archive.article("two")
    archive.build()
    with sqlite3.connect(archive.root / ".site_builder/cache.sqlite") as connection:
        connection.execute(ALTERED[altered])
        connection.execute("UPDATE about SET value = value + 1 WHERE name = 'changes'")
    connection.close()
    with (
        peek_cache(archive.root, read_setting(archive.root).version) as cache,
        pytest.raises(CacheDamaged),
    ):
        cache.sources()
    archive.article("three")
    assert "damaged" in archive.build().notes[0]
    assert archive.tree() == clean_tree(archive)


def test_what_a_check_learns_stays_out_of_the_file(archive: Archive) -> None:
    archive.article("one")
    archive.build()
    with peek_cache(archive.root, read_setting(archive.root).version) as cache:
        before = cache.outputs("output")
        cache.claim("output", ["index.html", "other.html"])
        cache.claim("output", ["third.html"])
    with peek_cache(archive.root, read_setting(archive.root).version) as cache:
        assert cache.outputs("output") == before


def test_a_theme_that_cannot_be_read_is_told_of_after_a_build_too(archive: Archive) -> None:
    """What the cache has of the theme that was is not taken for that of one without a digest."""
    archive.article("one")
    archive.build()
    (archive.root / "theme/templates").mkdir(parents=True)
    (archive.root / "theme/templates/month.html").write_bytes(b"\xff")
    with pytest.raises(ContentError) as caught:
        archive.build()
    assert [problem.what for problem in caught.value.problems] == ["is not UTF-8"]


def test_what_was_found_on_a_walk_is_left_out_where_it_was_altered(archive: Archive) -> None:
    for number in range(1, 4):
        archive.article(f"n{number}", date=f"2025-01-0{number}", tags="[a]")
    archive.build()
    with sqlite3.connect(archive.root / ".site_builder/cache.sqlite") as connection:
        connection.execute(
            "UPDATE about SET value = (SELECT value FROM about WHERE name = 'theme') "
            "WHERE name = 'walk'"
        )
        connection.execute("UPDATE about SET value = value + 1 WHERE name = 'changes'")
    connection.close()
    with peek_cache(archive.root, read_setting(archive.root).version) as cache:
        assert cache.walk() == NO_WALK
    archive.article("n4", date="2025-01-04", tags="[a]")
    archive.build()
    assert archive.tree() == clean_tree(archive)
