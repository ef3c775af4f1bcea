"""Draw the picture by which an article without one is shown where its address is shared.

In: title, category, the site's name. Out: a PNG of 16 colours, the same on every machine that has
the same libraries. HarfBuzz draws the outlines, Pillow writes the file.
"""

import io
from functools import lru_cache

import uharfbuzz
from PIL import Image

from site_builder.build.jobs import SHARE_HEIGHT, SHARE_WIDTH, ShareImageJob
from site_builder.build.share_text import Line, Text, font_of, set_text

_PAPER, _INK, _ACCENT = (253, 252, 250), (26, 26, 25), (10, 92, 74)
_SHADES = 8
_MARGIN = 72
_BAR = 14
_LABEL_BASELINE, _LABEL_SIZE = 122, 30
_TITLE_TOP, _TITLE_HEIGHT = 142, 372
_TITLE_SIZES = (84, 74, 65, 57, 50)
_RULE, _RULE_HEIGHT = 538, 2
_NAME_BASELINE, _NAME_SIZE = 588, 30
_COMPRESSION = 2


def draw_share_image(job: ShareImageJob) -> bytes:
    """Return the picture. What no font of ours covers is left out, never shown as boxes.

    Without its title the site's name stands in its place.
    """
    sheet = _Sheet(job.direction == "rtl")
    label = set_text(job.category, job.site_direction, job.site_language)
    title = set_text(job.title, job.direction, job.language)
    name = set_text(job.site_title, job.site_direction, job.site_language)
    if label:
        sheet.put(label.cut(sheet.measure / _LABEL_SIZE, 1), _LABEL_SIZE, _LABEL_BASELINE, 0)
    head = title or name
    if head:
        _put_title(sheet, head)
    if title and name:
        sheet.put(name.cut(sheet.measure / _NAME_SIZE, 1), _NAME_SIZE, _NAME_BASELINE, 0)
    return sheet.png()


def _put_title(sheet: "_Sheet", title: Text) -> None:
    """Set the title in the largest size in which it fits; cut it where none does."""
    for size in _TITLE_SIZES:
        room = _TITLE_HEIGHT / size - title.ascent - title.descent
        most = 1 + max(0, int(room / title.leading))
        lines = title.lines(sheet.measure / size, most)
        if lines or size == _TITLE_SIZES[-1]:
            lines = lines or title.cut(sheet.measure / size, most)
            first = _TITLE_TOP + round(size * title.ascent)
            sheet.put(lines, size, first, round(size * title.leading))
            return


class _Sheet:
    """The picture while it is drawn. Its measure, and all sizes and places, are in pixels."""

    def __init__(self, rtl: bool) -> None:
        self.measure = SHARE_WIDTH - 2 * _MARGIN
        self._rtl = rtl
        self._raster = uharfbuzz.RasterDraw()
        self._raster.extents = uharfbuzz.RasterExtents(0, 0, SHARE_WIDTH, SHARE_HEIGHT, 0)

    def put(self, lines: list[Line], size: int, baseline: int, step: int) -> None:
        """Draw lines, the first on `baseline`, counted from the top, each `step` below the last."""
        for number, line in enumerate(lines):
            x = SHARE_WIDTH - _MARGIN - line.width * size if self._rtl else _MARGIN
            y = SHARE_HEIGHT - baseline - number * step
            for glyph in line.glyphs:
                font = font_of(glyph)
                scale = size / font.scale[0]
                self._raster.transform = (
                    scale, 0, 0, scale, x + glyph.x * size, y + glyph.y * size,
                )  # fmt: skip
                self._raster.draw_glyph(font, glyph.number)

    def png(self) -> bytes:
        """Return the picture as PNG."""
        drawn = self._raster.render()
        ink, accent = _shades(0), _shades(_SHADES)
        pixels = drawn.buffer  # rows from the bottom
        cut = (SHARE_HEIGHT - _TITLE_TOP) * SHARE_WIDTH
        indices = bytearray(pixels[:cut].translate(ink) + pixels[cut:].translate(accent))
        _fill(indices, 0, _BAR, 2 * _SHADES - 1)
        _fill(indices, _RULE, _RULE_HEIGHT, _SHADES // 2)
        size = (SHARE_WIDTH, SHARE_HEIGHT)
        image = Image.frombuffer("P", size, bytes(indices), "raw", "P", 0, -1)
        image.putpalette(_palette())
        stream = io.BytesIO()
        image.save(stream, "PNG", bits=4, compress_level=_COMPRESSION)
        return stream.getvalue()


def _fill(indices: bytearray, top: int, height: int, colour: int) -> None:
    """Fill whole rows, `top` counted from the top, with a colour."""
    start = (SHARE_HEIGHT - top - height) * SHARE_WIDTH
    indices[start : start + height * SHARE_WIDTH] = bytes((colour,)) * (height * SHARE_WIDTH)


@lru_cache(maxsize=2)
def _shades(first: int) -> bytes:
    """Return the colour for each coverage from 0 to 255; nothing covered is paper."""
    shades = [round(coverage * (_SHADES - 1) / 255) for coverage in range(256)]
    return bytes(shade and first + shade for shade in shades)


@lru_cache(maxsize=1)
def _palette() -> bytes:
    """Return the colours from paper to ink, then from paper to accent."""
    colours = bytearray()
    for end in (_INK, _ACCENT):
        for shade in range(_SHADES):
            part = shade / (_SHADES - 1)
            pairs = zip(_PAPER, end, strict=True)
            colours += bytes(round(paper + (full - paper) * part) for paper, full in pairs)
    return bytes(colours)
