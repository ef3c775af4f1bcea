"""The home page: the newest articles, a block for each category, and no article twice."""

import re

import pytest

from site_builder.build.plan.home import BLOCK_SIZE, MOST_BLOCKS
from tests.archives import SITE, Archive


@pytest.fixture
def small(archive: Archive) -> Archive:
    """An archive with two articles on top of its home page and two blocks."""
    archive.write("site.toml", f'{SITE}home_size = 2\nnavigation = ["Navy", "Army"]\n')
    for number in range(1, 9):
        archive.article(f"navy{number}", date=f"2025-01-{number:02}", categories="[Navy]")
    archive.article("army", date="2025-01-20", categories="[Army, Navy]")
    return archive


def blocks(archive: Archive) -> dict[str, list[str]]:
    """Return the titles in each block of the home page by the name of its category."""
    sections = re.findall(
        r'<section class="block"[^>]*>(.*?)</section>', page_of(archive), re.DOTALL
    )
    found = {}
    for section in sections:
        name = re.findall(r"<h2 [^>]*><a [^>]*>([^<]+)<", section)[0]
        if name != "All categories":
            found[name] = titles(section)
    return found


def page_of(archive: Archive) -> str:
    """Return the home page."""
    return archive.page("/")


def titles(text: str) -> list[str]:
    """Return the titles of articles in a piece of a page."""
    return re.findall(r'class="card-title"><a [^>]*>([^<]+)<', text)


def test_the_newest_articles_are_on_top(small: Archive) -> None:
    small.build()
    assert titles(page_of(small))[:2] == ["army", "navy8"]


def test_blocks_follow_the_navigation_and_show_what_is_not_above(small: Archive) -> None:
    small.build()
    assert blocks(small) == {"Navy": ["navy7", "navy6", "navy5"], "Army": ["army"]}


def test_an_article_of_two_categories_is_shown_once_if_both_have_others(small: Archive) -> None:
    small.article("both", date="2025-01-07 12:00", categories="[Navy, Army]")
    small.article("early", date="2024-01-01", categories="[Army]")
    small.build()
    assert blocks(small) == {"Navy": ["both", "navy7", "navy6"], "Army": ["early"]}


def test_without_navigation_the_largest_categories_have_blocks(archive: Archive) -> None:
    for number in range(MOST_BLOCKS + 2):
        for copy in range(2 if number else 1):
            archive.article(f"a{number}-{copy}", categories=f"[C{number}]")
    archive.build()
    assert list(blocks(archive)) == [f"C{number}" for number in range(1, MOST_BLOCKS + 1)]


def test_a_change_to_an_article_of_a_block_shows(small: Archive) -> None:
    small.build()
    small.article("navy5", date="2025-01-05", title="Another", slug="navy5", categories="[Navy]")
    assert "index.html" in small.build().written
    assert blocks(small)["Navy"] == ["navy7", "navy6", "Another"]
    assert len(blocks(small)["Navy"]) == BLOCK_SIZE


def test_an_archive_without_articles_says_so(archive: Archive) -> None:
    archive.build()
    assert "Nothing has been published yet." in page_of(archive)
    assert blocks(archive) == {}


def test_the_page_on_subscribing_lists_the_feeds_of_all_categories(small: Archive) -> None:
    small.build()
    page = small.page("/subscribe/")
    addresses = re.findall(r'<dd><a href="([^"]+)">([^<]+)</a></dd>', page)
    assert addresses == [
        ("../feed.xml", "https://news.example/feed.xml"),
        ("../category/army/feed.xml", "https://news.example/category/army/feed.xml"),
        ("../category/navy/feed.xml", "https://news.example/category/navy/feed.xml"),
    ]
    assert 'href="../subscribe/"' in small.page("/category/")
    small.article("new", date="2025-02-01", categories="[Navy]")
    assert "subscribe/index.html" not in small.build().written
