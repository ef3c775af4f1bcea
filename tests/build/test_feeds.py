"""Feeds: RSS 2.0 that readers and validators accept, of the same bytes on every build."""

import re
from email.utils import parsedate_to_datetime

from lxml import etree

from tests.archives import SITE, Archive
from tests.imaging import png

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ATOM_LINK = "{http://www.w3.org/2005/Atom}link"


def channel_of(archive: Archive, url: str = "/feed.xml") -> etree._Element:
    """Return the channel of a feed."""
    channel = etree.fromstring(archive.page(url).encode()).find("channel")
    assert channel is not None
    return channel


def test_a_feed_has_the_newest_articles_first_and_no_more_than_configured(archive: Archive) -> None:
    archive.write("site.toml", SITE + "feed_size = 2\n")
    for day in (3, 1, 2):
        archive.article(f"day {day}", date=f"2025-01-0{day}")
    archive.build()
    assert [item.findtext("title") for item in channel_of(archive).findall("item")] == [
        "day 3",
        "day 2",
    ]


def test_an_item_has_summary_before_content_and_each_author_as_creator(archive: Archive) -> None:
    archive.article("x", authors="[Ann Lee, Bo Roe]", summary="Short.", body="**Long.**")
    archive.build()
    item = channel_of(archive).find("item")
    assert item is not None
    tags = [child.tag for child in item]
    assert tags.index("description") < tags.index(CONTENT)
    assert item.findtext("description") == "Short."
    assert item.findtext(CONTENT) == "<p><strong>Long.</strong></p>"
    assert [creator.text for creator in item.findall(CREATOR)] == ["Ann Lee", "Bo Roe"]
    assert item.find("author") is None


def test_dates_have_four_digit_years_and_numeric_zones(archive: Archive) -> None:
    archive.article("x", date="2025-08-20 14:30 +0500")
    archive.build()
    date = channel_of(archive).findtext("item/pubDate") or ""
    assert re.fullmatch(r"Wed, 20 Aug 2025 09:30:00 \+0000", date)
    assert parsedate_to_datetime(date).isoformat() == "2025-08-20T09:30:00+00:00"


def test_the_build_date_is_that_of_the_newest_change_and_not_the_clock(archive: Archive) -> None:
    archive.article("x", date="2025-08-20", updated="2025-09-01")
    archive.build()
    assert "01 Sep 2025" in (channel_of(archive).findtext("lastBuildDate") or "")


def test_the_channel_names_itself_and_the_page_it_follows(archive: Archive) -> None:
    archive.article("x", categories="[News]")
    archive.build()
    channel = channel_of(archive, "/category/news/feed.xml")
    assert channel.findtext("link") == "https://news.example/category/news/"
    assert [(link.get("rel"), link.get("href")) for link in channel.findall(ATOM_LINK)] == [
        ("self", "https://news.example/category/news/feed.xml")
    ]


def test_links_and_pictures_of_a_body_are_absolute_and_footnotes_lead_to_the_page(
    archive: Archive,
) -> None:
    archive.write("articles/a b.png", png())
    archive.article("one", slug="first")
    archive.article(
        "x", body="[one](one.md#p) ![p](a%20b.png) [c](/category/) note[^1]\n\n[^1]: N."
    )
    archive.build()
    items = channel_of(archive).findall("item")
    html = next(item.findtext(CONTENT) for item in items if item.findtext("title") == "x") or ""
    assert 'href="https://news.example/2025/08/first/#p"' in html
    pictures = re.findall(r"<img[^>]*>", html)
    address = r"https://news\.example/2025/08/x/a%20b-3\.\w+\.png"
    assert len(pictures) == 1
    assert re.fullmatch(f'<img src="{address}" alt="p">', pictures[0]), "no other form of it"
    assert 'href="https://news.example/category/"' in html
    assert 'href="https://news.example/2025/08/x/#fn:1"' in html


def test_a_text_that_would_end_a_cdata_section_does_not_break_the_feed(archive: Archive) -> None:
    archive.article("x", body="`]]>` &amp; <b>bold</b>")
    archive.build()
    content = channel_of(archive).findtext(f"item/{CONTENT}") or ""
    assert "]]&gt;" in content


def test_withdrawn_articles_leave_the_feed(archive: Archive) -> None:
    archive.article("kept")
    archive.article("gone", withdrawn="{date: 2025-09-01, reason: Wrong.}")
    archive.build()
    assert len(channel_of(archive).findall("item")) == 1


def test_an_archive_without_articles_has_a_valid_empty_feed(archive: Archive) -> None:
    archive.build()
    assert channel_of(archive).findall("item") == []
