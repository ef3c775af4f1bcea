"""Set a text in type: which glyphs of which font stand where, in the order in which they are seen.

In: a text, its direction and language. Out: lines of glyphs, or None where the fonts that come with
the program lack a letter of it: a box in its place would be wrong. HarfBuzz shapes, python-bidi
orders (UAX #9). Nothing of the machine is used, neither its fonts nor its libraries.
"""

import unicodedata
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import uharfbuzz

FONTS = {
    "NotoSerif-Bold.ttf": "432e8d77fda3ca76",
    "NotoNaskhArabic-Bold.ttf": "c92fcec6c1220eae",
    "NotoNastaliqUrdu-Bold.ttf": "c9f78eb5223a7357",
}
"""The fonts, each with the BLAKE2b digest of its bytes, so that the digest of this module covers
them."""

_SERIF, _NASKH, _NASTALIQ = FONTS
_FOLDER = Path(__file__).resolve().parent.parent / "fonts"
_ASCENT = {_SERIF: 0.95, _NASKH: 1.1, _NASTALIQ: 1.9}
_DESCENT = {_SERIF: 0.25, _NASKH: 0.5, _NASTALIQ: 0.9}
_LEADING = {_SERIF: 1.2, _NASKH: 1.6, _NASTALIQ: 2.2}
_IN_NASTALIQ = ("ur", "ks")
_ORDERED = frozenset(["R", "AL", "AN", "RLE", "RLO", "RLI"])
_UNORDERED = frozenset(["LRE", "RLE", "LRO", "RLO", "PDF", "BN", "LRI", "RLI", "FSI", "PDI"])


class Glyph(NamedTuple):
    """A glyph of a font, at its place in a line, in em from the line's left end and baseline."""

    font: str
    number: int
    x: float
    y: float


class Line(NamedTuple):
    """Glyphs from left to right. `width` is in em."""

    glyphs: tuple[Glyph, ...]
    width: float


class _Piece(NamedTuple):
    """Letters of one word that are shaped together.

    `level` is that of UAX #9: letters of an odd one run to the left.
    """

    text: str
    font: str
    level: int


_Word = tuple[_Piece, ...]


class Text:
    """A text whose letters are all in the fonts, ready to be broken into lines.

    `ascent` is what the first line needs above its baseline, `descent` what the last one needs
    below, `leading` the distance of two baselines, all in em.
    """

    def __init__(self, words: list[_Word], rtl: bool, language: str) -> None:
        fonts = {piece.font for word in words for piece in word}
        self.ascent = max(_ASCENT[font] for font in fonts)
        self.descent = max(_DESCENT[font] for font in fonts)
        self.leading = max(_LEADING[font] for font in fonts)
        self._words = words
        self._rtl = rtl
        self._language = language
        self._space = _shape(_Piece(" ", _SERIF, 0), language).width

    def lines(self, width: float, most: int) -> list[Line] | None:
        """Return lines of at most `width` em, None where that takes more than `most` of them."""
        rows = self._rows(self._words, width)
        if len(rows) > most or max(self._width(row) for row in rows) > width:
            return None
        return [self._set(row) for row in rows]

    def cut(self, width: float, most: int) -> list[Line]:
        """Return the first `most` lines of at most `width` em.

        Words that are longer than a line are broken; an ellipsis ends a text that is cut short.
        """
        words = [part for word in self._words for part in self._parts(word, width)]
        rows = self._rows(words, width)
        if len(rows) > most:
            rows = [*rows[: most - 1], self._ended(rows[most - 1], width)]
        return [self._set(row) for row in rows]

    def _ended(self, row: list[_Word], width: float) -> list[_Word]:
        """Return a line that ends with an ellipsis, without the words that it has no room for."""
        dots = _Piece("…", _SERIF, int(self._rtl))
        while len(row) > 1 and self._width([*row[:-1], (*row[-1], dots)]) > width:
            row = row[:-1]
        letters = _letters(row[-1])
        while (
            letters and self._width([*row[:-1], (*_pieces(letters, self._language), dots)]) > width
        ):
            letters = letters[:-1]
        return [*row[:-1], (*_pieces(letters, self._language), dots)]

    def _parts(self, word: _Word, width: float) -> list[_Word]:
        """Break a word that is too long for a line between letters."""
        if self._width([word]) <= width:
            return [word]
        letters = _letters(word)
        parts: list[_Word] = []
        start = 0
        for end in range(1, len(letters) + 1):
            part = _pieces(letters[start:end], self._language)
            if end - start > 1 and self._width([part]) > width:
                parts.append(_pieces(letters[start : end - 1], self._language))
                start = end - 1
        return [*parts, _pieces(letters[start:], self._language)]

    def _rows(self, words: list[_Word], width: float) -> list[list[_Word]]:
        """Return the words of each line; one that is too long has its own."""
        rows: list[list[_Word]] = [[]]
        for word in words:
            if rows[-1] and self._width([*rows[-1], word]) > width:
                rows.append([])
            rows[-1].append(word)
        return rows

    def _width(self, words: list[_Word]) -> float:
        pieces = [piece for word in words for piece in word]
        return self._space * (len(words) - 1) + sum(
            _shape(piece, self._language).width for piece in pieces
        )

    def _set(self, words: list[_Word]) -> Line:
        """Return a line of words, with a space between two of them."""
        pieces: list[_Piece] = []
        for word in words:
            if pieces:
                level = min(pieces[-1].level, word[0].level)
                pieces.append(_Piece(" ", _SERIF, level))
            pieces += word
        glyphs: list[Glyph] = []
        at = 0.0
        for piece in _as_seen(pieces):
            shaped = _shape(piece, self._language)
            glyphs += [glyph._replace(x=at + glyph.x) for glyph in shaped.glyphs]
            at += shaped.width
        return Line(tuple(glyphs), at)


def _as_seen(pieces: list[_Piece]) -> list[_Piece]:
    """Return the pieces of a line in the order in which they are seen (UAX #9, L2)."""
    for level in range(max(piece.level for piece in pieces), 0, -1):
        start = 0
        while start < len(pieces):
            end = start
            while end < len(pieces) and pieces[end].level >= level:
                end += 1
            pieces[start:end] = pieces[start:end][::-1]
            start = end + 1
    return pieces


def set_text(text: str, direction: str, language: str) -> Text | None:
    """Return a text that can be set, None where a letter of it has no glyph or it is empty."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    rtl = direction == "rtl"
    levels = _levels(text, rtl)
    words: list[_Word] = []
    for blank, letters in groupby(zip(text, levels, strict=True), key=lambda one: one[0] == " "):
        if not blank:
            words.append(_pieces(list(letters), language))
    for piece in [piece for word in words for piece in word]:
        if any(glyph.number == 0 for glyph in _shape(piece, language).glyphs):
            return None
    return Text(words, rtl, language) if words else None


def _letters(word: _Word) -> list[tuple[str, int]]:
    return [(letter, piece.level) for piece in word for letter in piece.text]


def _pieces(letters: list[tuple[str, int]], language: str) -> _Word:
    """Cut a word where its font or its direction changes."""
    pieces: list[_Piece] = []
    for letter, level in letters:
        before = pieces[-1] if pieces else None
        font = _font_of(letter, language, before.font if before else "")
        if before and (before.font, before.level) == (font, level):
            pieces[-1] = _Piece(before.text + letter, font, level)
        else:
            pieces.append(_Piece(letter, font, level))
    return tuple(pieces)


@lru_cache(maxsize=8192)
def _font_of(letter: str, language: str, before: str) -> str:
    """Return the font for a letter; marks and joiners stay with what they follow."""
    if before and unicodedata.category(letter) in ("Mn", "Me", "Mc", "Cf"):
        return before
    arabic = [_NASTALIQ, _NASKH] if language.partition("-")[0] in _IN_NASTALIQ else [_NASKH]
    fonts = [*arabic, _SERIF] if _is_arabic(letter) else [_SERIF, *arabic]
    return next((font for font in fonts if _font(font).get_nominal_glyph(ord(letter))), _SERIF)


def _is_arabic(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("AL", "AN") or letter == "،"


def _levels(text: str, rtl: bool) -> list[int]:
    """Return the embedding level of each letter (UAX #9, X1 to I2)."""
    if not rtl and not any(unicodedata.bidirectional(letter) in _ORDERED for letter in text):
        return [0] * len(text)
    from bidi import algorithm  # only texts that need it pay for its start

    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = (1, "R") if rtl else (0, "L")
    kept = [letter for letter in text if unicodedata.bidirectional(letter) not in _UNORDERED]
    algorithm.get_embedding_levels("".join(kept), storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)  # noqa: FBT003 - its only form
    algorithm.resolve_implicit_levels(storage, False)  # noqa: FBT003 - its only form
    found = iter([letter["level"] for letter in storage["chars"]])
    levels: list[int] = []
    for letter in text:
        ordered = unicodedata.bidirectional(letter) not in _UNORDERED
        levels.append(next(found) if ordered else levels[-1] if levels else int(rtl))
    return levels


@lru_cache(maxsize=16384)
def _shape(piece: _Piece, language: str) -> Line:
    """Return the glyphs of a piece (OpenType shaping)."""
    font = _font(piece.font)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(piece.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if piece.level % 2 else "ltr"
    buffer.language = language
    uharfbuzz.shape(font, buffer)
    em = font.scale[0]
    glyphs = []
    x = 0
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(
            Glyph(piece.font, glyph.codepoint, (x + place.x_offset) / em, place.y_offset / em)
        )
        x += place.x_advance
    return Line(tuple(glyphs), x / em)


@lru_cache(maxsize=len(FONTS))
def _font(name: str) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(_FOLDER / name))))


def font_of(glyph: Glyph) -> uharfbuzz.Font:
    """Return the font of a glyph, in which one em is `scale`."""
    return _font(glyph.font)
