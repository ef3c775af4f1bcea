"""Listings are numbered from the oldest article, and a numbered page never changes."""

import re
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.build.plan.listings import NEAR, pager
from tests.archives import SITE, Archive

SMALL = SITE + "page_size = 3\n"


def grow(archive: Archive, start: int, stop: int) -> None:
    """Write articles of one category, one a day."""
    for number in range(start, stop):
        archive.article(f"n{number:02}", date=f"2025-01-{number + 1:02}", categories="[News]")


@pytest.fixture
def small(archive: Archive) -> Archive:
    """An archive with three articles a page."""
    archive.write("site.toml", SMALL)
    return archive


def titles(page: str) -> list[str]:
    """Return the titles of the cards of a page."""
    return re.findall(r'class="card-title"><a [^>]*>([^<]+)<', page)


def test_numbered_pages_are_never_written_again_as_the_archive_grows(small: Archive) -> None:
    grow(small, 0, 6)
    small.build()
    pages = {number: small.page(f"/category/news/page/{number}/") for number in (1, 2)}
    for size in range(7, 16):
        grow(small, size - 1, size)
        report = small.build()
        for number, page in pages.items():
            assert small.page(f"/category/news/page/{number}/") == page
            assert f"category/news/page/{number}/index.html" not in report.written


def test_every_article_is_on_one_numbered_page_or_on_the_front_page(small: Archive) -> None:
    grow(small, 0, 11)
    small.build()
    numbered = [
        title for n in (1, 2, 3) for title in titles(small.page(f"/category/news/page/{n}/"))
    ]
    assert sorted(numbered) == [f"n{number:02}" for number in range(9)]
    front = titles(small.page("/category/news/"))
    assert front == ["n10", "n09", "n08", "n07", "n06"]


def test_newer_leads_to_the_front_page_until_the_next_page_is_full(small: Archive) -> None:
    grow(small, 0, 4)
    small.build()
    newer = re.findall(r'href="([^"]+)">Newer<', small.page("/category/news/page/1/"))
    assert urljoin("/category/news/page/1/", newer[0]) == "/category/news/page/2/"
    redirect = small.page("/category/news/page/2/")
    assert 'http-equiv="refresh"' in redirect
    assert "https://news.example/category/news/" in redirect
    grow(small, 4, 6)
    small.build()
    assert titles(small.page("/category/news/page/2/")) == ["n05", "n04", "n03"]
    assert 'http-equiv="refresh"' in small.page("/category/news/page/3/")


def test_the_front_page_alone_says_how_many_articles_there_are(small: Archive) -> None:
    grow(small, 0, 7)
    small.build()
    assert "<p>7 articles</p>" in small.page("/category/news/")
    assert "articles</p>" not in small.page("/category/news/page/2/")
    grow(small, 7, 8)
    small.build()
    assert "<p>8 articles</p>" in small.page("/category/news/")


def test_a_short_listing_has_no_numbered_pages(small: Archive) -> None:
    grow(small, 0, 2)
    small.build()
    assert not (small.output / "category/news/page").exists()
    assert "Older" not in small.page("/category/news/")


def test_older_leads_from_the_front_page_to_the_first_article_without_a_gap(small: Archive) -> None:
    grow(small, 0, 11)
    small.build()
    url, seen = "/category/news/", []
    while url:
        page = small.page(url)
        seen += titles(page)
        older = re.findall(r'href="([^"]+)">Older<', page)
        url = urljoin(url, older[0]) if older else ""
    assert seen == [f"n{number:02}" for number in range(10, -1, -1)]


def test_one_new_article_writes_few_files_whatever_the_size_of_the_archive(small: Archive) -> None:
    counts = []
    for start, stop in ((0, 8), (8, 26)):
        grow(small, start, stop)
        small.build()
        grow(small, stop, stop + 1)
        counts.append(len(small.build().written))
    assert max(counts) <= 30
    assert counts[1] <= counts[0] + 2


@given(full=st.integers(0, 400), number=st.integers(1, 400))
def test_a_numbered_page_names_only_older_pages_and_the_next(full: int, number: int) -> None:
    if number > full:
        return
    shown = pager("/tag/x/", number, full)
    numbers = [page.number for page in shown.numbers if page]
    assert shown == pager("/tag/x/", number, number), "it depends on what came later"
    assert all(page < number for page in numbers)
    assert shown.newer == f"/tag/x/page/{number + 1}/"
    assert numbers == sorted(set(numbers), reverse=True)
    assert (1 in numbers) == (number > 1)
    assert len(numbers) <= NEAR + 1


@given(full=st.integers(0, 400))
def test_the_front_page_names_the_newest_pages_and_the_first(full: int) -> None:
    numbers = [page.number for page in pager("/tag/x/", None, full).numbers if page]
    assert numbers[:NEAR] == list(range(full, max(0, full - NEAR), -1))
    assert (1 in numbers) == (full > 0)
