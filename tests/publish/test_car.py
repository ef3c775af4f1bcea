"""CARs are written the same every time and read with suspicion."""

import dataclasses
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.errors import EnvironmentFault
from site_builder.publish.block import MAX_BLOCK_BYTES, Block, BlockError
from site_builder.publish.car import (
    MAX_HEADER_BYTES,
    MAX_SECTION_BYTES,
    CarError,
    CarFile,
    CarReader,
    CarWriter,
    Section,
    car_chunks,
    write_car,
)
from site_builder.publish.car_header import decode_header, encode_header
from site_builder.publish.cid import DAG_PB, IDENTITY, RAW, Cid, cid_of
from site_builder.publish.profile import V1_2025
from site_builder.publish.varint import encode_varint
from tests.publish.dags import Keystream, Store

ENOUGH = 1 << 40
BLOCKS = st.lists(
    st.builds(lambda data: Block(cid_of(data), data), st.binary(max_size=20)), max_size=6
)
ROOTS = st.lists(st.builds(cid_of, st.binary(max_size=3)), max_size=30)
ROOT = cid_of(b"root")


def car(roots: list[Cid], blocks: list[Block]) -> bytes:
    """Return the bytes of a CAR."""
    return b"".join(car_chunks(roots, blocks))


def section(cid: bytes, data: bytes) -> bytes:
    """Return the bytes of a section of a CAR, sound or not."""
    return encode_varint(len(cid) + len(data)) + cid + data


def read(data: bytes, max_bytes: int = ENOUGH) -> list[Section]:
    """Return all that is in a CAR."""
    return list(CarReader(io.BytesIO(data), max_bytes))


HEADER = car([ROOT], [])


@given(ROOTS, BLOCKS)
def test_what_is_written_is_read_each_block_once(roots: list[Cid], blocks: list[Block]) -> None:
    data = car(roots, blocks)
    reader = CarReader(io.BytesIO(data), len(data))
    assert reader.roots == tuple(roots)
    sections = list(reader)
    assert [section.block for section in sections] == list(dict.fromkeys(blocks))
    for found in sections:
        assert data[found.offset :].startswith(found.block.data)


def test_the_header_of_one_root_has_the_58_bytes_of_the_specification() -> None:
    # From the example of the specification (CARv1, "Header"), with a root of our own codecs.
    expected = "3aa265726f6f747381d82a582500" + ROOT.to_bytes().hex() + "6776657273696f6e01"
    assert HEADER.hex() == expected
    assert len(HEADER) == 59


@given(ROOTS.filter(bool), BLOCKS)
def test_a_car_whose_roots_come_last_has_the_same_bytes(
    roots: list[Cid], blocks: list[Block]
) -> None:
    file = io.BytesIO()
    writer = CarWriter(file, len(roots))
    for block in blocks:
        writer.add(block)
    writer.finish(roots)
    assert file.getvalue() == car(roots, blocks)
    assert writer.size_bytes == file.tell() == len(file.getvalue())
    assert write_car(io.BytesIO(), roots, blocks) == writer.size_bytes


@pytest.mark.parametrize("roots", [[], [ROOT, ROOT], [ROOT._replace(version=0, codec=DAG_PB)]])
def test_roots_that_do_not_fit_the_header_are_refused(roots: list[Cid]) -> None:
    file = io.BytesIO()
    writer = CarWriter(file)
    with pytest.raises(ValueError, match="do not fit"):
        writer.finish(roots)


def test_many_roots_have_longer_heads() -> None:
    for count in (23, 24, 255, 256, 65535, 65536):
        roots = (ROOT,) * count
        assert decode_header(encode_header(roots)) == roots


def test_a_stream_may_give_one_byte_at_a_time() -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1))

    data = car([ROOT], [Block(cid_of(b"text"), b"text")])
    assert list(CarReader(Dripping(data), ENOUGH)) == read(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "offset 0: the CAR is empty"),
        (b"\x00", "offset 0: the header of 0 bytes"),
        (b"\x80", "offset 0: a varint is cut off"),
        (b"\x80\x00", "offset 0: a varint is longer than it need be"),
        (b"\xff" * 12, "offset 0: a varint is longer than 9 bytes"),
        (encode_varint(MAX_HEADER_BYTES + 1), "the header of 8388609 bytes"),
        (HEADER[:-1], "the CAR is cut off: 1 of 58 bytes missing"),
        (bytes.fromhex("0aa16776657273696f6e02"), "CAR version 2; only version 1"),
        (b"\x01\xa0", "does not begin with the roots"),
        (HEADER[:-1] + b"\x02", "does not end with version 1"),
        (b"\x3b" + HEADER[1:] + b"\x00", "does not end with version 1"),
        (HEADER.replace(b"\xd8\x2a", b"\xd8\x2b"), "a root is no CID"),
        (HEADER.replace(b"\x58\x25\x00", b"\x58\x25\x01"), "a root is no CID"),
        (HEADER.replace(b"\x58\x25", b"\x58\x24"), "the digest is cut off"),
        (
            b"\x3b" + HEADER[1:].replace(b"\x58\x25", b"\x58\x26").replace(b"gv", b"\0gv"),
            "a root has bytes after its CID",
        ),
        (HEADER.replace(b"\x01\x55", b"\x01\x71"), "codec 0x71"),
        (HEADER.replace(b"\x81\xd8", b"\x82\xd8"), "type 3 stands where 6 should"),
        (HEADER.replace(b"\x81\xd8", b"\xa1\xd8"), "type 5 stands where 4 should"),
        (b"\x3b" + HEADER[1:].replace(b"\x81\xd8", b"\x98\x01\xd8"), "shortest form"),
        (b"\x08\xa2\x65roots\x98", "shortest form"),
        (b"\x08\xa2\x65roots\x81", "it is cut off"),
    ],
)
def test_an_unsound_header_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(CarError, match=words):
        CarReader(io.BytesIO(data), ENOUGH)


TEXT = cid_of(b"text")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00", "a block of 0 bytes"),
        (b"\x80", "a varint is cut off"),
        (b"\xa8\x80\x00", "longer than it need be"),
        (section(TEXT.to_bytes(), b"text")[:-1], "cut off: 1 of 40 bytes missing"),
        (section(TEXT.to_bytes(), b"text")[:1], "cut off: 40 of 40 bytes missing"),
        (section(TEXT.to_bytes(), b"test"), f"{TEXT}: 4 bytes that are not the content"),
        (section(TEXT.to_bytes(), b""), f"{TEXT}: 0 bytes that are not the content"),
        (section(TEXT.to_bytes()[:-1], b""), "the digest is cut off"),
        (section(b"\x01\x71" + TEXT.to_bytes()[2:], b"text"), "codec 0x71"),
        (section(b"\x01\x55\x14" + TEXT.to_bytes()[3:], b"text"), "hash 0x14"),
        (section(b"\x03" + TEXT.to_bytes()[1:], b"text"), "no CID version 3"),
        (encode_varint(MAX_SECTION_BYTES + 1), "a block of 2097286 bytes"),
    ],
)
def test_an_unsound_block_is_refused_with_its_offset(data: bytes, words: str) -> None:
    sound = section(TEXT.to_bytes(), b"text")
    with pytest.raises(CarError, match=f"^offset 100: .*{words}"):
        read(HEADER + sound + data)


def test_the_largest_block_is_read_and_one_byte_more_is_not() -> None:
    largest = bytes(MAX_BLOCK_BYTES)
    assert read(HEADER + section(cid_of(largest).to_bytes(), largest))
    larger = largest + b"\0"
    cid = cid_of(larger)
    with pytest.raises(CarError, match=f"offset 59: {cid}: 2097153 bytes; a block has at most"):
        read(HEADER + section(cid.to_bytes(), larger))


def test_a_length_is_refused_before_so_much_is_asked_for() -> None:
    asked = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(size)

    with pytest.raises(CarError, match="a block of 1099511627776 bytes"):
        list(CarReader(Watched(HEADER + encode_varint(1 << 40)), ENOUGH))
    assert max(size or 0 for size in asked) < 100


def test_no_more_bytes_are_read_than_were_wanted() -> None:
    data = car([ROOT], [Block(TEXT, b"text"), Block(cid_of(b"more"), b"more")])
    assert len(read(data, len(data))) == 2
    with pytest.raises(CarError, match=f"offset 100: the CAR goes beyond {len(data) - 1} bytes"):
        read(data, len(data) - 1)
    with pytest.raises(CarError, match="offset 0: the CAR goes beyond 20 bytes"):
        read(data, 20)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_car_or_refused(data: bytes) -> None:
    for start in (b"", HEADER):
        try:
            read(start + data)
        except CarError:
            continue


@pytest.fixture
def stored(tmp_path: Path) -> tuple[Path, Store, Cid]:
    """A CAR of a file in several blocks, its blocks, and its root."""
    store = Store()
    small = dataclasses.replace(V1_2025, chunk_bytes=100)
    root = store.file(Keystream("car", 1000).read(1000), small).cid
    path = tmp_path / "file.car"
    with path.open("wb") as file:
        write_car(file, [root], store.blocks)
    return path, store, root


def test_each_block_of_a_file_can_be_fetched(stored: tuple[Path, Store, Cid]) -> None:
    path, store, root = stored
    with path.open("rb") as file:
        kept = CarFile(file, ENOUGH)
        assert kept.roots == (root,)
        for block in reversed(store.blocks):
            assert kept.fetch(block.cid) == block
        with pytest.raises(BlockError, match=f"{TEXT}: the CAR does not hold"):
            kept.fetch(TEXT)


def test_a_file_that_changes_after_it_was_opened_is_noticed(
    stored: tuple[Path, Store, Cid],
) -> None:
    path, store, _ = stored
    with path.open("rb") as file:
        kept = CarFile(file, ENOUGH)
        path.write_bytes(path.read_bytes().replace(store.blocks[0].data, bytes(100)))
        with pytest.raises(BlockError, match="not the content"):
            kept.fetch(store.blocks[0].cid)


def test_a_disk_that_fails_is_told_in_words(stored: tuple[Path, Store, Cid]) -> None:
    class Failing(io.BytesIO):
        def read(self, _: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(EnvironmentFault, match="cannot read the CAR: Input/output error"):
        CarFile(Failing(stored[0].read_bytes()), ENOUGH)


def test_blocks_of_identity_cids_are_read_too() -> None:
    cid = Cid(1, RAW, IDENTITY, b"me")
    assert read(car([cid], [Block(cid, b"me")]))[0].block == Block(cid, b"me")


def test_blocks_are_taken_from_an_iterator_one_by_one() -> None:
    blocks = iter([Block(TEXT, b"text"), Block(cid_of(b"more"), b"more")])
    chunks = car_chunks([ROOT], blocks)
    assert next(chunks) + next(chunks) + next(chunks) == car([ROOT], [Block(TEXT, b"text")])
    assert next(blocks).data == b"more"
