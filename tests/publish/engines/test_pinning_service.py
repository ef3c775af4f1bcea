"""The Pinning Service API: requests that queue for ever, fail silently or hide on another page."""

from collections.abc import Iterator

import pytest

from site_builder.publish.credentials import bearer
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.kubo import Kubo
from site_builder.publish.engines.pinning_service import PinningService
from site_builder.publish.http import Http
from site_builder.publish.http_errors import Interrupted, TokenRefused
from tests.publish.engines.outcomes import confirmed, sent_by
from tests.publish.fakes.clocks import Stopped
from tests.publish.fakes.kubo import FakeKubo
from tests.publish.fakes.pinning_service import FakePinningService
from tests.publish.fakes.server import Answer, Server, serving
from tests.publish.fakes.site_dag import SiteDag


@pytest.fixture
def fake() -> FakePinningService:
    """A service without requests."""
    return FakePinningService()


@pytest.fixture
def node() -> FakeKubo:
    """The node that it fetches from."""
    return FakeKubo()


@pytest.fixture
def server(fake: FakePinningService) -> Iterator[Server]:
    """The server of the service."""
    with serving(fake.answer) as running:
        yield running


@pytest.fixture
def kubo(node: FakeKubo, stopped: Stopped) -> Iterator[Kubo]:
    """The node, as a source."""
    with serving(node.answer) as running:
        yield Kubo(Http("kubo", running.address, stopped.clock))


@pytest.fixture
def service(server: Server, kubo: Kubo, stopped: Stopped) -> Iterator[PinningService]:
    """The engine."""
    http = Http("psa", server.address, stopped.clock, bearer("the-token", "PSA_TOKEN"))
    engine = PinningService(http, kubo, patience_seconds=60)
    yield engine
    engine.close()


def test_blocks_go_to_the_node_and_the_service_learns_where_to_fetch(
    service: PinningService, fake: FakePinningService, node: FakeKubo, dag: SiteDag
) -> None:
    fake.delegates = ["/ip4/127.0.0.1/tcp/4001/p2p/12D3Delegate"]
    pin = dag.edition("one")
    refused, blocks = sent_by(service, dag, [pin])
    assert (refused, blocks) == ({}, [pin.cid])
    assert str(pin.cid) in node.pins
    assert fake.posted == [
        {
            "cid": str(pin.cid),
            "name": "one",
            "origins": ["/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWFake"],
        }
    ]
    assert node.connected == fake.delegates
    assert confirmed(service, [pin]) == {"one": "kept"}
    assert service.held([pin]) == {pin.cid}


def test_no_delegates_are_no_fault(
    service: PinningService, fake: FakePinningService, node: FakeKubo, dag: SiteDag
) -> None:
    pin = dag.edition("one")
    assert sent_by(service, dag, [pin])[0] == {}
    assert (fake.delegates, node.connected) == ([], [])
    assert confirmed(service, [pin]) == {"one": "kept"}


def test_what_is_under_way_is_waited_for_and_not_posted_again(
    service: PinningService, fake: FakePinningService, dag: SiteDag
) -> None:
    pin = dag.edition("one")
    fake.fates[str(pin.cid)] = ["queued", "queued", "pinning", "pinned"]
    sent_by(service, dag, [pin])
    sent_by(service, dag, [pin])
    assert len(fake.posted) == 1
    assert confirmed(service, [pin]) == {"one": "kept"}


def test_what_is_queued_for_ever_has_a_deadline(
    service: PinningService, fake: FakePinningService, stopped: Stopped, dag: SiteDag
) -> None:
    stuck, good = dag.edition("stuck"), dag.edition("good")
    fake.fates[str(stuck.cid)] = ["queued"] * 1000
    sent_by(service, dag, [stuck, good])
    assert confirmed(service, [stuck, good]) == {
        "good": "kept",
        "stuck": "it is queued, after 60 seconds",
    }
    assert sum(stopped.slept) == 60
    assert service.held([stuck, good]) == {good.cid}


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({}, "no reason was given"),
        (None, "no reason was given"),
        ({"status_details": "cannot fetch with the-token"}, "cannot fetch with ***"),
    ],
)
def test_what_failed_is_told_at_once_and_replaced_in_the_next_run(
    service: PinningService,
    fake: FakePinningService,
    stopped: Stopped,
    dag: SiteDag,
    info: dict[str, str] | None,
    words: str,
) -> None:
    pin = dag.edition("one")
    fake.add(str(pin.cid), "failed")["info"] = info
    assert confirmed(service, [pin]) == {"one": f"it failed: {words}"}
    assert stopped.slept == []
    sent_by(service, dag, [pin])
    assert [request["status"] for request in fake.requests] == ["pinned"]


def test_of_many_requests_for_one_cid_the_best_counts(
    service: PinningService, fake: FakePinningService, dag: SiteDag
) -> None:
    pin = dag.edition("one")
    for status in ("failed", "pinned", "failed", "queued"):
        fake.add(str(pin.cid), status)
    assert service.held([pin]) == {pin.cid}
    assert confirmed(service, [pin]) == {"one": "kept"}


@pytest.mark.parametrize("same_moment", [False, True])
def test_a_list_in_pages_is_read_to_its_end_also_within_one_moment(
    service: PinningService, fake: FakePinningService, dag: SiteDag, same_moment: bool
) -> None:
    fake.page = 7
    pins = [dag.edition(f"edition {number}") for number in range(120)]
    for number, pin in enumerate(pins[:110]):
        moment = "2026-01-01T00:00:00Z" if same_moment else f"2026-01-01T00:{number:03}Z"
        fake.add(str(pin.cid), "pinned", moment)
    assert service.held(pins) == {pin.cid for pin in pins[:110]}


def test_what_the_node_refuses_is_not_posted(
    service: PinningService, fake: FakePinningService, node: FakeKubo, dag: SiteDag
) -> None:
    good, bad = dag.edition("good"), dag.edition("bad")
    node.pin_errors[str(bad.cid)] = "lost"
    assert sent_by(service, dag, [good, bad])[0] == {"bad": "it could not pin: lost"}
    assert [wish["name"] for wish in fake.posted] == ["good"]


def test_what_the_node_has_is_not_sent_to_it_again(
    service: PinningService, kubo: Kubo, dag: SiteDag
) -> None:
    first, second = dag.edition("first"), dag.edition("second")
    sent_by(kubo, dag, [first])
    assert sent_by(service, dag, [first])[1] == []
    assert sent_by(service, dag, [first, second])[1] == [second.cid]


@pytest.mark.parametrize(("node_is_new", "blocks"), [(False, 2), (True, 5)])
def test_what_the_service_has_is_relied_on_only_where_the_node_has_it_too(
    service: PinningService,
    node: FakeKubo,
    dag: SiteDag,
    node_is_new: bool,
    blocks: int,
) -> None:
    editions = [dag.edition(f"edition {number}") for number in range(3)]
    old = dag.site(editions)
    sent_by(service, dag, [*editions, old])
    if node_is_new:
        node.pins.clear()
        node.blocks.clear()
    new = dag.edition("new")
    pins = [new, dag.site([*editions, new])]
    known = service.held([*editions, old, *pins])
    refused, out = sent_by(service, dag, pins, known)
    assert (refused, len(out)) == ({}, blocks)


def test_a_post_that_is_cut_is_not_made_twice(
    service: PinningService, kubo: Kubo, server: Server, dag: SiteDag
) -> None:
    pin = dag.edition("one")
    sent_by(kubo, dag, [pin])
    listing = Answer(body=b'{"count":0,"results":[]}')
    server.script += [listing, Answer(202, b"{half}", cut=True)]
    with pytest.raises(Interrupted):
        sent_by(service, dag, [pin])
    assert [call.method for call in server.calls] == ["GET", "POST"]


def test_a_service_that_takes_another_cid_is_found_out(
    service: PinningService, server: Server, dag: SiteDag
) -> None:
    pin = dag.edition("one")
    lie = b'{"requestid":"1","status":"pinned","created":"x","pin":{"cid":"bafkqaaa"}}'
    server.script += [Answer(body=b'{"count":0,"results":[]}'), Answer(202, lie)]
    assert sent_by(service, dag, [pin])[0] == {"one": "took bafkqaaa instead"}


def test_no_funds_and_a_rate_limit_are_told_apart(
    service: PinningService, server: Server, stopped: Stopped, dag: SiteDag
) -> None:
    broke = b'{"error":{"reason":"INSUFFICIENT_FUNDS","details":"Unable to process"}}'
    server.script += [
        Answer(body=b'{"count":0,"results":[]}'),
        Answer(429, headers={"Retry-After": "4"}),
        Answer(409, broke),
    ]
    assert sent_by(service, dag, [dag.edition("one")])[0] == {
        "one": "answered 409: INSUFFICIENT_FUNDS; Unable to process"
    }
    assert stopped.slept == [4]


def test_a_refused_token_names_its_variable(
    server: Server, kubo: Kubo, stopped: Stopped, dag: SiteDag
) -> None:
    http = Http("psa", server.address, stopped.clock, bearer("wrong-token", "PSA_TOKEN"))
    engine = PinningService(http, kubo, Gateway(Http("gateway", server.address, stopped.clock)))
    with pytest.raises(TokenRefused, match=r"UNAUTHORIZED.*\(check PSA_TOKEN\)") as caught:
        engine.held([dag.edition("one")])
    engine.close()
    assert "wrong-token" not in str(caught.value)
