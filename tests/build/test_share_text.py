"""Type: every letter has its glyph, stands where it is read, and nothing is drawn as a box."""

import unicodedata
from hashlib import blake2b

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from site_builder.build.share_text import FONTS, Line, _levels, set_text
from tests.conftest import PROJECT

LATIN = st.text("abcdefghij ÄÖÜßéñłŐ-–’“”", min_size=1).filter(str.strip)
MIXED = st.text("abc 12پاکستان،۔۲۳", min_size=1).filter(str.strip)


def line_of(text: str, direction: str = "ltr", language: str = "en") -> Line:
    found = set_text(text, direction, language)
    assert found
    (line,) = found.cut(10_000, 1)
    return line


def order_of(text: str, direction: str) -> str:
    """Return the letters of a text as they are seen, by the levels that ours gives them."""
    letters = list(zip(text, _levels(text, direction == "rtl"), strict=True))
    for level in range(max(level for _, level in letters), 0, -1):
        start = 0
        while start < len(letters):
            end = start
            while end < len(letters) and letters[end][1] >= level:
                end += 1
            letters[start:end] = letters[start:end][::-1]
            start = end + 1
    return "".join(letter for letter, _ in letters)


def test_the_fonts_are_those_that_the_module_names() -> None:
    for name, digest in FONTS.items():
        data = (PROJECT / "site_builder/fonts" / name).read_bytes()
        assert blake2b(data, digest_size=8).hexdigest() == digest
    files = {file.name for file in (PROJECT / "site_builder/fonts").iterdir()}
    assert files == {*FONTS, "OFL.txt"}


@pytest.mark.parametrize(
    ("text", "direction", "language"),
    [
        ("Pakistan’s “new” fleet – 5 ships, 3 % more", "ltr", "en"),
        ("Ärger über Öl: ßtraße ŁÓDŹ İstanbul Đà Nẵng", "ltr", "de"),
        ("Η Ελλάδα και το НАТО №5 ґ", "ltr", "el"),
        ("پاکستان اور اقوامِ متحدہ کے امن مشن، ٹڈڑے ۲۰۲۲۔", "rtl", "ur"),
        ("ایران می‌پیوندد", "rtl", "fa"),
        ("ښځه ګډون", "rtl", "ps"),
        ("السَّلامُ عليكم (NATO) 2025", "rtl", "ar"),
    ],
)
def test_the_languages_that_are_promised_have_all_their_letters(
    text: str, direction: str, language: str
) -> None:
    assert line_of(text, direction, language).glyphs


@pytest.mark.parametrize("text", ["中国", "한국", "हिन्दी", "ישראל", "ไทย", "Talks 🚀", "Talks 中"])
def test_a_text_with_a_letter_that_no_font_has_is_not_set(text: str) -> None:
    assert set_text(text, "ltr", "en") is None


@pytest.mark.parametrize("text", ["", " ", "\u200b "])
def test_a_text_without_letters_is_not_set_or_has_no_ink(text: str) -> None:
    found = set_text(text, "ltr", "en")
    assert found is None or found.cut(10, 1)


def test_letters_are_joined_and_run_to_the_left() -> None:
    joined, apart = line_of("بب", "rtl", "ar"), line_of("ب ب", "rtl", "ar")
    numbers = {glyph.number for glyph in joined.glyphs}
    assert numbers != {glyph.number for glyph in apart.glyphs}
    alif_first = line_of("ال", "rtl", "ar").glyphs
    assert alif_first[-1].number == line_of("ا", "rtl", "ar").glyphs[0].number


def test_foreign_words_keep_their_direction_among_letters_that_run_to_the_left() -> None:
    ship = [glyph.number for glyph in line_of("NATO").glyphs]
    numbers = [glyph.number for glyph in line_of("نیٹو NATO ہے", "rtl", "ur").glyphs]
    assert any(numbers[at : at + 4] == ship for at in range(len(numbers)))


@given(text=MIXED, direction=st.sampled_from(["ltr", "rtl"]))
def test_letters_stand_in_the_order_of_another_program(text: str, direction: str) -> None:
    text = " ".join(text.split())  # ends of lines are set apart: no line of ours has a blank there
    theirs = get_display(text, base_dir="R" if direction == "rtl" else "L")
    assert order_of(text, direction) == theirs


@given(text=LATIN, width=st.floats(3, 30))
def test_no_line_is_wider_than_asked_and_no_letter_is_lost(text: str, width: float) -> None:
    found = set_text(text, "ltr", "en")
    assert found
    lines = found.cut(width, 1000)
    assert all(line.width <= width for line in lines)
    whole = unicodedata.normalize("NFC", text)
    letters = len("".join(whole.split()))
    glyphs = sum(len(line.glyphs) for line in lines)
    spaces = len(whole.split()) - 1
    assert glyphs <= letters + spaces
    fitting = found.lines(width, 1000)
    assert fitting is None or fitting == lines


@given(text=LATIN, width=st.floats(3, 30), most=st.integers(1, 4))
def test_a_text_that_is_cut_short_says_so(text: str, width: float, most: int) -> None:
    found = set_text(text, "ltr", "en")
    assert found
    lines = found.cut(width, most)
    assert len(lines) <= most
    assert all(line.width <= width for line in lines)
    ellipsis = line_of("…").glyphs[0].number
    if len(found.cut(width, 1000)) > most:
        assert lines[-1].glyphs[-1].number == ellipsis
