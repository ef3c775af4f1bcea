"""Draw build times as horizontal bars in SVG 1.1, readable on light and on dark paper.

In: panels of names and seconds. Out: the text of one picture. It holds its own style and follows
the reader's `prefers-color-scheme`.
"""

from dataclasses import dataclass
from html import escape

WIDTH, NAME_WIDTH, VALUE_WIDTH = 720, 190, 80
BAR, STEP, TITLE, GAP = 18, 26, 34, 14
OURS = "site_builder"

_STYLE = """\
text { font: 14px system-ui, sans-serif; fill: #222 }
.title { font-weight: 600 }
.bar { fill: #9aa3ad }
.ours { fill: #1f6feb }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e6e6 }
  .bar { fill: #6b747e }
  .ours { fill: #6cb0ff }
}"""


@dataclass(frozen=True)
class Panel:
    """A heading and a bar for each name; values are seconds."""

    title: str
    bars: tuple[tuple[str, float], ...]


def draw(panels: list[Panel], description: str) -> str:
    """Return the picture; each panel has its own linear scale from zero."""
    pieces: list[str] = []
    top = GAP
    for panel in panels:
        pieces += _panel(panel, top)
        top += TITLE + STEP * len(panel.bars) + GAP
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}"',
            f'width="{WIDTH}" height="{top}" role="img" aria-label="{escape(description)}">',
            f"<style>\n{_STYLE}\n</style>",
            *pieces,
            "</svg>\n",
        )
    )


def _panel(panel: Panel, top: int) -> list[str]:
    room = WIDTH - NAME_WIDTH - VALUE_WIDTH
    longest = max((seconds for _, seconds in panel.bars), default=0) or 1
    pieces = [f'<text class="title" x="0" y="{top + 16}">{escape(panel.title)}</text>']
    for index, (name, seconds) in enumerate(panel.bars):
        y = top + TITLE + index * STEP
        width = max(1.0, room * seconds / longest)
        kind = "bar ours" if name.startswith(OURS) else "bar"
        pieces += (
            f'<text x="{NAME_WIDTH - 10}" y="{y + 14}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="{kind}" x="{NAME_WIDTH}" y="{y}" width="{width:.1f}" height="{BAR}"/>',
            f'<text x="{NAME_WIDTH + width + 8:.1f}" y="{y + 14}">{seconds:.2f} s</text>',
        )
    return pieces
