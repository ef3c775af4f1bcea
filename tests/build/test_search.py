"""The index of the search holds the published archive, in parts that grow one at a time."""

import json
import re
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.build.plan import search
from tests.archives import SITE, Archive, clean_tree


class Row(NamedTuple):
    """A row of a part, with its words in place of their numbers."""

    url: str
    title: str
    summary: str
    categories: str
    authors: str
    language: tuple[str, ...]


def read_part(text: str) -> tuple[str, list[Row]]:
    """Return the name and the rows of a part."""
    arguments = text.removeprefix("searchPart(").removesuffix(");\n")
    name, terms, rows = json.loads(f"[{arguments}]")
    assert len(set(terms)) == len(terms)
    return name, [row_of(name[:4], terms, *row) for row in rows]


def row_of(
    year: str,
    terms: list[str],
    path: str,
    day: str,
    title: str,
    summary: str,
    categories: int,
    authors: int,
    *language: str,
) -> Row:
    """Return a row; `day` belongs to the date that the site shows."""
    assert re.fullmatch("[0-3][0-9]", day)
    return Row(
        f"/{year}/{path}", title, summary, terms[categories], terms[authors], tuple(language)
    )


def index(archive: Archive) -> list[Row]:
    """Return all rows, from the oldest, and check that the page names just the parts there are."""
    named = re.search(r'data-parts="([^"]*)"', archive.page("/search/"))
    assert named
    parts = named[1].split()
    files = {file.stem for file in (archive.output / "search").glob("*.js")}
    assert files == set(parts)
    rows: list[Row] = []
    for name in reversed(parts):
        told, found = read_part((archive.output / f"search/{name}.js").read_text())
        assert told == name
        rows += found
    return rows


def test_a_row_says_what_the_listing_says(archive: Archive) -> None:
    archive.article(
        "One & <two>",
        date="2025-08-05",
        categories="[Navy, Air Force]",
        authors="[Ann, Bo]",
        summary='"The `</script>` of it"',
        slug="one",
    )
    archive.article("دو", date="2024-01-31", language="ur", slug="two")
    archive.build()
    two, one = index(archive)
    assert one.url == "/2025/08/one/"
    assert one[1:] == (
        "One & <two>", "The `</script>` of it", "Navy, Air Force", "Ann, Bo", (),
    )  # fmt: skip
    assert two == Row("/2024/01/two/", "دو", "Text.", "Defence", "", ("ur", "rtl"))


def test_only_what_is_published_can_be_found(archive: Archive) -> None:
    archive.article("public", date="2025-01-01")
    archive.article("draft", date="2025-01-02", draft="true")
    archive.article("waiting", date="2025-01-03", embargo="2030-01-01")
    archive.article("expired", date="2025-01-04", expires="2025-02-01")
    archive.article("gone", date="2025-01-05", withdrawn="{date: 2025-02-01, reason: Wrong.}")
    archive.build()
    assert [row.title for row in index(archive)] == ["public"]


def test_an_archive_without_articles_has_no_parts(archive: Archive) -> None:
    archive.build()
    assert index(archive) == []


def test_a_new_article_changes_one_file_of_the_search(archive: Archive) -> None:
    for number in range(3):
        archive.article(f"a{number}", date=f"{2023 + number}-05-01")
    archive.build()
    archive.article("new", date="2025-06-01")
    written = archive.build().written
    assert [path for path in written if path.startswith("search/")] == ["search/2025.js"]
    assert archive.tree() == clean_tree(archive)


def test_the_first_article_of_a_year_changes_the_page_as_well(archive: Archive) -> None:
    archive.article("old", date="2024-05-01")
    archive.build()
    archive.article("new", date="2025-06-01")
    written = {path for path in archive.build().written if path.startswith("search/")}
    assert written == {"search/2025.js", "search/index.html"}
    archive.article("new", date="2024-06-01")
    assert "search/2025.js" in archive.build().removed


def test_another_spelling_of_a_term_reaches_the_index(archive: Archive) -> None:
    archive.article("a", date="2024-05-01", categories="[Navy]")
    archive.build()
    for name in ("b", "c"):
        archive.article(name, date="2025-05-01", categories="[NAVY]")
    archive.build()
    assert {row.categories for row in index(archive)} == {"NAVY"}
    assert archive.tree() == clean_tree(archive)


def test_an_address_in_the_folder_of_the_search_is_refused(archive: Archive) -> None:
    archive.article("a", aliases="[/search/2030.js/]")
    with pytest.raises(Exception, match="lies in a folder of the site itself"):
        archive.build()


DAYS = st.lists(
    st.integers(0, 800).map(lambda days: date(2023, 1, 1) + timedelta(days=days)), max_size=12
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(days=DAYS, size=st.integers(1, 4))
def test_the_parts_hold_every_article_once_from_the_oldest_and_none_is_too_large(
    days: list[date], size: int, tmp_path_factory: Any
) -> None:
    archive = Archive(tmp_path_factory.mktemp("parts") / "archive", SITE + "editions = false\n")
    for number, day in enumerate(days):
        archive.article(f"n{number:02}", date=f"{day}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "PART_SIZE", size)
        archive.build()
    rows = index(archive)
    expected = sorted((day, f"n{number:02}") for number, day in enumerate(days))
    assert [row.title for row in rows] == [title for _, title in expected]
    for file in (archive.output / "search").glob("*.js"):
        name, part = read_part(file.read_text())
        assert 0 < len(part) <= size
        assert {row.url[1:5] for row in part} == {name[:4]}
