"""DAGs: all blocks that a root leads to.

In: a root, and a way to get blocks or a CAR. Out: the blocks in order, or proof that a CAR holds
them all. Specification: trustless gateway, "CAR responses": a client must check by itself that
nothing is missing, and must not believe the roots of a header.
"""

from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from site_builder.publish.block import Block, BlockError, verify_block
from site_builder.publish.car import CarError, CarReader
from site_builder.publish.cid import DAG_PB, IDENTITY, Cid
from site_builder.publish.dag_pb import decode_node
from site_builder.publish.unixfs import Stream

Fetch = Callable[[Cid], Block]

_NAMED = 5  # a message names no more CIDs than this


class Proof(NamedTuple):
    """What a CAR holds of the DAG it was read for: all of it.

    `foreign` is how many blocks it holds besides.
    """

    blocks: int
    size_bytes: int
    foreign: int


def fetch_block(cid: Cid, fetch: Fetch) -> Block:
    """Return the block of a CID; one that holds its content itself is not asked for.

    Raises BlockError where `fetch` gives another block than that.
    """
    if cid.hash_code == IDENTITY:
        return verify_block(cid, cid.digest)
    block = fetch(cid)
    if block.cid != cid:
        raise BlockError(f"{cid}: another block was given, {block.cid}")
    return block


def links_of(block: Block) -> tuple[Cid, ...]:
    """Return the CIDs that a block links to, in order. Raises BlockError where it is malformed."""
    if block.cid.codec != DAG_PB:
        return ()
    return tuple([link.cid for link in decode_node(block).links])


def dag_blocks(root: Cid, fetch: Fetch, without: Container[Cid] = ()) -> Iterator[Block]:
    """Yield the blocks of a DAG, parents first and depth first, each once.

    Blocks in `without` are left out with all below them. Identity CIDs have no blocks of their own.
    Raises BlockError, and what `fetch` raises.
    """
    seen: set[Cid] = set()
    waiting = [root]
    while waiting:
        cid = waiting.pop()
        if cid in seen or cid in without:
            continue
        seen.add(cid)
        block = fetch_block(cid, fetch)
        if cid.hash_code != IDENTITY:
            yield block
        waiting.extend(reversed(links_of(block)))


def prove_complete(stream: Stream, root: Cid, max_bytes: int) -> Proof:
    """Read a CAR of at most `max_bytes` and prove that it holds the whole DAG of `root`.

    Blocks may come in any order. Memory holds the CIDs, not the blocks. Raises CarError for what is
    unsound, malformed or missing.
    """
    held: dict[Cid, tuple[int, tuple[Cid, ...]]] = {}
    try:
        for section in CarReader(stream, max_bytes):
            block = section.block
            held[block.cid] = (len(block.data), links_of(block))
        needed, missing = _reach(root, held)
    except BlockError as error:
        raise CarError(str(error)) from error
    if missing:
        names = ", ".join(str(cid) for cid in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise CarError(f"{root}: the CAR lacks {names}{more}")
    return Proof(len(needed), sum([held[cid][0] for cid in needed]), len(held) - len(needed))


def _reach(root: Cid, held: dict[Cid, tuple[int, tuple[Cid, ...]]]) -> tuple[list[Cid], list[Cid]]:
    """Return which held blocks a root leads to, and which CIDs it leads to that are not held."""
    needed, missing, seen = [], [], set()
    waiting = [root]
    while waiting:
        cid = waiting.pop()
        if cid in seen:
            continue
        seen.add(cid)
        if cid in held:
            needed.append(cid)
            waiting.extend(reversed(held[cid][1]))
        elif cid.hash_code == IDENTITY:
            waiting.extend(reversed(links_of(verify_block(cid, cid.digest))))
        else:
            missing.append(cid)
    return needed, missing
