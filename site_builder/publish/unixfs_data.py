"""The UnixFS message that dag-pb nodes carry as their data.

In and out: what a node is, and the message's bytes. Mode and modification time are read over, never
written (IPIP-499 leaves them out). Specification: UnixFS, "dag-pb Node" (`message Data`).
"""

from enum import IntEnum
from typing import NamedTuple

from site_builder.publish.protobuf import ProtobufError, encode_bytes, encode_number, read_fields

MURMUR3_X64_64 = 0x22  # multicodec table

_KIND, _CONTENT, _FILE_SIZE, _PART_SIZE, _HASH, _FANOUT, _MODE, _MTIME = range(1, 9)
_NUMBERS = (_FILE_SIZE, _HASH, _FANOUT, _MODE)


class Kind(IntEnum):
    """What a node is. RAW is of old: a leaf of a file, like FILE."""

    RAW = 0
    DIRECTORY = 1
    FILE = 2
    METADATA = 3
    SYMLINK = 4
    HAMT_SHARD = 5


class UnixFsData(NamedTuple):
    """What the message of a node says.

    `content` is bytes of the file, the target of a symbolic link or a shard's bit field.
    `size_bytes` is the size of the whole file, `part_sizes` those of what its links lead to.
    """

    kind: Kind
    content: bytes
    size_bytes: int
    part_sizes: tuple[int, ...]
    hash_code: int
    fanout: int


def encode_leaf(content: bytes) -> bytes:
    """Return the message of a piece of a file that holds its bytes itself."""
    held = encode_bytes(_CONTENT, content) if content else b""
    return encode_number(_KIND, Kind.FILE) + held + encode_number(_FILE_SIZE, len(content))


def encode_parent(part_sizes: list[int]) -> bytes:
    """Return the message of a file whose parts, of these sizes in bytes, are its links."""
    parts = b"".join([encode_number(_PART_SIZE, size_bytes) for size_bytes in part_sizes])
    return encode_number(_KIND, Kind.FILE) + encode_number(_FILE_SIZE, sum(part_sizes)) + parts


def encode_directory() -> bytes:
    """Return the message of a folder in one block."""
    return encode_number(_KIND, Kind.DIRECTORY)


def encode_symlink(target: bytes) -> bytes:
    """Return the message of a symbolic link."""
    return encode_number(_KIND, Kind.SYMLINK) + encode_bytes(_CONTENT, target)


def encode_shard(buckets: int, fanout: int) -> bytes:
    """Return the message of a shard. Bit i of `buckets` says whether bucket i is taken.

    The bit field is written highest byte first and without leading zeros, as Kubo does. What the
    specification says of it ("little-endian", `fanout/8` bytes) gives other CIDs than the vectors
    of IPIP-499.
    """
    field = buckets.to_bytes((buckets.bit_length() + 7) // 8, "big")
    return (
        encode_number(_KIND, Kind.HAMT_SHARD)
        + encode_bytes(_CONTENT, field)
        + encode_number(_HASH, MURMUR3_X64_64)
        + encode_number(_FANOUT, fanout)
    )


def decode_data(message: bytes) -> UnixFsData:
    """Return what a message says. Raises ValueError where it is malformed.

    An absent size is 0 (UnixFS, "filesize").
    """
    numbers: dict[int, int] = {}
    content: bytes | None = None
    part_sizes: list[int] = []
    kind: Kind | None = None
    for field, value in read_fields(message):
        if field == _KIND and isinstance(value, int) and kind is None:
            kind = Kind(value)
        elif field == _CONTENT and isinstance(value, bytes) and content is None:
            content = value
        elif field == _PART_SIZE and isinstance(value, int):
            part_sizes.append(value)
        elif field in _NUMBERS and isinstance(value, int) and field not in numbers:
            numbers[field] = value
        elif not (field == _MTIME and isinstance(value, bytes)):
            raise ProtobufError(f"field {field} is unknown, repeated or of the wrong type")
    if kind is None:
        raise ProtobufError("it does not say what it is")
    return UnixFsData(
        kind=kind,
        content=content or b"",
        size_bytes=numbers.get(_FILE_SIZE, 0),
        part_sizes=tuple(part_sizes),
        hash_code=numbers.get(_HASH, 0),
        fanout=numbers.get(_FANOUT, 0),
    )
