"""Editions: one file each, named by its bytes, frozen once published."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import html5lib
import pytest

from site_builder.articles.source import digest_of
from site_builder.errors import ContentError
from site_builder.publish.cid import RAW, parse_cid
from site_builder.publish.ledger import LEDGER_FILE
from site_builder.publish.profile import V1_2025
from site_builder.publish.unixfs import bytes_blocks
from tests.archives import NOON, SITE, Archive, tree_of
from tests.editions import PUBLISHED, block, cid_on, details, edition, publish_editions
from tests.imaging import large_png, opened, png, saved
from tests.processes import NOW, site_builder
from tests.programs import needs_program

ONE = "/2025/08/one/"
PICTURE = png()
SHOWN = (
    "data:image/png;base64,"
    + base64.b64encode(saved(opened(PICTURE), "PNG", optimize=True)).decode()
)

HOSTILE = [
    "<script>alert(1)</script>",
    '<script src="https://other.example/x.js"></script>',
    '<img alt="" src="https://other.example/x.png" onerror="alert(1)">',
    "<img alt src=https://other.example/x.png onerror=alert(1)>",
    "<img/onerror=alert(1) alt=x>",
    '<img alt="x"onerror=alert(1)>',
    '<p\nonclick="alert(1)">x</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JavaScript:alert(1)">x</a>',
    '<a href="java&#115;cript:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html,%3Cscript%3Ealert(1)%3C/script%3E">x</a>',
    '<script></script><a href="data:text/html,alert(1)">x</a>',
    '<iframe src="https://other.example/"></iframe>',
    '<svg onload="alert(1)"></svg>',
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg/onload=alert(1)>",
    '<math href="javascript:alert(1)">x</math>',
    '<object data="https://other.example/x.swf"></object>',
    '<applet code="x"></applet>',
    '<embed src="https://other.example/x.swf">',
    '<form action="https://other.example/"><button formaction="javascript:x">x</button></form>',
    '<video src="https://other.example/x.mp4" poster="https://other.example/x.png"></video>',
    '<audio autoplay src="https://other.example/x.mp3"></audio>',
    '<base href="https://other.example/">',
    '<meta http-equiv="refresh" content="0;url=https://other.example/">',
    '<link rel="stylesheet" href="https://other.example/x.css">',
    "<style>@import 'https://other.example/x.css';</style>",
    '<picture><source srcset="https://other.example/x.webp"><img src="p.png" alt=""></picture>',
    '<table background="https://other.example/x.png"><tr><td>x</td></tr></table>',
    '<a href="https://other.example/" ping="https://other.example/ping">x</a>',
    "<template><script>alert(1)</script></template>",
    '<x-element onclick="alert(1)">x</x-element>',
]

ALLOWED_TAGS = {
    "html", "head", "meta", "title", "link", "style", "body", "article", "header", "footer",
    "p", "a", "h1", "h2", "h3", "h4", "h5", "h6", "div", "span", "b", "i", "em", "strong",
    "code", "pre", "time", "ol", "ul", "li", "dl", "dt", "dd", "figure", "figcaption", "img",
    "table", "thead", "tbody", "tr", "th", "td", "blockquote", "sup", "sub", "hr", "br",
    "bdi",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {
    "lang", "dir", "charset", "name", "content", "http-equiv", "rel", "href", "src", "alt",
    "class", "id", "title", "datetime", "value", "align", "start", "scope",
}  # fmt: skip
ADDRESSES = {"href": r"https?://|ipfs://|#", "src": r"https?://|data:image/"}


def faults_of(text: str) -> Iterator[str]:
    """Yield whatever an edition must not have."""
    policies = []
    for element in html5lib.parse(text, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag not in ALLOWED_TAGS:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if name not in ALLOWED_ATTRIBUTES or not re.match(ADDRESSES.get(name, ""), value):
                yield f"{name}={value!r}"
        if element.tag == "link" and element.get("rel") != "canonical":
            yield "a link to another file"
        if element.get("http-equiv"):
            policies.append(element.get("http-equiv"))
        if element.tag == "style" and re.search(r"@import|url\(", element.text or ""):
            yield "a style sheet that needs another file"
    if policies != ["Content-Security-Policy"]:
        yield f"http-equiv={policies}"


def put_picture(archive: Archive, data: bytes = PICTURE) -> None:
    """Put a picture beside the articles."""
    (archive.root / "articles/p.png").write_bytes(data)


@pytest.fixture
def rich(archive: Archive) -> Archive:
    """A built archive whose first article has all that an article can have."""
    put_picture(archive)
    archive.article(
        "one",
        summary="In short.",
        dateline="ISLAMABAD",
        authors="[Ann, Bob]",
        tags="[a, b]",
        updated="2025-08-21",
        image="{file: p.png, alt: A picture, caption: What it shows, credit: Ann}",
        sources="[{title: The source, url: https://source.example/}]",
        corrections="[{date: 2025-08-21, text: It was wrong.}]",
        body=(
            "## Part\n\nSee [two](two.md), [all](/category/), [there](#part) and "
            "[it](https://elsewhere.example/).\n\n![Alt](p.png)\n\n| a | b |\n| :- | -: |\n"
            "| 1 | 2 |\n\nNote[^1].\n\n[^1]: Said."
        ),
    )
    archive.article("two", date="2025-09-01")
    archive.build()
    return archive


def test_an_edition_is_one_file_that_holds_all_that_the_article_says(rich: Archive) -> None:
    text = edition(rich, ONE)
    assert list(faults_of(text)) == []
    for words in (
        "<h1>one</h1>", "In short.", "ISLAMABAD", "Ann</a> and <a", "Bob", "What it shows",
        "The source", "https://source.example/", "It was wrong.", "Revision 1.", "The Site",
        'href="https://news.example/2025/09/two/"', 'href="https://news.example/category/"',
        'href="#part"', 'href="https://news.example/2025/08/one/"',
    ):  # fmt: skip
        assert words in text
    assert text.count(f'src="{SHOWN}"') == 2, "the picture of the head and that of the body"


@pytest.mark.parametrize("engine", ["markdown", "commonmark"])
@pytest.mark.parametrize("body", HOSTILE)
def test_nothing_in_an_edition_runs_or_reaches_out(
    archive: Archive, body: str, engine: str
) -> None:
    put_picture(archive)
    archive.write("site.toml", f'{SITE}engine = "{engine}"\n')
    archive.article("one", body=f"{body}\n\nText, [all](/category/).\n\n![Alt](p.png)")
    if re.search(r"(src|srcset|poster)=.?https:", body):
        with pytest.raises(ContentError, match="would be loaded from elsewhere"):
            archive.build()
        return
    archive.build()
    text = edition(archive, ONE)
    assert list(faults_of(text)) == []
    assert "alert(1)" not in re.sub(r"&lt;.*?&gt;", "", text) or "<script" not in text.lower()
    assert 'href="https://news.example/category/"' in text
    assert f'src="{SHOWN}"' in text


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="p.png" alt="">',
        "<img src='p.png' alt=''>",
        "<img src=p.png alt>",
        '<IMG ALT="" SRC="p.png">',
        '<img src = "p.png" alt="">',
        '<img src="p.png" srcset="p.png 2x" alt="">',
    ],
)
def test_a_picture_is_inside_however_it_is_written(archive: Archive, tag: str) -> None:
    put_picture(archive)
    archive.article("one", body=f"Text.\n\n{tag}")
    archive.build()
    pictures = html5lib.parse(edition(archive, ONE), namespaceHTMLElements=False).iter("img")
    assert [(one.get("src"), one.get("srcset")) for one in pictures] == [(SHOWN, None)]


def test_what_only_looks_active_stays_as_it_is_written(archive: Archive) -> None:
    body = "Run `<script>` with `onload=x` and `<iframe>`: *2 < 3*, [m](mailto:a@b.example)."
    archive.article("one", body=body)
    archive.build()
    text = edition(archive, ONE)
    assert "<code>&lt;script&gt;</code>" in text
    assert "<code>onload=x</code>" in text
    assert 'href="mailto:a@b.example"' in text


def test_a_cid_is_the_hash_of_the_bytes(rich: Archive) -> None:
    for url in (ONE, "/2025/09/two/"):
        cid = cid_on(rich, url)
        assert cid.startswith("bafkrei")
        assert parse_cid(cid).codec == RAW
        assert parse_cid(cid).digest == hashlib.sha256(block(rich, cid)).digest()


@pytest.mark.parametrize("large", [False, True])
def test_kubo_says_the_same_cid(archive: Archive, tmp_path: Path, large: bool) -> None:
    ipfs = needs_program("ipfs")
    put_picture(archive, large_png() if large else PICTURE)
    archive.article("one", body="![p](p.png)")
    archive.build()
    cid = cid_on(archive, ONE)
    whole = archive.output / "ipfs" / (f"{cid}.html" if large else cid)
    environment = {"IPFS_PATH": str(tmp_path / "kubo"), "HOME": str(tmp_path)}
    subprocess.run(
        [ipfs, "init", "--empty-repo", "--profile=test"],
        env=environment,
        check=True,
        capture_output=True,
    )
    command = [
        ipfs, "add", "--quieter", "--only-hash", "--cid-version=1", "--raw-leaves",
        "--chunker=size-1048576", "--max-file-links=1024", str(whole),
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == cid


def test_an_edition_of_several_blocks_has_all_of_them_on_the_host(archive: Archive) -> None:
    put_picture(archive, large_png())
    archive.article("one", body="![p](p.png)")
    archive.article("two")
    report = archive.build()
    cid = cid_on(archive, ONE)
    whole = block(archive, f"{cid}.html")
    assert len(whole) > 2_600_000
    assert list(faults_of(whole.decode())) == []
    blocks: dict[str, bytes] = {}
    root = bytes_blocks(whole, V1_2025, lambda one: blocks.update({str(one.cid): one.data}))
    assert str(root.cid) == cid
    assert len(blocks) == 4
    for name, data in blocks.items():
        assert block(archive, name) == data
    here = {path.removeprefix("ipfs/") for path in archive.tree() if path.startswith("ipfs/")}
    assert here == {
        *blocks, f"{cid}.html", "bafkqaaa", cid_on(archive, "/2025/08/two/"),
    }  # fmt: skip
    page = archive.page(ONE)
    assert f'href="../../../ipfs/{cid}.html" download="one.html"' in page
    assert "site-builder cid one.html" in page
    assert "data-sha256" not in page
    assert report.warnings == ()
    publish_editions(archive)
    archive.write("theme/templates/edition.html", "another")
    assert archive.build().warnings == ()
    assert [block(archive, name) for name in blocks] == list(blocks.values())
    archive.article("one", body="![p](p.png)\n\nMore.")
    assert archive.build().warnings == ()
    assert [block(archive, name) for name in blocks] == list(blocks.values())


def test_the_page_says_where_the_edition_is_and_how_to_check_it(rich: Archive) -> None:
    page, cid = rich.page(ONE), cid_on(rich, ONE)
    size = len(block(rich, cid))
    link = f"https://ipfs.io/ipfs/{cid}?filename=one.html&download=true"
    assert f'<a href="{link}">Download IPFS</a>'.replace("&", "&amp;") in page
    said = details(page)
    assert f"revision 1, {size:,} bytes" in said
    assert f'<a class="cid" href="ipfs://{cid}">{cid}</a>' in said
    assert f'<a href="../../../ipfs/{cid}" download="one.html">' in said
    assert "Earlier revisions" not in said


def test_the_line_on_the_page_checks_a_copy(rich: Archive, tmp_path: Path) -> None:
    needs_program("sha256sum")
    found = re.search(r"<pre><code>(echo .*?)</code></pre>", rich.page(ONE))
    assert found
    copy = tmp_path / "one.html"
    copy.write_bytes(block(rich, cid_on(rich, ONE)))

    def check() -> subprocess.CompletedProcess[str]:
        assert found
        command = ["sh", "-c", unescape(found[1])]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (check().returncode, check().stdout) == (0, "one.html: OK\n")
    copy.write_bytes(copy.read_bytes().replace(b"ISLAMABAD", b"ISLAMABAT"))
    assert check().returncode != 0


def test_the_gateway_is_the_first_of_those_configured(rich: Archive) -> None:
    cid = cid_on(rich, ONE)
    rich.write("site.toml", SITE + 'gateways = ["https://gate.example/", "https://ipfs.io/"]\n')
    rich.build()
    assert f'href="https://gate.example/ipfs/{cid}?filename=one.html' in rich.page(ONE)
    assert cid_on(rich, ONE) == cid


def test_the_same_article_has_the_same_edition_everywhere(rich: Archive, tmp_path: Path) -> None:
    for engine in ("markdown", "commonmark"):
        trees = []
        for jobs, name in ((1, "first"), (2, "deeper/second")):
            root = tmp_path / engine / name
            twin = Archive(root, f'{SITE}engine = "{engine}"\n')
            shutil.copytree(rich.root / "articles", root / "articles", dirs_exist_ok=True)
            for number in range(170):
                twin.article(f"filler-{number}", body=f"Text *{number}*.")
            twin.build(jobs=jobs)
            trees.append(tree_of(root / "output/ipfs"))
        assert len(trees[0]) == 173
        assert trees[0] == trees[1]


def test_the_host_says_that_it_is_a_source_of_blocks(rich: Archive) -> None:
    assert block(rich, "bafkqaaa") == b""
    headers = (rich.output / "_headers").read_text()
    headers = headers.partition("\n/ipfs/*\n")[2].partition("\n/")[0]
    for line in (
        "Content-Type: application/vnd.ipld.raw", "Content-Disposition: attachment",
        "immutable", "Access-Control-Allow-Origin: *",
    ):  # fmt: skip
        assert line in headers


def test_feeds_name_the_cid(rich: Archive) -> None:
    cid = cid_on(rich, ONE)
    assert f"<dc:identifier>ipfs://{cid}</dc:identifier>" in rich.page("/feed.xml")


def test_without_editions_nothing_speaks_of_them(rich: Archive) -> None:
    rich.write("site.toml", SITE + "editions = false\n")
    rich.build()
    assert not (rich.output / "ipfs").exists()
    assert not (rich.output / LEDGER_FILE).exists()
    for path, data in rich.tree().items():
        if path.endswith((".html", ".xml")):
            assert b"ipfs" not in data.lower(), path


# What is frozen.


@pytest.fixture
def published(rich: Archive) -> Archive:
    """The archive, its editions published and its site built with the ledger."""
    publish_editions(rich)
    assert rich.build().written == (LEDGER_FILE,)
    return rich


def respell(archive: Archive) -> None:
    """Let other articles spell a category otherwise, so that the site does."""
    for name in ("x", "y", "z"):
        archive.article(name, date="2025-01-01", categories="[DEFENCE]")


def other_version(_: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program be another one."""
    monkeypatch.setattr(
        "site_builder.setting._version", lambda rules: digest_of(repr(rules).encode())
    )


CHANGES: dict[str, Callable[[Archive, pytest.MonkeyPatch], object]] = {
    "theme": lambda archive, _: archive.write(
        "theme/templates/edition.html", "{{ article.title }} <p>in a new dress</p>"
    ),
    "version": other_version,
    "configuration": lambda archive, _: archive.write(
        "site.toml", SITE.replace("The Site", "Another") + 'publisher = "P"\npage_size = 3\n'
    ),
    "address": lambda archive, _: archive.write(
        "site.toml", SITE.replace("news.example", "moved.example")
    ),
    "engine": lambda archive, _: archive.write("site.toml", SITE + 'engine = "commonmark"\n'),
    "spelling": lambda archive, _: respell(archive),
    "neighbour": lambda archive, _: archive.article("between", date="2025-08-25"),
    "asserted": lambda archive, _: archive.article(
        "two", date="2025-09-01", ipfs=cid_on(archive, "/2025/09/two/")
    ),
    "extra": lambda archive, _: archive.article("two", date="2025-09-01", extra="{a: b}"),
}


@pytest.mark.parametrize("cache", ["kept", "lost"])
@pytest.mark.parametrize("change", CHANGES)
def test_no_published_edition_moves(
    published: Archive, change: str, cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = (ONE, "/2025/09/two/")
    before = {url: cid_on(published, url) for url in urls}
    blocks = {cid: block(published, cid) for cid in before.values()}
    stamps = {cid: (published.output / "ipfs" / cid).stat().st_mtime_ns for cid in blocks}
    CHANGES[change](published, monkeypatch)
    if cache == "lost":
        shutil.rmtree(published.root / ".site_builder")
    report = published.build()
    assert [warning for warning in report.warnings if "ipfs" in str(warning)] == []
    assert {url: cid_on(published, url) for url in urls} == before
    assert {cid: block(published, cid) for cid in blocks} == blocks
    now = {cid: (published.output / "ipfs" / cid).stat().st_mtime_ns for cid in blocks}
    assert now == stamps, "a published block was written again"
    assert published.build().written == ()
    assert publish_editions(published)[:2] == publish_editions(published)[:2]


def test_a_changed_body_makes_the_next_revision(published: Archive) -> None:
    first = cid_on(published, "/2025/09/two/")
    published.article("two", date="2025-09-01", body="Other text.")
    published.build()
    second = cid_on(published, "/2025/09/two/")
    assert second != first
    text = block(published, second).decode()
    assert f'Revision 2. The revision before it: <a href="ipfs://{first}">' in text
    said = details(published.page("/2025/09/two/"))
    assert "revision 2" in said
    assert "Earlier revisions" in said
    assert f'href="https://ipfs.io/ipfs/{first}">{first}</a>' in said
    assert '<time datetime="2026-01-01T12:00:00+00:00">' in said
    assert hashlib.sha256(block(published, first)).hexdigest() == parse_cid(first).digest.hex()
    lines = publish_editions(published)
    assert [(line.revision, line.cid, line.previous) for line in lines] == [
        (1, cid_on(published, ONE), ""),
        (1, first, ""),
        (2, second, first),
    ]
    assert published.build().written == (LEDGER_FILE,), "being published changes no page"
    published.article("two", date="2025-09-01", body="Again.")
    published.build()
    said = details(published.page("/2025/09/two/"))
    assert said.index(second) < said.index(first)
    assert block(published, first)
    assert block(published, second)


def test_an_edition_that_was_never_published_leaves_nothing_behind(rich: Archive) -> None:
    first = cid_on(rich, "/2025/09/two/")
    rich.article("two", date="2025-09-01", body="Other text.")
    rich.build()
    assert not (rich.output / "ipfs" / first).exists()
    assert "Revision 1." in edition(rich, "/2025/09/two/")


def test_a_correction_is_the_reason_of_the_revision_that_it_ends(published: Archive) -> None:
    url = "/2025/09/two/"
    wrong = "{date: 2025-09-02, text: It was two.}"
    published.article("two", date="2025-09-01", body="It was 2.", corrections=f"[{wrong}]")
    published.build()
    draft = published.page(url)
    assert "before this correction: It was two." in details(draft)
    lines = publish_editions(published, "2026-01-02T12:00:00+00:00")
    assert lines[-1].reason == "It was two."
    published.build()
    assert published.page(url) == draft
    also = "{date: 2025-09-02, text: It was three.}"
    published.article("two", date="2025-09-01", body="3.", corrections=f"[{wrong}, {also}]")
    published.build()
    said = details(published.page(url))
    at_two, at_three = said.index("It was two."), said.index("It was three.")
    assert said.index(lines[1].cid) > at_two > said.index(lines[-1].cid) > at_three
    assert publish_editions(published)[-1].reason == "It was three."
    published.article("two", date="2025-09-01", body="4.", corrections=f"[{wrong}, {also}]")
    assert publish_editions(published)[-1].reason == "", "no correction says why"


def test_a_changed_picture_makes_the_next_revision(published: Archive) -> None:
    first, other = cid_on(published, ONE), cid_on(published, "/2025/09/two/")
    put_picture(published, png("another"))
    published.build()
    assert "Revision 2." in edition(published, ONE)
    assert hashlib.sha256(block(published, first)).digest() == parse_cid(first).digest
    assert cid_on(published, "/2025/09/two/") == other


def test_a_retitled_article_stays_itself(published: Archive) -> None:
    first = cid_on(published, ONE)
    guid = '<guid isPermaLink="true">https://news.example/2025/08/one/</guid>'
    assert guid in published.page("/feed.xml")
    text = (published.root / "articles/one.md").read_text()
    text = text.replace("title: one", f"title: Renamed\naliases: [{ONE}]")
    published.write("articles/one.md", text)
    published.build()
    second = cid_on(published, "/2025/08/renamed/")
    for _ in range(2):
        assert f"ipfs://{first}" in block(published, second).decode()
        assert cid_on(published, "/2025/08/renamed/") == second
        assert guid.replace("true", "false") in published.page("/feed.xml")
        assert "refresh" in published.page(ONE)
        lines = publish_editions(published)
        assert (lines[-1].revision, lines[-1].previous) == (2, first)
        published.build()


def test_an_article_that_only_moved_keeps_its_edition(published: Archive) -> None:
    first = cid_on(published, "/2025/09/two/")
    published.article("two", date="2025-09-01", slug="moved", aliases="[/2025/09/two/]")
    published.build()
    assert cid_on(published, "/2025/09/moved/") == first
    assert len(publish_editions(published)) == 3


def vanished(archive: Archive) -> list[str]:
    """Return the Problems of a build, which must leave the site as it was."""
    before = archive.tree()
    with pytest.raises(ContentError) as caught:
        archive.build()
    assert archive.tree() == before
    return [str(problem) for problem in caught.value.problems]


VANISHED = (
    'editions.jsonl:2: the address /2025/09/two/ of "two" was published and would vanish (add it '
    "to the aliases of the article in its place, or keep it with withdrawn:)"
)


@pytest.mark.parametrize("way", ["deleted", "moved", "draft", "embargo"])
def test_a_published_address_cannot_vanish(published: Archive, way: str) -> None:
    if way == "deleted":
        (published.root / "articles/two.md").unlink()
        published.article("one")
    else:
        fields = {
            "moved": {"slug": "elsewhere"},
            "draft": {"draft": "true"},
            "embargo": {"embargo": "2027-01-01"},
        }[way]
        published.article("two", date="2025-09-01", **fields)
        published.article("one")
    assert vanished(published) == [VANISHED]


def test_an_address_cannot_vanish_without_editions_either(published: Archive) -> None:
    published.write("site.toml", SITE + "editions = false\n")
    (published.root / "articles/two.md").unlink()
    published.article("one")
    assert vanished(published) == [VANISHED]


def test_an_alias_or_a_withdrawal_explains_where_an_address_went(published: Archive) -> None:
    published.article("two", date="2025-09-01", slug="other")
    vanished(published)
    published.article("two", date="2025-09-01", slug="other", aliases="[/2025/09/two/]")
    published.build()
    assert "refresh" in published.page("/2025/09/two/")
    published.article("two", date="2025-09-01", withdrawn="{date: 2025-10-01, reason: Wrong.}")
    published.build()
    assert "Wrong." in published.page("/2025/09/two/")


@pytest.mark.parametrize("renamed", ["", "retitled", "moved"])
def test_the_blocks_of_a_withdrawn_article_are_served_no_more(
    published: Archive, renamed: str
) -> None:
    fields = {"date": "2025-09-01", "body": "Other."}
    first = cid_on(published, "/2025/09/two/")
    published.article("two", **fields)
    published.build()
    second = cid_on(published, "/2025/09/two/")
    publish_editions(published)
    if renamed:
        key = {"retitled": "title", "moved": "slug"}[renamed]
        fields |= {key: "three", "aliases": "[/2025/09/two/]"}
        published.article("two", **fields)
        publish_editions(published)
        published.build()
    assert block(published, first)
    published.article("two", **fields, withdrawn="{date: 2025-10-01, reason: Wrong.}")
    published.build()
    left = {path for path in published.tree() if path.startswith("ipfs/")}
    assert left == {"ipfs/bafkqaaa", f"ipfs/{cid_on(published, ONE)}"}
    assert first not in left
    assert second not in left


def test_an_assertion_that_holds_is_silent(rich: Archive) -> None:
    rich.article("two", date="2025-09-01", ipfs=cid_on(rich, "/2025/09/two/"))
    rich.build()


@pytest.mark.parametrize("state", ["draft", "published"])
def test_a_wrong_assertion_shows_both(rich: Archive, state: str) -> None:
    right, wrong = cid_on(rich, "/2025/09/two/"), cid_on(rich, ONE)
    if state == "published":
        publish_editions(rich)
        rich.build()
    rich.article("two", date="2025-09-01", ipfs=wrong)
    what = f"articles/two.md:5: ipfs: {wrong} is asserted, but the edition has {right}"
    hint = "put the article back as it was published, or take the line out"
    assert vanished(rich) == [f"{what} ({hint})"]


@pytest.mark.parametrize("damage", ["altered", "removed", "emptied", "text", "missing"])
def test_a_damaged_ledger_stops_the_build(published: Archive, damage: str) -> None:
    file = published.root / LEDGER_FILE
    lines = file.read_bytes().splitlines(keepends=True)
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(
            {
                "altered": lines[0].replace(b'"one"', b'"ona"') + lines[1],
                "removed": lines[1],
                "emptied": b"",
                "text": b"".join(lines) + b"junk\n",
            }[damage]
        )
    published.article("three")
    before = tree_of(published.output)
    done = site_builder("build", NOW, "--root", str(published.root), cwd=published.root)
    assert done.returncode == 1
    assert "editions.jsonl:" in done.stderr + done.stdout
    assert "restore the file from version control" in done.stderr + done.stdout
    assert tree_of(published.output) == before


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_bytes_that_are_lost_are_made_again(published: Archive, harm: str) -> None:
    cid = cid_on(published, ONE)
    file = published.output / "ipfs" / cid
    right = file.read_bytes()
    file.unlink() if harm == "lost" else file.write_bytes(b"other")
    report = published.build()
    assert report.written == (f"ipfs/{cid}",)
    assert report.warnings == ()
    assert file.read_bytes() == right


@pytest.mark.parametrize("harm", ["lost", "damaged"])
@pytest.mark.parametrize("kind", ["current", "earlier"])
def test_bytes_that_cannot_be_made_again_are_named(
    published: Archive, harm: str, kind: str
) -> None:
    cid = cid_on(published, "/2025/09/two/")
    if kind == "current":
        published.write("theme/templates/edition.html", "{{ article.title }} dressed anew")
    else:
        published.article("two", date="2025-09-01", body="Other.")
    published.build()
    file = published.output / "ipfs" / cid
    right = file.read_bytes()
    file.unlink() if harm == "lost" else file.write_bytes(b"other")
    for options in ({}, {}, {"jobs": 2}):
        report = published.build(**options)
        assert [cid in str(warning) for warning in report.warnings] == [True]
        assert not file.exists(), "wrong bytes must not be served under this name"
    if kind == "current":
        assert cid_on(published, "/2025/09/two/") == cid
    file.write_bytes(right)
    assert published.build().warnings == ()
    assert file.read_bytes() == right


# What is rewritten.


def test_a_changed_edition_rewrites_its_own_files_only(rich: Archive) -> None:
    for number in range(5):
        rich.article(f"n{number}", date=f"2025-07-0{number + 1}", summary="S.", body="Text.")
    rich.build()
    old = cid_on(rich, "/2025/07/n2/")
    rich.article("n2", date="2025-07-03", summary="S.", body="Other text.")
    report = rich.build()
    new = cid_on(rich, "/2025/07/n2/")
    assert set(report.written) == {
        "2025/07/n2/index.html", f"ipfs/{new}", "feed.xml", "category/defence/feed.xml",
    }  # fmt: skip
    assert report.removed == (f"ipfs/{old}",)


def test_being_published_rewrites_the_ledger_only(rich: Archive) -> None:
    publish_editions(rich)
    assert rich.build().written == (LEDGER_FILE,)
    assert (rich.output / LEDGER_FILE).read_bytes() == (rich.root / LEDGER_FILE).read_bytes()
    assert rich.build(now=NOON + timedelta(days=1)).written == ()
    assert PUBLISHED in (rich.output / LEDGER_FILE).read_text()
    assert os.stat(rich.output / LEDGER_FILE).st_size > 0
