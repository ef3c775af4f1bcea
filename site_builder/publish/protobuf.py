"""The wire format of Protocol Buffers, as far as dag-pb and UnixFS use it.

In and out: fields and bytes. Only varints and byte strings occur there; everything else is refused.
Specification: protobuf.dev, "Encoding".
"""

from collections.abc import Iterator

from site_builder.publish.varint import encode_varint, read_varint

_VARINT = 0
_BYTES = 2


class ProtobufError(ValueError):
    """The bytes are no message of this kind; the message says why."""


def encode_number(field: int, number: int) -> bytes:
    """Return a field that holds a number."""
    return encode_varint(field << 3 | _VARINT) + encode_varint(number)


def encode_bytes(field: int, data: bytes) -> bytes:
    """Return a field that holds bytes."""
    return encode_varint(field << 3 | _BYTES) + encode_varint(len(data)) + data


def read_fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a message in their order: number of the field and its value.

    Raises ProtobufError or VarintError, both ValueErrors.
    """
    place = 0
    while place < len(data):
        key, place = read_varint(data, place)
        value, place = read_varint(data, place)
        match key & 7:
            case kind if kind == _VARINT:
                yield key >> 3, value
            case kind if kind == _BYTES:
                end = place + value
                if end > len(data):
                    raise ProtobufError(f"field {key >> 3} is cut off")
                yield key >> 3, data[place:end]
                place = end
            case kind:
                raise ProtobufError(f"field {key >> 3} is of wire type {kind}")
