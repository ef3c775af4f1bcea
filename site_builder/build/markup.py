"""Render the Markdown of a body.

In: Markdown. Out: HTML cut at every reference that the archive has to resolve. Never touches a
file and knows no other article, so its result depends on the text and the rules alone.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from site_builder.articles.source import Attributes, Rendered, Rules
from site_builder.build.tag_parser import attributes_of

MAX_SUMMARY_CHARACTERS = 220
MAX_OPEN_BRACKETS = 1000  # the time that Markdown takes grows with their square

# A comment, an element whose content is no markup, or a tag. What is not closed reaches to the end,
# as in browsers, so no text is searched twice.
# All forms start with the same sign, which the search skips to.
_WITHIN = r"(?:[^\"'>]|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*+(?:>|\Z)"
_MARKUP = re.compile(
    r"<(?:(?P<comment>!--.*?(?:-->|\Z))"
    rf"|(?P<raw>script|style|textarea)\b{_WITHIN}(?P<content>.*?(?:</(?P=raw)\s*>|\Z))"
    rf"|[a-z][a-z0-9-]*\s{_WITHIN})",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(?<=[\s\"'])(?P<name>[^\s\"'<>/=]++)\s*=\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))"
)
_REFERRING = frozenset(["href", "src", "srcset", "poster"])
_SRCSET_URL = re.compile(r"(?:^|,)\s*([^\s,][^\s]*[^\s,])")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_DATA = re.compile(r"[\x00-\x20]*d[\t\n\r]*a[\t\n\r]*t[\t\n\r]*a[\t\n\r]*:", re.IGNORECASE)
_IMG = re.compile(r"<img\s", re.IGNORECASE)
_WHOLE = re.compile(r"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*+>")
"""A tag whose quotation marks are all closed: of another one, it is not certain where it ends."""
_FILE = re.compile(r"(?![a-z][a-z0-9+.-]*:|[/?#])[^?#]*(?<!\.md)(?<!\.markdown)(?:[?#].*)?\Z",
                   re.IGNORECASE | re.DOTALL)  # fmt: skip
_HEADING = re.compile(r"(</?h)([1-5])(?=[\s>])", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p(?:\s[^>]*)?>(.*?)(?:</p>|\Z)", re.DOTALL)
_FOOTNOTE_MARK = re.compile(r"<sup id=\"fnref.*?</sup>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class MarkupFault(Exception):
    """A body that cannot be rendered: what is wrong, and what to do."""

    def __init__(self, what: str, hint: str) -> None:
        self.what = what
        self.hint = hint
        super().__init__()


def render_markdown(text: str, rules: Rules) -> Rendered:
    """Render one body with the engine and the sanitizing that the rules name.

    A body that uses first-level headings has all its headings moved down one level, since the
    title is the page's only first-level heading. When sanitizing, elements and attributes that can
    run code are removed. Raises MarkupFault.
    """
    if text.count("[") - text.count("]") > MAX_OPEN_BRACKETS:
        hint = "close them, or put the text in a code block"
        raise MarkupFault(
            f"the text has more than {MAX_OPEN_BRACKETS:,} [ that are not closed", hint
        )
    try:
        rendered = _engine(rules.engine)(text)
    except RecursionError as error:
        hint = "make lists and quotations flatter"
        raise MarkupFault("the text is nested too deep", hint) from error
    if re.search(r"<h1[\s>]", rendered, re.IGNORECASE):
        rendered = _HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) + 1}", rendered)
    if rules.sanitize:
        rendered = sanitized(rendered)
    words = len(_TAG.sub(" ", rendered).split())
    cut = _cut(rendered)
    summary = _summary(rendered)
    return Rendered(cut.parts, cut.hrefs, summary, words, cut.shown, cut.told, cut.elsewhere)


def _engine(name: str) -> Callable[[str], str]:
    """Return the function that turns Markdown into HTML."""
    if name == "commonmark":
        from site_builder.build.commonmark_engine import render
    else:
        from site_builder.build.markdown_engine import render
    return render


def sanitized(text: str, pictures: bool = False) -> str:
    """Return HTML without what can run; `pictures` may be data: addresses, if that is set."""
    import nh3  # only archives that sanitize pay for it

    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes.setdefault("*", set()).update({"id", "class", "lang", "dir", "title"})
    for cell in ("td", "th"):
        attributes.setdefault(cell, set()).add("align")
    if not pictures:
        return nh3.clean(text, attributes=attributes, link_rel=None)
    return nh3.clean(
        text,
        attributes=attributes,
        attribute_filter=_without_data,
        link_rel=None,
        url_schemes=nh3.ALLOWED_URL_SCHEMES | {"data"},
    )


def _without_data(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute, None for a `data:` address of anything but a picture."""
    picture = (tag, name) == ("img", "src") and value.startswith("data:image/")
    return value if picture or not _DATA.match(value) else None


class _Cut(NamedTuple):
    """HTML cut at what it refers to; see Rendered."""

    parts: tuple[str, ...]
    hrefs: tuple[str, ...]
    shown: dict[int, Attributes]
    told: tuple[tuple[str, str | None], ...]
    elsewhere: tuple[str, ...]


def _cut(text: str) -> _Cut:
    """Cut HTML at the values of attributes that refer to something in the archive.

    An `img` element is cut out whole, unless its author wrote for himself which of several files
    is shown when.
    """
    parts: list[str] = []
    hrefs: list[str] = []
    shown: dict[int, Attributes] = {}
    told: list[tuple[str, str | None]] = []
    elsewhere: list[str] = []
    done = 0
    for tag in _MARKUP.finditer(text):
        if tag["comment"]:
            continue
        if _IMG.match(tag[0]) and (found := attributes_of(tag[0])):
            given = dict(found)
            source = (given.get("src") or "").strip()
            if source:
                told.append((source, (given["alt"] or "") if "alt" in given else None))
            alone = "srcset" not in given and not _in_picture(text, tag.start())
            if alone and source and _FILE.match(source) and _WHOLE.fullmatch(tag[0]):
                parts.append(text[done : tag.start()])
                shown[len(hrefs)] = tuple(pair for pair in found if pair[0] != "src")
                hrefs.append(source)
                done = tag.end()
                continue
        for name, first, last in _referring(text, tag):
            href = html.unescape(text[first:last]).strip()
            if _ELSEWHERE.match(href):
                elsewhere += [href] if name != "href" else []
            elif href:
                parts.append(text[done:first])
                hrefs.append(href)
                done = last
    parts.append(text[done:])
    return _Cut(tuple(parts), tuple(hrefs), shown, tuple(told), tuple(elsewhere))


def _referring(text: str, tag: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the name of each attribute of a tag that refers to something, and where that stands."""
    end = tag.start("content") if tag["raw"] else tag.end()
    for attribute in _ATTRIBUTE.finditer(text, tag.start(), end):
        name = attribute["name"].lower()
        if name in _REFERRING:
            for first, last in _values(text, name, *attribute.span(attribute.lastgroup or "")):
                yield name, first, last


def _in_picture(text: str, at: int) -> bool:
    """Report whether a `picture` element is open at a place in HTML."""
    return text.rfind("<picture", 0, at) > text.rfind("</picture", 0, at)


def _values(text: str, name: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Return where the references of one attribute stand: several in a `srcset`, else one."""
    if name != "srcset":
        return [(start, stop)]
    found = _SRCSET_URL.finditer(text[start:stop])
    return [(start + url.start(1), start + url.end(1)) for url in found]


def _summary(text: str) -> str:
    """Return the first paragraph as plain text, cut at a word."""
    for paragraph in _PARAGRAPH.finditer(text):
        inner = _FOOTNOTE_MARK.sub("", paragraph[1])
        words = html.unescape(_TAG.sub("", inner)).split()
        summary = " ".join(words)
        if len(summary) <= MAX_SUMMARY_CHARACTERS:
            if summary:
                return summary
            continue
        cut = summary[:MAX_SUMMARY_CHARACTERS]
        return (cut.rpartition(" ")[0] or cut).rstrip(",;:.") + "…"
    return ""
