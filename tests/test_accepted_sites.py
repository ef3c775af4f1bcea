"""Input as archives have it: accepted, and shown on the built page as an editor would expect."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from lxml import etree

from site_builder.cli import run
from tests.imaging import png

SITE = 'title = "The Archive"\nurl = "https://archive.example/"\ntime_zone = "Asia/Karachi"\n'
NOW = "2026-01-01T00:00:00+05:00"
NEEDED = {"title": "Talks", "date": "2025-08-20", "categories": "Diplomacy"}
# "The navy of Pakistan"
URDU = "\u067e\u0627\u06a9\u0633\u062a\u0627\u0646 \u06a9\u06cc \u0628\u062d\u0631\u06cc\u06c1"
Words = pytest.CaptureFixture[str]


def text_of(body: str = "The talks resumed.", **keys: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in {**NEEDED, **keys}.items())
    return f"---\n{lines}---\n\n{body}\n"


class Site:
    """An archive that is built in a folder of its own, and its pages."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "output"
        (root / "articles").mkdir()
        self.configure()

    def configure(self, more: str = "") -> None:
        (self.root / "site.toml").write_text(SITE + more)

    def write(self, name: str, data: str | bytes) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)

    def build(self, *arguments: str, now: str = NOW) -> int:
        return run(["build", "--root", str(self.root), "--now", now, "--jobs", "1", *arguments])

    def has(self, url: str) -> bool:
        return (self.output / url.strip("/") / "index.html").exists()

    def page(self, url: str) -> Element:
        """Return a page, parsed as browsers do, where any error of the parser is one here."""
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        page = self.output / url.strip("/") / "index.html"
        document: Element = parser.parse(page.read_text(encoding="utf-8"))
        return document

    def articles(self) -> list[str]:
        """Return the urls of all article pages."""
        pages = self.output.glob("[0-9]*/[0-9]*/*/index.html")
        return sorted(f"/{page.parent.relative_to(self.output).as_posix()}/" for page in pages)

    def listed(self) -> set[str]:
        """Return the titles that the feed has."""
        feed = etree.parse(self.output / "feed.xml")
        return {str(title.text) for title in feed.iterfind(".//item/title")}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def classed(page: Element, name: str) -> Iterator[Element]:
    return (node for node in page.iter() if name in (node.get("class") or "").split())


def words(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())


def heading(page: Element) -> str:
    return words(next(page.iter("h1")))


def dated(page: Element) -> str:
    """Return the `datetime` of the date under an article's title."""
    date = next(classed(page, "date"))
    return str(next(date.iter("time")).get("datetime"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_and_any_line_ends_are_accepted(
    end: str, mark: bytes, site: Site
) -> None:
    text = text_of("First.\n\n## Second\n\n[Third](/category/)", summary="'Short.'")
    site.write("articles/a.md", mark + text.replace("\n", end).encode())
    assert site.build() == 0
    page = site.page("/2025/08/talks/")
    assert heading(page) == "Talks"
    assert [words(node) for node in page.iter("h2") if node.get("id") == "second"] == ["Second"]


DATES = {
    "2025-08-20": ("2025/08", "2025-08-20T00:00:00+05:00"),
    '"2025-08-20"': ("2025/08", "2025-08-20T00:00:00+05:00"),
    "'2025-08-20 09:30'": ("2025/08", "2025-08-20T09:30:00+05:00"),
    "2025-08-20T09:30:00+05:00": ("2025/08", "2025-08-20T09:30:00+05:00"),
    "2014-10-02 9:00:11 -0400": ("2014/10", "2014-10-02T18:00:11+05:00"),
    "2007-06-05 13:59:08+00:00": ("2007/06", "2007-06-05T18:59:08+05:00"),
    "2025-07-31 19:00 UTC": ("2025/08", "2025-08-01T00:00:00+05:00"),
    "20 August 2025": ("2025/08", "2025-08-20T00:00:00+05:00"),
    "August 20, 2025 14:30": ("2025/08", "2025-08-20T14:30:00+05:00"),
    "Wed, 20 Aug 2025 14:30:00 +0000": ("2025/08", "2025-08-20T19:30:00+05:00"),
    "2025/08/20": ("2025/08", "2025-08-20T00:00:00+05:00"),
}


@pytest.mark.parametrize(("written", "month", "moment"), [(k, *v) for k, v in DATES.items()])
def test_a_date_as_archives_have_it_decides_address_and_time(
    written: str, month: str, moment: str, site: Site
) -> None:
    site.write("articles/a.md", text_of(date=written))
    assert site.build() == 0
    assert site.articles() == [f"/{month}/talks/"]
    assert dated(site.page(f"/{month}/talks/")) == moment


def test_categories_may_be_text_with_commas(site: Site) -> None:
    site.write("articles/a.md", text_of(categories="Defence & Security, Arms Control"))
    assert site.build() == 0
    assert site.has("/category/defence-security/")
    assert site.has("/category/arms-control/")
    assert "Categories: Defence & Security, Arms Control" in words(site.page("/2025/08/talks/"))


def test_the_language_no_is_norwegian(site: Site) -> None:
    site.write("articles/a.md", text_of(language="no"))
    assert site.build() == 0
    page = site.page("/2025/08/talks/")
    assert [node.get("lang") for node in page.iter("article")] == ["no"]


@pytest.mark.parametrize(
    ("title", "shown", "slug"),
    [
        ("2024", "2024", "2024"),
        ("no", "no", "no"),
        ("1.50", "1.50", "1-50"),
        ("'null'", "null", "null"),
        ("12:30", "12:30", "12-30"),
        ('AT&T <b>\'s</b> "plan"', 'AT&T <b>\'s</b> "plan"', "at-t-b-s-b-plan"),
        (URDU, URDU, URDU.replace(" ", "-")),
        (
            "\u4e2d\u56fd\u7684\u6838\u653f\u7b56\uff1a\u65b0\u7248",
            "\u4e2d\u56fd\u7684\u6838\u653f\u7b56\uff1a\u65b0\u7248",
            "\u4e2d\u56fd\u7684\u6838\u653f\u7b56-\u65b0\u7248",
        ),
    ],
)
def test_a_title_is_shown_as_written_and_gives_a_sensible_slug(
    title: str, shown: str, slug: str, site: Site
) -> None:
    site.write("articles/a.md", text_of(title=title))
    assert site.build() == 0
    assert site.articles() == [f"/2025/08/{slug}/"]
    assert heading(site.page(f"/2025/08/{slug}/")) == shown
    assert site.listed() == {shown}


@pytest.mark.parametrize("key", ["categories", "tags", "authors"])
def test_a_term_in_two_spellings_becomes_one_with_a_warning(
    key: str, site: Site, capsys: Words
) -> None:
    kind = {"categories": "category", "tags": "tag", "authors": "author"}[key]
    for name, term in {"a": "Arms control", "b": "Arms Control", "c": "Arms Control"}.items():
        site.write(f"articles/{name}.md", text_of(**{"title": name, key: f"\n  - {term}"}))
    assert site.build() == 0
    line = 4 if key == "categories" else 5
    assert capsys.readouterr().err == (
        f'warning: articles/a.md:{line}: the {kind} "Arms control" has the address of '
        '"Arms Control" and is shown under that name (use one spelling)\n'
    )
    listing = site.page(f"/{kind}/arms-control/")
    assert heading(listing) == "Arms Control"
    assert "Arms control" not in words(site.page("/2025/08/a/"))


def test_spellings_that_are_used_equally_often_are_settled_the_same_way_each_time(
    site: Site, capsys: Words
) -> None:
    site.write("articles/a.md", text_of(title="A", categories="arms-control"))
    site.write("articles/b.md", text_of(title="B", categories="Arms Control"))
    assert site.build() == 0
    assert capsys.readouterr().err.startswith('warning: articles/a.md:4: the category "arms-')


SCRIPT = "<script>if (a[b[0]]>1) { track() }</script>"


def test_a_script_in_a_body_stays_as_written(site: Site) -> None:
    site.write("articles/a.md", text_of(f"Text.\n\n{SCRIPT}\n"))
    assert site.build() == 0
    assert SCRIPT in (site.output / "2025/08/talks/index.html").read_text()
    feed = etree.parse(site.output / "feed.xml")
    (content,) = feed.iterfind(".//{http://purl.org/rss/1.0/modules/content/}encoded")
    assert SCRIPT in str(content.text)


def test_a_script_in_a_body_is_removed_where_the_site_sanitizes(site: Site) -> None:
    site.configure("sanitize = true\n")
    site.write("articles/a.md", text_of(f"Text.\n\n{SCRIPT}\n"))
    assert site.build() == 0
    for file in ("2025/08/talks/index.html", "feed.xml"):
        assert "track()" not in (site.output / file).read_text()


def test_sanitizing_takes_effect_on_what_was_built_before(site: Site) -> None:
    site.write("articles/a.md", text_of(f"Text.\n\n{SCRIPT}\n"))
    assert site.build() == 0
    site.configure("sanitize = true\n")
    assert site.build() == 0
    assert "track()" not in (site.output / "2025/08/talks/index.html").read_text()


def test_a_draft_is_published_only_where_drafts_are_asked_for(site: Site) -> None:
    site.write("articles/a.md", text_of(title="Public"))
    site.write("articles/b.md", text_of(title="Draft", draft="true"))
    assert site.build() == 0
    assert site.articles() == ["/2025/08/public/"]
    assert site.listed() == {"Public"}
    assert site.build("--drafts") == 0
    assert site.articles() == ["/2025/08/draft/", "/2025/08/public/"]
    assert site.build() == 0
    assert site.articles() == ["/2025/08/public/"]


def test_an_embargo_holds_until_its_very_moment(site: Site, capsys: Words) -> None:
    site.write("articles/a.md", text_of(embargo="2026-01-01 06:00"))
    site.write("articles/b.md", text_of(title="Public"))
    assert site.build(now="2026-01-01T05:59:59+05:00") == 0
    assert site.articles() == ["/2025/08/public/"]
    assert "next changes at 2026-01-01T06:00:00+05:00" in capsys.readouterr().out
    for file in site.output.rglob("*"):
        assert not file.is_file() or b"Talks" not in file.read_bytes()
    assert site.build(now="2026-01-01T01:00:00+00:00") == 0
    assert site.articles() == ["/2025/08/public/", "/2025/08/talks/"]
    assert "next changes" not in capsys.readouterr().out


def test_an_article_expires_at_its_very_moment(site: Site) -> None:
    site.write("articles/a.md", text_of(expires="2026-01-01 06:00"))
    assert site.build(now="2026-01-01T05:59:59+05:00") == 0
    assert site.listed() == {"Talks"}
    assert "The talks resumed." in words(site.page("/2025/08/talks/"))
    assert site.build(now="2026-01-01T06:00:00+05:00") == 0
    assert site.listed() == set()
    assert "The talks resumed." not in words(site.page("/2025/08/talks/"))
    assert "expired" in words(site.page("/2025/08/talks/"))


def test_a_withdrawn_article_says_when_and_why_and_is_listed_nowhere(site: Site) -> None:
    site.write(
        "articles/a.md",
        text_of(
            withdrawn="{date: 2025-09-01, reason: By order of a court.}",
            aliases="/old/",
        ),
    )
    site.write("articles/b.md", text_of("[The talks](a.md)", title="Public"))
    assert site.build() == 0
    page = words(site.page("/2025/08/talks/"))
    assert "September 1, 2025" in page
    assert "By order of a court." in page
    assert "The talks resumed." not in page
    assert site.listed() == {"Public"}
    assert "/2025/08/talks/" not in (site.output / "sitemap.xml").read_text()
    assert site.has("/old/")


def test_an_alias_becomes_a_redirect(site: Site) -> None:
    site.write("articles/a.md", text_of(aliases="[/2014/old-address, /old.html, '/caf\u00e9/']"))
    assert site.build() == 0
    for path, target in {
        "2014/old-address/index.html": "../../2025/08/talks/",
        "old.html": "./2025/08/talks/",
        "caf\u00e9/index.html": "../2025/08/talks/",
    }.items():
        text = (site.output / path).read_text()
        page = html5lib.parse(text, namespaceHTMLElements=False)
        refresh = [
            node.get("content") for node in page.iter("meta") if node.get("http-equiv") == "refresh"
        ]
        canonical = [node.get("href") for node in page.iter("link") if node.get("rel")]
        assert [str(content).partition("url=")[2].strip("'") for content in refresh] == [target]
        assert "https://archive.example/2025/08/talks/" in canonical
        assert target in [node.get("href") for node in page.iter("a")]


def test_free_values_reach_the_theme_with_their_types(site: Site) -> None:
    site.write(
        "theme/templates/article.html",
        "{% for value in article.extra.values() %}[{{ value.__class__ }}={{ value }}]{% endfor %}",
    )
    site.write(
        "articles/a.md",
        text_of(extra="{a: 1, b: 1.5, c: true, d: no, e: '1', f: [1], g: {h: x}, i: null}"),
    )
    assert site.build() == 0
    shown = (site.output / "2025/08/talks/index.html").read_text()
    assert "=1]" in shown
    assert "=1.5]" in shown
    assert "=True]" in shown
    assert "=no]" in shown
    assert "=[1]]" in shown
    assert "=None]" in shown


def test_a_picture_is_published_beside_its_article(site: Site) -> None:
    site.write("articles/2025/map one.png", png())
    site.write("articles/2025/a.md", text_of("![A map](map%20one.png)"))
    assert site.build() == 0
    (picture,) = (site.output / "2025/08/talks").glob("map one-3.*.png")
    page = site.page("/2025/08/talks/")
    address = f"../../../2025/08/talks/{picture.name.replace(' ', '%20')}"
    assert address in [node.get("src") for node in page.iter("img")]


def test_a_picture_may_come_from_another_folder_of_the_archive(site: Site) -> None:
    site.write("articles/pictures/map.png", png())
    site.write("articles/2025/a.md", text_of(image="{file: ../pictures/map.png, alt: A map}"))
    assert site.build() == 0
    assert len(list((site.output / "2025/08/talks").glob("map-3.*.png"))) == 1


def test_a_file_that_is_linked_to_is_copied_beside_its_article(site: Site) -> None:
    site.write("articles/2025/the treaty.pdf", b"x")
    site.write("articles/2025/a.md", text_of("[The treaty](the%20treaty.pdf)"))
    assert site.build() == 0
    assert (site.output / "2025/08/talks/the treaty.pdf").read_bytes() == b"x"


def test_articles_link_to_each_other_by_their_files(site: Site) -> None:
    site.write("articles/2025/a.md", text_of("[Before](../2024/b.md#part)"))
    site.write("articles/2024/b.md", text_of(title="Before", date="2024-05-01"))
    assert site.build() == 0
    links = [node.get("href") for node in site.page("/2025/08/talks/").iter("a")]
    assert "../../../2024/05/before/#part" in links


def test_a_title_in_any_script_or_with_any_sign_is_safe_in_feed_and_page(site: Site) -> None:
    titles = ["]]>", "<!--", "&amp;", "{{ 1 }}", "\\", "a\u200fb", "\U0001f680 launch", "{% x %}"]
    for number, title in enumerate(titles):
        quoted = "'" + title.replace("'", "''") + "'"
        site.write(f"articles/{number}.md", text_of(title, title=quoted, slug=f"n{number}"))
    assert site.build() == 0
    assert site.listed() == set(titles)
    for number, title in enumerate(titles):
        assert heading(site.page(f"/2025/08/n{number}/")) == title
