"""dag-pb: how a node with links becomes a block, and back.

In and out: links and data, and the block's bytes. Reads strictly: every field once and in order, no
unknown ones. Specification: ipld.io, "DAG-PB", "Serial Format" and "Protobuf Strictness".
"""

from collections.abc import Iterable
from typing import NamedTuple

from site_builder.publish.block import Block, BlockError
from site_builder.publish.cid import Cid, read_cid
from site_builder.publish.protobuf import ProtobufError, encode_bytes, encode_number, read_fields

_NODE_DATA, _NODE_LINK = 1, 2
_LINK_CID, _LINK_NAME, _LINK_TSIZE = 1, 2, 3


class Link(NamedTuple):
    """A link. `tsize_bytes` is the size of all blocks below it, itself too: a hint, unchecked."""

    cid: Cid
    name: bytes
    tsize_bytes: int


class PbNode(NamedTuple):
    """The content of a dag-pb block. `data` is None where the block has none."""

    links: tuple[Link, ...]
    data: bytes | None


def encode_node(links: Iterable[Link], data: bytes) -> bytes:
    """Return the bytes of a block: the links in the order given, then the data.

    A link has its name also where that is empty: so do all implementations, and CIDs depend on it.
    """
    parts = []
    for link in links:
        inner = (
            encode_bytes(_LINK_CID, link.cid.to_bytes())
            + encode_bytes(_LINK_NAME, link.name)
            + encode_number(_LINK_TSIZE, link.tsize_bytes)
        )
        parts.append(encode_bytes(_NODE_LINK, inner))
    parts.append(encode_bytes(_NODE_DATA, data))
    return b"".join(parts)


def decode_node(block: Block) -> PbNode:
    """Return what a dag-pb block holds. Raises BlockError where it is malformed."""
    try:
        return _node(block.data)
    except ValueError as error:
        raise BlockError(f"{block.cid}: malformed dag-pb: {error}") from error


def _node(block: bytes) -> PbNode:
    links: list[Link] = []
    data: bytes | None = None
    last = 0
    for field, value in read_fields(block):
        if field == _NODE_LINK and isinstance(value, bytes):
            # The specification lets readers take the data first, but not between links.
            if links and last == _NODE_DATA:
                raise ProtobufError("data stands between links")
            links.append(_link(value))
        elif field == _NODE_DATA and isinstance(value, bytes) and data is None:
            data = value
        else:
            raise ProtobufError(f"field {field} of the node is unknown or repeated")
        last = field
    return PbNode(tuple(links), data)


def _link(message: bytes) -> Link:
    cid: Cid | None = None
    name, tsize_bytes, last = b"", 0, 0
    for field, value in read_fields(message):
        if field <= last:
            raise ProtobufError(f"field {field} of a link is repeated or out of order")
        last = field
        if field == _LINK_CID and isinstance(value, bytes):
            cid, end = read_cid(value, 0)
            if end != len(value):
                raise ProtobufError(f"{len(value) - end} bytes too many after the CID of a link")
        elif field == _LINK_NAME and isinstance(value, bytes):
            name = value
        elif field == _LINK_TSIZE and isinstance(value, int):
            tsize_bytes = value
        else:
            raise ProtobufError(f"field {field} of a link is unknown or of the wrong type")
    if cid is None:
        raise ProtobufError("a link has no CID")
    return Link(cid, name, tsize_bytes)
