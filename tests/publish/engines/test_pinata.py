"""Pinata: CARs in forms, a list in pages, and a CID that is not the one that was sent."""

from collections.abc import Iterator

import pytest

from site_builder.publish.credentials import bearer
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.pinata import Pinata
from site_builder.publish.http import Http
from site_builder.publish.http_errors import LyingReply, RateLimited, TokenRefused
from tests.publish.engines.outcomes import confirmed, sent_by
from tests.publish.fakes.clocks import Stopped
from tests.publish.fakes.pinata import FakePinata
from tests.publish.fakes.server import Answer, Server, serving
from tests.publish.fakes.site_dag import SiteDag


@pytest.fixture
def fake() -> FakePinata:
    """An empty account."""
    return FakePinata()


@pytest.fixture
def server(fake: FakePinata) -> Iterator[Server]:
    """Its server."""
    with serving(fake.answer) as running:
        yield running


def engine(server: Server, stopped: Stopped, jwt: str = "the-jwt") -> Pinata:
    """Return the engine for a server."""
    uploads, files = (
        Http("pinata", server.address, stopped.clock, bearer(jwt, "PINATA_JWT")) for _ in range(2)
    )
    gateway = Gateway(Http("pinata gateway", server.address, stopped.clock))
    return Pinata(uploads, files, gateway, patience_seconds=60)


@pytest.fixture
def pinata(server: Server, stopped: Stopped) -> Iterator[Pinata]:
    """The engine."""
    found = engine(server, stopped)
    yield found
    found.close()


def test_each_pin_is_uploaded_as_a_named_car_of_known_size(
    pinata: Pinata, fake: FakePinata, server: Server, dag: SiteDag
) -> None:
    pins = [dag.edition("one"), dag.edition("zwei, ünïcode")]
    site = dag.site(pins)
    refused, blocks = sent_by(pinata, dag, [*pins, site], {pin.cid for pin in pins})
    assert refused == {}
    assert len(blocks) == 2 + 3
    assert {call.headers["content-length"] for call in server.calls} == {
        str(len(call.body)) for call in server.calls
    }
    assert fake.names == {str(pin.cid): pin.name for pin in [*pins, site]}
    assert set(confirmed(pinata, [*pins, site]).values()) == {"kept"}
    assert pinata.read_back(pins[1].cid) == dag.store.fetch(pins[1].cid)


@pytest.mark.parametrize("count", [3, 10, 11, 25])
def test_what_it_holds_is_found_in_few_and_in_many_pages(
    pinata: Pinata, fake: FakePinata, dag: SiteDag, count: int
) -> None:
    pins = [dag.edition(f"edition {number}") for number in range(count)]
    fake.files = ["pending", *(str(pin.cid) for pin in pins[1:])]
    assert pinata.held(pins) == {pin.cid for pin in pins[1:]}


def test_a_list_without_end_is_a_lie(pinata: Pinata, fake: FakePinata, dag: SiteDag) -> None:
    fake.files = ["a", "b", "c", "d"]
    fake.same_page_for_ever = True
    with pytest.raises(LyingReply, match="lists the same page for ever"):
        pinata.held([dag.edition(f"edition {number}") for number in range(11)])


def test_another_cid_than_the_one_sent_is_refused(
    pinata: Pinata, fake: FakePinata, dag: SiteDag
) -> None:
    pin, other = dag.edition("one"), dag.edition("other")
    fake.lie = str(other.cid)
    assert sent_by(pinata, dag, [pin])[0] == {"one": f"made {other.cid} of the CAR"}
    assert confirmed(pinata, [pin]) == {"one": "it is not listed, after 60 seconds"}


def test_what_is_pending_for_ever_has_a_deadline(
    pinata: Pinata, fake: FakePinata, stopped: Stopped, dag: SiteDag
) -> None:
    pin = dag.edition("one")
    fake.lie = "pending"
    assert sent_by(pinata, dag, [pin])[0] == {}
    assert confirmed(pinata, [pin]) == {"one": "it is not listed, after 60 seconds"}
    assert sum(stopped.slept) == 60


def test_a_refused_token_stops_the_run(server: Server, stopped: Stopped, dag: SiteDag) -> None:
    found = engine(server, stopped, "wrong-jwt")
    with pytest.raises(TokenRefused, match=r"Not Authorized \(check PINATA_JWT\)") as caught:
        sent_by(found, dag, [dag.edition("one")])
    found.close()
    assert "wrong-jwt" not in str(caught.value)


def test_a_plan_without_html_refuses_that_pin_alone(
    pinata: Pinata, server: Server, dag: SiteDag
) -> None:
    pins = [dag.edition("one"), dag.edition("two")]
    server.script += [Answer(400, b'{"error":{"message":"HTML is not allowed"}}')]
    assert sent_by(pinata, dag, pins)[0] == {"one": "answered 400: HTML is not allowed"}
    assert confirmed(pinata, pins)["two"] == "kept"


def test_a_rate_limit_is_waited_for_and_then_stops_the_run(
    pinata: Pinata, server: Server, stopped: Stopped, dag: SiteDag
) -> None:
    server.script += [Answer(429, headers={"Retry-After": "20"})]
    assert sent_by(pinata, dag, [dag.edition("one")])[0] == {}
    assert stopped.slept == [20]
    server.script += [Answer(429)] * 4
    with pytest.raises(RateLimited):
        sent_by(pinata, dag, [dag.edition("two")])
