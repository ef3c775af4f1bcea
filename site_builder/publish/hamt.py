"""Build a large folder as a HAMT: a tree of shards in which a name's hash shows the way.

In: the links of a folder. Out: the root's Node; shards go to the sink, children before parents.
Specification: UnixFS, "dag-pb HAMTDirectory"; the hash is murmur3-x64-64 of the multicodec table.
"""

from collections.abc import Iterable

import mmh3

from site_builder.publish.dag_pb import Link
from site_builder.publish.node import Node, Sink, put_node
from site_builder.publish.profile import Profile
from site_builder.publish.unixfs_data import encode_shard

_HASH_BITS = 64

_Hashed = tuple[int, Link]


class HamtFault(ValueError):
    """Names cannot be told apart by their hashes."""


def hamt_blocks(links: Iterable[Link], size_bytes: int, profile: Profile, sink: Sink) -> Node:
    """Build the shards of a folder of these entries, whose content has `size_bytes`.

    Raises HamtFault where names have one hash, which happens only to names made for it.
    """
    hashed = [(mmh3.hash64(link.name, signed=False)[0], link) for link in links]
    root = _shard(hashed, 0, profile, sink)
    return root._replace(size_bytes=size_bytes)


def _shard(hashed: list[_Hashed], used_bits: int, profile: Profile, sink: Sink) -> Node:
    """Build the shard of names whose hashes are equal in their first `used_bits`."""
    fanout = profile.hamt_fanout
    shift = _HASH_BITS - used_bits - (fanout.bit_length() - 1)
    if shift < 0:
        names = sorted(link.name for _, link in hashed)[:2]
        raise HamtFault(f"the names {names[0]!r} and {names[1]!r} have the same hash")
    buckets: dict[int, list[_Hashed]] = {}
    for pair in hashed:
        buckets.setdefault(pair[0] >> shift & (fanout - 1), []).append(pair)
    links = []
    for bucket in sorted(buckets):
        inside = buckets[bucket]
        prefix = prefix_of(bucket, fanout)
        if len(inside) == 1:
            link = inside[0][1]
            links.append(link._replace(name=prefix + link.name))
        else:
            below = _shard(inside, _HASH_BITS - shift, profile, sink)
            links.append(Link(below.cid, prefix, below.tsize_bytes))
    taken = sum([1 << bucket for bucket in buckets])
    return put_node(links, encode_shard(taken, fanout), 0, profile, sink)


def prefix_of(bucket: int, fanout: int) -> bytes:
    """Return what a link in a bucket has before its name: the number in hexadecimal."""
    return b"%0*X" % (len(f"{fanout - 1:x}"), bucket)
