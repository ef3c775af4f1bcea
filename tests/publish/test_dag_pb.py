"""dag-pb blocks are read strictly, and written as others write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.publish.block import Block, BlockError
from site_builder.publish.cid import DAG_PB, cid_of, parse_cid
from site_builder.publish.dag_pb import Link, decode_node, encode_node
from site_builder.publish.protobuf import encode_bytes, encode_number

LINKS = st.builds(
    Link, st.builds(cid_of, st.binary(max_size=4)), st.binary(max_size=9), st.integers(0, 2**60)
)
CID = cid_of(b"x").to_bytes()


def block(data: bytes) -> Block:
    """Return a dag-pb block of any bytes."""
    return Block(cid_of(data, DAG_PB), data)


@given(st.lists(LINKS, max_size=4), st.binary(max_size=20))
def test_what_is_written_is_read(links: list[Link], data: bytes) -> None:
    node = decode_node(block(encode_node(links, data)))
    assert (list(node.links), node.data) == (links, data)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_node_or_refused(data: bytes) -> None:
    try:
        decode_node(block(data))
    except BlockError:
        return


def test_an_empty_block_is_a_node_without_links_and_data() -> None:
    assert decode_node(block(b"")) == ((), None)


def test_links_and_data_of_the_codec_fixtures_are_read() -> None:
    # ipld/codec-fixtures, dagpb_2link+data
    data = bytes.fromhex(
        "12340a2212208ab7a6c5e74737878ac73863cb76739d15d4666de44e5756bf55a2f9e9ab5f43"
        "1209736f6d65206c696e6b1880c2d72f12370a2212208ab7a6c5e74737878ac73863cb76739d"
        "15d4666de44e5756bf55a2f9e9ab5f44120f736f6d65206f74686572206c696e6b18080a0973"
        "6f6d652064617461"
    )
    fixture = block(data)
    assert fixture.cid == parse_cid("bafybeibh647pmxyksmdm24uad6b5f7tx4dhvilzbg2fiqgzll4yek7g7y4")
    node = decode_node(fixture)
    assert [link.name for link in node.links] == [b"some link", b"some other link"]
    assert [link.tsize_bytes for link in node.links] == [100_000_000, 8]
    assert node.data == b"some data"


def test_the_data_may_come_first() -> None:
    link = encode_bytes(2, encode_bytes(1, CID))
    data = encode_bytes(1, b"data")
    assert decode_node(block(data + link + link)).data == b"data"


LINK = encode_bytes(2, encode_bytes(1, CID))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (LINK + encode_bytes(1, b"data") + LINK, "data stands between links"),
        (encode_bytes(1, b"one") + encode_bytes(1, b"two"), "field 1 of the node"),
        (encode_number(1, 7), "field 1 of the node"),
        (encode_bytes(3, b"more"), "field 3 of the node"),
        (encode_number(2, 7), "field 2 of the node"),
        (encode_bytes(2, b""), "a link has no CID"),
        (encode_bytes(2, encode_bytes(2, b"name")), "a link has no CID"),
        (encode_bytes(2, encode_bytes(1, CID + b"more")), "4 bytes too many after the CID"),
        (encode_bytes(2, encode_bytes(1, CID[:-1])), "cut off"),
        (encode_bytes(2, encode_bytes(1, b"\x01\x71" + CID[2:])), "codec 0x71"),
        (encode_bytes(2, encode_bytes(1, CID) * 2), "field 1 of a link is repeated"),
        (encode_bytes(2, encode_number(3, 1) + encode_bytes(1, CID)), "out of order"),
        (encode_bytes(2, encode_bytes(1, CID) + encode_number(2, 1)), "of the wrong type"),
        (encode_bytes(2, encode_bytes(1, CID) + encode_bytes(4, b"")), "field 4 of a link"),
        (b"\x0a\x05data", "field 1 is cut off"),
        (b"\x0a\x84\x00data", "longer than it need be"),
        (b"\x0d\x00\x00\x00\x00", "wire type 5"),
        (b"\x0a", "cut off"),
    ],
)
def test_malformed_blocks_are_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(BlockError, match=f"^{cid_of(data, DAG_PB)}: malformed dag-pb: .*{words}"):
        decode_node(block(data))
