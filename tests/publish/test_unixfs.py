"""Files of any size: streams, sizes, memory."""

import dataclasses
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.publish.block import Block, verify_block
from site_builder.publish.cid import RAW, Cid, cid_of
from site_builder.publish.contents import file_bytes, open_content
from site_builder.publish.profile import V0_2015, V1_2025, Profile
from site_builder.publish.unixfs import bytes_blocks, file_blocks
from tests.publish.dags import Keystream, Store, drop

PROFILES = st.builds(
    dataclasses.replace,
    st.sampled_from([V1_2025, V0_2015]),
    chunk_bytes=st.integers(1, 9),
    max_links=st.integers(2, 5),
)


@given(PROFILES, st.binary(max_size=300))
def test_a_file_is_read_back_from_its_blocks(profile: Profile, content: bytes) -> None:
    store = Store()
    node = store.file(content, profile)
    assert node.size_bytes == len(content)
    root = open_content(node.cid, store.fetch)
    assert b"".join(file_bytes(root, store.fetch, len(content))) == content


@given(PROFILES, st.integers(0, 200), st.integers(1, 7))
def test_a_stream_that_gives_little_at_a_time_is_the_same_file(
    profile: Profile, size_bytes: int, at_most: int
) -> None:
    whole, pieces = Store(), Store()
    content = Keystream("s", size_bytes).read(size_bytes)
    file_blocks(Keystream("s", size_bytes, at_most), profile, pieces.put)
    bytes_blocks(content, profile, whole.put)
    assert pieces.blocks == whole.blocks


@given(PROFILES, st.binary(max_size=200))
def test_children_come_before_parents_and_the_root_last(profile: Profile, content: bytes) -> None:
    store = Store()
    node = store.file(content, profile)
    assert store.blocks[-1].cid == node.cid
    seen: set[Cid] = set()
    for block in store.blocks:
        assert {link.cid for link in open_content(block.cid, store.fetch).node.links} <= seen
        seen.add(block.cid)


@given(PROFILES, st.binary(max_size=200))
def test_the_tsize_counts_every_block_as_often_as_it_is_linked(
    profile: Profile, content: bytes
) -> None:
    store = Store()
    node = store.file(content, profile)
    assert node.tsize_bytes == sum(len(block.data) for block in store.blocks)


@pytest.mark.parametrize("size_bytes", [0, 1, 1024 * 1024])
def test_a_file_of_up_to_one_chunk_is_one_raw_block_of_its_very_bytes(size_bytes: int) -> None:
    content = Keystream("one", size_bytes).read(size_bytes)
    blocks: list[Block] = []
    node = file_blocks(io.BytesIO(content), V1_2025, blocks.append)
    assert blocks == [Block(cid_of(content, RAW), content)]
    assert node == (cid_of(content), size_bytes, size_bytes)


def test_every_block_of_a_large_file_may_be_sent() -> None:
    def check(block: Block) -> None:
        verify_block(*block)

    for profile in (V1_2025, V0_2015):
        file_blocks(Keystream("large", 180 * 262144), profile, check)


def test_memory_does_not_grow_with_the_file() -> None:
    peaks = []
    for mebibytes in (8, 64):
        tracemalloc.start()
        file_blocks(Keystream("memory", mebibytes * 1024 * 1024), V1_2025, drop)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 6 * 1024 * 1024
    assert peaks[1] - peaks[0] < 100 * 1024
