"""Read what a CID names: the bytes of a file, or the entries of a folder.

In: a CID and a way to get checked blocks. Out: content, in pieces of one block. A hash proves that
a block is the one asked for, not that it makes sense: so sizes, names and shards are checked, and
nothing can make the reading endless. Specification: UnixFS, "dag-pb Types".
"""

from collections.abc import Iterator
from typing import NamedTuple

from site_builder.publish.block import Block, BlockError
from site_builder.publish.cid import RAW, Cid
from site_builder.publish.dag import Fetch, fetch_block
from site_builder.publish.dag_pb import PbNode, decode_node
from site_builder.publish.names import decode_name
from site_builder.publish.unixfs_data import MURMUR3_X64_64, Kind, UnixFsData, decode_data

MAX_FILE_DEPTH = 32  # the profiles need 4 for a TiB
MAX_SHARD_DEPTH = 22  # 64 bits of hash in steps of 3, the fewest
MAX_FANOUT = 1024  # CVE-2023-23625
_LEAF_KINDS = (Kind.FILE, Kind.RAW)


class Content(NamedTuple):
    """A block that was fetched, and what it says. A raw block has no node and is a file."""

    block: Block
    node: PbNode
    data: UnixFsData


def open_content(cid: Cid, fetch: Fetch) -> Content:
    """Return the block of a CID, decoded. Raises BlockError, and what `fetch` raises."""
    block = fetch_block(cid, fetch)
    if cid.codec == RAW:
        data = UnixFsData(Kind.RAW, block.data, len(block.data), (), 0, 0)
        return Content(block, PbNode((), None), data)
    node = decode_node(block)
    if not node.data:
        raise BlockError(f"{cid}: a node without UnixFS data")
    try:
        return Content(block, node, decode_data(node.data))
    except ValueError as error:
        raise BlockError(f"{cid}: malformed UnixFS data: {error}") from error


def file_bytes(content: Content, fetch: Fetch, max_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of a file of at most `max_bytes`, piece by piece.

    The size is checked against what the root says before anything below it is fetched, and again at
    every block. Raises BlockError, and what `fetch` raises.
    """
    if content.data.size_bytes > max_bytes:
        raise BlockError(
            f"{content.block.cid}: a file of {content.data.size_bytes} bytes; "
            f"at most {max_bytes} are wanted"
        )
    return _pieces(content, content.data.size_bytes, fetch, 0)


def _pieces(content: Content, size_bytes: int, fetch: Fetch, depth: int) -> Iterator[bytes]:
    """Yield the bytes of a part of a file that must have `size_bytes`."""
    cid, node, data = content.block.cid, content.node, content.data
    if data.kind not in _LEAF_KINDS:
        raise BlockError(f"{cid}: {_word(data.kind)} where a part of a file should be")
    if len(node.links) != len(data.part_sizes):
        raise BlockError(f"{cid}: {len(node.links)} parts, but {len(data.part_sizes)} sizes")
    held_bytes = len(data.content) + sum(data.part_sizes)
    if not held_bytes == data.size_bytes == size_bytes:
        raise BlockError(
            f"{cid}: {held_bytes} bytes come where {size_bytes} are expected "
            f"and {data.size_bytes} declared"
        )
    if depth > MAX_FILE_DEPTH:
        raise BlockError(f"{cid}: a file of more than {MAX_FILE_DEPTH} levels")
    if data.content:
        yield data.content
    for link, part_bytes in zip(node.links, data.part_sizes, strict=True):
        if link.name:  # UnixFS, "PBNode.Links[].Name": must be refused
            raise BlockError(f"{cid}: a part of a file has a name")
        if not part_bytes:  # without this, a small DAG could lead to empty parts without end
            raise BlockError(f"{cid}: a part of a file is empty")
        yield from _pieces(open_content(link.cid, fetch), part_bytes, fetch, depth + 1)


def folder_entries(content: Content, fetch: Fetch) -> Iterator[tuple[str, Cid]]:
    """Yield the entries of a folder in the order of its links, each name once.

    The shards of a HAMT are fetched on the way, the entries themselves are not. Raises BlockError,
    and what `fetch` raises.
    """
    cid = content.block.cid
    match content.data.kind:
        case Kind.DIRECTORY:
            pairs = iter([(link.name, link.cid) for link in content.node.links])
        case Kind.HAMT_SHARD:
            pairs = _shard_entries(content, content.data.fanout, fetch, 0)
        case kind:
            raise BlockError(f"{cid}: {_word(kind)} where a folder should be")
    seen = set()
    for name, entry in pairs:
        try:
            decoded = decode_name(name)
        except ValueError as error:
            raise BlockError(f"{cid}: {error}") from error
        if decoded in seen:  # UnixFS, "dag-pb Directory": the decoder must fail
            raise BlockError(f"{cid}: the name {decoded!r} comes twice")
        seen.add(decoded)
        yield decoded, entry


def symlink_target(content: Content) -> str:
    """Return where a symbolic link points, as text that may be anything."""
    if content.node.links:  # UnixFS, "dag-pb Symlink": must not have any
        raise BlockError(f"{content.block.cid}: a symbolic link with links below it")
    return content.data.content.decode(errors="backslashreplace")


def _shard_entries(
    content: Content, fanout: int, fetch: Fetch, depth: int
) -> Iterator[tuple[bytes, Cid]]:
    """Yield the entries below a shard (UnixFS, "dag-pb HAMTDirectory")."""
    cid = content.block.cid
    width = _check_shard(content, fanout, depth)
    taken = int.from_bytes(content.data.content, "big")
    for link in content.node.links:
        bucket = _bucket(link.name[:width])
        if bucket is None or not taken >> bucket & 1:
            raise BlockError(f"{cid}: {link.name!r} is in no bucket, or in one that is taken")
        taken ^= 1 << bucket
        if len(link.name) > width:
            yield link.name[width:], link.cid
        else:
            below = open_content(link.cid, fetch)
            yield from _shard_entries(below, fanout, fetch, depth + 1)
    if taken:
        raise BlockError(f"{cid}: a shard lacks links that its bit field counts")


def _check_shard(content: Content, fanout: int, depth: int) -> int:
    """Raise BlockError where a shard is unsound; return how long the prefix of a name is."""
    cid, data = content.block.cid, content.data
    if data.kind is not Kind.HAMT_SHARD:
        raise BlockError(f"{cid}: {_word(data.kind)} where a shard should be")
    if data.hash_code != MURMUR3_X64_64:
        raise BlockError(f"{cid}: a shard with hash 0x{data.hash_code:x}, not murmur3-x64-64")
    if data.fanout != fanout or not 8 <= fanout <= MAX_FANOUT or fanout.bit_count() != 1:
        raise BlockError(f"{cid}: a shard of {data.fanout} buckets")
    if len(data.content) > fanout // 8:
        raise BlockError(f"{cid}: the bit field of a shard is too long")
    if depth > MAX_SHARD_DEPTH:
        raise BlockError(f"{cid}: more than {MAX_SHARD_DEPTH} levels of shards")
    if depth and not content.node.links:  # for the same reason as empty parts of files
        raise BlockError(f"{cid}: a shard below another is empty")
    return len(f"{fanout - 1:x}")


def _bucket(prefix: bytes) -> int | None:
    """Return the number that a prefix writes in capital hexadecimal digits."""
    return int(prefix, 16) if prefix and not prefix.strip(b"0123456789ABCDEF") else None


def _word(kind: Kind) -> str:
    match kind:
        case Kind.RAW | Kind.FILE:
            return "a file"
        case Kind.DIRECTORY | Kind.HAMT_SHARD:
            return "a folder"
        case Kind.SYMLINK:
            return "a symbolic link"
        case Kind.METADATA:
            return "a metadata node"
