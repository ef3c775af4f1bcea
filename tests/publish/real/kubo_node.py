"""Run a real Kubo on loopback ports, with a scratch repository and no way to the network."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.programs import needs_program
from tests.publish.real.programs import running, wait_for

SETTINGS: dict[str, Any] = {
    "AutoConf.Enabled": False,
    "AutoTLS.Enabled": False,
    "Bootstrap": [],
    "DNS.Resolvers": {},
    "Discovery.MDNS.Enabled": False,
    "Gateway.NoFetch": False,
    "HTTPRetrieval.Enabled": False,
    "Ipns.DelegatedPublishers": [],
    "Provide.Enabled": False,
    "Routing.DelegatedRouters": [],
    "Routing.Type": "none",
    "Swarm.DisableNatPortMap": True,
    "Swarm.RelayClient.Enabled": False,
    "Swarm.Transports.Network.Websocket": False,
}


class Node(NamedTuple):
    """A Kubo that runs: the addresses of its RPC interface and its gateway."""

    rpc: str
    gateway: str


@contextmanager
def kubo_node(folder: Path, settings: Mapping[str, Any] | None = None) -> Iterator[Node]:
    """Run a Kubo in an empty folder."""
    ipfs = needs_program("ipfs")
    environment = {"IPFS_PATH": str(folder), "IPFS_TELEMETRY": "off", "HOME": str(folder)}
    folder.mkdir(parents=True)
    subprocess.run(
        [ipfs, "init", "--empty-repo", "--profile=test"],
        env=environment,
        check=True,
        capture_output=True,
    )
    configuration = json.loads((folder / "config").read_text())
    for key, value in {**SETTINGS, **(settings or {})}.items():
        *parents, last = key.split(".")
        place = configuration
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    (folder / "config").write_text(json.dumps(configuration))
    log = folder / "log"
    with running([ipfs, "daemon"], log, environment):
        api, gateway = folder / "api", folder / "gateway"
        wait_for(lambda: "Daemon is ready" in log.read_text(), "Kubo", log)
        yield Node(_url(api.read_text()), gateway.read_text().strip())


def _url(multiaddr: str) -> str:
    """Return the address that `/ip4/HOST/tcp/PORT` names."""
    _, _, host, _, port = multiaddr.strip().split("/")
    return f"http://{host}:{port}"
