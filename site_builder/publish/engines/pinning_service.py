"""A service that speaks the Pinning Service API, version 1.0.0.

In: CIDs, and a Kubo node from which the service fetches their blocks. Out: pins that the service
says are `pinned`. The same CID posted twice gives two requests, so what is listed is not posted
again; a plain listing shows only what is pinned, so each one names all statuses. Services queue for
ever and fail without a reason: there is a deadline. Reference: Pinning Service API Spec 1.0.0.
"""

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid
from site_builder.publish.engines.engine import Dag, Outcome, Pin, grouped, names_same, refusal_of
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.patience import KEPT, Seen, wait_for_pins
from site_builder.publish.http import Http
from site_builder.publish.http_errors import EngineError, LyingReply
from site_builder.publish.http_replies import json_of

_CIDS_A_CALL = 10  # of GET /pins, parameter cid
_MOST_ORIGINS = 20
_PAGE = 1000
_PAGE_BYTES = 16 << 20
_MANY_PINS = 100
_STATUSES = "queued,pinning,pinned,failed"


class Source(Protocol):
    """The node that the service fetches blocks from. Kubo is one."""

    def send(
        self, dag: Dag, pins: Sequence[Pin], known: Container[Cid], sent: Callable[[Block], None]
    ) -> Mapping[Cid, str]:
        """Take the blocks of the pins, and keep them."""

    def held(self, pins: Collection[Pin]) -> set[Cid]:
        """Return which of the pins it keeps already."""

    def origins(self) -> Sequence[str]:
        """Return the addresses to fetch from, as multiaddrs."""

    def connect(self, address: str) -> None:
        """Connect to the node at an address."""

    def close(self) -> None:
        """Close its connections."""


class _Wish(msgspec.Struct):
    cid: str


class _Status(msgspec.Struct):
    requestid: str
    status: str
    pin: _Wish
    created: str
    delegates: list[str] | None = None  # the specification wants one or more; some have none
    info: dict[str, object] | None = None


class _Page(msgspec.Struct):
    results: list[_Status]
    count: int | None = None


class PinningService:
    """A pinning service. `gateway` is one that it serves, or any that can find its blocks."""

    batch = 64
    takes_deltas = True

    def __init__(
        self,
        http: Http,
        source: Source,
        gateway: Gateway | None = None,
        *,
        patience_seconds: float = 600,
    ) -> None:
        self._http, self._source, self._gateway = http, source, gateway
        self._patience_seconds = patience_seconds
        self._node_has: set[Cid] = set()
        self._node_has_all = False  # that the service has
        self.name = http.name

    def close(self) -> None:
        """Close its connections, and those of its source."""
        self._http.close()
        self._source.close()
        if self._gateway:
            self._gateway.close()

    def held(self, pins: Collection[Pin]) -> set[Cid]:
        """Return which of the pins it lists as pinned."""
        held = {cid for cid, found in self._found(pins).items() if found.status == "pinned"}
        self._node_has = self._source.held(pins)
        self._node_has_all = held <= self._node_has
        return held

    def send(
        self, dag: Dag, pins: Sequence[Pin], known: Container[Cid], sent: Callable[[Block], None]
    ) -> dict[Cid, str]:
        """Give the blocks to the node, and ask the service to fetch them from there."""
        self._node_has |= self._source.held(pins)
        lacking = [pin for pin in pins if pin.cid not in self._node_has]
        # What the service has says nothing of the node, which may be a new one.
        there = known if self._node_has_all else frozenset(self._node_has)
        refused = dict(self._source.send(dag, lacking, there, sent) if lacking else {})
        self._node_has |= {pin.cid for pin in lacking if pin.cid not in refused}
        origins = [origin for origin in self._source.origins() if "/p2p/" in origin]
        listed = self._found(pins)
        delegates: set[str] = set()
        for pin in pins:
            found = listed.get(pin.cid)
            if pin.cid in refused or (found and found.status != "failed"):
                continue
            try:
                status = self._post(pin, origins, found)
            except EngineError as error:
                refused[pin.cid] = refusal_of(error)
                continue
            delegates.update(status.delegates or ())
        self._meet(delegates)
        return refused

    def _post(self, pin: Pin, origins: Sequence[str], failed: _Status | None) -> _Status:
        """Ask to pin; a request that failed is replaced, not joined by another."""
        wish = {
            "cid": str(pin.cid),
            "name": pin.name,
            "origins": origins[:_MOST_ORIGINS],
        }
        status = self._http.ask(
            "POST",
            f"pins/{failed.requestid}" if failed else "pins",
            json_of(_Status),
            headers={"Content-Type": "application/json"},
            body=msgspec.json.encode(wish),
            cid=pin.cid,
            repeatable=False,
        ).content
        if not names_same(status.pin.cid, pin.cid):
            raise self._http.fault(LyingReply, f"took {status.pin.cid} instead", pin.cid)
        return status

    def _meet(self, delegates: Collection[str]) -> None:
        """Connect the node to those that will fetch from it; they may find it by themselves."""
        for address in sorted(delegates)[:_MOST_ORIGINS]:
            try:
                self._source.connect(address)
            except EngineError:
                continue

    def confirm(self, pins: Sequence[Pin]) -> Iterator[Outcome]:
        """Yield what became of each pin."""

        def look(waiting: Sequence[Pin]) -> Mapping[Cid, Seen]:
            return {cid: self._seen(status) for cid, status in self._found(waiting).items()}

        return wait_for_pins(self._http.clock, pins, self._patience_seconds, look)

    def _seen(self, status: _Status) -> Seen:
        if status.status == "pinned":
            return KEPT
        reason = self._http.shown(str((status.info or {}).get("status_details") or ""))
        if status.status == "failed":
            return Seen(kept=False, why=f"it failed: {reason or 'no reason was given'}", final=True)
        return Seen(kept=False, why=f"it is {status.status}" + (f": {reason}" if reason else ""))

    def read_back(self, cid: Cid) -> Block | None:
        """Return a block by way of the gateway."""
        return self._gateway.block(cid) if self._gateway else None

    def _found(self, pins: Collection[Pin]) -> dict[Cid, _Status]:
        """Return the best request for each pin that has one: pinned, under way, or failed."""
        wanted = {str(pin.cid): pin.cid for pin in pins}
        found: dict[Cid, _Status] = {}
        if len(wanted) > _MANY_PINS:
            seen, complete = self._pages()
            _keep_best(found, seen, wanted)
            if complete:
                return found
        missing = [text for text, cid in wanted.items() if cid not in found]
        for group in grouped(missing, _CIDS_A_CALL):
            seen, complete = self._pages(("cid", ",".join(group)))
            _keep_best(found, seen, wanted)
            for text in group if not complete else ():
                _keep_best(found, self._pages(("cid", text))[0], wanted)
        return found

    def _pages(self, *params: tuple[str, str]) -> tuple[list[_Status], bool]:
        """Return all requests, newest first, and whether the pages held as many as there are.

        A page ends at a moment; of requests made in that same moment some may be on no page.
        """
        found: dict[str, _Status] = {}
        total: int | None = None
        before = ""
        while True:
            page = self._http.ask(
                "GET",
                "pins",
                json_of(_Page, _PAGE_BYTES),
                params=[
                    *params,
                    ("status", _STATUSES),
                    ("limit", str(_PAGE)),
                    *([("before", before)] if before else []),
                ],
            ).content
            total = page.count if total is None else total
            new = [status for status in page.results if status.requestid not in found]
            found |= {status.requestid: status for status in new}
            if not new or (total is not None and len(found) >= total):
                return list(found.values()), total is None or len(found) >= total
            before = min(status.created for status in new)


_ORDER = ("failed", "queued", "pinning", "pinned")


def _keep_best(
    found: dict[Cid, _Status], seen: Sequence[_Status], wanted: Mapping[str, Cid]
) -> None:
    for status in seen:
        cid = wanted.get(status.pin.cid)
        if cid is None or status.status not in _ORDER:
            continue
        known = found.get(cid)
        if known is None or _ORDER.index(status.status) > _ORDER.index(known.status):
            found[cid] = status
