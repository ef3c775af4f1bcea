"""Values packed into rows: what is put in comes out, whatever else is in the row."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from site_builder.build.packed import ROWS, by_row, repack

KEYS = st.text(max_size=3)
CHANGES = st.lists(st.tuples(st.dictionaries(KEYS, st.integers(0, 9)), st.sets(KEYS)), max_size=5)


@given(changes=CHANGES)
def test_a_row_holds_what_was_kept_and_not_taken_away(
    changes: list[tuple[dict[str, int], set[str]]],
) -> None:
    expected: dict[str, int] = {}
    data = b""
    for kept, gone in changes:
        expected = {key: expected[key] for key in expected.keys() - gone} | kept
        data = repack(data, [*kept, *gone], kept)
        assert msgspec.msgpack.decode(data) == expected


@given(keys=st.sets(st.text()))
def test_each_key_has_one_row(keys: set[str]) -> None:
    rows = by_row(keys)
    assert sorted(key for row in rows.values() for key in row) == sorted(keys)
    assert all(0 <= row < ROWS for row in rows)
    assert by_row(sorted(keys)).keys() == rows.keys()
