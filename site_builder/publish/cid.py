"""CIDs: what content is called by its own hash.

In: the text or bytes of a CID, or the bytes that one is to name. Out: a Cid. Only what this program
can check is accepted: the codecs raw and dag-pb, the hashes sha2-256 and identity. Specifications:
multiformats/cid ("Decoding Algorithm"), multiformats/multihash, multiformats/multibase.
"""

import base64
import hashlib
from typing import NamedTuple

from site_builder.publish.varint import VarintError, encode_varint, read_varint

RAW = 0x55
DAG_PB = 0x70
SHA2_256 = 0x12
IDENTITY = 0x00

SHA2_256_BYTES = 32
MAX_IDENTITY_BYTES = 128  # an identity CID holds its content; larger content belongs in a block
MAX_CID_CHARACTERS = 2 * (MAX_IDENTITY_BYTES + 8)
MAX_CID_BYTES = MAX_IDENTITY_BYTES + 5

_CODECS = {RAW: "raw", DAG_PB: "dag-pb"}
_V0_START = bytes((SHA2_256, SHA2_256_BYTES))
_V0_CHARACTERS = 46
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUES = {letter: value for value, letter in enumerate(_BASE58)}


class CidError(ValueError):
    """The text or bytes are no CID, or none that this program can check; the message says why."""


class Cid(NamedTuple):
    """A content identifier. `digest` is the hash, or with the identity hash the content itself.

    `str` gives the text that links use: base32 for version 1, base58btc for version 0.
    """

    version: int
    codec: int
    hash_code: int
    digest: bytes

    def to_bytes(self) -> bytes:
        """Return the binary form, as links and CARs hold it."""
        length = encode_varint(len(self.digest))
        if self.version == 0:
            return bytes((self.hash_code,)) + length + self.digest
        return bytes((1, self.codec, self.hash_code)) + length + self.digest

    def __str__(self) -> str:
        data = self.to_bytes()
        return _to_base58(data) if self.version == 0 else "b" + _to_base32(data)


def cid_of(data: bytes, codec: int = RAW) -> Cid:
    """Return the CID of `data`: version 1, sha2-256."""
    return Cid(1, codec, SHA2_256, hashlib.sha256(data).digest())


def parse_cid(text: str) -> Cid:
    """Return the CID that `text` writes.

    Version 0 (`Qm...`), and version 1 in base32 (`b...`), base16 (`f...`) and base58btc (`z...`),
    each in the one form that has the CID's own bytes and letters. Raises CidError.
    """
    if len(text) > MAX_CID_CHARACTERS:
        raise CidError(f"a CID of {len(text)} characters is too long")
    try:
        return _parse(text)
    except ValueError as error:
        raise CidError(f"{text!r} is no CID to work with: {error}") from error


def _parse(text: str) -> Cid:
    if len(text) == _V0_CHARACTERS and text.startswith("Qm"):
        data = _from_base58(text)
    else:
        data = _from_multibase(text)
        if data.startswith(_V0_START):
            # multiformats/cid, "Decoding Algorithm": behind the letter of a base is no version 0.
            raise ValueError("version 0 is written without the letter of a base")
    cid, end = read_cid(data, 0)
    if end != len(data):
        raise ValueError("it goes on after its digest")
    return cid


def read_cid(data: bytes | memoryview, start: int) -> tuple[Cid, int]:
    """Return the binary CID that begins at `start`, and where it ends. Raises CidError."""
    try:
        return _read(data, start)
    except VarintError as error:
        raise CidError(str(error)) from error


def _read(data: bytes | memoryview, start: int) -> tuple[Cid, int]:
    if data[start : start + 2] == _V0_START:
        version, codec, place = 0, DAG_PB, start
    else:
        version, place = read_varint(data, start)
        if version != 1:
            raise CidError(f"there is no CID version {version}")
        codec, place = read_varint(data, place)
        if codec not in _CODECS:
            raise CidError(f"codec 0x{codec:x} is neither raw (0x55) nor dag-pb (0x70)")
    hash_code, place = read_varint(data, place)
    if hash_code not in (SHA2_256, IDENTITY):
        raise CidError(f"hash 0x{hash_code:x} is neither sha2-256 (0x12) nor identity (0x0)")
    length, place = read_varint(data, place)
    if hash_code == SHA2_256 and length != SHA2_256_BYTES:
        raise CidError(f"a sha2-256 digest has {SHA2_256_BYTES} bytes, not {length}")
    if hash_code == IDENTITY and length > MAX_IDENTITY_BYTES:
        raise CidError(f"{length} bytes are too many for an identity CID")
    end = place + length
    if end > len(data):
        raise CidError(f"the digest is cut off: {length} bytes expected, {len(data) - place} there")
    return Cid(version, codec, hash_code, bytes(data[place:end])), end


def _from_multibase(text: str) -> bytes:
    """Return the bytes of a text whose first letter names its base. Raises ValueError."""
    match text[:1]:
        case "b":
            data = _from_base32(text[1:])
        case "f":
            data = _from_base16(text[1:])
        case "z":
            data = _from_base58(text[1:])
        case "k":
            raise ValueError("base36 is for the names of keys (IPNS), which name no fixed content")
        case "":
            raise ValueError("it is empty")
        case other:
            raise ValueError(f"it begins with {other!r}, not with b, f, z or Qm")
    return data


def _from_base16(text: str) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError as error:
        raise ValueError("it is not lower-case base16") from error
    if data.hex() != text:  # capitals or spaces
        raise ValueError("it is not lower-case base16")
    return data


def _to_base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").lower().rstrip("=")


def _from_base32(text: str) -> bytes:
    """Return the bytes of lower-case base32 without padding. Raises ValueError."""
    padded = text.upper() + "=" * (-len(text) % 8)
    try:
        data = base64.b32decode(padded)
    except ValueError as error:
        raise ValueError("it is not lower-case base32") from error
    if _to_base32(data) != text:  # capitals, or bits after the last byte that are not zero
        raise ValueError("it is not lower-case base32")
    return data


def _to_base58(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    letters = []
    while number:
        number, value = divmod(number, 58)
        letters.append(_BASE58[value])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return _BASE58[0] * zeros + "".join(reversed(letters))


def _from_base58(text: str) -> bytes:
    number = 0
    for letter in text:
        if letter not in _BASE58_VALUES:
            raise ValueError(f"{letter!r} is no letter of base58")
        number = number * 58 + _BASE58_VALUES[letter]
    zeros = len(text) - len(text.lstrip(_BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
