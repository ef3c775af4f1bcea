"""What an engine is: a place that stores blocks for us and says which it keeps.

In: pins, and the DAG that has their blocks. Out: what became of each pin. An engine believes
nothing that it is told when it sends: what counts is what it finds when it asks afterwards. An
engine never records, prints or decides what is enough; `pinning` drives it.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid, CidError, parse_cid
from site_builder.publish.http_errors import (
    EngineError,
    Interrupted,
    Overloaded,
    RateLimited,
    TokenRefused,
    Unreachable,
)

T = TypeVar("T")


class Pin(NamedTuple):
    """What an engine is to keep with all below it: an edition or the root of a site.

    `name` has at most 255 bytes: Kubo and the Pinning Service API take no longer one.
    """

    cid: Cid
    name: str


class Confirmed(NamedTuple):
    """The engine lists the pin as kept."""

    pin: Pin


class Failed(NamedTuple):
    """The engine does not keep the pin; `reason` is a sentence for people, never empty."""

    pin: Pin
    reason: str


Outcome = Confirmed | Failed


class Dag(Protocol):
    """All blocks of a site and of its editions."""

    def blocks(self, roots: Sequence[Cid], without: Container[Cid]) -> Iterator[Block]:
        """Yield the blocks below `roots`, depth first, each once.

        A block in `without` is left out with all below it. The same arguments give the same blocks
        in the same order, each time: an upload that is tried again asks again.
        """

    def count(self, roots: Sequence[Cid], without: Container[Cid]) -> int:
        """Return how many blocks `blocks` would yield."""


class Engine(Protocol):
    """A place that stores blocks for us. All methods raise EngineError."""

    @property
    def name(self) -> str:
        """What messages and records call it."""

    @property
    def batch(self) -> int:
        """How many pins one call of `send` takes at the most."""

    @property
    def takes_deltas(self) -> bool:
        """Whether blocks that it has need not be sent again."""

    def held(self, pins: Collection[Pin]) -> set[Cid]:
        """Return which of the pins it lists as kept, names aside."""

    def send(
        self, dag: Dag, pins: Sequence[Pin], known: Container[Cid], sent: Callable[[Block], None]
    ) -> Mapping[Cid, str]:
        """Send the blocks of the pins and ask to keep them; return which it refused, and why.

        `known` are blocks that it has; one that takes no deltas ignores them. `sent` is called for
        each block that goes out, again where an upload is repeated.
        """

    def confirm(self, pins: Sequence[Pin]) -> Iterator[Outcome]:
        """Yield what became of each pin, as soon as it is known; waits up to a deadline."""

    def read_back(self, cid: Cid) -> Block | None:
        """Return a block by another way than it was sent; None where none is configured."""

    def close(self) -> None:
        """Close its connections."""


def noting(blocks: Iterable[Block], sent: Callable[[Block], None]) -> Iterator[Block]:
    """Yield blocks, and call `sent` with each after it was taken."""
    for block in blocks:
        yield block
        sent(block)


def grouped(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while group := list(islice(rest, size)):
        yield group


def names_same(text: str, cid: Cid) -> bool:
    """Return whether a text names the same content as `cid`; version 0 and 1 may do so."""
    try:
        return parse_cid(text)[1:] == cid[1:]
    except CidError:
        return False


def refusal_of(error: EngineError) -> str:
    """Return why one pin alone was refused; raise the error where all others would be, too."""
    if isinstance(error, TokenRefused | RateLimited | Overloaded | Unreachable | Interrupted):
        raise error
    return error.what
