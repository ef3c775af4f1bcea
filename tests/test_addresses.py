"""Addresses: slugs are stable and safe, and relative links lead where they should."""

import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.addresses import (
    MAX_SLUG_BYTES,
    MAX_SLUG_CHARACTERS,
    RESERVED_SLUGS,
    absolute,
    article_url,
    escape,
    month_url,
    numbered_url,
    path_of,
    root_of,
    slugify,
    term_url,
    terms_url,
    year_url,
)

TEXTS = st.text(st.characters(codec="utf-8"))
# One part of a url: anything but `/`, and neither of the parts that RFC 3986 resolves away.
SEGMENTS = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1).filter(
    lambda segment: segment not in (".", "..")
)
URLS = st.builds(
    lambda folders, name: "/" + "".join(f"{folder}/" for folder in folders) + name,
    st.lists(SEGMENTS | st.sampled_from("abc"), max_size=5),
    SEGMENTS | st.just(""),
)

SLUGS = {
    "Pakistan-US Counterterrorism Alliance Gains Momentum": (
        "pakistan-us-counterterrorism-alliance-gains-momentum"
    ),
    "Defence & Security": "defence-security",
    "Pakistan's navy": "pakistans-navy",
    "Pakistan\u2019s navy": "pakistans-navy",
    "  What next?  ": "what-next",
    "a/b\\c..d": "a-b-c-d",
    "../../etc/passwd": "etc-passwd",
    "F-16: 50% more": "f-16-50-more",
    "Stra\u00dfe nach \u00d8resund, \u0141\u00f3d\u017a": "strasse-nach-oresund-lodz",
    "\u0130stanbul": "istanbul",
    "x\u0304 and y\u0304": "x-and-y",
    "\ufb01rst \u2460": "first-1",
    "\u067e\u0627\u06a9\u0633\u062a\u0627\u0646 \u06a9\u06cc \u0628\u062d\u0631\u06cc\u06c1": (
        "\u067e\u0627\u06a9\u0633\u062a\u0627\u0646-\u06a9\u06cc-\u0628\u062d\u0631\u06cc\u06c1"
    ),
    "\u4e2d\u56fd\uff1a\u65b0\u7684\u6838\u653f\u7b56": (
        "\u4e2d\u56fd-\u65b0\u7684\u6838\u653f\u7b56"
    ),
    "\u0928\u094c\u0938\u0947\u0928\u093e": "\u0928\u094c\u0938\u0947\u0928\u093e",
    "2024": "2024",
    "!!!": "",
    "": "",
    "\U0001f680": "",
}


@pytest.mark.parametrize(("title", "slug"), SLUGS.items())
def test_a_title_becomes_this_slug(title: str, slug: str) -> None:
    assert slugify(title) == slug


@given(TEXTS)
@example("\u0130" * 100)
@example("a\u0345" * 70)
@example("word " * 40)
@example("\u4e2d" * 200)
@example("\u0345b")
@example("\u1e9e\u0149")
def test_a_slug_is_one_safe_segment_and_its_own_slug(text: str) -> None:
    slug = slugify(text)
    assert slugify(slug) == slug
    assert not re.search(r"[\s/\\?#%.:;'\"<>&\x00-\x2c\x7f-\xa0]|--|^-|-$", slug)
    assert slug == unicodedata.normalize("NFC", slug) == slug.lower()
    assert len(slug) <= MAX_SLUG_CHARACTERS
    assert len(slug.encode()) <= MAX_SLUG_BYTES


@given(TEXTS)
def test_case_and_composition_make_no_other_slug(text: str) -> None:
    assert slugify(unicodedata.normalize("NFD", text)) == slugify(text)
    assert slugify(f" {text}! ") == slugify(text)


@given(st.text("abc xyz", min_size=1))
def test_capitals_make_no_other_slug(text: str) -> None:
    assert slugify(text.upper()) == slugify(text)


def test_a_long_title_is_cut_between_words() -> None:
    slug = slugify("momentous " * 20)
    assert slug == "-".join(["momentous"] * 8)
    assert slugify("a" * 200) == "a" * MAX_SLUG_CHARACTERS
    assert slugify("\u4e2d" * 200) == "\u4e2d" * (MAX_SLUG_BYTES // 3)


def test_a_word_that_ends_at_the_limit_is_kept() -> None:
    assert slugify("a" * 40 + " " + "b" * 39 + " c") == "a" * 40 + "-" + "b" * 39


def test_every_folder_of_the_site_itself_is_reserved() -> None:
    urls = [terms_url(kind) for kind in ("category", "tag", "author")]
    urls += ["/archive/", "/assets/site.css", "/feed.xml", "/sitemap.xml", "/404.html", "/ipfs/b"]
    assert {url.split("/")[1] for url in urls} <= RESERVED_SLUGS


def test_urls_have_the_forms_that_the_design_promises() -> None:
    date = datetime(2025, 8, 20, tzinfo=UTC)
    assert article_url(date, "talks") == "/2025/08/talks/"
    assert article_url(date.replace(year=1000), "talks") == "/1000/08/talks/"
    assert year_url(2025) == "/2025/"
    assert month_url(2025, 8) == "/2025/08/"
    assert terms_url("category") == "/category/"
    assert term_url("category", "Defence & Security") == "/category/defence-security/"
    assert numbered_url("/tag/nato/", 7) == "/tag/nato/page/7/"
    assert path_of("/") == "index.html"
    assert path_of("/2025/08/talks/") == "2025/08/talks/index.html"
    assert path_of("/feed.xml") == "feed.xml"


@given(URLS)
def test_an_escaped_url_is_ascii_and_comes_back(url: str) -> None:
    written = escape(url)
    assert re.fullmatch(r"(?:[A-Za-z0-9/~!$&'()*+,;=:@._-]|%[0-9A-F]{2})*", written)
    assert unquote(written) == url


@given(URLS)
def test_an_absolute_address_has_the_url_as_its_path(url: str) -> None:
    address = absolute("https://archive.example/sub/", url)
    assert address.startswith("https://archive.example/sub/")
    assert unquote(urlsplit(address).path) == f"/sub{url}"


@given(URLS, URLS)
@example("/", "/")
@example("/a/b/", "/a/b/")
@example("/a/b/", "/")
@example("/a/b/", "/a/b")
@example("/a.html", "/b.html")
@example("/a/", "/a/x:y/")
@example("/a/", "/a/mailto:b")
@example("/a/", "/b")
@example("/a/;b/", "/a/;b/c;d")
@example("/a b/\u067e/", "/a b/\u06a9?#%/")
def test_a_relative_reference_leads_to_its_url(origin: str, url: str) -> None:
    written = root_of(origin) + escape(url[1:])
    assert written
    assert not written.startswith("/")
    assert not re.match(r"[^/]*:", written), "nothing may read as a scheme"
    for base in ("https://archive.example", "https://archive.example/sub/path"):
        assert urljoin(base + escape(origin), written) == base + escape(url)
