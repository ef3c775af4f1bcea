"""Build the blocks of a file.

In: a stream of any size, or bytes. Out: the file's Node; blocks go to the sink as soon as they are
whole, children before parents. Memory holds one chunk, and the links of one unfinished node for
each level of the tree. Specification: IPIP-499, "balanced"; UnixFS, "dag-pb File".
"""

import io
from collections.abc import Iterator
from typing import Protocol

from site_builder.publish.dag_pb import Link
from site_builder.publish.node import Node, Sink, put_node, put_raw
from site_builder.publish.profile import Profile
from site_builder.publish.unixfs_data import encode_leaf, encode_parent, encode_symlink


class Stream(Protocol):
    """Something to read bytes from; fewer than asked for may come, none only at the end."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""


def bytes_blocks(content: bytes, profile: Profile, sink: Sink) -> Node:
    """Build a file that is in memory."""
    if len(content) <= profile.chunk_bytes:
        return _leaf(content, profile, sink)
    return file_blocks(io.BytesIO(content), profile, sink)


def file_blocks(stream: Stream, profile: Profile, sink: Sink) -> Node:
    """Build the file that a stream holds. Errors of the stream pass through."""
    tree = _Balanced(profile, sink)
    for chunk in _chunks(stream, profile.chunk_bytes):
        tree.add(_leaf(chunk, profile, sink))
    return tree.root() or _leaf(b"", profile, sink)


def symlink_blocks(target: bytes, profile: Profile, sink: Sink) -> Node:
    """Build a symbolic link to `target` (UnixFS, "dag-pb Symlink")."""
    return put_node((), encode_symlink(target), 0, profile, sink)


def _leaf(content: bytes, profile: Profile, sink: Sink) -> Node:
    if profile.raw_leaves:
        return put_raw(content, sink)
    return put_node((), encode_leaf(content), len(content), profile, sink)


def _chunks(stream: Stream, chunk_bytes: int) -> Iterator[bytes]:
    """Yield full chunks, the last one maybe shorter, whatever a single read gives."""
    while chunk := stream.read(chunk_bytes):
        if len(chunk) < chunk_bytes:
            parts, missing_bytes = [chunk], chunk_bytes - len(chunk)
            while missing_bytes and (part := stream.read(missing_bytes)):
                parts.append(part)
                missing_bytes -= len(part)
            chunk = b"".join(parts)
        yield chunk


class _Balanced:
    """A tree that grows from its leaves, all of which end at the same depth."""

    def __init__(self, profile: Profile, sink: Sink) -> None:
        self._profile = profile
        self._sink = sink
        self._levels: list[list[Node]] = []  # from the leaves up: nodes that wait for a parent

    def add(self, node: Node, level: int = 0) -> None:
        """Add the next node of a level, the leaves being level 0."""
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(node)
        if len(self._levels[level]) == self._profile.max_links:
            self._lift(level)

    def root(self) -> Node | None:
        """Return the root over all that was added; None where nothing was.

        A node that is alone on its level gets a parent nevertheless while others are above it.
        """
        level = 0
        while level < len(self._levels):
            nodes = self._levels[level]
            if len(nodes) == 1 and level == len(self._levels) - 1:
                return nodes[0]
            if nodes:
                self._lift(level)
            level += 1
        return None

    def _lift(self, level: int) -> None:
        """Give the waiting nodes of a level their parent."""
        nodes = self._levels[level]
        self._levels[level] = []
        links = [Link(node.cid, b"", node.tsize_bytes) for node in nodes]
        sizes = [node.size_bytes for node in nodes]
        data = encode_parent(sizes)
        self.add(put_node(links, data, sum(sizes), self._profile, self._sink), level + 1)
