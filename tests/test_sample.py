"""The sample archive, built: what readers, browsers and feed readers find."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import frontmatter
import html5lib
import pytest
from lxml import etree

from tests.conftest import PROJECT

SOURCES = sorted((PROJECT / "articles").rglob("*.md"))
FIRST = "2025/08/pakistan-us-counterterrorism-alliance-gains-momentum/index.html"
BASE = "https://archive.example/"


class Links(HTMLParser):
    """Collects where a page leads and the ids that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        absolute = tag == "link" and values.get("rel") == "canonical"
        for name in ("href", "src"):
            if values.get(name) and not absolute:
                self.links.append(str(values[name]))


def pages_of(output: Path) -> Iterator[tuple[str, str]]:
    """Yield path and text of every page."""
    for file in sorted(output.rglob("*.html")):
        yield file.relative_to(output).as_posix(), file.read_text(encoding="utf-8")


def parsed(text: str) -> Links:
    """Return the links and ids of a page."""
    links = Links()
    links.feed(text)
    return links


def first_page(sample: Path) -> str:
    """Return the page of the first article."""
    return (sample / FIRST).read_text(encoding="utf-8")


def test_every_page_parses_without_error_in_a_strict_html5_parser(sample: Path) -> None:
    parser = html5lib.HTMLParser(strict=True)
    pages = list(pages_of(sample))
    assert len(pages) > 100
    for path, text in pages:
        try:
            parser.parse(text)
        except html5lib.html5parser.ParseError as error:
            pytest.fail(f"{path}: {error}")


def test_every_feed_and_sitemap_parses_as_xml(sample: Path) -> None:
    files = sorted(sample.rglob("*.xml"))
    assert len(files) > 10
    for file in files:
        etree.fromstring(file.read_bytes(), etree.XMLParser(resolve_entities=False))


@pytest.mark.parametrize("prefix", ["/", "/deep/er/"], ids=["at the root", "under a sub-path"])
def test_every_internal_link_and_fragment_resolves(sample: Path, prefix: str) -> None:
    host = "http://host.test"
    texts = dict(pages_of(sample))
    ids = {path: parsed(text).ids for path, text in texts.items()}
    for path, text in texts.items():
        here = host + prefix + path.removesuffix("index.html")
        if path == "404.html":
            continue  # hosts serve it at any depth; its links are those of the site's own address
        for link in parsed(text).links:
            target = urlsplit(urljoin(here, link))
            if target.scheme not in ("http", "https") or target.netloc != "host.test":
                continue
            assert target.path.startswith(prefix), f"{path} leaves the site: {link}"
            found = unquote(target.path.removeprefix(prefix))
            found += "index.html" if not found or found.endswith("/") else ""
            assert (sample / found).is_file(), f"{path}: {link}"
            if target.fragment:
                assert unquote(target.fragment) in ids[found], f"{path}: {link}"


def test_the_page_for_missing_addresses_links_from_the_root(sample: Path) -> None:
    for link in parsed((sample / "404.html").read_text()).links:
        assert link.startswith(("/", "#")), link
        if link.startswith("/"):
            url = link.partition("#")[0]
            path = url.lstrip("/")
            assert (sample / (path + "index.html" if url.endswith("/") else path)).is_file()


def test_links_inside_pages_are_relative(sample: Path) -> None:
    for path, text in pages_of(sample):
        if path == "404.html":
            continue
        for link in parsed(text).links:
            assert not link.startswith("/"), f"{path}: {link}"
            assert not link.startswith(BASE), f"{path}: {link}"


def test_ids_are_unique_on_every_page_and_each_has_one_first_heading(sample: Path) -> None:
    for path, text in pages_of(sample):
        ids = parsed(text).ids
        assert len(ids) == len(set(ids)), path
        if "http-equiv" not in text:
            assert len(re.findall(r"<h1[ >]", text)) == 1, path


def test_the_first_article_shows_what_the_readers_need(sample: Path) -> None:
    text = first_page(sample)
    assert "Pakistan-US Counterterrorism Alliance Gains Momentum</h1>" in text
    assert '<time datetime="2025-08-20T00:00:00+05:00">August 20, 2025</time>' in text
    category = '<a href="../../../category/defence-security/">Defence &amp; Security</a>'
    assert f"Categories: {category}</p>" in text
    for fact in ("Balochistan Liberation Army", "Nabeel Munir", "Gregory D. LoGerfo", "2019"):
        assert fact in text
    assert 'rel="prev"' in text
    assert 'rel="next"' in text
    assert re.search(r'<link rel="alternate" type="application/rss\+xml"[^>]+feed\.xml"', text)
    assert re.search(r'<a href="[./]*feed\.xml">', text)


def test_static_files_have_their_digest_in_their_names(sample: Path) -> None:
    names = [file.name for file in (sample / "assets").iterdir()]
    assert names
    assert all(re.fullmatch(r"[\w-]+\.[0-9a-f]{12}\.\w+", name) for name in names)


def test_a_category_page_advertises_its_own_feed_first(sample: Path) -> None:
    text = (sample / "category/diplomacy/index.html").read_text()
    assert text.index('href="../../category/diplomacy/feed.xml"') < text.index(
        'href="../../feed.xml"'
    )


def test_the_feed_has_the_newest_articles_whole_with_absolute_addresses(sample: Path) -> None:
    channel = etree.parse(str(sample / "feed.xml")).getroot().find("channel")
    assert channel is not None
    items = channel.findall("item")
    assert len(items) == min(50, len(SOURCES))
    assert channel.findtext("link") == BASE
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    for item in items:
        assert item.findtext("guid") == item.findtext("link")
        names = [element.tag for element in item]
        assert names.index("description") < names.index(content)
        for link in parsed(item.findtext(content) or "").links:
            assert urlsplit(link).scheme in ("http", "https", "mailto"), link


def test_the_sitemap_names_every_page_that_is_no_redirect(sample: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    parts = [loc.text or "" for loc in etree.parse(str(sample / "sitemap.xml")).iter(space)]
    assert all((sample / part.removeprefix(BASE)).is_file() for part in parts)
    named = set()
    for part in parts:
        file = sample / part.removeprefix(BASE)
        named |= {loc.text or "" for loc in etree.parse(str(file)).iter(space)}
    for address in named:
        assert address.isascii()
        assert (sample / unquote(address.removeprefix(BASE)) / "index.html").is_file()
    articles = [path for path, text in pages_of(sample) if '<article class="article"' in text]
    assert len(articles) == len(SOURCES)
    assert f"Sitemap: {BASE}sitemap.xml" in (sample / "robots.txt").read_text()


def test_every_page_that_the_sitemap_names_describes_itself(sample: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    named = [
        loc.text or ""
        for file in sorted((sample / "sitemaps").glob("*.xml"))
        for loc in etree.parse(str(file)).iter(space)
    ]
    assert len(named) > 50
    for address in named:
        page = sample / unquote(address.removeprefix(BASE)) / "index.html"
        text = page.read_text(encoding="utf-8")
        assert re.search('<meta name="description" content="[^"]{20,}">', text), address


def test_the_sample_archive_is_as_large_and_varied_as_promised() -> None:
    posts: list[Any] = [frontmatter.load(str(source)) for source in SOURCES]
    assert len(posts) >= 30
    assert len({str(post["date"])[:4] for post in posts}) >= 4
    assert len({name for post in posts for name in post["categories"]}) >= 6
    assert sum(len(post["categories"]) > 1 for post in posts) >= 3
    for post, source in zip(posts, SOURCES, strict=True):
        assert len(post.content.split()) >= 250, source
        assert post["sources"], source
    assert any(post.get("corrections") for post in posts)
    assert any(len(post.get("authors", [])) > 1 for post in posts)
    assert any(
        post.get("image") and "[^1]" in post.content and "|---" in post.content.replace(" ", "")
        for post in posts
    )


def test_the_urdu_article_reads_from_right_to_left(sample: Path) -> None:
    pages = [text for _, text in pages_of(sample) if '<article class="article" lang="ur"' in text]
    assert len(pages) == 1
    assert '<article class="article" lang="ur" dir="rtl">' in pages[0]
