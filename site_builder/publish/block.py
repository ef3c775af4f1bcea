"""Blocks: bytes together with the CID that they were checked against.

In: a CID and bytes from anywhere. Out: a Block, or a BlockError. Nothing from a network, a file or
an engine is a Block before it went through `verify_block`.
"""

import hashlib
from typing import NamedTuple

from site_builder.publish.cid import IDENTITY, SHA2_256, Cid

MAX_BLOCK_BYTES = 2 * 1024 * 1024  # trustless-gateway specification; Kubo refuses larger ones


class BlockError(Exception):
    """Bytes are not, or cannot be, the block that a CID names; the message names the CID."""


class Block(NamedTuple):
    """Bytes and their CID, which fit each other."""

    cid: Cid
    data: bytes


def verify_block(cid: Cid, data: bytes) -> Block:
    """Return the block of `data`. Raises BlockError where it is too large or not what CID names."""
    if len(data) > MAX_BLOCK_BYTES:
        raise BlockError(f"{cid}: {len(data)} bytes; a block has at most {MAX_BLOCK_BYTES}")
    match cid.hash_code:
        case code if code == SHA2_256:
            found = hashlib.sha256(data).digest()
        case code if code == IDENTITY:
            found = data
        case code:
            raise BlockError(f"{cid}: hash 0x{code:x} cannot be checked")
    if found != cid.digest:
        raise BlockError(f"{cid}: {len(data)} bytes that are not the content of this CID")
    return Block(cid, data)
