"""Markdown bodies: what is rendered, where it is cut, and what a sanitized body has lost."""

import html
import re
import time

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.articles.source import Rendered, Rules
from site_builder.build.markup import MAX_SUMMARY_CHARACTERS, MarkupFault, _cut, render_markdown
from site_builder.build.tags import written

RULES = Rules("UTC", "en", sanitize=False)
MARKS = "ab \n#*_`[]()<>!&;:-+.\"'|~{}=/\\1\u067e"


def rendered(text: str) -> Rendered:
    return render_markdown(text, RULES)


def joined(body: Rendered) -> str:
    """Return the HTML with its references in their places again."""
    pieces = [body.parts[0]]
    for number, (href, part) in enumerate(zip(body.hrefs, body.parts[1:], strict=True)):
        attributes = body.shown.get(number)
        if attributes is None:
            pieces += (html.escape(href), part)
        else:
            pieces += (written("img", [("src", href), *attributes]), part)
    return "".join(pieces)


def tree(text: str) -> list[tuple[object, dict[str, str], str]]:
    """Return the elements that a browser sees, with what is in and behind them."""
    fragment = html5lib.parseFragment(text, namespaceHTMLElements=False)
    return [
        (node.tag, {name: " ".join(value.split()) for name, value in node.attrib.items()},
         f"{node.text}{node.tail}")
        for node in fragment.iter()
    ]  # fmt: skip


def sanitized(text: str) -> str:
    return joined(render_markdown(text, Rules("UTC", "en", sanitize=True)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| a | b |\n| - | -: |\n| 1 | 2 |", "<td"),
        ("One.[^1]\n\n[^1]: Note.", 'class="footnote"'),
        ("Term\n: Meaning", "<dd>Meaning</dd>"),
        ("```\n<b>\n```", "<code>&lt;b&gt;"),
        ("## The treaty {.lead}", 'class="lead"'),
        ("## The treaty", '<h2 id="the-treaty">'),
        (
            "## \u0645\u0639\u0627\u06c1\u062f\u06c1",
            '<h2 id="\u0645\u0639\u0627\u06c1\u062f\u06c1">',
        ),
        ("AT&T <https://e.org/?a&b>", '<a href="https://e.org/?a&amp;b">'),
    ],
)
def test_markdown_has_what_articles_need(text: str, expected: str) -> None:
    assert expected in joined(rendered(text))


def test_a_footnote_of_one_article_is_not_in_the_next() -> None:
    rendered("One.[^1]\n\n[^1]: Note.")
    assert joined(rendered("Two.[^1]")) == "<p>Two.[^1]</p>"


def test_heading_ids_of_one_article_do_not_count_in_the_next() -> None:
    assert joined(rendered("## A")) == joined(rendered("## A"))


def test_headings_move_down_a_level_where_a_body_uses_the_first() -> None:
    moved = joined(rendered("# A\n\n## B\n\n###### F"))
    assert re.findall(r"</?h\d", moved) == ["<h2", "</h2", "<h3", "</h3", "<h6", "</h6"]


def test_headings_stay_where_a_body_does_not_use_the_first() -> None:
    assert re.findall(r"<h\d", joined(rendered("## A\n\n### B"))) == ["<h2", "<h3"]


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        ("[a](b.md)", ("b.md",)),
        ("[a](b.md 'Title')", ("b.md",)),
        ("[a](<b c.md>)", ("b c.md",)),
        ("![a](b.png)", ("b.png",)),
        ("[![a](b.png)](c.md)", ("c.md", "b.png")),
        ("[a]\n\n[a]: b.md", ("b.md",)),
        ("[a](b?x=1&y=2#z)", ("b?x=1&y=2#z",)),
        ("[a](#here) [b](/c/)", ("#here", "/c/")),
        ("[a](https://e.org) [b](//e.org) [c](mailto:a@e.org) [d](tel:+92)", ()),
        ("<a@e.org>", ()),
        ("`[a](b.md)`", ()),
        ("    <a href='b.md'>", ()),
        ("```\n[a](b.md)\n```", ()),
        ("<!-- <a href='b.md'> -->", ()),
        ("<a href=b.md>a</a>", ("b.md",)),
        ("<A HREF = 'b.md'>a</A>", ("b.md",)),
        ("<img src='a.png' srcset='b.png 1x, c.png 2x'>", ("a.png", "b.png", "c.png")),
        ("<video poster='a.png'><source src=\"b.mp4\"></video>", ("a.png", "b.mp4")),
        ("<script>x = '<a href=\"b.md\">'</script>", ()),
        ("<script src='b.js'>x = '<a href=c>'</script>", ("b.js",)),
        ("<a data-href='b.md' title='c'>a</a>", ()),
        ('[a](https://e.org "say href=abc")', ()),
        ("<a title=\"it's href='b.md'\" href='c.md'>a</a>", ("c.md",)),
        ("<p title='a > b'><a href='c.md'>a</a></p>", ("c.md",)),
        ("<a href=''>a</a>", ()),
        ("<a href='a&amp;b.md'>a</a>", ("a&b.md",)),
    ],
)
def test_html_is_cut_at_references_into_the_archive(text: str, hrefs: tuple[str, ...]) -> None:
    assert rendered(text).hrefs == hrefs


def test_what_is_cut_is_put_together_again() -> None:
    body = rendered('A [b](c.md "d") and ![e](f.png "g").')
    assert body.parts == ('<p>A <a href="', '" title="d">b</a> and ', ".</p>")
    assert body.shown == {1: (("alt", "e"), ("title", "g"))}


TOKENS = [
    *("<a", "<img", "<script", "</script>", "<!--", "-->", ">", "/>", "</a>", "<", "&", " ", "\n"),
    *(
        " href=",
        " src=",
        " srcset=",
        " title=",
        " data-href=",
        " HREF = ",
        '"',
        "'",
        "=",
        "x",
        "b.md",
    ),
    *("/c/", "#d", "https://e.org", "a.png 1x, b.png 2x", "&amp;", "&quot;", "&#106;", "&lt", ","),
]


@given(st.lists(st.sampled_from(TOKENS)).map("".join))
@example('<img " src=x.png> said <b>here</b>')
def test_cutting_any_html_and_joining_it_again_loses_nothing(text: str) -> None:
    """References come back unescaped and without the blanks around them, all else as it was."""
    parts, hrefs, shown, *_ = _cut(text)
    assert "".join(parts) == text or hrefs
    again = joined(Rendered(parts, hrefs, "", 0, shown))
    if shown:  # pictures are taken apart and written anew
        assert tree(again) == tree(text)
    else:
        assert "".join(html.unescape(again).split()) == "".join(html.unescape(text).split())


@given(st.text(st.sampled_from(MARKS)))
def test_every_reference_that_a_browser_sees_is_cut(text: str) -> None:
    body = rendered(text)
    fragment = html5lib.parseFragment(joined(body), namespaceHTMLElements=False)
    seen = [
        str(node.get(name)).strip()
        for node in fragment.iter()
        if isinstance(node.tag, str)
        for name in ("href", "src", "poster")
        if node.get(name)
    ]
    inside = [href for href in seen if href and not re.match(r"[a-zA-Z][\w+.-]*:|//", href)]
    assert set(inside) <= set(body.hrefs)


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_rendered(text: str) -> None:
    body = rendered(text)
    assert len(body.summary) <= MAX_SUMMARY_CHARACTERS + 1
    assert body.words >= 0


@given(st.text(st.sampled_from(MARKS)))
def test_any_text_can_be_sanitized(text: str) -> None:
    assert "<script" not in sanitized(text)


@given(st.text(st.sampled_from(MARKS)))
def test_a_body_is_rendered_the_same_whatever_came_before(text: str) -> None:
    first = rendered("One.[^1] [a](b.md)\n\n[^1]: Note.")
    rendered(text)
    assert rendered("One.[^1] [a](b.md)\n\n[^1]: Note.") == first


@pytest.mark.parametrize(
    "mark", ["- ", "> ", "1. ", "[", "![", "*", "_", "`", "<p>", "<b", "(", "\n"]
)
def test_deep_nesting_is_rendered_or_refused_in_bounded_time(mark: str) -> None:
    times = 20_000
    started = time.perf_counter()
    refused = ""
    try:
        rendered(mark * (times // len(mark)) + "x")
    except MarkupFault as fault:
        refused = fault.what
    assert not refused or "nested too deep" in refused or "not closed" in refused
    assert time.perf_counter() - started < 20
    assert rendered("[a](b.md)").hrefs == ("b.md",), "the next article is read as ever"


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("", ""),
        ("## Heading", ""),
        ("## Heading\n\nFirst *one*, then `two` & [three](x.md).\n\nNext.",
         "First one, then two & three."),
        ("![A map](map.png)\n\nText.", "Text."),
        ("Text.[^1]\n\n[^1]: Note.", "Text."),
        ("Two\nlines", "Two lines"),
        ("| a |\n| - |\n| b |\n\nText.", "Text."),
        ("> Quoted.", "Quoted."),
    ],
)  # fmt: skip
def test_the_summary_is_the_first_paragraph_as_plain_text(text: str, summary: str) -> None:
    assert rendered(text).summary == summary


def test_a_long_first_paragraph_is_cut_at_a_word() -> None:
    summary = rendered("word, " * 100).summary
    assert summary == "word, " * 35 + "word\u2026"
    assert len(summary) <= MAX_SUMMARY_CHARACTERS + 1


def test_a_long_first_paragraph_without_spaces_is_cut_all_the_same() -> None:
    text = "\u4e2d\u56fd\u7684\u6838\u653f\u7b56\u3002" * 100
    summary = rendered(text).summary
    assert summary.endswith("\u2026")
    assert text.startswith(summary[:-1])
    assert len(summary) > MAX_SUMMARY_CHARACTERS // 2


def test_words_are_counted_without_markup() -> None:
    assert rendered("# One two\n\n[three](a-b-c.md) **four** <i title='x y'>five</i>").words == 5


RAW = (
    "Before\n\n"
    "<script>alert(1)</script>\n\n"
    '<p onclick="alert(1)" style="x" class="lead">Text</p>\n\n'
    "<a href='javascript:alert(1)'>a</a> [b](javascript:alert(1)) [c](d.md)\n\n"
    "<iframe src='https://e.org'></iframe> <img src=x.png onerror=alert(1)>\n\n"
    "| a |\n| -: |\n| b |\n\n"
    "One.[^1]\n\n[^1]: Note.\n"
)


def test_a_body_stays_as_written_by_default() -> None:
    body = joined(rendered(RAW))
    for kept in ("<script>alert(1)</script>", "onclick=", "<iframe", "onerror="):
        assert kept in body


def test_a_sanitized_body_can_run_no_code() -> None:
    body = sanitized(RAW)
    for lost in ("script", "alert(1)</", "onclick", "onerror", "iframe", "javascript:", "style="):
        assert lost not in body
    for kept in ("Before", 'class="lead"', "Text", "x.png", 'href="d.md"', 'class="footnote"'):
        assert kept in body


def test_a_sanitized_body_keeps_its_tables_footnotes_and_headings() -> None:
    text = "## The treaty\n\n| a |\n| -: |\n| b |\n\nOne.[^1]\n\n[^1]: Note.\n"
    kept = html5lib.parseFragment(sanitized(text), namespaceHTMLElements=False)
    plain = html5lib.parseFragment(joined(rendered(text)), namespaceHTMLElements=False)
    tags = [node.tag for node in plain.iter()]
    assert [node.tag for node in kept.iter()] == tags
    assert [node.get("id") for node in kept.iter()] == [node.get("id") for node in plain.iter()]
    assert [node.get("align") for node in kept.iter()] == [
        node.get("align") for node in plain.iter()
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<a href='JaVaScript:alert(1)'>a</a>",
        "<a href='java\tscript:alert(1)'>a</a>",
        "<a href='&#106;avascript:alert(1)'>a</a>",
        "[a](&#106;avascript:alert(1))",
        "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<style>@import 'https://e.org'</style>",
        "<form action='https://e.org'><input></form>",
        "<object data='x.swf'></object><embed src='x.swf'>",
        "<base href='https://e.org'><meta http-equiv=refresh content='0;url=https://e.org'>",
        "<img src=x onerror=alert(1)//",
        "# A {onclick=alert(1)}",
        "![a](b.png){onload=alert(1)}",
    ],
)
def test_a_sanitized_body_has_lost_this(text: str) -> None:
    fragment = html5lib.parseFragment(sanitized(text), namespaceHTMLElements=False)
    for node in fragment.iter():
        if not isinstance(node.tag, str):
            continue
        assert node.tag not in {
            "script", "style", "svg", "form", "input", "object", "embed", "base", "meta", "iframe",
        }  # fmt: skip
        assert not [name for name in node.attrib if str(name).startswith("on")]
        # As the URL standard reads it (section 4.4): tabs and line ends go, the rest stays.
        address = re.sub(r"^[\x00-\x20]+|[\t\n\r]", "", node.get("href") or node.get("src") or "")
        address = address.lower()
        assert not address.startswith(("javascript:", "data:", "vbscript:"))
