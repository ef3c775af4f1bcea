"""Reading from gateways, none of which is believed anything."""

from collections.abc import Callable

import pytest

from site_builder.publish.block import MAX_BLOCK_BYTES
from site_builder.publish.cid import cid_of, parse_cid
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.http import Http
from site_builder.publish.http_errors import EngineError, Interrupted, LyingReply, Rejected
from tests.publish.fakes.clocks import Stopped
from tests.publish.fakes.server import Answer, Call, serving

DATA = b"<!doctype html><title>edition</title>"
CID = cid_of(DATA)


def read(answers: list[Answer], stopped: Stopped, patience_seconds: float = 0) -> bytes:
    """Read the block from a gateway that answers so."""
    rest = list(answers)
    with serving(lambda _: rest.pop(0)) as server:
        http = Http("gateway", server.address, stopped.clock)
        gateway = Gateway(http, patience_seconds)
        try:
            return gateway.block(CID).data
        finally:
            gateway.close()


def test_a_block_is_asked_for_raw_and_comes_back(stopped: Stopped) -> None:
    calls: list[Call] = []

    def answer(call: Call) -> Answer:
        calls.append(call)
        return Answer(body=DATA, headers={"Content-Type": "text/html"})

    with serving(answer) as server:
        gateway = Gateway(Http("gateway", server.address, stopped.clock))
        assert gateway.block(CID) == (CID, DATA)
        gateway.close()
    assert (calls[0].path, calls[0].param("format")) == (f"/ipfs/{CID}", "raw")
    assert calls[0].headers["accept"] == "application/vnd.ipld.raw"


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lambda data: data + b" ", "served 38 bytes that are not the content of this CID"),
        (lambda data: data[:-1], "served 36 bytes that are not"),
        (lambda _: b"", "served 0 bytes that are not"),
        (lambda _: b"<h1>Please log in</h1>", "served 22 bytes that are not"),
        (lambda _: bytes(MAX_BLOCK_BYTES + 1), "sent more than 2,097,152 bytes"),
    ],
)
def test_other_bytes_are_told_at_once_with_gateway_and_cid(
    lie: Callable[[bytes], bytes], words: str, stopped: Stopped
) -> None:
    with pytest.raises(LyingReply) as caught:
        read([Answer(body=lie(DATA))], stopped, patience_seconds=60)
    assert str(caught.value).startswith(f"gateway: {CID}: {words}")
    assert stopped.slept == []


def test_what_is_not_there_yet_is_waited_for(stopped: Stopped) -> None:
    answers = [Answer(404), Answer(404), Answer(body=DATA)]
    assert read(answers, stopped, patience_seconds=60) == DATA
    assert stopped.slept == [2, 2]


def test_what_never_comes_is_told_after_the_deadline(stopped: Stopped) -> None:
    with pytest.raises(Rejected, match=f"^gateway: {CID}: answered 404"):
        read([Answer(404)] * 99, stopped, patience_seconds=10)
    assert sum(stopped.slept) == 10


def test_a_block_that_is_cut_off_is_asked_for_again_and_then_told(stopped: Stopped) -> None:
    cut = Answer(body=DATA, cut=True)
    assert read([cut, Answer(body=DATA)], stopped) == DATA
    with pytest.raises(Interrupted, match=f"^gateway: {CID}: the connection was cut"):
        read([cut] * 4, stopped)


def test_other_faults_are_not_waited_for(stopped: Stopped) -> None:
    with pytest.raises(EngineError, match="answered 451"):
        read([Answer(451)], stopped, patience_seconds=60)


def test_a_cid_that_holds_its_content_needs_no_gateway(stopped: Stopped) -> None:
    gateway = Gateway(Http("gateway", "http://127.0.0.1:9", stopped.clock))
    assert gateway.block(parse_cid("bafkqaaa")).data == b""
    gateway.close()
