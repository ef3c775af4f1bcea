"""Build the blocks of one folder from its entries.

In: names and the Nodes of what they name. Out: the folder's Node; its own blocks go to the sink,
not those of its entries, so that an unchanged entry costs nothing. A folder is one block, or a HAMT
where that block were too large. Specification: UnixFS, "dag-pb Directory"; IPIP-499, parameter 8.
"""

import itertools
from collections.abc import Iterable

from site_builder.publish.dag_pb import Link, encode_node
from site_builder.publish.hamt import hamt_blocks
from site_builder.publish.names import NameFault, encode_name
from site_builder.publish.node import Node, Sink, put_encoded
from site_builder.publish.profile import Estimate, Profile
from site_builder.publish.unixfs_data import encode_directory


def directory_blocks(entries: Iterable[tuple[str, Node]], profile: Profile, sink: Sink) -> Node:
    """Build the folder of `entries`, in any order; links are sorted by the bytes of their names.

    Raises NameFault for a name that is not allowed or comes twice, HamtFault for names that a HAMT
    cannot tell apart.
    """
    links, size_bytes = [], 0
    for name, node in entries:
        links.append(Link(node.cid, encode_name(name), node.tsize_bytes))
        size_bytes += node.size_bytes
    links.sort(key=_name)
    for one, other in itertools.pairwise(links):
        if one.name == other.name:
            raise NameFault(f"the name {one.name.decode()!r} comes twice")
    encoded = encode_node(links, encode_directory())
    match profile.hamt_estimate:
        case Estimate.BLOCK_BYTES:
            reckoned_bytes = len(encoded)
        case Estimate.LINKS_BYTES:
            reckoned_bytes = sum([len(link.name) + len(link.cid.to_bytes()) for link in links])
    if reckoned_bytes > profile.hamt_threshold_bytes:
        return hamt_blocks(links, size_bytes, profile, sink)
    return put_encoded(encoded, links, size_bytes, profile, sink)


def _name(link: Link) -> bytes:
    return link.name
