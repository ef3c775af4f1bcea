"""A whole DAG: walked in order, or proven to be in a CAR."""

import dataclasses
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.publish.block import Block, BlockError
from site_builder.publish.car import CarError, car_chunks
from site_builder.publish.cid import DAG_PB, IDENTITY, RAW, Cid, cid_of
from site_builder.publish.dag import Proof, dag_blocks, prove_complete
from site_builder.publish.dag_pb import Link, encode_node
from site_builder.publish.node import Node
from site_builder.publish.profile import V1_2025
from site_builder.publish.unixfs_data import encode_directory
from tests.publish.dags import Store

ENOUGH = 1 << 40
SMALL = dataclasses.replace(V1_2025, chunk_bytes=4, max_links=3, hamt_threshold_bytes=300)


def site(store: Store) -> Node:
    """Keep a small site: pages, a folder twice, a HAMT, a file of several blocks."""
    pages = {f"{number}.html": store.file(b"%d" % number, SMALL) for number in range(9)}
    sharded = store.folder(pages, SMALL)
    small = store.folder({"a": pages["0.html"], "long": store.file(b"0123456789abc" * 3, SMALL)})
    return store.folder({"pages": sharded, "one": small, "two": small}, SMALL)


def prove(blocks: list[Block], root: Cid, header_roots: list[Cid]) -> Proof:
    """Write blocks to a CAR and prove that it holds the DAG of a root."""
    return prove_complete(
        io.BytesIO(b"".join(car_chunks(header_roots, blocks))), root, max_bytes=ENOUGH
    )


def test_a_walk_gives_each_block_once_and_parents_first() -> None:
    store = Store()
    root = site(store).cid
    walked = list(dag_blocks(root, store.fetch))
    assert walked[0].cid == root
    assert sorted(walked) == sorted(store.held.values())


def test_a_walk_goes_into_depth_in_the_order_of_links() -> None:
    store = Store()
    inner = store.folder({"b": store.file(b"2"), "c": store.file(b"3")})
    root = store.folder({"a": store.file(b"1"), "d": inner, "e": store.file(b"4")})
    data = [block.data for block in dag_blocks(root.cid, store.fetch) if block.cid.codec == RAW]
    assert data == [b"1", b"2", b"3", b"4"]


def test_a_walk_leaves_out_what_is_held_and_all_below() -> None:
    old, new = Store(), Store()
    site(old)
    before = site(new)
    after = new.folder({"site": before, "new": new.file(b"new")})
    delta = list(dag_blocks(after.cid, new.fetch, without=set(old.held)))
    assert len(delta) == 2
    assert {block.cid for block in delta} == set(new.held) - set(old.held)


def test_a_block_that_was_not_asked_for_is_refused() -> None:
    other = Block(cid_of(b"other"), b"other")
    with pytest.raises(BlockError, match=f"{cid_of(b'text')}: another block was given"):
        list(dag_blocks(cid_of(b"text"), lambda _: other))


def test_identity_cids_are_followed_without_being_fetched() -> None:
    store = Store()
    leaf = store.file(b"leaf").cid
    inline = Cid(1, DAG_PB, IDENTITY, encode_node([Link(leaf, b"l", 4)], encode_directory()))
    root = store.raw(encode_node([Link(inline, b"i", 9)], encode_directory()), DAG_PB)
    assert [block.cid for block in dag_blocks(root, store.fetch)] == [root, leaf]
    assert prove(store.blocks, root, []).blocks == 2
    with pytest.raises(CarError, match=f"lacks {leaf}"):
        prove([store.held[root]], root, [])
    assert prove([], Cid(1, RAW, IDENTITY, b""), []) == Proof(0, 0, 0)


@given(st.permutations(range(30)))
def test_a_car_with_all_blocks_in_any_order_is_complete(order: list[int]) -> None:
    store = Store()
    root = site(store).cid
    blocks = list(store.held.values())
    mixed = [blocks[number] for number in order if number < len(blocks)]
    mixed += blocks[len(order) :]
    size_bytes = sum(len(block.data) for block in blocks)
    assert prove(mixed, root, [root]) == Proof(len(blocks), size_bytes, 0)


def test_a_car_that_lacks_any_one_block_is_not_complete() -> None:
    store = Store()
    root = site(store).cid
    for missing in store.held:
        rest = [block for block in store.held.values() if block.cid != missing]
        with pytest.raises(CarError, match=f"{root}: the CAR lacks {missing}$"):
            prove(rest, root, [root])


def test_the_roots_of_a_header_are_not_believed() -> None:
    store = Store()
    root = site(store).cid
    other = store.file(b"other").cid
    assert prove(store.blocks, root, []) == prove(store.blocks, root, [other])
    with pytest.raises(CarError, match=f"{root}: the CAR lacks {root}"):
        prove([store.held[other]], root, [root])


def test_blocks_of_other_dags_are_counted() -> None:
    store = Store()
    root = site(store).cid
    count = len(store.held)
    store.file(b"other")
    proof = prove(store.blocks, root, [root])
    assert (proof.blocks, proof.foreign) == (count, 1)


def test_a_long_list_of_missing_blocks_is_cut() -> None:
    store = Store()
    pages = {str(number): store.file(b"%d" % number) for number in range(9)}
    root = store.folder(pages).cid
    with pytest.raises(CarError, match=r"lacks (b[a-z2-7]+, ){4}b[a-z2-7]+ and 4 more$"):
        prove([store.held[root]], root, [])


def test_a_malformed_node_is_named() -> None:
    store = Store()
    root = store.raw(b"\x0a\x05data", DAG_PB)
    with pytest.raises(CarError, match=f"{root}: malformed dag-pb"):
        prove(store.blocks, root, [root])


@settings(max_examples=300)
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_bit_that_is_turned_over_anywhere_is_found_or_harmless(place: int, bit: int) -> None:
    store = Store()
    root = site(store).cid
    data = bytearray(b"".join(car_chunks([root], store.blocks)))
    sound = prove_complete(io.BytesIO(bytes(data)), root, ENOUGH)
    data[place % len(data)] ^= 1 << bit
    try:
        assert prove_complete(io.BytesIO(bytes(data)), root, ENOUGH) == sound
    except CarError:
        return
    assert place % len(data) < 59, "only the roots of the header may be wrong"


@given(st.integers(min_value=0))
def test_a_car_that_ends_early_is_never_complete(place: int) -> None:
    store = Store()
    root = site(store).cid
    data = b"".join(car_chunks([root], store.blocks))
    with pytest.raises(CarError):
        prove_complete(io.BytesIO(data[: place % len(data)]), root, ENOUGH)
