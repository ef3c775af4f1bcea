"""CARs: blocks in one file or stream, one after another.

In: roots and blocks, or a stream from anywhere. Out: the bytes of a CAR, the same for the same
blocks, or blocks that were checked one by one. Nothing that a CAR says of itself is believed: sizes
are capped before anything is read, and its roots are only what its writer calls so. Specification:
ipld.io, "CARv1".
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from site_builder.errors import EnvironmentFault
from site_builder.publish.block import MAX_BLOCK_BYTES, Block, BlockError, verify_block
from site_builder.publish.car_header import decode_header, encode_header
from site_builder.publish.cid import MAX_CID_BYTES, SHA2_256, SHA2_256_BYTES, Cid, read_cid
from site_builder.publish.unixfs import Stream
from site_builder.publish.varint import MAX_VARINT_BYTES, VarintError, encode_varint, read_varint

MAX_HEADER_BYTES = 8 * 1024 * 1024  # room for 190,000 roots
MAX_SECTION_BYTES = MAX_CID_BYTES + MAX_BLOCK_BYTES


class CarError(Exception):
    """The bytes are no sound CAR; the message names the offset, and the CID where there is one."""


def car_chunks(roots: Sequence[Cid], blocks: Iterable[Block]) -> Iterator[bytes]:
    """Yield the bytes of a CAR: `roots`, then the blocks in the order given, each CID once."""
    header = encode_header(roots)
    yield encode_varint(len(header)) + header
    seen: set[Cid] = set()
    for block in blocks:
        if block.cid not in seen:
            seen.add(block.cid)
            yield from _section(block)


def write_car(file: BinaryIO, roots: Sequence[Cid], blocks: Iterable[Block]) -> int:
    """Write a CAR and return its size in bytes. Errors of the file pass through."""
    size_bytes = 0
    for chunk in car_chunks(roots, blocks):
        file.write(chunk)
        size_bytes += len(chunk)
    return size_bytes


class CarWriter:
    """A CAR that is written while its root is still unknown: `add` is the sink of the builders.

    Room for `root_count` roots of version 1 and sha2-256 is left in front, and `finish` fills it.
    `file` is empty and can seek. Errors of the file pass through.
    """

    def __init__(self, file: BinaryIO, root_count: int = 1) -> None:
        self._file = file
        self._seen: set[Cid] = set()
        unknown = Cid(1, 0, SHA2_256, bytes(SHA2_256_BYTES))
        self._room_bytes = write_car(file, [unknown] * root_count, ())
        self.size_bytes = self._room_bytes

    def add(self, block: Block) -> None:
        """Write a block, unless it was written already."""
        if block.cid not in self._seen:
            self._seen.add(block.cid)
            for part in _section(block):
                self._file.write(part)
                self.size_bytes += len(part)

    def finish(self, roots: Sequence[Cid]) -> None:
        """Write the roots. Raises ValueError where they do not fill the room that was left."""
        header = b"".join(car_chunks(roots, ()))
        if len(header) != self._room_bytes:
            raise ValueError(f"{len(roots)} roots do not fit into the header that was begun")
        self._file.seek(0)
        self._file.write(header)
        self._file.seek(self.size_bytes)


def _section(block: Block) -> tuple[bytes, bytes]:
    cid = block.cid.to_bytes()
    return encode_varint(len(cid) + len(block.data)) + cid, block.data


class Section(NamedTuple):
    """A block of a CAR, and where its bytes begin."""

    block: Block
    offset: int


class CarReader:
    """A CAR that is read from a stream, of `max_bytes` at the most.

    `roots` is what the header calls so. Iterate, once, over the sections. Raises CarError for
    everything that is not sound; errors of the stream pass through.
    """

    def __init__(self, stream: Stream, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._offset = 0
        self._start = 0  # of the section that is being read
        length = self._length(MAX_HEADER_BYTES, "the header")
        if length is None:
            raise CarError("offset 0: the CAR is empty")
        try:
            self.roots = decode_header(self._take(length))
        except ValueError as error:
            raise self._fault(f"the header is malformed: {error}") from error

    def __iter__(self) -> Iterator[Section]:
        while True:
            self._start = self._offset
            length = self._length(MAX_SECTION_BYTES, "a block")
            if length is None:
                return
            section = self._take(length)
            try:
                cid, end = read_cid(section, 0)
                block = verify_block(cid, section[end:])
            except (ValueError, BlockError) as error:
                raise self._fault(str(error)) from error
            yield Section(block, self._offset - len(block.data))

    def _length(self, most_bytes: int, what: str) -> int | None:
        """Return the length in bytes that comes next; None at the end of the CAR."""
        prefix = bytearray()
        while byte := self._stream.read(1):
            prefix += byte
            self._offset += 1
            if byte[0] < 0x80 or len(prefix) == MAX_VARINT_BYTES:
                break
        if not prefix:
            return None
        try:
            length, _ = read_varint(bytes(prefix), 0)
        except VarintError as error:
            raise self._fault(str(error)) from error
        if not 0 < length <= most_bytes:
            raise self._fault(f"{what} of {length} bytes; from 1 to {most_bytes} are allowed")
        if self._offset + length > self._max_bytes:
            raise self._fault(f"the CAR goes beyond {self._max_bytes} bytes")
        return length

    def _take(self, length: int) -> bytes:
        """Return the next bytes, all of them."""
        parts, missing_bytes = [], length
        while missing_bytes:
            part = self._stream.read(missing_bytes)
            if not part:
                raise self._fault(f"the CAR is cut off: {missing_bytes} of {length} bytes missing")
            parts.append(part)
            missing_bytes -= len(part)
            self._offset += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _fault(self, what: str) -> CarError:
        return CarError(f"offset {self._start}: {what}")


class CarFile:
    """A CAR on a disk, of which each block can be fetched: `fetch` serves what reads DAGs.

    Making one reads the whole file and checks every block; fetching checks again, since files
    change. `file` can seek and stays open. Raises CarError, and EnvironmentFault where the file
    cannot be read.
    """

    def __init__(self, file: BinaryIO, max_bytes: int) -> None:
        self._file = file
        with _told():
            reader = CarReader(file, max_bytes)
            self._places = {
                section.block.cid: (section.offset, len(section.block.data)) for section in reader
            }
        self.roots = reader.roots

    def fetch(self, cid: Cid) -> Block:
        """Return a block. Raises BlockError where the CAR does not hold it."""
        if cid not in self._places:
            raise BlockError(f"{cid}: the CAR does not hold this block")
        offset, size_bytes = self._places[cid]
        with _told():
            self._file.seek(offset)
            data = self._file.read(size_bytes)
        return verify_block(cid, data)


@contextmanager
def _told() -> Iterator[None]:
    """Say in words that the CAR cannot be read."""
    try:
        yield
    except OSError as error:
        raise EnvironmentFault(f"cannot read the CAR: {error.strerror}") from error
