"""The default engine gives the very HTML that Python-Markdown gives without its shortcuts."""

from pathlib import Path

import frontmatter
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from site_builder.build.markdown_engine import new_converter, render
from tests.conftest import PROJECT

SOURCES = sorted((PROJECT / "articles").rglob("*.md"))
PLAIN = new_converter()
WORDS = st.sampled_from(
    [
        *("word", "two_words", "*em*", "**strong**", "***both***", "_em_", "__strong__", "a*b"),
        *("*", "_", " ", "`", "`code`", "``x`y``", "\\*", "\\_", "[link](a.md)", '[l](a.md "t")'),
        *("[ref][id]", "[id]", "[id]:", "![pic](p.png)", "![pic][id]", "[^1]", "[^1]:", "<b>"),
        *("</b>", "<http://a.example>", "<a@b.example>", "&amp;", "&", "&#64;", "<", ">", "  \n"),
        *("\n", "\n\n", "#", "##", "-", "1.", "---", "~~~", "```", "{: #x .y}", ": term", "[", "]"),
        *("(", ")", "!", "<!--", "-->", "http://a.example", "    x", "a b"),
    ]
)
MARKED = st.lists(WORDS | st.text(max_size=3), max_size=40).map(" ".join)


def check(text: str) -> None:
    """Compare both; a text that one refuses must be refused by the other."""
    try:
        expected = PLAIN.reset().convert(text)
    except RecursionError:
        with pytest.raises(RecursionError):
            render(text)
        return
    assert render(text) == expected


@settings(max_examples=400, deadline=None)
@given(MARKED | st.text(alphabet="ab*_`[]()<>!&\\ \n#-:|{}", max_size=60))
@example("*a `b* c`")
@example("[a *b][c] d*\n\n[c]: x")
@example("a  \nb\\\nc")
@example("***a** b*")
@example("# A *b* `c` &amp; <b>d</b>[^1]\n\n# A b\n\n# A {: #x }\n\n[^1]: n")
@example("# <\n\n#\n\n# _1\n\n# [TOC]\n\n[TOC]")
def test_any_text_is_rendered_as_without_shortcuts(text: str) -> None:
    check(text)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.stem))
def test_every_sample_article_is_rendered_as_without_shortcuts(source: Path) -> None:
    check(frontmatter.load(str(source)).content)


def test_one_article_leaves_nothing_behind_for_the_next() -> None:
    first = render("A[^n] [r]\n\n[^n]: N\n\n[r]: /x/\n\n## H")
    assert "footnote" in first
    assert render("A[^n] [r]") == "<p>A[^n] [r]</p>"
    assert render("## H") == '<h2 id="h">H</h2>'
