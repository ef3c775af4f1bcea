"""Nodes: the roots of what was built so far, and the one way in which blocks are made.

In: content or links. Out: a Node; its block goes to a sink, which may store, send, count or drop
it.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from site_builder.publish.block import Block
from site_builder.publish.cid import DAG_PB, SHA2_256, Cid, cid_of
from site_builder.publish.dag_pb import Link, encode_node
from site_builder.publish.profile import Profile

Sink = Callable[[Block], None]


class Node(NamedTuple):
    """A file or folder whose blocks were all given to the sink.

    `size_bytes` counts the content of the file, or of all files in the folder. `tsize_bytes` counts
    all blocks, each as often as a link leads to it (UnixFS, "TSize").
    """

    cid: Cid
    size_bytes: int
    tsize_bytes: int


def put_raw(content: bytes, sink: Sink) -> Node:
    """Make a block of bytes as they are."""
    block = Block(cid_of(content), content)
    sink(block)
    return Node(block.cid, len(content), len(content))


def put_node(
    links: Sequence[Link], data: bytes, size_bytes: int, profile: Profile, sink: Sink
) -> Node:
    """Make a dag-pb block of links and a UnixFS message."""
    return put_encoded(encode_node(links, data), links, size_bytes, profile, sink)


def put_encoded(
    encoded: bytes, links: Sequence[Link], size_bytes: int, profile: Profile, sink: Sink
) -> Node:
    """Make a dag-pb block of bytes that were encoded from `links` already."""
    digest = hashlib.sha256(encoded).digest()
    cid = Cid(profile.cid_version, DAG_PB, SHA2_256, digest)
    sink(Block(cid, encoded))
    return Node(cid, size_bytes, len(encoded) + sum([link.tsize_bytes for link in links]))
