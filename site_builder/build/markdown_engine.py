"""The default Markdown engine: Python-Markdown, told not to search for what cannot be there.

In: Markdown. Out: the very HTML that Python-Markdown gives with the same extensions, in about two
thirds of the time. A property test holds the two side by side.
"""

from functools import lru_cache
from typing import Any

import markdown
from markdown.extensions.toc import TocExtension, slugify_unicode
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

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
            TocExtension(slugify=slugify_unicode),
        ],
        # An `align` attribute, since a strict content security policy forbids inline styles.
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )


@lru_cache(maxsize=1)
def _converter() -> markdown.Markdown:
    """Return the one converter of this process; making one costs more than a short article."""
    converter = new_converter()
    converter.treeprocessors.register(_QuickInlineProcessor(converter), "inline", 20)
    return converter
