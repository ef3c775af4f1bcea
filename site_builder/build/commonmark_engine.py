"""The engine for archives written in CommonMark: pyromark, which is pulldown-cmark in Rust.

In: CommonMark 0.31 with tables, footnotes, definition lists, strikethrough and heading attributes.
Out: HTML in the forms of the default engine: heading ids made from the headings, footnotes in one
list at the end, alignment as an attribute.
"""

import html
import re
from collections import Counter
from itertools import count

import pyromark

_ENGINE = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_DEFINITION_LIST
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
)
_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NOT_IN_NAME = re.compile(r"[^\w\s-]")
_BETWEEN = re.compile(r"[-\s]+")
_ALIGNED = re.compile(r'(<t[hd]) style="text-align: (left|center|right)">')
_MARK = re.compile(r'<sup class="footnote-reference"><a href="#([^"]*)">(\d+)</a></sup>')
_NOTE = re.compile(
    r'<div class="footnote-definition" id="([^"]*)"><sup class="footnote-definition-label">'
    r"(\d+)</sup>\n(.*?)</div>\n(?=\Z|<)",
    re.DOTALL,
)


def render(text: str) -> str:
    """Return the HTML of a body."""
    rendered = _ENGINE.html(text)
    if 'style="text-align' in rendered:
        rendered = _ALIGNED.sub(r'\1 align="\2">', rendered)
    if 'class="footnote-' in rendered:
        rendered = _gather_notes(rendered)
    return _name_headings(rendered)


def _name_headings(rendered: str) -> str:
    """Give every heading an id that no other element of the body has."""
    if "<h" not in rendered:
        return rendered
    taken = set(re.findall(r'\sid="([^"]*)"', rendered)) if 'id="' in rendered else set()

    def named(heading: re.Match[str]) -> str:
        level, attributes, inner = heading.groups()
        if " id=" in attributes:
            return heading[0]
        stem = heading_name(html.unescape(_TAG.sub("", inner)))
        name, number = stem or "_1", count(1)
        while name in taken:
            name = f"{stem}_{next(number)}"
        taken.add(name)
        return f'<h{level} id="{html.escape(name)}"{attributes}>{inner}</h{level}>'

    return _HEADING.sub(named, rendered)


def heading_name(text: str) -> str:
    """Return the name that a heading's text gives it, as the default engine makes it."""
    return _BETWEEN.sub("-", _NOT_IN_NAME.sub("", text).strip().lower())


def _gather_notes(rendered: str) -> str:
    """Put footnotes into one list at the end, each with links back to where it is called."""
    notes = {note[1]: note[3].strip() for note in _NOTE.finditer(rendered)}
    rendered = _NOTE.sub("", rendered)
    calls: Counter[str] = Counter()
    order: list[str] = []

    def marked(mark: re.Match[str]) -> str:
        name = mark[1]
        calls[name] += 1
        if calls[name] == 1:
            order.append(name)
        number = order.index(name) + 1
        return (
            f'<sup id="{_call_id(name, calls[name])}">'
            f'<a class="footnote-ref" href="#fn:{name}">{number}</a></sup>'
        )

    rendered = _MARK.sub(marked, rendered)
    if not order:
        return rendered
    items = []
    for name in order:
        back = "".join(
            f'&#160;<a class="footnote-backref" href="#{_call_id(name, call)}" '
            f'title="Jump back to footnote {order.index(name) + 1} in the text">&#8617;</a>'
            for call in range(1, calls[name] + 1)
        )
        text = notes.get(name, "")
        text = text[:-4] + back + "</p>" if text.endswith("</p>") else f"{text}\n<p>{back}</p>"
        items.append(f'<li id="fn:{name}">\n{text}\n</li>')
    listed = "\n".join(items)
    return f'{rendered}<div class="footnote">\n<hr>\n<ol>\n{listed}\n</ol>\n</div>\n'


def _call_id(name: str, call: int) -> str:
    return f"fnref{call if call > 1 else ''}:{name}"
