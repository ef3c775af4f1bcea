"""A Kubo node, by its RPC interface.

In: blocks, as a CAR that is streamed. Out: named pins. A status of 200 says little here: a root may
carry a PinErrorMsg, and an error on the way stands in a trailer that no client shows. So the last
line of an import must be its summary, and what counts is `pin/ls`. A node that lacks a block looks
for it in the network without end, `offline` or not: so pinning has a `timeout`. Reference: Kubo RPC
API v0, `dag/import`, `pin/add`, `pin/ls`, `id`, `swarm/connect`, `name/publish`.
"""

from collections.abc import Callable, Collection, Container, Iterator, Sequence

import msgspec

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid
from site_builder.publish.engines.engine import (
    Confirmed,
    Dag,
    Failed,
    Outcome,
    Pin,
    grouped,
    noting,
)
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.upload import car_body, form
from site_builder.publish.http import Http
from site_builder.publish.http_errors import EngineError, LyingReply, Rejected
from site_builder.publish.http_replies import Reader, T, json_lines, json_of, nothing

_MANY_PINS = 64  # from here on one listing of everything costs less than asking for each
_ASKED_AT_ONCE = 64
_LISTING_BYTES = 1 << 20
_GRACE_SECONDS = 15  # so that the node gives up first, and says why


class _Link(msgspec.Struct):
    cid: str = msgspec.field(name="/")


class _Root(msgspec.Struct, rename="pascal"):
    cid: _Link
    pin_error_msg: str = ""


class _Imported(msgspec.Struct, rename="pascal"):
    """A line of `dag/import`: a root, or at the end the summary, or an error (docs: "Message")."""

    root: _Root | None = None
    stats: dict[str, int] | None = None
    message: str = ""


class _Kept(msgspec.Struct, rename="pascal"):
    name: str = ""


class _Keys(msgspec.Struct, rename="pascal"):
    keys: dict[str, _Kept] = {}


class _Listed(msgspec.Struct, rename="pascal"):
    cid: str = ""


class _Identity(msgspec.Struct, rename="pascal"):
    addresses: list[str] | None = None


class _Name(msgspec.Struct, rename="pascal"):
    name: str
    value: str


class Kubo:
    """A Kubo node. `gateway` is its own, or another that can reach it.

    `patience_seconds` is how long one import, upload and all, may take.
    """

    batch = 512
    takes_deltas = True

    def __init__(
        self, http: Http, gateway: Gateway | None = None, *, patience_seconds: float = 900
    ) -> None:
        self._http = http
        self._patience_seconds = patience_seconds
        self._gateway = gateway
        self.name = http.name

    def close(self) -> None:
        """Close its connections."""
        self._http.close()
        if self._gateway:
            self._gateway.close()

    def held(self, pins: Collection[Pin]) -> set[Cid]:
        """Return which of the pins it lists as kept."""
        wanted = {str(pin.cid): pin.cid for pin in pins}
        if len(wanted) <= _MANY_PINS:
            return {wanted[text] for text in self.names(list(wanted)) if text in wanted}
        listed = self._call(
            "pin/ls", json_lines(_Listed, _LISTING_BYTES), ("type", "recursive"), ("stream", "true")
        )
        return {wanted[line.cid] for line in listed if line.cid in wanted}

    def send(
        self, dag: Dag, pins: Sequence[Pin], known: Container[Cid], sent: Callable[[Block], None]
    ) -> dict[Cid, str]:
        """Send the blocks of all pins in one CAR of many roots, and name the pins."""
        roots = list(dict.fromkeys(pin.cid for pin in pins))
        upload = form("pins.car", car_body(roots, lambda: noting(dag.blocks(roots, known), sent)))
        lines = self._http.ask(
            "POST",
            "api/v0/dag/import",
            json_lines(_Imported),
            params=[("pin-roots", "true"), ("stats", "true"), self._timeout],
            headers={"Content-Type": upload.content_type},
            body=upload.body,
            silence_seconds=self._patience_seconds + _GRACE_SECONDS,
        ).content
        refused = self._refusals(lines, {str(pin.cid): pin.cid for pin in pins})
        for pin in pins:
            if pin.cid not in refused:
                refused |= self._give_name(pin)
        return refused

    def _refusals(self, lines: list[_Imported], wanted: dict[str, Cid]) -> dict[Cid, str]:
        """Return the roots that an import did not pin. Raises EngineError where it did not end."""
        said = next((line.message for line in lines if line.message), "")
        if said or not lines or lines[-1].stats is None:
            what = said or "no summary came, so it failed on the way"
            raise self._http.fault(EngineError, f"the import of a CAR broke off: {what}")
        refused, roots = {}, [line.root for line in lines if line.root]
        for root in roots:
            if root.cid.cid not in wanted:
                raise self._http.fault(LyingReply, "it pinned what was not sent", root.cid.cid)
            if root.pin_error_msg:
                refused[wanted[root.cid.cid]] = self._http.shown(
                    f"it could not pin: {root.pin_error_msg}"
                )
        answered = {root.cid.cid for root in roots}
        return refused | {
            cid: "the import does not say what became of it"
            for text, cid in wanted.items()
            if text not in answered
        }

    def confirm(self, pins: Sequence[Pin]) -> Iterator[Outcome]:
        """Yield what the node lists; a pin that it lists under another name is named anew."""
        for group in grouped(pins, _ASKED_AT_ONCE):
            names = self.names([str(pin.cid) for pin in group])
            for pin in group:
                found = names.get(str(pin.cid))
                refused = {}
                if found is not None and found != pin.name:
                    refused = self._give_name(pin)
                if found is None:
                    yield Failed(pin, "the node does not list it as pinned")
                elif refused:
                    yield Failed(pin, refused[pin.cid])
                else:
                    yield Confirmed(pin)

    def read_back(self, cid: Cid) -> Block | None:
        """Return a block by way of the gateway."""
        return self._gateway.block(cid) if self._gateway else None

    def origins(self) -> tuple[str, ...]:
        """Return the addresses at which others can fetch from this node, as multiaddrs."""
        return tuple(self._call("id", json_of(_Identity)).addresses or ())

    def connect(self, address: str) -> None:
        """Connect to the node at a multiaddr that ends in `/p2p/` and a peer."""
        self._call("swarm/connect", nothing, ("arg", address))

    def publish_name(self, cid: Cid, key: str) -> str:
        """Let the IPNS name of a key of this node point to `cid`; return the name.

        The record holds for 48 hours and the node renews it while it runs (`name/publish`).
        """
        path = f"/ipfs/{cid}"
        params = (("arg", path), ("key", key), ("allow-offline", "true"), ("resolve", "false"))
        done = self._call("name/publish", json_of(_Name), *params, cid=cid)
        if done.value != path:
            what = f"the name {done.name} points to {done.value} now"
            raise self._http.fault(LyingReply, what, cid)
        return done.name

    def _give_name(self, pin: Pin) -> dict[Cid, str]:
        """Pin under a name what is pinned already; return a refusal, if any."""
        params = (("arg", str(pin.cid)), ("name", pin.name), self._timeout)
        try:
            self._call("pin/add", nothing, *params, cid=pin.cid)
        except Rejected as error:
            if error.status != 500:
                raise
            return {pin.cid: f"it could not name the pin: {error.what}"}
        return {}

    @property
    def _timeout(self) -> tuple[str, str]:
        return "timeout", f"{self._patience_seconds:g}s"

    def names(self, cids: list[str]) -> dict[str, str]:
        """Return the names of those CIDs that are pinned.

        `pin/ls` fails where one of those asked for is not pinned: halves find out which.
        """
        found: dict[str, str] = {}
        for group in grouped(cids, _ASKED_AT_ONCE):
            params = [("arg", cid) for cid in group]
            try:
                keys = self._call(
                    "pin/ls", json_of(_Keys), *params, ("type", "recursive"), ("names", "true")
                )
                found |= {cid: kept.name for cid, kept in keys.keys.items()}
            except Rejected as error:
                if error.status != 500:
                    raise
                half = len(group) // 2
                if half:
                    found |= self.names(group[:half]) | self.names(group[half:])
        return found

    def _call(self, command: str, read: Reader[T], *params: tuple[str, str], cid: object = "") -> T:
        return self._http.ask("POST", f"api/v0/{command}", read, params=params, cid=cid).content
