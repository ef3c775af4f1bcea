"""What a walk over the published entries, from the oldest, found, for the next build.

An archive grows at its end, so most of it is as it was: whatever depends on an entry and those
before it alone holds up to the first entry that is another one.
"""

from collections.abc import Sequence

import msgspec

from site_builder.articles.article import Entry
from site_builder.articles.source import DIGEST_BYTES


class Walk(msgspec.Struct, frozen=True):
    """What was found. Places are numbers of this machine, as `array("i")` has them.

    `order` has the digests of all entries, `looks` those of what their cards show; `written` the
    places of those that give each name, by kind; `related` the places of those that each one leads
    to. `pages` and `listings`, the latter by url, have fingerprints, each after one of what these
    have in common.
    """

    order: bytes
    looks: bytes
    written: dict[str, dict[str, bytes]]
    related: bytes
    pages: bytes = b""
    listings: dict[str, bytes] = {}


NO_WALK = Walk(b"", b"", {}, b"")


def same_digests(one: bytes, two: bytes) -> int:
    """Return how many digests are the same, from the start on."""
    low, high = 0, min(len(one), len(two)) // DIGEST_BYTES
    while low < high:
        middle = (low + high + 1) // 2
        part = slice(low * DIGEST_BYTES, middle * DIGEST_BYTES)
        if one[part] == two[part]:
            low = middle
        else:
            high = middle - 1
    return low


def known_fingerprints(known: bytes, shared: bytes, count: int) -> list[bytes]:
    """Return the first `count` fingerprints of those `known`, if they have `shared` in common."""
    if known[:DIGEST_BYTES] != shared:
        return []
    end = min(len(known), (count + 1) * DIGEST_BYTES)
    return [known[at : at + DIGEST_BYTES] for at in range(DIGEST_BYTES, end, DIGEST_BYTES)]


def order_of(entries: Sequence[Entry]) -> bytes:
    """Return the digests of entries, one after another."""
    return b"".join([entry.digest for entry in entries])
