"""Filebase: a CAR for each pin, put into an S3 bucket that imports it.

In: CARs. Out: objects whose `x-amz-meta-cid` is the pin's own. An object's key is made of the CID,
so that a listing of the bucket says what was sent before. Reference: Filebase, "S3 API"; Amazon S3
API Reference, `PutObject`, `HeadObject`, `ListObjectsV2`.
"""

import hashlib
import html
import re
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from urllib.parse import quote, urlsplit

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid
from site_builder.publish.engines.aws_signature import AwsKeys, quoted, signed_headers
from site_builder.publish.engines.engine import Dag, Outcome, Pin, names_same, noting, refusal_of
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.patience import KEPT, Seen, wait_for_pins
from site_builder.publish.engines.upload import CAR_TYPE, car_body, measure
from site_builder.publish.http import Body, Http
from site_builder.publish.http_errors import EngineError, LyingReply, Rejected
from site_builder.publish.http_replies import Reader, T, nothing, whole

MAX_OBJECT_BYTES = 5 * 1024**3  # of one PutObject
_PREFIX = "ipfs/"
_EMPTY_SHA256 = hashlib.sha256().hexdigest()
_LISTING_BYTES = 16 << 20
# The keys are ours and the token is opaque: no part of the XML that would need a parser.
_KEY = re.compile(rf"<Key>{_PREFIX}(\w+)\.car</Key>")
_NEXT = re.compile("<NextContinuationToken>([^<]+)</NextContinuationToken>")


class Filebase:
    """A bucket of Filebase. `gateway` is its public one, or a dedicated one."""

    batch = 8
    takes_deltas = False

    def __init__(
        self,
        http: Http,
        bucket: str,
        keys: AwsKeys,
        gateway: Gateway | None = None,
        *,
        patience_seconds: float = 300,
    ) -> None:
        self._http, self._gateway, self._keys = http, gateway, keys
        self._bucket = quoted(bucket)
        self._place = urlsplit(http.address)
        self._patience_seconds = patience_seconds
        self.name = http.name

    def close(self) -> None:
        """Close its connections."""
        self._http.close()
        if self._gateway:
            self._gateway.close()

    def held(self, pins: Collection[Pin]) -> set[Cid]:
        """Return which of the pins were put into the bucket; `confirm` asks what became of them."""
        wanted = {str(pin.cid): pin.cid for pin in pins}
        found: set[Cid] = set()
        token = ""
        while True:
            params = [("list-type", "2"), ("prefix", _PREFIX)]
            params += [("continuation-token", token)] if token else []
            _, page = self._ask("GET", "", whole(_LISTING_BYTES), params=params)
            text = page.decode("utf-8", errors="replace")
            found |= {wanted[key] for key in _KEY.findall(text) if key in wanted}
            following = _NEXT.search(text)
            if not following:
                return found
            if html.unescape(following[1]) == token:
                raise self._http.fault(LyingReply, "lists the same page for ever")
            token = html.unescape(following[1])

    def send(
        self,
        dag: Dag,
        pins: Sequence[Pin],
        known: Container[Cid],  # noqa: ARG002  (an object stands alone: no deltas)
        sent: Callable[[Block], None],
    ) -> dict[Cid, str]:
        """Put a CAR with all blocks of each pin."""
        refused = {}
        for pin in pins:
            try:
                self._put(dag, pin, sent)
            except EngineError as error:
                refused[pin.cid] = refusal_of(error)
        return refused

    def _put(self, dag: Dag, pin: Pin, sent: Callable[[Block], None]) -> None:
        roots = [pin.cid]
        size_bytes, sha256 = measure(car_body(roots, lambda: dag.blocks(roots, ())))
        if size_bytes > MAX_OBJECT_BYTES:
            what = f"its CAR has {size_bytes:,} bytes; one upload takes {MAX_OBJECT_BYTES:,}"
            raise self._http.fault(EngineError, what, pin.cid)
        headers, _ = self._ask(
            "PUT",
            _key(pin.cid),
            nothing,
            headers={
                "Content-Length": str(size_bytes),
                "Content-Type": CAR_TYPE,
                "x-amz-meta-import": "car",
                "x-amz-meta-name": quote(pin.name),
            },
            body=car_body(roots, lambda: noting(dag.blocks(roots, ()), sent)),
            body_sha256=sha256,
            cid=pin.cid,
        )
        made = headers.get("x-amz-meta-cid", "")
        if made and not names_same(made, pin.cid):
            raise self._http.fault(LyingReply, f"made {made} of the CAR", pin.cid)

    def confirm(self, pins: Sequence[Pin]) -> Iterator[Outcome]:
        """Yield what became of each pin: its object must bear the pin's own CID."""

        def look(waiting: Sequence[Pin]) -> Mapping[Cid, Seen]:
            return {pin.cid: self._seen(pin.cid) for pin in waiting}

        return wait_for_pins(self._http.clock, pins, self._patience_seconds, look)

    def _seen(self, cid: Cid) -> Seen:
        try:
            headers, _ = self._ask("HEAD", _key(cid), nothing, cid=cid)
        except Rejected as error:
            if error.status != 404:
                raise
            return Seen(kept=False, why="the bucket has no such object")
        made = headers.get("x-amz-meta-cid", "")
        if not made:
            return Seen(kept=False, why="the object was not imported")
        if not names_same(made, cid):
            return Seen(
                kept=False, why=self._http.shown(f"the bucket made {made} of it"), final=True
            )
        return KEPT

    def read_back(self, cid: Cid) -> Block | None:
        """Return a block by way of the gateway."""
        return self._gateway.block(cid) if self._gateway else None

    def _ask(
        self,
        method: str,
        key: str,
        read: Reader[T],
        *,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        body_sha256: str = _EMPTY_SHA256,
        cid: object = "",
    ) -> tuple[Mapping[str, str], T]:
        path = f"{self._bucket}/{key}" if key else self._bucket
        signed = signed_headers(
            self._keys,
            method,
            self._place.path + path,
            params,
            {"Host": self._place.netloc, **(headers or {})},
            body_sha256,
            self._http.clock.now(),
        )
        return self._http.ask(method, path, read, params=params, headers=signed, body=body, cid=cid)


def _key(cid: Cid) -> str:
    return f"{_PREFIX}{cid}.car"
