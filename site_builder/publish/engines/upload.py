"""The bytes of an upload: a CAR, alone or in a form, never whole in memory.

In: roots and a way to get their blocks. Out: functions that yield the body, anew for each try.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from site_builder.publish.block import Block
from site_builder.publish.car import car_chunks
from site_builder.publish.cid import Cid

CAR_TYPE = "application/vnd.ipld.car"
_PIECE_BYTES = 256 * 1024

Blocks = Callable[[], Iterable[Block]]
Pieces = Callable[[], Iterator[bytes]]


def car_body(roots: Sequence[Cid], blocks: Blocks) -> Pieces:
    """Return what yields a CAR in pieces of some 256 KiB: small blocks are many."""

    def body() -> Iterator[bytes]:
        piece = bytearray()
        for chunk in car_chunks(roots, blocks()):
            piece += chunk
            if len(piece) >= _PIECE_BYTES:
                yield bytes(piece)
                piece.clear()
        yield bytes(piece)

    return body


class Measure(NamedTuple):
    """Size in bytes and SHA-256 in hex of a body."""

    size_bytes: int
    sha256: str


def measure(pieces: Pieces) -> Measure:
    """Read a body once, for interfaces that want to know these before it comes."""
    size_bytes, digest = 0, hashlib.sha256()
    for piece in pieces():
        size_bytes += len(piece)
        digest.update(piece)
    return Measure(size_bytes, digest.hexdigest())


class Form(NamedTuple):
    """A form: its Content-Type header, what yields it, and its size less that of the file."""

    content_type: str
    body: Pieces
    frame_bytes: int


def form(file_name: str, file: Pieces, fields: Sequence[tuple[str, str]] = ()) -> Form:
    """Return a form of text fields and then the CAR `file` (RFC 7578, multipart/form-data).

    `file_name` has no quotes; names of fields are ours. A value may be any text.
    """
    boundary = secrets.token_hex(16)  # not foreseeable, so that no content can hold it
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    )
    parts += (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        f"Content-Type: {CAR_TYPE}\r\n\r\n"
    )
    head, tail = parts.encode(), f"\r\n--{boundary}--\r\n".encode("ascii")

    def body() -> Iterator[bytes]:
        yield head
        yield from file()
        yield tail

    return Form(f"multipart/form-data; boundary={boundary}", body, len(head) + len(tail))
