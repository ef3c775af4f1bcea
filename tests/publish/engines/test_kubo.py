"""A Kubo that answers 200 and did not do it, and other ways in which one fails."""

from collections.abc import Iterator

import pytest

from site_builder.publish.credentials import bearer
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.kubo import Kubo
from site_builder.publish.http import Http
from site_builder.publish.http_errors import EngineError, LyingReply, TokenRefused
from tests.publish.engines.outcomes import confirmed, sent_by
from tests.publish.fakes.clocks import Stopped
from tests.publish.fakes.kubo import FakeKubo
from tests.publish.fakes.server import Answer, Server, as_json, as_lines, serving
from tests.publish.fakes.site_dag import SiteDag


@pytest.fixture
def fake() -> FakeKubo:
    """A Kubo without faults yet."""
    return FakeKubo()


@pytest.fixture
def server(fake: FakeKubo) -> Iterator[Server]:
    """Its server."""
    with serving(fake.answer) as running:
        yield running


@pytest.fixture
def kubo(server: Server, stopped: Stopped) -> Iterator[Kubo]:
    """The engine."""
    gateway = Gateway(Http("kubo's gateway", server.address, stopped.clock))
    engine = Kubo(Http("kubo", server.address, stopped.clock), gateway)
    yield engine
    engine.close()


def test_many_editions_go_in_one_car_and_get_their_names(
    kubo: Kubo, fake: FakeKubo, server: Server, dag: SiteDag
) -> None:
    pins = [dag.edition(f"edition {number}") for number in range(20)]
    refused, blocks = sent_by(kubo, dag, pins)
    assert (refused, blocks) == ({}, [pin.cid for pin in pins])
    assert [call.path for call in server.calls].count("/api/v0/dag/import") == 1
    assert fake.pins == {str(pin.cid): pin.name for pin in pins}
    assert set(confirmed(kubo, pins).values()) == {"kept"}
    assert kubo.read_back(pins[3].cid) == dag.store.fetch(pins[3].cid)


def test_an_error_beside_200_refuses_that_root_alone(
    kubo: Kubo, fake: FakeKubo, dag: SiteDag
) -> None:
    good, bad = dag.edition("good"), dag.edition("bad")
    fake.pin_errors[str(bad.cid)] = "block was not found locally"
    refused, _ = sent_by(kubo, dag, [good, bad])
    assert refused == {"bad": "it could not pin: block was not found locally"}
    assert confirmed(kubo, [good, bad]) == {
        "good": "kept",
        "bad": "the node does not list it as pinned",
    }


def test_an_error_that_only_the_trailer_tells_is_noticed(
    kubo: Kubo, fake: FakeKubo, dag: SiteDag
) -> None:
    fake.trailer_error = "disk quota exceeded"
    with pytest.raises(EngineError, match=r"^kubo: the import of a CAR broke off: no summary came"):
        sent_by(kubo, dag, [dag.edition("one"), dag.edition("two")])


def test_an_error_on_the_last_line_is_told(kubo: Kubo, server: Server, dag: SiteDag) -> None:
    server.script += [as_lines([{"Message": "no space left", "Code": 0, "Type": "error"}])]
    with pytest.raises(EngineError, match="broke off: no space left"):
        sent_by(kubo, dag, [dag.edition("one")])


def test_a_pin_that_it_says_nothing_of_is_refused(kubo: Kubo, server: Server, dag: SiteDag) -> None:
    server.script += [as_lines([{"Stats": {"BlockCount": 1}}])]
    refused, _ = sent_by(kubo, dag, [dag.edition("one")])
    assert refused == {"one": "the import does not say what became of it"}


def test_a_root_that_was_not_sent_is_a_lie(kubo: Kubo, server: Server, dag: SiteDag) -> None:
    root = {"Root": {"Cid": {"/": "bafkqaaa"}, "PinErrorMsg": ""}}
    server.script += [as_lines([root, {"Stats": {}}])]
    with pytest.raises(LyingReply, match=r"^kubo: bafkqaaa: it pinned what was not sent"):
        sent_by(kubo, dag, [dag.edition("one")])


def test_a_node_that_forgets_what_it_took_is_found_out(
    kubo: Kubo, fake: FakeKubo, dag: SiteDag
) -> None:
    fake.forgets = True
    pins = [dag.edition("one")]
    assert sent_by(kubo, dag, pins)[0] == {}
    assert confirmed(kubo, pins) == {"one": "the node does not list it as pinned"}


def test_only_what_it_lacks_goes_out(kubo: Kubo, dag: SiteDag) -> None:
    pins = [dag.edition(f"edition {number}") for number in range(5)]
    site = dag.site(pins)
    _, blocks = sent_by(kubo, dag, [site], {pin.cid for pin in pins})
    assert blocks == [site.cid]


@pytest.mark.parametrize("count", [0, 1, 5, 65, 200])
def test_what_it_holds_is_found_among_few_and_among_many(
    kubo: Kubo, fake: FakeKubo, dag: SiteDag, count: int
) -> None:
    pins = [dag.edition(f"edition {number}") for number in range(count)]
    kept = pins[::3]
    fake.pins = {str(pin.cid): pin.name for pin in kept} | {"bafyreiaforeign": "another's"}
    assert kubo.held(pins) == {pin.cid for pin in kept}
    assert [name for name, end in confirmed(kubo, pins).items() if end == "kept"] == [
        pin.name for pin in kept
    ]


def test_many_are_not_asked_for_one_by_one(
    kubo: Kubo, fake: FakeKubo, server: Server, dag: SiteDag
) -> None:
    pins = [dag.edition(f"edition {number}") for number in range(300)]
    kubo.held(pins)
    assert len(server.calls) == 1
    fake.pins = {str(pin.cid): pin.name for pin in pins}
    confirmed(kubo, pins)
    assert len(server.calls) == 1 + 5


def test_a_pin_under_another_name_is_named_anew(kubo: Kubo, fake: FakeKubo, dag: SiteDag) -> None:
    pin = dag.edition("right")
    fake.pins[str(pin.cid)] = "wrong"
    assert confirmed(kubo, [pin]) == {"right": "kept"}
    assert fake.pins[str(pin.cid)] == "right"


def test_a_node_in_trouble_is_not_taken_for_one_without_pins(
    kubo: Kubo, server: Server, dag: SiteDag
) -> None:
    server.script += [Answer(403, b"Forbidden")]
    with pytest.raises(TokenRefused, match=r"^kubo: refused the credential"):
        kubo.held([dag.edition("one")])


def test_an_upload_that_is_cut_is_sent_again_whole(
    kubo: Kubo, fake: FakeKubo, server: Server, dag: SiteDag
) -> None:
    pins = [dag.edition("one"), dag.edition("two")]
    server.script += [Answer(503), as_lines([{}])._replace(cut=True)]
    refused, blocks = sent_by(kubo, dag, pins)
    assert refused == {}
    assert blocks == [pin.cid for pin in pins] * 3
    assert set(fake.pins) == {str(pin.cid) for pin in pins}


def test_the_token_goes_with_each_call_and_not_to_the_gateway(
    fake: FakeKubo, server: Server, dag: SiteDag, stopped: Stopped
) -> None:
    with serving(fake.answer) as other:
        http = Http("kubo", server.address, stopped.clock, bearer("kubo-token"))
        kubo = Kubo(http, Gateway(Http("gateway", other.address, stopped.clock)))
        pin = dag.edition("one")
        sent_by(kubo, dag, [pin])
        kubo.read_back(pin.cid)
        kubo.close()
        assert {call.headers.get("authorization") for call in other.calls} == {None}
    assert {call.headers.get("authorization") for call in server.calls} == {"Bearer kubo-token"}


def test_a_name_that_points_elsewhere_is_a_lie(kubo: Kubo, server: Server, dag: SiteDag) -> None:
    pin = dag.edition("site")
    server.script += [as_json({"Name": "k51name", "Value": f"/ipfs/{pin.cid}"})]
    assert kubo.publish_name(pin.cid, "self") == "k51name"
    server.script += [as_json({"Name": "k51name", "Value": "/ipfs/bafkqaaa"})]
    with pytest.raises(LyingReply, match="points to /ipfs/bafkqaaa"):
        kubo.publish_name(pin.cid, "self")
