"""An IPFS Cluster, by the REST interface of one of its peers.

In: a CAR for each pin. Out: pins that enough peers keep: a pin counts when `replication_min`
entries of its `peer_map` are `pinned`, since `/add` is done long before that. Reference: IPFS
Cluster, "REST API", version 1.1.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence

import msgspec

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid
from site_builder.publish.engines.engine import (
    Dag,
    Outcome,
    Pin,
    grouped,
    names_same,
    noting,
    refusal_of,
)
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.patience import KEPT, Seen, wait_for_pins
from site_builder.publish.engines.upload import car_body, form
from site_builder.publish.http import Http
from site_builder.publish.http_errors import EngineError, LyingReply
from site_builder.publish.http_replies import json_lines, json_of, nothing

_MANY_PINS = 256
_ASKED_AT_ONCE = 64
_ERRORS = ("pin_error", "cluster_error", "unpin_error")


class _Added(msgspec.Struct):
    cid: str


class _Peer(msgspec.Struct):
    status: str
    error: str = ""
    peername: str = ""


class _Pinned(msgspec.Struct):
    cid: str
    peer_map: dict[str, _Peer] | None = None


class _There:
    """The blocks that it had, and the pins that it was just given."""

    def __init__(self, known: Container[Cid]) -> None:
        self._known = known
        self.pins: set[Cid] = set()

    def __contains__(self, cid: object) -> bool:
        return cid in self.pins or cid in self._known


class Cluster:
    """An IPFS Cluster. `gateway` is that of a Kubo behind it."""

    batch = 16
    takes_deltas = True

    def __init__(
        self,
        http: Http,
        gateway: Gateway | None = None,
        *,
        replication_min: int = 2,
        replication_max: int = 3,
        patience_seconds: float = 300,
    ) -> None:
        self._http, self._gateway = http, gateway
        self._min, self._max = replication_min, max(replication_min, replication_max)
        self._patience_seconds = patience_seconds
        self.name = http.name

    def close(self) -> None:
        """Close its connections."""
        self._http.close()
        if self._gateway:
            self._gateway.close()

    def held(self, pins: Collection[Pin]) -> set[Cid]:
        """Return which of the pins enough of its peers keep."""
        wanted = {str(pin.cid): pin.cid for pin in pins}
        many = len(wanted) > _MANY_PINS
        return {
            wanted[pinned.cid]
            for pinned in (self._listed(("filter", "pinned")) if many else self._asked(wanted))
            if pinned.cid in wanted and self._copies(pinned) >= self._min
        }

    def send(
        self, dag: Dag, pins: Sequence[Pin], known: Container[Cid], sent: Callable[[Block], None]
    ) -> dict[Cid, str]:
        """Send each pin in a CAR of its own; of one whose blocks are all there, the CID alone."""
        refused = {}
        there = _There(known)
        for pin in pins:
            try:
                if pin.cid in there:
                    self._http.ask(
                        "POST", f"pins/{pin.cid}", nothing, params=self._wish(pin), cid=pin.cid
                    )
                else:
                    self._add(dag, pin, there, sent)
                    there.pins.add(pin.cid)
            except EngineError as error:
                refused[pin.cid] = refusal_of(error)
        return refused

    def _add(
        self, dag: Dag, pin: Pin, known: Container[Cid], sent: Callable[[Block], None]
    ) -> None:
        # Unstreamed, so that an error has a status of its own and does not stand in a trailer.
        roots = [pin.cid]
        upload = form("pin.car", car_body(roots, lambda: noting(dag.blocks(roots, known), sent)))
        added = self._http.ask(
            "POST",
            "add",
            json_of(list[_Added]),
            params=[("format", "car"), ("stream-channels", "false"), *self._wish(pin)],
            headers={"Content-Type": upload.content_type},
            body=upload.body,
            cid=pin.cid,
        ).content
        if not added:
            what = "said nothing of the CAR, so it failed on the way"
            raise self._http.fault(LyingReply, what, pin.cid)
        if not names_same(added[-1].cid, pin.cid):
            what = f"made {added[-1].cid} of the CAR"
            raise self._http.fault(LyingReply, what, pin.cid)

    def confirm(self, pins: Sequence[Pin]) -> Iterator[Outcome]:
        """Yield what became of each pin; one whose pinning failed at a peer is tried again once."""
        recovered: set[str] = set()
        by_text = {str(pin.cid): pin.cid for pin in pins}

        def look(waiting: Sequence[Pin]) -> Mapping[Cid, Seen]:
            seen = {}
            for pinned in self._asked([str(pin.cid) for pin in waiting]):
                if pinned.cid not in by_text:
                    continue
                peers = (pinned.peer_map or {}).values()
                if self._copies(pinned) >= self._min:
                    seen[by_text[pinned.cid]] = KEPT
                    continue
                if pinned.cid not in recovered and any(p.status in _ERRORS for p in peers):
                    recovered.add(pinned.cid)
                    self._http.ask("POST", f"pins/{pinned.cid}/recover", nothing, cid=pinned.cid)
                seen[by_text[pinned.cid]] = Seen(kept=False, why=self._shortfall(pinned))
            return seen

        return wait_for_pins(self._http.clock, pins, self._patience_seconds, look)

    def read_back(self, cid: Cid) -> Block | None:
        """Return a block by way of the gateway."""
        return self._gateway.block(cid) if self._gateway else None

    def _wish(self, pin: Pin) -> list[tuple[str, str]]:
        return [
            ("name", pin.name),
            ("replication-min", str(self._min)),
            ("replication-max", str(self._max)),
        ]

    def _asked(self, cids: Iterable[str]) -> Iterator[_Pinned]:
        for group in grouped(cids, _ASKED_AT_ONCE):
            yield from self._listed(("cids", ",".join(group)))

    def _listed(self, *params: tuple[str, str]) -> list[_Pinned]:
        return self._http.ask("GET", "pins", json_lines(_Pinned), params=params).content

    def _copies(self, pinned: _Pinned) -> int:
        return sum(peer.status == "pinned" for peer in (pinned.peer_map or {}).values())

    def _shortfall(self, pinned: _Pinned) -> str:
        """Say how many copies there are, and what is in the way of the others."""
        faults = [
            f"{peer.peername or 'a peer'} says {peer.status}"
            + (f": {self._http.shown(peer.error)}" if peer.error else "")
            for peer in (pinned.peer_map or {}).values()
            if peer.status not in ("pinned", "remote")
        ]
        return "; ".join([f"{self._copies(pinned)} of {self._min} copies are pinned", *faults])
