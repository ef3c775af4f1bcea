"""Pinata, by the third version of its interface: a CAR for each pin.

In: CARs, in forms. Out: files whose `cid` is the pin's own. Reference: Pinata, API Reference,
"Upload a file" and "List files", v3.
"""

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence

import msgspec

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid
from site_builder.publish.engines.engine import Dag, Outcome, Pin, names_same, noting, refusal_of
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.patience import KEPT, Seen, wait_for_pins
from site_builder.publish.engines.upload import car_body, form, measure
from site_builder.publish.http import Http
from site_builder.publish.http_errors import EngineError, LyingReply
from site_builder.publish.http_replies import json_of

_MANY_PINS = 10
_PAGE = 1000
_PAGE_BYTES = 8 << 20


class _File(msgspec.Struct):
    cid: str


class _Uploaded(msgspec.Struct):
    data: _File


class _Files(msgspec.Struct):
    files: list[_File] | None = None
    next_page_token: str | None = None


class _Listing(msgspec.Struct):
    data: _Files


class Pinata:
    """An account at Pinata. `uploads` and `files` are its two addresses, with one credential."""

    batch = 8
    takes_deltas = False

    def __init__(
        self,
        uploads: Http,
        files: Http,
        gateway: Gateway | None = None,
        *,
        patience_seconds: float = 300,
    ) -> None:
        self._uploads, self._files, self._gateway = uploads, files, gateway
        self._patience_seconds = patience_seconds
        self.name = files.name

    def close(self) -> None:
        """Close its connections."""
        self._uploads.close()
        self._files.close()
        if self._gateway:
            self._gateway.close()

    def held(self, pins: Collection[Pin]) -> set[Cid]:
        """Return which of the pins its list of files names."""
        wanted = {str(pin.cid): pin.cid for pin in pins}
        if len(wanted) > _MANY_PINS:
            return {wanted[cid] for cid in self._listed() if cid in wanted}
        return {cid for text, cid in wanted.items() if text in self._listed(("cid", text))}

    def send(
        self,
        dag: Dag,
        pins: Sequence[Pin],
        known: Container[Cid],  # noqa: ARG002  (a file stands alone: no deltas)
        sent: Callable[[Block], None],
    ) -> dict[Cid, str]:
        """Upload a CAR with all blocks of each pin."""
        refused = {}
        for pin in pins:
            try:
                self._upload(dag, pin, sent)
            except EngineError as error:
                refused[pin.cid] = refusal_of(error)
        return refused

    def _upload(self, dag: Dag, pin: Pin, sent: Callable[[Block], None]) -> None:
        roots = [pin.cid]
        fields = [("network", "public"), ("name", pin.name), ("car", "true")]
        # A form of unknown size is not taken everywhere.
        car_bytes = measure(car_body(roots, lambda: dag.blocks(roots, ()))).size_bytes
        car = car_body(roots, lambda: noting(dag.blocks(roots, ()), sent))
        upload = form(f"{pin.cid}.car", car, fields)
        made = self._uploads.ask(
            "POST",
            "v3/files",
            json_of(_Uploaded),
            headers={
                "Content-Type": upload.content_type,
                "Content-Length": str(upload.frame_bytes + car_bytes),
            },
            body=upload.body,
            cid=pin.cid,
        ).content.data.cid
        if made != "pending" and not names_same(made, pin.cid):
            raise self._files.fault(LyingReply, f"made {made} of the CAR", pin.cid)

    def confirm(self, pins: Sequence[Pin]) -> Iterator[Outcome]:
        """Yield what became of each pin, as the list of files tells."""

        def look(waiting: Sequence[Pin]) -> Mapping[Cid, Seen]:
            return dict.fromkeys(self.held(waiting), KEPT)

        return wait_for_pins(self._files.clock, pins, self._patience_seconds, look)

    def read_back(self, cid: Cid) -> Block | None:
        """Return a block by way of the gateway."""
        return self._gateway.block(cid) if self._gateway else None

    def _listed(self, *params: tuple[str, str]) -> set[str]:
        """Return the CIDs of all files, page by page."""
        found: set[str] = set()
        token = ""
        while True:
            page = self._files.ask(
                "GET",
                "v3/files/public",
                json_of(_Listing, _PAGE_BYTES),
                params=[
                    *params,
                    ("limit", str(_PAGE)),
                    *([("pageToken", token)] if token else []),
                ],
            ).content.data
            found |= {file.cid for file in page.files or ()}
            if not page.files or not page.next_page_token:
                return found
            if page.next_page_token == token:
                raise self._files.fault(LyingReply, "lists the same page for ever")
            token = page.next_page_token
