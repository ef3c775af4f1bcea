"""Read blocks from a trustless gateway: a node's own, a vendor's, or any that serves the public.

In: a CID. Out: the block, hashed here, or an EngineError: a gateway is believed nothing, not even
its content type. Specification: ipfs/specs, src/http-gateways/trustless-gateway.md.
"""

from typing import NamedTuple

from site_builder.publish.block import MAX_BLOCK_BYTES, Block, BlockError, verify_block
from site_builder.publish.cid import IDENTITY, Cid
from site_builder.publish.http import Http
from site_builder.publish.http_errors import (
    EngineError,
    Interrupted,
    LyingReply,
    Overloaded,
    Rejected,
    Unreachable,
)
from site_builder.publish.http_replies import whole

RAW_TYPE = "application/vnd.ipld.raw"
_NOT_YET = (404, 410)
_POLL_SECONDS = 2.0


class Served(NamedTuple):
    """A block as a gateway served it. `content_type` is what it calls it, maybe wrongly."""

    block: Block
    content_type: str


class Gateway:
    """A gateway. What it does not have yet is asked for again for `patience_seconds`."""

    def __init__(self, http: Http, patience_seconds: float = 0) -> None:
        self._http = http
        self._patience_seconds = patience_seconds

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def block(self, cid: Cid) -> Block:
        """Return the block of a CID. Raises EngineError, LyingReply for other bytes."""
        return self.served(cid).block

    def served(self, cid: Cid) -> Served:
        """Return the block of a CID with its content type. Raises as `block` does."""
        if cid.hash_code == IDENTITY:
            return Served(verify_block(cid, cid.digest), RAW_TYPE)
        clock = self._http.clock
        end = clock.monotonic() + self._patience_seconds
        while True:
            try:
                return self._once(cid)
            except EngineError as error:
                if not _may_pass(error) or clock.monotonic() >= end:
                    raise
            clock.sleep(_POLL_SECONDS)

    def _once(self, cid: Cid) -> Served:
        reply = self._http.ask(
            "GET",
            f"ipfs/{cid}",
            whole(MAX_BLOCK_BYTES),
            params=[("format", "raw")],
            headers={"Accept": RAW_TYPE},
            cid=cid,
        )
        try:
            block = verify_block(cid, reply.content)
        except BlockError as error:
            what = f"served {len(reply.content):,} bytes that are not the content of this CID"
            raise self._http.fault(LyingReply, what, cid) from error
        return Served(block, self._http.shown(reply.headers.get("content-type", "")))


def _may_pass(error: EngineError) -> bool:
    if isinstance(error, Rejected) and error.status in _NOT_YET:
        return True
    return isinstance(error, Unreachable | Interrupted | Overloaded)
