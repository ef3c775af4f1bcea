"""The default Markdown engine: Python-Markdown, told not to do what can have no effect.

In: Markdown. Out: the very HTML that Python-Markdown gives with the same extensions, in about two
thirds of the time. A property test holds them side by side.
"""

import html
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions.toc import (
    TocExtension,
    remove_fnrefs,
    render_inner_html,
    slugify_unicode,
    strip_tags,
    unique,
)
from markdown.treeprocessors import InlineProcessor, Treeprocessor
from markdown.util import AtomicString

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])

# What a text must hold for an inline pattern of Python-Markdown to match in it at all.
_NEEDED = {
    "backtick": ("`",), "escape": ("\\",), "footnote": ("[^",), "reference": ("[",),
    "link": ("[",), "image_link": ("![",), "image_reference": ("![",),
    "short_reference": ("[",), "short_image_ref": ("![",), "autolink": ("<",), "automail": ("<",),
    "linebreak": ("  \n",), "html": ("<",), "entity": ("&",), "em_strong": ("*", "_"),
}  # fmt: skip


class _QuickInlineProcessor(InlineProcessor):
    """Passes over inline patterns that cannot match, instead of searching the text for each.

    Takes the place of a private method, so its result is tested against the original's.
    """

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self._apply: Any = getattr(self, "_InlineProcessor__applyPattern")  # noqa: B009 - mangled
        self._patterns: list[tuple[tuple[str, ...], Any]] = []

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        patterns = self._patterns or self._prepare()
        index, start = patternIndex, 0
        while index < len(patterns):
            needed, pattern = patterns[index]
            if start == 0 and not any(text in data for text in needed):
                index += 1
                continue
            data, matched, start = self._apply(pattern, data, index, start)
            if not matched:
                index += 1
        return data

    def _prepare(self) -> list[tuple[tuple[str, ...], Any]]:
        """Pair every pattern with what it needs; one that is not known may always match."""
        known = self.inlinePatterns
        needed = {id(known[name]): texts for name, texts in _NEEDED.items() if name in known}
        self._patterns = [(needed.get(id(pattern), ("",)), pattern) for pattern in known]
        return self._patterns


class _HeadingIds(Treeprocessor):
    """Gives headings the ids that the extension `toc` gives them, without making the contents."""

    def run(self, root: Element) -> None:
        """Give an id to every heading that has none."""
        taken = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
        for element in root.iter():
            if element.tag in _HEADINGS:
                element.attrib.pop("data-toc-label", None)
                if "id" not in element.attrib:
                    name = slugify_unicode(html.unescape(self._name(element)), "-")
                    element.attrib["id"] = unique(name, taken)

    def _name(self, heading: Element) -> str:
        """Return the text of a heading, escaped."""
        text = heading.text or ""
        if len(heading) or any(sign in text for sign in "<>&\x02\x03"):
            return strip_tags(render_inner_html(remove_fnrefs(heading), self.md))
        return text


def render(text: str) -> str:
    """Return the HTML of a body. Raises RecursionError for text that is nested too deep."""
    try:
        return _converter().reset().convert(text)
    except RecursionError:
        _converter.cache_clear()  # its parser is left in mid-text
        raise


def new_converter() -> markdown.Markdown:
    """Return Python-Markdown with our extensions, as it comes."""
    return markdown.Markdown(
        extensions=[
            "tables",
            "footnotes",
            "def_list",
            "attr_list",
            "fenced_code",
            "sane_lists",
            TocExtension(slugify=slugify_unicode, marker=""),
        ],
        # An `align` attribute, since a strict content security policy forbids inline styles.
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )


@lru_cache(maxsize=1)
def _converter() -> markdown.Markdown:
    """Return the one converter of this process; making one costs more than a short article."""
    converter = new_converter()
    converter.treeprocessors.register(_HeadingIds(converter), "toc", 5)
    converter.treeprocessors.register(_QuickInlineProcessor(converter), "inline", 20)
    return converter
