"""The header of a CAR: a map of its roots and version, in DAG-CBOR.

In and out: CIDs, and the header's bytes without their length. Specifications: CARv1, "Header";
DAG-CBOR, "Strictness", which leaves a header one form only: keys in order, lengths in the fewest
bytes, CIDs as byte strings after a zero under tag 42.
"""

from collections.abc import Sequence

from site_builder.publish.cid import Cid, read_cid

_UNSIGNED, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = 0, 2, 3, 4, 5, 6
_CID_TAG = 42
_V2_PRAGMA = b"\xa1\x67version\x02"


class HeaderError(ValueError):
    """The bytes are no header of a CARv1; the message says why."""


def encode_header(roots: Sequence[Cid]) -> bytes:
    """Return the header of a CAR with these roots."""
    parts = [_head(_MAP, 2), _text("roots"), _head(_ARRAY, len(roots))]
    for root in roots:
        data = b"\0" + root.to_bytes()
        parts += [_head(_TAG, _CID_TAG), _head(_BYTES, len(data)), data]
    return b"".join([*parts, _text("version"), _head(_UNSIGNED, 1)])


def decode_header(header: bytes) -> tuple[Cid, ...]:
    """Return the roots that a header names, maybe none. Raises HeaderError or CidError."""
    if header == _V2_PRAGMA:
        raise HeaderError("it is of CAR version 2; only version 1 is read")
    start = _head(_MAP, 2) + _text("roots")
    if not header.startswith(start):
        raise HeaderError("it does not begin with the roots")
    count, place = _read_head(header, len(start), _ARRAY)
    roots = []
    for _ in range(count):
        tag, place = _read_head(header, place, _TAG)
        length, place = _read_head(header, place, _BYTES)
        data = header[place : place + length]
        if tag != _CID_TAG or len(data) != length or not data.startswith(b"\0"):
            raise HeaderError("a root is no CID")
        root, end = read_cid(data, 1)
        if end != length:
            raise HeaderError("a root has bytes after its CID")
        roots.append(root)
        place += length
    if header[place:] != _text("version") + _head(_UNSIGNED, 1):
        raise HeaderError("it does not end with version 1")
    return tuple(roots)


def _text(text: str) -> bytes:
    return _head(_TEXT, len(text)) + text.encode()


def _head(major: int, value: int) -> bytes:
    """Return the head of an item (RFC 8949, section 3), in the fewest bytes."""
    if value < 24:
        return bytes((major << 5 | value,))
    for more, size_bytes in ((24, 1), (25, 2), (26, 4)):
        if value < 1 << 8 * size_bytes:
            return bytes((major << 5 | more,)) + value.to_bytes(size_bytes, "big")
    raise HeaderError(f"{value} is too large for a header")


def _read_head(header: bytes, place: int, major: int) -> tuple[int, int]:
    """Return the value in the head of an item of the type expected, and where the head ends."""
    if place >= len(header):
        raise HeaderError("it is cut off")
    if header[place] >> 5 != major:
        raise HeaderError(f"type {header[place] >> 5} stands where {major} should")
    value, end = header[place] & 0x1F, place + 1
    if value in (24, 25, 26):
        end += 1 << value - 24
        value = int.from_bytes(header[place + 1 : end], "big")
    if header[place:end] != _head(major, value):
        raise HeaderError("a length is cut off or not in its shortest form")
    return value, end
