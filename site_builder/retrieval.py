"""Fetch what CIDs name: to a file or folder, or only to see that a host serves it rightly.

In: CIDs, and the addresses of trustless gateways. Out: content on the disk, or Problems with each
host. Every block is hashed here, sizes are capped, and nothing half written is left.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from site_builder.errors import ContentError, Problem
from site_builder.publish.block import Block, BlockError
from site_builder.publish.cid import Cid
from site_builder.publish.contents import file_bytes, open_content
from site_builder.publish.engines.gateway import RAW_TYPE, Gateway
from site_builder.publish.extract import Extracted, ExtractError, Limits, extract
from site_builder.publish.http import Clock, Http
from site_builder.publish.http import Limits as Patience
from site_builder.publish.http_errors import (
    EngineError,
    Interrupted,
    Overloaded,
    RateLimited,
    TokenRefused,
    Unreachable,
)
from site_builder.publish.sources import PATIENT, NoSource, Sources, name_of
from site_builder.reports import Progress

AT_ONCE = 8
"""Requests to one host at a time: what browsers allow themselves, too."""
MOST_FAILURES = 5
"""A host that failed so often to answer at all is not asked for the rest."""

_FAILED = (Unreachable, Interrupted, Overloaded, TokenRefused, RateLimited)
_RIGHT, _LEFT = "", "left"


def get(
    cid: Cid,
    target: Path,
    addresses: Sequence[str],
    clock: Clock,
    told: Callable[[str], None],
    max_bytes: int,
) -> Extracted:
    """Write what `cid` names, at most `max_bytes`, to `target`, where nothing may be yet.

    `told` is given what is wrong with a source, once for each. Raises ContentError where the
    content is unsound or a source sent other bytes and no other the right ones, EnvironmentFault
    where nothing came or `target` cannot be written. Then nothing is there.
    """
    with Sources(addresses, clock, told) as sources:
        try:
            return extract(cid, sources.fetch, target, Limits(max_bytes=max_bytes))
        except ExtractError as error:
            what = str(error).removeprefix(f"{cid}: ").removeprefix(f"{cid}: ")
            raise ContentError([Problem(str(cid), 0, what)]) from error
        except NoSource as error:
            if error.lied:
                raise ContentError([Problem(error.engine, 0, _told(error))]) from error
            raise


class Wanted(NamedTuple):
    """A file that a host should serve. `size_bytes` is what it must have."""

    cid: Cid
    size_bytes: int


class Found(NamedTuple):
    """What became of asking a host: how many CIDs it served rightly, and what was wrong."""

    right: int
    faults: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def verify_host(
    address: str,
    wanted: Sequence[Wanted],
    clock: Clock,
    progress: Progress,
    patience: Patience = PATIENT,
) -> Found:
    """Fetch every block of some files from one host, and check bytes, completeness and size.

    A content type that lies is only a warning: no client of blocks may believe it. Raises
    EngineError for an address that cannot be used.
    """
    host = _Host(address, clock, patience)
    progress.start(f"verifying {host.name}", len(wanted))
    outcomes: list[str] = []
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for outcome in pool.map(host.verify, wanted):
                outcomes.append(outcome)
                progress.advance(1)
    finally:
        host.gateway.close()
    faults = [Problem(host.name, 0, what) for what in outcomes if what not in (_RIGHT, _LEFT)]
    if _LEFT in outcomes:
        pairs = zip(wanted, outcomes, strict=True)
        first = min(str(one.cid) for one, what in pairs if what == _LEFT)
        what = f"{first}: not asked for, and {outcomes.count(_LEFT) - 1:,} others"
        faults.append(Problem(host.name, 0, what, "the host failed before"))
    return Found(outcomes.count(_RIGHT), tuple(sorted(faults)), _misnamed(host.name, host.types))


class _Host:
    """One host, which several threads ask at once. `types` has the CIDs by wrong content type."""

    def __init__(self, address: str, clock: Clock, patience: Patience) -> None:
        self.name = name_of(address)
        self.gateway = Gateway(Http(self.name, address, clock, limits=patience))
        self.types: dict[str, set[Cid]] = {}
        self._failures: list[EngineError] = []

    def verify(self, wanted: Wanted) -> str:
        """Fetch and check one file; return what is wrong, or one of the two other outcomes."""
        if len(self._failures) >= MOST_FAILURES:
            return _LEFT
        try:
            content = open_content(wanted.cid, self._fetch)
            pieces = file_bytes(content, self._fetch, wanted.size_bytes)
            size_bytes = sum(map(len, pieces))
        except EngineError as error:
            if isinstance(error, _FAILED):
                self._failures.append(error)
            return _told(error)
        except BlockError as error:
            return str(error)
        if size_bytes != wanted.size_bytes:
            what = f"has {size_bytes:,} bytes, where {wanted.size_bytes:,} are known"
            return f"{wanted.cid}: {what}"
        return _RIGHT

    def _fetch(self, cid: Cid) -> Block:
        block, content_type = self.gateway.served(cid)
        if content_type.partition(";")[0].strip().lower() != RAW_TYPE:
            self.types.setdefault(content_type, set()).add(cid)
        return block


def _misnamed(host: str, types: Mapping[str, Collection[Cid]]) -> tuple[Problem, ...]:
    """Return a warning for each content type that is not that of a block."""
    warnings = []
    for content_type, cids in types.items():
        more = f" and {len(cids) - 1:,} more" if len(cids) > 1 else ""
        shown = f'"{content_type}"' if content_type else "nothing"
        what = f"{min(map(str, cids))}{more}: the content type is {shown}, not {RAW_TYPE}"
        warnings.append(Problem(host, 0, what))
    return tuple(sorted(warnings))


def _told(error: EngineError) -> str:
    """Return what an error says besides the name of the host."""
    return str(error).removeprefix(f"{error.engine}: ")
