"""A real Kubo: what it takes, keeps and gives back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder.publish.credentials import bearer
from site_builder.publish.engines.engine import Pin
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.kubo import Kubo
from site_builder.publish.http import Http, Limits
from site_builder.publish.http_errors import Interrupted, Rejected, TokenRefused, Unreachable
from site_builder.publish.pinning import Result, Sent, Wish, pin_all
from tests.archives import Silent
from tests.publish.engines.outcomes import confirmed, sent_by
from tests.publish.fakes.clocks import REAL
from tests.publish.fakes.site_dag import SiteDag
from tests.publish.real.conftest import TOKEN
from tests.publish.real.kubo_node import Node, kubo_node


def engine(node: Node, token: str = "", patience_seconds: float = 60) -> Kubo:
    """Return the engine for a node."""
    http = Http("kubo", node.rpc, REAL, bearer(token) if token else None)
    gateway = Gateway(Http("kubo's gateway", node.gateway, REAL))
    return Kubo(http, gateway, patience_seconds=patience_seconds)


@pytest.fixture
def kubo(node: Node) -> Iterator[Kubo]:
    """The engine, with the token of the node."""
    found = engine(node, TOKEN)
    yield found
    found.close()


def run(kubo: Kubo, dag: SiteDag, pins: list[Pin], base: Pin | None = None) -> Result:
    """Pin everything, as if nothing was recorded."""
    bases = {base.cid: [block.cid for block in dag.blocks([base.cid], ())]} if base else {}
    return pin_all([kubo], Wish(dag, pins, {}, bases), lambda _: None, Silent())


def test_editions_and_site_are_pinned_by_name_and_read_back(kubo: Kubo, dag: SiteDag) -> None:
    editions = [dag.edition(f"edition {number}") for number in range(100)]
    pins = [*editions, dag.site(editions)]
    result = run(kubo, dag, pins)
    assert result.faults == ()
    assert [(kept.pin, kept.read_back) for kept in result.kept] == [
        *((pin, 1) for pin in editions),
        (pins[-1], 8),
    ]
    assert result.sent["kubo"].blocks == 101
    assert kubo.names([str(pin.cid) for pin in pins]) == {str(p.cid): p.name for p in pins}


def test_a_second_run_sends_no_byte(kubo: Kubo, dag: SiteDag) -> None:
    editions = [dag.edition(f"edition {number}") for number in range(70)]
    pins = [*editions, dag.site(editions)]
    run(kubo, dag, pins)
    second = run(kubo, dag, pins)
    assert second.sent == {"kubo": Sent(0, 0)}
    assert len(second.kept) == 71


def test_a_changed_article_sends_what_changed(kubo: Kubo, dag: SiteDag) -> None:
    editions = [dag.edition(f"edition {number}") for number in range(50)]
    old = dag.site(editions)
    run(kubo, dag, [*editions, old])
    new = dag.edition("new")
    pins = [*editions, new, dag.site([*editions, new])]
    result = run(kubo, dag, pins, base=old)
    assert result.faults == ()
    assert result.sent["kubo"].blocks == 2


def test_a_delta_on_what_the_node_lacks_is_refused_and_everything_follows(
    node: Node, dag: SiteDag
) -> None:
    kubo = engine(node, TOKEN, patience_seconds=1)
    editions = [dag.edition(f"edition {number}") for number in range(3)]
    site = dag.site(editions)
    refused, blocks = sent_by(kubo, dag, [site], {editions[1].cid})
    assert len(blocks) == 3
    assert list(refused) == ["site"]
    assert "could not pin" in refused["site"]
    assert confirmed(kubo, [site]) == {"site": "the node does not list it as pinned"}
    base = dag.edition("base")
    run(kubo, dag, [base])
    wish = Wish(dag, [site], {}, {base.cid: [editions[1].cid]})  # a base that is said to hold more
    result = pin_all([kubo], wish, lambda _: None, Silent())
    kubo.close()
    assert (result.faults, result.sent["kubo"].blocks) == ((), 3 + 4)


def test_a_sharded_folder_of_thousands_is_pinned_whole(kubo: Kubo, dag: SiteDag) -> None:
    editions = [dag.edition(f"edition number {number} of very many") for number in range(6000)]
    site = dag.site(editions)
    result = run(kubo, dag, [site])
    assert result.faults == ()
    assert result.sent["kubo"].blocks > 6000 + 100
    assert kubo.read_back(editions[-1].cid) == dag.store.fetch(editions[-1].cid)


def test_a_pin_gets_another_name_without_being_sent(kubo: Kubo, dag: SiteDag) -> None:
    pin = dag.edition("first name")
    run(kubo, dag, [pin])
    renamed = Pin(pin.cid, "second name")
    assert run(kubo, dag, [renamed]).sent["kubo"].blocks == 0
    assert kubo.names([str(pin.cid)]) == {str(pin.cid): "second name"}


def test_a_name_points_to_the_site(kubo: Kubo, dag: SiteDag) -> None:
    site = dag.site([dag.edition("one")])
    run(kubo, dag, [site])
    assert kubo.publish_name(site.cid, "self").startswith("k51")


@pytest.mark.parametrize("token", ["", "wrong-token"])
def test_without_the_token_nothing_is_done(node: Node, dag: SiteDag, token: str) -> None:
    stranger = engine(node, token)
    result = run(stranger, dag, [dag.edition("one")])
    with pytest.raises(TokenRefused):
        stranger.held([dag.edition("one")])
    stranger.close()
    assert "refused the credential" in result.faults[0].reason
    assert "wrong-token" not in repr(result)


def test_one_node_fetches_from_the_other(kubo: Kubo, other_node: Node, dag: SiteDag) -> None:
    pin = dag.edition("one")
    run(kubo, dag, [pin])
    other = engine(other_node)
    assert other.held([pin]) == set()
    other.connect(kubo.origins()[0])
    assert other.read_back(pin.cid) == dag.store.fetch(pin.cid)
    other.close()


def test_what_no_node_has_is_not_served(node: Node, dag: SiteDag) -> None:
    limits = Limits(silence_seconds=1, pauses_seconds=())
    gateway = Gateway(Http("gateway", node.gateway, REAL, limits=limits))
    with pytest.raises((Rejected, Interrupted), match="gateway: bafk"):
        gateway.block(dag.edition("nowhere").cid)
    gateway.close()


def test_a_node_that_was_ended_is_told_as_unreachable(tmp_path: Path, dag: SiteDag) -> None:
    with kubo_node(tmp_path / "repository") as short:
        kubo = Kubo(Http("kubo", short.rpc, REAL, limits=Limits(pauses_seconds=(0.1,))))
        pins = [dag.edition("one"), dag.edition("two")]
        sent_by(kubo, dag, pins[:1])
    with pytest.raises(Unreachable, match="is it running"):
        kubo.held(pins)
    result = run(kubo, dag, pins)
    kubo.close()
    assert [fault.pin for fault in result.faults] == pins
