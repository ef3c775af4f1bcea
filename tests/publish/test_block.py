"""Bytes become a block only where they fit the CID."""

import pytest

from site_builder.publish.block import MAX_BLOCK_BYTES, Block, BlockError, verify_block
from site_builder.publish.cid import IDENTITY, RAW, Cid, cid_of


def test_the_content_of_a_cid_is_its_block() -> None:
    cid = cid_of(b"text")
    assert verify_block(cid, b"text") == Block(cid, b"text")


def test_other_content_is_refused_and_the_cid_named() -> None:
    cid = cid_of(b"text")
    with pytest.raises(BlockError, match=f"^{cid}: 5 bytes that are not the content"):
        verify_block(cid, b"texts")


def test_the_largest_block_is_taken_and_one_byte_more_is_not() -> None:
    largest = bytes(MAX_BLOCK_BYTES)
    verify_block(cid_of(largest), largest)
    larger = largest + b"\0"
    with pytest.raises(BlockError, match="2097153 bytes; a block has at most 2097152"):
        verify_block(cid_of(larger), larger)


def test_an_identity_cid_is_its_own_content() -> None:
    cid = Cid(1, RAW, IDENTITY, b"me")
    assert verify_block(cid, b"me").data == b"me"
    with pytest.raises(BlockError, match="not the content"):
        verify_block(cid, b"you")


def test_an_unknown_hash_is_never_taken_for_checked() -> None:
    cid = Cid(1, RAW, 0x14, b"digest")
    with pytest.raises(BlockError, match="hash 0x14 cannot be checked"):
        verify_block(cid, b"digest")
