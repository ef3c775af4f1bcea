"""A real IPFS Cluster of two peers: a pin counts when both keep it."""

from collections.abc import Iterator

import pytest

from site_builder.publish.credentials import basic
from site_builder.publish.engines.cluster import Cluster
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.kubo import Kubo
from site_builder.publish.engines.pinning_service import PinningService
from site_builder.publish.http import Http
from site_builder.publish.http_errors import TokenRefused
from site_builder.publish.pinning import Sent, Wish, pin_all
from tests.archives import Silent
from tests.publish.engines.outcomes import confirmed, sent_by
from tests.publish.fakes.clocks import REAL
from tests.publish.fakes.site_dag import SiteDag
from tests.publish.real.cluster_peers import PASSWORD, Peers
from tests.publish.real.kubo_node import Node


def engine(peers: Peers, password: str = PASSWORD, **options: float) -> Cluster:
    """Return the engine for the first peer; it reads back from the Kubo of the second."""
    http = Http("cluster", peers.rest[0], REAL, basic(password, "CLUSTER_AUTH"))
    gateway = Gateway(Http("the second gateway", peers.nodes[1].gateway, REAL), 10)
    patience_seconds = options.get("patience_seconds", 20)
    copies = int(options.get("copies", 2))
    return Cluster(
        http,
        gateway,
        replication_min=copies,
        replication_max=copies,
        patience_seconds=patience_seconds,
    )


@pytest.fixture
def cluster(peers: Peers) -> Iterator[Cluster]:
    """The engine, for two copies of everything."""
    found = engine(peers)
    yield found
    found.close()


def test_both_peers_keep_everything_and_it_reads_back(
    cluster: Cluster, peers: Peers, dag: SiteDag
) -> None:
    editions = [dag.edition(f"edition {number}") for number in range(20)]
    pins = [*editions, dag.site(editions)]
    result = pin_all([cluster], Wish(dag, pins, {}, {}), lambda _: None, Silent())
    assert (result.faults, result.sent["cluster"].blocks) == ((), 21)
    assert [kept.read_back for kept in result.kept] == [1] * 20 + [8]
    for node in peers.nodes:
        kubo = Kubo(Http("kubo", node.rpc, REAL))
        assert kubo.held(pins) == {pin.cid for pin in pins}
        kubo.close()


def test_a_second_run_sends_no_byte_and_a_change_only_what_is_new(
    cluster: Cluster, dag: SiteDag
) -> None:
    editions = [dag.edition(f"edition {number}") for number in range(5)]
    old = dag.site(editions)
    wish = Wish(dag, [*editions, old], {}, {})
    pin_all([cluster], wish, lambda _: None, Silent())
    second = pin_all([cluster], wish, lambda _: None, Silent())
    assert (second.sent["cluster"], second.faults) == (Sent(0, 0), ())
    new = dag.edition("new")
    bases = {old.cid: [block.cid for block in dag.blocks([old.cid], ())]}
    wish = Wish(dag, [*editions, new, dag.site([*editions, new])], {}, bases)
    third = pin_all([cluster], wish, lambda _: None, Silent())
    assert (third.sent["cluster"].blocks, third.faults) == (2, ())


def test_what_is_there_already_is_pinned_by_its_cid_alone(cluster: Cluster, dag: SiteDag) -> None:
    editions = [dag.edition(f"edition {number}") for number in range(3)]
    sent_by(cluster, dag, [dag.site(editions)])
    assert sent_by(cluster, dag, editions, {pin.cid for pin in editions}) == ({}, [])
    assert set(confirmed(cluster, editions).values()) == {"kept"}


def test_more_copies_than_peers_are_never_reached(peers: Peers, dag: SiteDag) -> None:
    greedy = engine(peers, copies=3, patience_seconds=1)
    pin = dag.edition("one")
    reason = sent_by(greedy, dag, [pin])[0]["one"]
    assert greedy.held([pin]) == set()
    greedy.close()
    assert reason.startswith("answered 500: not enough peers")


def test_a_dag_that_is_not_whole_is_not_called_pinned(peers: Peers, dag: SiteDag) -> None:
    hasty = engine(peers, patience_seconds=2)
    editions = [dag.edition(f"edition {number}") for number in range(3)]
    site = dag.site(editions)
    sent_by(hasty, dag, [site], {editions[1].cid})
    reason = confirmed(hasty, [site])["site"]
    hasty.close()
    assert reason.startswith("0 of 2 copies are pinned; peer")
    assert reason.endswith("after 2 seconds")


def test_a_wrong_password_is_told_without_showing_it(peers: Peers, dag: SiteDag) -> None:
    stranger = engine(peers, "editor:wrong-password")
    with pytest.raises(TokenRefused, match="check CLUSTER_AUTH") as caught:
        sent_by(stranger, dag, [dag.edition("one")])
    stranger.close()
    assert "wrong-password" not in str(caught.value)


def test_its_pinning_service_fetches_from_another_node(
    peers: Peers, other_node: Node, dag: SiteDag
) -> None:
    source = Kubo(Http("kubo", other_node.rpc, REAL))
    service = PinningService(
        Http("psa", peers.pinning[1], REAL),
        source,
        Gateway(Http("the first gateway", peers.nodes[0].gateway, REAL), 10),
        patience_seconds=20,
    )
    editions = [dag.edition(f"edition {number}") for number in range(12)]
    pins = [*editions, dag.site(editions)]
    wish = Wish(dag, pins, {}, {})
    result = pin_all([service], wish, lambda _: None, Silent())
    assert (result.faults, result.sent["psa"].blocks) == ((), 13)
    assert [kept.read_back for kept in result.kept] == [1] * 12 + [8]
    assert pin_all([service], wish, lambda _: None, Silent()).sent["psa"] == Sent(0, 0)
    service.close()
