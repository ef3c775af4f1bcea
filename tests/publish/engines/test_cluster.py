"""A cluster whose peers queue, fail and recover, and one that lies. The rest: real/test_cluster."""

from collections.abc import Callable, Iterator

import pytest

from site_builder.publish.credentials import bearer
from site_builder.publish.engines.cluster import Cluster
from site_builder.publish.http import Http
from site_builder.publish.http_errors import LyingReply, RateLimited
from tests.publish.engines.outcomes import confirmed, sent_by
from tests.publish.fakes.clocks import Stopped
from tests.publish.fakes.server import Answer, Call, Server, as_json, as_lines, serving
from tests.publish.fakes.site_dag import SiteDag


class FakeCluster:
    """Says of every pin that its peers are in `statuses`, one list for each listing."""

    def __init__(self) -> None:
        self.statuses: list[list[str]] = [["pinned", "pinned"]]
        self.error = ""
        self.recovered: list[str] = []
        self.made: Callable[[str], str] = lambda name: name

    def answer(self, call: Call) -> Answer:
        """Answer a call of the REST interface."""
        if call.path.endswith("/recover"):
            self.recovered.append(call.path)
            return as_json({})
        if call.path == "/add":
            return as_json([{"name": "", "cid": self.made(call.param("name"))}])
        statuses = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        peers = {
            f"12D3{number}": {"peername": f"peer{number}", "status": status, "error": self.error}
            for number, status in enumerate(statuses)
        }
        return as_lines([{"cid": cid, "peer_map": peers} for cid in call.param("cids").split(",")])


@pytest.fixture
def fake() -> FakeCluster:
    """A cluster without faults yet."""
    return FakeCluster()


@pytest.fixture
def server(fake: FakeCluster) -> Iterator[Server]:
    """Its server."""
    with serving(fake.answer) as running:
        yield running


@pytest.fixture
def cluster(server: Server, stopped: Stopped) -> Iterator[Cluster]:
    """The engine, which wants two copies."""
    http = Http("cluster", server.address, stopped.clock, bearer("the-jwt", "CLUSTER_TOKEN"))
    engine = Cluster(http, replication_min=2, patience_seconds=30)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("statuses", "kept"),
    [
        (["pinned", "pinned"], True),
        (["pinned", "pinned", "pin_error"], True),
        (["pinned", "remote"], False),
        (["pinned", "pinning"], False),
        (["pin_queued", "unexpectedly_unpinned"], False),
        (["sharded", "pinned"], False),
        ([], False),
    ],
)
def test_a_pin_counts_when_enough_peers_have_it_pinned(
    cluster: Cluster, fake: FakeCluster, dag: SiteDag, statuses: list[str], kept: bool
) -> None:
    fake.statuses = [statuses]
    pin = dag.edition("one")
    assert cluster.held([pin]) == ({pin.cid} if kept else set())


def test_copies_are_waited_for(
    cluster: Cluster, fake: FakeCluster, stopped: Stopped, dag: SiteDag
) -> None:
    fake.statuses = [["pin_queued", "remote"], ["pinned", "pinning"], ["pinned", "pinned"]]
    assert confirmed(cluster, [dag.edition("one")]) == {"one": "kept"}
    assert stopped.slept == [0.5, 0.75]


def test_what_stays_queued_has_a_deadline_and_says_at_which_peer(
    cluster: Cluster, fake: FakeCluster, stopped: Stopped, dag: SiteDag
) -> None:
    fake.statuses = [["pinned", "pin_queued"]]
    assert confirmed(cluster, [dag.edition("one")]) == {
        "one": "1 of 2 copies are pinned; peer1 says pin_queued, after 30 seconds"
    }
    assert sum(stopped.slept) == 30


def test_a_peer_that_failed_is_asked_once_to_recover(
    cluster: Cluster, fake: FakeCluster, dag: SiteDag
) -> None:
    pin = dag.edition("one")
    fake.error = "the-jwt\x1b[2J is stale"
    fake.statuses = [["pinned", "pin_error"]]
    assert confirmed(cluster, [pin]) == {
        "one": "1 of 2 copies are pinned; peer1 says pin_error: *** [2J is stale, after 30 seconds"
    }
    assert fake.recovered == [f"/pins/{pin.cid}/recover"]


def test_another_cid_than_the_one_sent_is_refused(
    cluster: Cluster, fake: FakeCluster, dag: SiteDag
) -> None:
    pin, other = dag.edition("one"), dag.edition("other")
    fake.made = lambda _: str(other.cid)
    assert sent_by(cluster, dag, [pin])[0] == {"one": f"made {other.cid} of the CAR"}


def test_a_car_of_which_nothing_is_said_is_refused(
    cluster: Cluster, server: Server, dag: SiteDag
) -> None:
    server.script += [as_json([])]
    assert sent_by(cluster, dag, [dag.edition("one")])[0] == {
        "one": "said nothing of the CAR, so it failed on the way"
    }


def test_an_answer_that_is_cut_is_a_lie_or_tried_again(
    cluster: Cluster, server: Server, stopped: Stopped, dag: SiteDag
) -> None:
    server.script += [Answer(body=b'[{"cid":"baf', trailer={"X-Stream-Error": "disk full"})]
    reason = sent_by(cluster, dag, [dag.edition("one")])[0]["one"]
    assert "not what the interface promises" in reason
    assert stopped.slept == []


def test_a_limit_stops_the_run(cluster: Cluster, server: Server, dag: SiteDag) -> None:
    server.script += [Answer(429, headers={"Retry-After": "999"})]
    with pytest.raises(RateLimited, match="999 seconds"):
        sent_by(cluster, dag, [dag.edition("one")])


def test_a_listing_that_is_no_listing_is_a_lie(
    cluster: Cluster, server: Server, dag: SiteDag
) -> None:
    server.script += [Answer(body=b"<html>welcome</html>")]
    with pytest.raises(LyingReply, match="not what the interface promises"):
        cluster.held([dag.edition("one")])
