"""What browsers are told to enforce: the same in every page and by the host, within its limits."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import html5lib
import pytest

from site_builder.build.security import content_policy, host_headers
from site_builder.build.theme import Template
from tests.archives import SITE, Archive, tree_of

MOST_RULES, MOST_LINE = 100, 2000  # Cloudflare Pages
META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def policy(**templates: str) -> dict[str, list[str]]:
    texts = {f"{name}.html": Template(f"{name}.html", text) for name, text in templates.items()}
    directives = (one.split() for one in content_policy(texts).split("; "))
    return {name: values for name, *values in directives}


def hash_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_a_page_loads_nothing_but_what_the_site_serves() -> None:
    found = policy(base="<p>Hello</p>")
    assert found.pop("default-src") == ["'none'"]
    assert found.pop("base-uri") == ["'none'"]
    assert {value for values in found.values() for value in values} == {"'self'"}


def test_fixed_scripts_and_styles_of_templates_are_allowed_by_their_hashes() -> None:
    found = policy(a="<script>\n  go();\n</script>", b="<style>p { color: red }</style>")
    assert found["script-src"] == ["'self'", hash_of("\n  go();\n")]
    assert found["style-src"] == ["'self'", hash_of("p { color: red }")]


@pytest.mark.parametrize(
    "text",
    [
        "<script>{{ value }}</script>",
        "<script>{% if a %}go(){% endif %}</script>",
        '<script type="application/ld+json">{}</script>',
        '<script src="x.js"></script>',
    ],
)
def test_what_is_not_fixed_or_not_inline_gets_no_hash(text: str) -> None:
    assert policy(a=text)["script-src"] == ["'self'"]


def test_an_edition_has_its_own_policy_and_gives_none_to_pages() -> None:
    assert policy(edition="<style>p {}</style>")["style-src"] == ["'self'"]


def test_every_page_has_the_policy_before_anything_that_it_loads(sample: Path) -> None:
    wanted = next(
        line.partition(": ")[2]
        for line in (sample / "_headers").read_text().splitlines()
        if "Content-Security-Policy" in line
    ).removesuffix("; frame-ancestors 'none'")
    pages = [file for file in sample.rglob("*.html") if file.parent.name != "ipfs"]
    assert len(pages) > 80
    for page in pages:
        text = page.read_text()
        assert META.findall(text) == [wanted], page
        assert META.search(text).start() < re.search("<(link|script|style|title)", text).start()  # type: ignore[union-attr]


def test_no_page_has_what_the_policy_forbids(sample: Path) -> None:
    for page in sample.rglob("*.html"):
        tree = html5lib.parse(page.read_text(), namespaceHTMLElements=False)
        for element in tree.iter():
            if not isinstance(element.tag, str):
                continue
            assert "style" not in element.attrib, page
            assert not [name for name in element.attrib if name.startswith("on")], page
            inline = element.tag.rpartition("}")[2] in ("script", "style") and not element.get(
                "src"
            )
            assert not inline or element.get("type") == "application/ld+json", page


def test_the_headers_keep_within_what_hosts_read(sample: Path) -> None:
    lines = (sample / "_headers").read_text().splitlines()
    rules = [line for line in lines if line.startswith("/")]
    assert len(rules) <= MOST_RULES
    assert max(map(len, lines)) <= MOST_LINE
    assert rules == ["/*", "/ipfs/*", "/editions.jsonl"]
    whole_site = lines[1 : lines.index("/ipfs/*")]
    names = [line.split(":")[0].strip() for line in lines if line.startswith("  ")]
    assert all(line.startswith("  ") and ": " in line for line in whole_site)
    assert names.count("X-Content-Type-Options") == 1  # hosts join what two rules say
    assert "frame-ancestors 'none'" in lines[1]
    assert "upgrade-insecure-requests" not in lines[1]


def test_headers_are_written_without_editions_too(archive: Archive) -> None:
    archive.write("site.toml", SITE + "editions = false\n")
    archive.article("one")
    archive.build()
    assert (archive.output / "_headers").read_text() == host_headers({})


def test_a_theme_with_a_script_of_its_own_changes_page_and_header(archive: Archive) -> None:
    archive.write("theme/templates/missing.html", "<script>go()</script>\n")
    archive.article("one")
    archive.build()
    tree = tree_of(archive.output)
    for path in ("_headers", "2025/08/one/index.html"):
        assert hash_of("go()") in tree[path].decode(), path
