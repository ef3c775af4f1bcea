"""The CommonMark engine gives tables, footnotes and headings the forms of the default engine."""

import re

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown.extensions.toc import slugify_unicode

from site_builder.build.commonmark_engine import heading_name, render
from site_builder.build.markdown_engine import render as render_default
from tests.archives import SITE, Archive


@pytest.mark.parametrize(
    "text",
    [
        "## The Strait of Hormuz",
        "## پاکستان کی پالیسی",
        "## One\n\n## One\n\n## One",
        "Plain *emphasis* and **strength**.",
        "A [link](a.md) and `code`.",
    ],
)
def test_simple_text_is_rendered_as_by_the_default_engine(text: str) -> None:
    assert render(text).strip() == render_default(text)


@given(st.text())
def test_headings_are_named_as_by_the_default_engine(text: str) -> None:
    assert heading_name(text) == slugify_unicode(text, "-")


def test_a_heading_may_name_its_own_id() -> None:
    assert render("## Terms {#own .note}") == '<h2 id="own" class="note">Terms</h2>\n'


def test_ids_made_from_headings_give_way_to_ids_that_were_written() -> None:
    ids = re.findall(r'id="([^"]+)"', render("## Own\n\n## Other {#own}"))
    assert ids == ["own_1", "own"]


def test_columns_are_aligned_by_an_attribute_and_not_by_a_style() -> None:
    html = render("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<th align="left">a</th><th align="right">b</th>' in html
    assert "style=" not in html


def test_footnotes_are_listed_at_the_end_in_the_order_of_their_calls() -> None:
    html = render("One[^b] two[^a] again[^b].\n\n[^a]: Note *a*.\n\n[^b]: Note b.\n\nThe end.")
    assert html.index("The end.") < html.index('<div class="footnote">')
    assert re.findall(r'<li id="(fn:\w)">', html) == ["fn:b", "fn:a"]
    assert re.findall(r'<sup id="([^"]+)"><a class="footnote-ref" href="([^"]+)">(\d)', html) == [
        ("fnref:b", "#fn:b", "1"),
        ("fnref:a", "#fn:a", "2"),
        ("fnref2:b", "#fn:b", "1"),
    ]
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html


def test_a_footnote_that_is_never_called_is_left_out() -> None:
    assert "footnote" not in render("Text.\n\n[^x]: Never called.")


def test_definition_lists_and_strikethrough_are_read() -> None:
    assert "<dt>Term</dt>" in render("Term\n: Meaning")
    assert "<del>gone</del>" in render("~~gone~~")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab[^1]:#*|-\n {}()`~", max_size=120))
def test_any_text_gives_html_without_repeated_ids(text: str) -> None:
    html = render(text)
    ids = re.findall(r'\sid="([^"]*)"', html)
    written = re.findall(r"\{[^}]*#", text)
    assert len(ids) == len(set(ids)) or written
    html5lib.parseFragment(html)


def test_an_archive_chooses_its_engine(archive: Archive) -> None:
    text = "Paragraph\n- item"
    archive.article("one", body=text)
    archive.build()
    assert "<li>" not in archive.page("/2025/08/one/").split('class="body"')[1].split("</div>")[0]
    archive.write("site.toml", SITE + 'engine = "commonmark"\n')
    archive.build()
    assert "<li>item</li>" in archive.page("/2025/08/one/")
