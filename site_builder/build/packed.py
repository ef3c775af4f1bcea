"""Values by key, packed into few rows of the cache, so that reading all of them costs little.

In and out: a row, which is one MessagePack map of encoded values by key, and which row a key is in.
"""

from collections.abc import Iterable, Mapping
from zlib import crc32

import msgspec

ROWS = 256
"""At 100,000 keys, some 400 values are written with one of them; each row that is read costs 10 µs
besides its values."""

_values = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])


def row_of(key: str) -> int:
    """Return the number of the row that has a key."""
    return crc32(key.encode()) % ROWS


def by_row(keys: Iterable[str]) -> dict[int, list[str]]:
    """Return keys by the numbers of their rows."""
    rows: dict[int, list[str]] = {}
    for key in keys:
        rows.setdefault(row_of(key), []).append(key)
    return rows


def repack(data: bytes, keys: Iterable[str], kept: Mapping[str, object]) -> bytes:
    """Return a row with `keys` as `kept` has them, or without those that it has not."""
    values: dict[str, object] = dict(_values.decode(data)) if data else {}
    for key in keys:
        if key in kept:
            values[key] = kept[key]
        else:
            values.pop(key, None)
    return msgspec.msgpack.encode(values)
