"""Real engines, started once for all tests."""

from collections.abc import Iterator

import pytest

from tests.publish.fakes.site_dag import SiteDag
from tests.publish.real.cluster_peers import Peers, cluster_peers
from tests.publish.real.kubo_node import Node, kubo_node

TOKEN = "least-privilege"  # noqa: S105  (of a scratch node)
PATHS = ["dag/import", "pin", "id", "swarm/connect", "name/publish"]
"""All that the engine needs of a node; docs/ says so to those who set one up."""


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A Kubo that lets the token do what the engine needs, and nobody else anything."""
    settings = {
        "API.Authorizations": {
            "publisher": {
                "AuthSecret": f"bearer:{TOKEN}",
                "AllowedPaths": [f"/api/v0/{path}" for path in PATHS],
            }
        }
    }
    with kubo_node(tmp_path_factory.mktemp("kubo") / "repository", settings) as running:
        yield running


@pytest.fixture(scope="session")
def other_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Another Kubo, which asks for no token."""
    with kubo_node(tmp_path_factory.mktemp("kubo") / "repository") as running:
        yield running


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    """A cluster of two peers."""
    with cluster_peers(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
def dag(request: pytest.FixtureRequest) -> SiteDag:
    """An empty site whose editions no other test has: nodes are shared, and remember."""
    return SiteDag(f"{request.node.name}: ")
