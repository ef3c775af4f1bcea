"""Fetch blocks from several places in turn, none of which is believed.

In: the addresses of trustless gateways, in the order in which to ask. Out: each block, hashed here,
from the first that has it. What is wrong with a place is told once; one that does not answer is not
asked again. Nothing is kept between runs.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.http import Clock, Http, Limits
from site_builder.publish.http_errors import (
    EngineError,
    Interrupted,
    LyingReply,
    Overloaded,
    RateLimited,
    TokenRefused,
    Unreachable,
)

MOST_LIES = 3
"""A place that sent other bytes so often is not asked again."""

SYSTEM_CLOCK = Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep)
"""The clock that decides how long to wait for a host, and nothing else."""

PATIENT = Limits(
    connect_seconds=10, silence_seconds=30, total_seconds=120, pauses_seconds=(0.5,),
    longest_pause_seconds=15,
)  # fmt: skip
"""For a person who asked for these bytes."""

HASTY = Limits(connect_seconds=2, silence_seconds=3, total_seconds=5, pauses_seconds=())
"""For a build, which can do without."""

_SILENT = (Unreachable, Interrupted, Overloaded, RateLimited, TokenRefused)


class NoSource(EngineError):
    """No place gave a block. `lied` tells whether one of them sent other bytes for any block."""

    lied = False


class Sources:
    """Places to fetch from. Use it as a context, which closes the connections.

    `told` is given what is wrong with a place, once for each. A place in which `patience_seconds`
    were spent without a block is not asked again. Raises EngineError for an address that cannot be
    used.
    """

    def __init__(
        self,
        addresses: Iterable[str],
        clock: Clock,
        told: Callable[[str], None],
        *,
        limits: Limits = PATIENT,
        patience_seconds: float = 600,
    ) -> None:
        self._clock, self._told, self._patience_seconds = clock, told, patience_seconds
        self._sources: list[_Source] = []
        try:
            for address in dict.fromkeys(address.rstrip("/") for address in addresses):
                self._sources.append(_Source(address, clock, limits))
        except EngineError:
            self.close()
            raise
        self._asked = list(self._sources)

    def __enter__(self) -> "Sources":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        for source in self._sources:
            source.gateway.close()

    def fetch(self, cid: Cid) -> Block:
        """Return the block of a CID. Raises NoSource where no place gives it.

        The place that gave the last one is asked first: it is likely to have its neighbours.
        """
        for source in list(self._asked):
            started = self._clock.monotonic()
            try:
                block = source.gateway.block(cid)
            except EngineError as error:
                source.fruitless_seconds += self._clock.monotonic() - started
                self._note(source, error)
            else:
                self._asked.remove(source)
                self._asked.insert(0, source)
                return block
        raise self._nowhere(cid)

    def _note(self, source: "_Source", error: EngineError) -> None:
        """Remember what is wrong with a place; tell it if it is the first time."""
        if not source.reason:
            self._told(str(error))
        source.reason = error.what
        source.lies += isinstance(error, LyingReply)
        tired = source.fruitless_seconds >= self._patience_seconds
        if isinstance(error, _SILENT) or source.lies >= MOST_LIES or tired:
            self._asked.remove(source)

    def _nowhere(self, cid: Cid) -> NoSource:
        names = ", ".join(source.name for source in self._sources) or "no source"
        reasons = "; ".join(source.reason for source in self._sources if source.reason)
        error = NoSource(names, "did not give this block", reasons, str(cid))
        error.lied = any(source.lies for source in self._sources)
        return error


class _Source:
    """One place, and what was found out about it."""

    def __init__(self, address: str, clock: Clock, limits: Limits) -> None:
        self.name = name_of(address)
        self.gateway = Gateway(Http(self.name, address, clock, limits=limits))
        self.reason = ""
        self.lies = 0
        self.fruitless_seconds = 0.0


def name_of(address: str) -> str:
    """Return what messages call an address: host and place, without any password."""
    return address.partition("://")[2].rpartition("@")[2].rstrip("/") or "the source"
