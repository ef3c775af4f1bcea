"""Unsigned varints, as CIDs, CARs and dag-pb have them.

In and out: whole numbers and bytes. Reads the one shortest form only (multiformats/unsigned-varint,
"Practical maximum of 9 bytes" and "minimal encoding"), so that no two byte strings mean the same.
"""

MAX_VARINT_BYTES = 9


class VarintError(ValueError):
    """The bytes are no varint; the message says why."""


def encode_varint(number: int) -> bytes:
    """Return the shortest varint of `number`, from 0 to 2**63 - 1."""
    if number < 0x80:
        return bytes((number,))
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def read_varint(data: bytes | memoryview, start: int) -> tuple[int, int]:
    """Return the number that begins at `start`, and where it ends.

    Raises VarintError where it is cut off, too long or not the shortest form.
    """
    number = shift = 0
    for place in range(start, start + MAX_VARINT_BYTES):
        if place >= len(data):
            raise VarintError("a varint is cut off")
        byte = data[place]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            if byte == 0 and shift:
                raise VarintError("a varint is longer than it need be")
            return number, place + 1
        shift += 7
    raise VarintError(f"a varint is longer than {MAX_VARINT_BYTES} bytes")
