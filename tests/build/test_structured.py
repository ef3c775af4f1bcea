"""What machines read of a page."""

import json
import re
from typing import Any

import pytest

from site_builder.articles.article import KINDS
from site_builder.build.structured import _TYPES
from tests.archives import SITE, Archive
from tests.imaging import png


def graph(archive: Archive, url: str) -> dict[str, Any]:
    """Return the things of the page at a url by their types."""
    (found,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', archive.page(url), re.DOTALL
    )
    told = json.loads(found)
    assert told["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in told["@graph"]}


def data(archive: Archive, url: str) -> dict[str, Any]:
    """Return what is told of the article at a url."""
    (thing,) = [thing for name, thing in graph(archive, url).items() if "Article" in name]
    told: dict[str, Any] = thing
    return told


def trail(archive: Archive, url: str) -> list[tuple[int, str, str]]:
    """Return the positions, names and site urls of the way to a page."""
    steps = graph(archive, url)["BreadcrumbList"]["itemListElement"]
    return [
        (step["position"], step["name"], step["item"].removeprefix("https://news.example"))
        for step in steps
    ]


def test_an_article_says_who_wrote_what_when_and_what_its_edition_is_called(
    archive: Archive,
) -> None:
    archive.write("articles/p.png", png())
    archive.article(
        "one",
        slug="one",
        title="Talks & more",
        date="2025-01-01 09:00 +0500",
        updated="2025-01-03",
        kind="analysis",
        authors="[Amina Varga, Bela Brandt]",
        image="{file: p.png, alt: A map}",
        sources="[{title: The treaty, url: 'https://example.org/treaty'}]",
        corrections="[{date: 2025-01-03, text: The year was wrong.}]",
    )
    archive.build()
    told = data(archive, "/2025/01/one/")
    assert told["@type"] == "AnalysisNewsArticle"
    assert told["headline"] == "Talks & more"
    assert told["datePublished"] == "2025-01-01T04:00:00+00:00"
    assert [author["name"] for author in told["author"]] == ["Amina Varga", "Bela Brandt"]
    assert told["author"][0]["url"].endswith("/author/amina-varga/")
    image = told["image"]
    assert re.fullmatch(r"https://news\.example/2025/01/one/p-3\.\w+\.png", image["url"])
    assert (image["width"]["value"], image["height"]["value"]) == (3, 2)
    assert told["image"]["caption"] == "A map"
    assert told["publisher"]["@type"] == "NewsMediaOrganization"
    assert told["mainEntityOfPage"] == "https://news.example/2025/01/one/"
    assert told["isBasedOn"][0]["url"] == "https://example.org/treaty"
    assert told["correction"][0]["text"] == "The year was wrong."
    ipfs, sha256 = told["identifier"]
    assert (archive.output / "ipfs" / ipfs["value"].removeprefix("ipfs://")).is_file()
    assert re.fullmatch("[0-9a-f]{64}", sha256["value"])


def test_nothing_in_it_ends_the_script_element(archive: Archive) -> None:
    title = "</script><script>alert(1)</script><!--"
    archive.article("one", date="2025-01-01", slug="one", title=f"'{title}'")
    archive.build()
    assert data(archive, "/2025/01/one/")["headline"] == title


def test_what_an_article_does_not_have_is_left_out(archive: Archive) -> None:
    archive.write("site.toml", 'title = "S"\nurl = "https://s.example/"\neditions = false\n')
    archive.article("one", date="2025-01-01")
    archive.build()
    assert (
        not {"image", "identifier", "correction", "isBasedOn"}
        & data(archive, "/2025/01/one/").keys()
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("news", "NewsArticle"),
        ("analysis", "AnalysisNewsArticle"),
        ("opinion", "OpinionNewsArticle"),
        ("background", "BackgroundNewsArticle"),
        ("explainer", "BackgroundNewsArticle"),
        ("reportage", "ReportageNewsArticle"),
    ],
)
def test_each_kind_has_its_type(archive: Archive, kind: str, name: str) -> None:
    archive.article("one", slug="one", kind=kind)
    archive.build()
    assert data(archive, "/2025/08/one/")["@type"] == name


def test_every_kind_has_a_type() -> None:
    assert set(_TYPES) == set(KINDS)


def test_every_page_tells_the_way_to_it_from_the_home_page(archive: Archive) -> None:
    archive.write("site.toml", SITE + "page_size = 1\n")
    archive.article("one", slug="one", title="Talks", categories="[Air Force, Navy]")
    archive.build()
    home = (1, "The Site", "/")
    air_force = (2, "Air Force", "/category/air-force/")
    assert trail(archive, "/2025/08/one/") == [home, air_force, (3, "Talks", "/2025/08/one/")]
    categories = (2, "Categories", "/category/")
    assert trail(archive, "/category/") == [home, categories]
    listing = (3, "Air Force", "/category/air-force/")
    assert trail(archive, "/category/air-force/") == [home, categories, listing]
    numbered = "/category/air-force/page/1/"
    assert trail(archive, numbered) == [
        home, categories, listing, (4, "Air Force, page 1", numbered),
    ]  # fmt: skip
    whole = (2, "Archive", "/archive/")
    assert trail(archive, "/archive/") == [home, whole]
    assert trail(archive, "/2025/") == [home, whole, (3, "2025", "/2025/")]
    month = (4, "August 2025", "/2025/08/")
    assert trail(archive, "/2025/08/") == [home, whole, (3, "2025", "/2025/"), month]


def test_the_home_page_tells_of_site_and_publisher(archive: Archive) -> None:
    archive.article("ethics", slug="ethics")
    archive.write(
        "site.toml",
        SITE
        + 'publisher = "The Press"\n[organisation]\nethics_policy = "/2025/08/ethics/"\n'
        + 'masthead = "https://press.example/who"\nsame_as = ["https://social.example/@press"]\n',
    )
    archive.build()
    told = graph(archive, "/")
    assert told.keys() == {"WebSite", "NewsMediaOrganization"}
    publisher = told["NewsMediaOrganization"]
    assert publisher["name"] == "The Press"
    assert publisher["ethicsPolicy"] == "https://news.example/2025/08/ethics/"
    assert publisher["masthead"] == "https://press.example/who"
    assert publisher["sameAs"] == ["https://social.example/@press"]
    assert told["WebSite"]["publisher"] == {"@id": publisher["@id"]}
    assert data(archive, "/2025/08/ethics/")["publisher"] == publisher


def test_pages_that_are_not_to_be_found_tell_nothing(archive: Archive) -> None:
    archive.article("one", slug="one", aliases="[/old/]")
    archive.article("two", slug="two", withdrawn="{date: 2025-08-21, reason: Wrong.}")
    archive.build()
    for url in ("/404.html", "/old/", "/2025/08/two/"):
        page = archive.page(url)
        assert "ld+json" not in page
        assert "og:" not in page


def test_networks_are_told_what_an_article_is(archive: Archive) -> None:
    archive.article(
        "one", slug="one", title="'Talks \"resume\" & more'", date="2025-08-20 09:00 +0500",
        updated="2025-08-21 09:00 +0500", summary="In short.", tags="[One, Two]",
        categories="[Air Force, Navy]",
    )  # fmt: skip
    archive.build()
    page = archive.page("/2025/08/one/")
    met = re.findall(
        r'<meta (?:property|name)="((?:og|article|twitter):[^"]+)" content="([^"]*)">', page
    )
    assert met == [
        ("og:site_name", "The Site"),
        ("og:type", "article"),
        ("og:title", "Talks &#34;resume&#34; &amp; more"),
        ("og:url", "https://news.example/2025/08/one/"),
        ("og:description", "In short."),
        ("article:published_time", "2025-08-20T04:00:00+00:00"),
        ("article:modified_time", "2025-08-21T04:00:00+00:00"),
        ("article:section", "Air Force"),
        ("article:tag", "One"),
        ("article:tag", "Two"),
        ("twitter:card", "summary"),
    ]
    assert '<meta property="og:type" content="website">' in archive.page("/")
