"""Run a real IPFS Cluster on loopback ports: two peers, each with a Kubo of its own."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.programs import needs_program
from tests.publish.real.kubo_node import Node, kubo_node
from tests.publish.real.programs import running, wait_for

PEERS = 2
PASSWORD = "editor:cluster-password"  # noqa: S105  (of a scratch cluster)


class Peers(NamedTuple):
    """A cluster that runs: what its peers serve, and the Kubos behind them.

    `pinning` are their addresses for the Pinning Service API, which ask for no token here.
    """

    rest: tuple[str, ...]
    pinning: tuple[str, ...]
    nodes: tuple[Node, ...]


@contextmanager
def cluster_peers(folder: Path) -> Iterator[Peers]:
    """Run two peers in an empty folder; they want two copies of everything."""
    service = needs_program("ipfs-cluster-service")
    with ExitStack() as stack:
        nodes = tuple(
            stack.enter_context(kubo_node(folder / f"kubo{number}")) for number in range(PEERS)
        )
        _meet(nodes)
        rest, pinning, first = [], [], ""
        for number, node in enumerate(nodes):
            home = folder / f"peer{number}"
            ports = _free_ports(3)
            environment = _environment(number, node, ports)
            subprocess.run(
                [service, "--config", str(home), "init", "--consensus", "crdt"],
                env=environment,
                check=True,
                capture_output=True,
            )
            peer = json.loads((home / "identity.json").read_text())["id"]
            command = [service, "--config", str(home), "daemon"]
            command += ["--bootstrap", first] if first else []
            first = first or f"/ip4/127.0.0.1/tcp/{ports[0]}/p2p/{peer}"
            log = folder / f"peer{number}.log"
            stack.enter_context(running(command, log, environment))
            wait_for(lambda log=log: "READY" in log.read_text(), "IPFS Cluster", log)  # type: ignore[misc]
            rest.append(f"http://127.0.0.1:{ports[1]}")
            pinning.append(f"http://127.0.0.1:{ports[2]}")
        wait_for(lambda: _peers_with_metrics(rest[0]) == PEERS, "the second peer", log)
        yield Peers(tuple(rest), tuple(pinning), nodes)


def _environment(number: int, node: Node, ports: list[int]) -> dict[str, str]:
    host, port = node.rpc.removeprefix("http://").split(":")
    return {
        "CLUSTER_CRDT_TRUSTEDPEERS": "*",
        "CLUSTER_DISK_METRICTTL": "1s",
        "CLUSTER_IPFSHTTP_NODEMULTIADDRESS": f"/ip4/{host}/tcp/{port}",
        "CLUSTER_IPFSPROXY_LISTENMULTIADDRESS": "/ip4/127.0.0.1/tcp/0",
        "CLUSTER_LISTENMULTIADDRESS": f"/ip4/127.0.0.1/tcp/{ports[0]}",
        "CLUSTER_MDNSINTERVAL": "0",
        "CLUSTER_MONITORPINGINTERVAL": "1s",
        "CLUSTER_PEERNAME": f"peer{number}",
        "CLUSTER_PINSVCAPI_HTTPLISTENMULTIADDRESS": f"/ip4/127.0.0.1/tcp/{ports[2]}",
        "CLUSTER_RESTAPI_BASICAUTHCREDENTIALS": PASSWORD,
        "CLUSTER_RESTAPI_HTTPLISTENMULTIADDRESS": f"/ip4/127.0.0.1/tcp/{ports[1]}",
        "CLUSTER_SECRET": "5a" * 32,
        "CLUSTER_TAGS_METRICTTL": "1s",
    }


def _meet(nodes: tuple[Node, ...]) -> None:
    """Connect the Kubos, as those of a cluster are."""
    address = httpx.post(f"{nodes[0].rpc}/api/v0/id").json()["Addresses"][0]
    for node in nodes[1:]:
        httpx.post(f"{node.rpc}/api/v0/swarm/connect", params={"arg": address}).raise_for_status()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [taken.getsockname()[1] for taken in sockets]


def _peers_with_metrics(rest: str) -> int:
    """Return how many peers told how much room they have: without that nothing is allocated."""
    user, password = PASSWORD.split(":")
    answer = httpx.get(f"{rest}/monitor/metrics/freespace", auth=(user, password))
    metrics = answer.json() if answer.is_success else []
    return len([metric for metric in metrics or [] if metric["valid"]])
