"""Varints have one form each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.publish.varint import VarintError, encode_varint, read_varint


@given(st.integers(0, 2**63 - 1), st.binary(max_size=3), st.binary(max_size=3))
def test_what_is_written_is_read(number: int, before: bytes, after: bytes) -> None:
    data = before + encode_varint(number) + after
    assert read_varint(data, len(before)) == (number, len(data) - len(after))


@pytest.mark.parametrize(
    ("number", "encoded"),
    [(0, "00"), (127, "7f"), (128, "8001"), (255, "ff01"), (300, "ac02"), (16384, "808001")],
)
def test_the_examples_of_the_specification(number: int, encoded: str) -> None:
    assert encode_varint(number).hex() == encoded


@pytest.mark.parametrize(
    ("encoded", "words"),
    [
        ("", "cut off"),
        ("80", "cut off"),
        ("8100", "longer than it need be"),
        ("8080808000", "longer than it need be"),
        ("ffffffffffffffffff01", "longer than 9 bytes"),
    ],
)
def test_other_forms_are_refused(encoded: str, words: str) -> None:
    with pytest.raises(VarintError, match=words):
        read_varint(bytes.fromhex(encoded), 0)


@given(st.binary(max_size=12))
def test_any_bytes_are_one_number_in_its_own_form_or_none(data: bytes) -> None:
    try:
        number, end = read_varint(data, 0)
    except VarintError:
        return
    assert encode_varint(number) == data[:end]
