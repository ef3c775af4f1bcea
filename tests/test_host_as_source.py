"""A plain static host is a source of blocks for a client that knows its address and a CID alone."""

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.archives import Archive
from tests.editions import block, cid_on, publish_editions
from tests.imaging import large_png
from tests.programs import needs_module, needs_program
from tests.publish.fakes.server import Answer, Call, Server, serving

CLIENT = Path(__file__).parent / "publish/client"
MODULES = CLIENT / "node_modules"
WITHIN_SECONDS = 30.0
ONE = "/2025/08/one/"


class Host(NamedTuple):
    """An archive, and a server that sends the files of its output and knows nothing else."""

    archive: Archive
    server: Server


MORE_PARTS = [pytest.param(part, marks=pytest.mark.slow) for part in ("root", "block")]


@pytest.fixture
def host(archive: Archive) -> Iterator[Host]:
    """A host whose first article has an edition of several blocks, and two revisions."""
    (archive.root / "articles/p.png").write_bytes(large_png())
    archive.article("one", body="![p](p.png)")
    archive.article("two", body="First.")
    archive.build()
    publish_editions(archive)
    archive.article("two", body="Second.")
    archive.build()

    def answer(call: Call) -> Answer:
        file = archive.output / call.path.lstrip("/")
        if not file.is_file():
            return Answer(404)
        return Answer(body=file.read_bytes(), headers={"Content-Type": "application/octet-stream"})

    with serving(answer) as server:
        yield Host(archive, server)


class Fetched(NamedTuple):
    """What the client says of each CID, and of the blocks that it refused."""

    answers: list[dict[str, str]]
    complaints: str


def fetched(server: Server, *cids: str) -> Fetched:
    """Let the client fetch from a host and nowhere else."""
    needs_module("@helia/http", MODULES)
    command = [needs_program("node"), str(CLIENT / "fetch.mjs"), str(MODULES), server.address]
    done = subprocess.run(
        [*command, *cids],
        env={**os.environ, "DEBUG": "helia*:error"},
        capture_output=True,
        text=True,
        check=True,
        timeout=WITHIN_SECONDS,
    )
    return Fetched([json.loads(line) for line in done.stdout.splitlines()], done.stderr)


def data_of(answer: dict[str, str]) -> bytes:
    """Return the bytes of an answer; fail where it is an error."""
    assert "error" not in answer, answer
    return base64.b64decode(answer["data"])


def test_a_client_gets_verified_bytes_of_every_edition(host: Host) -> None:
    large, second = cid_on(host.archive, ONE), cid_on(host.archive, "/2025/08/two/")
    lines = (host.archive.root / "editions.jsonl").read_text().splitlines()
    first = next(line["cid"] for line in map(json.loads, lines) if "/two/" in line["url"])
    seen = fetched(host.server, large, first, second)
    assert [data_of(answer) for answer in seen.answers] == [
        block(host.archive, f"{large}.html"),
        block(host.archive, first),
        block(host.archive, second),
    ]
    asked = [call for call in host.server.calls if call.path.startswith("/ipfs/baf")]
    assert {call.path.removeprefix("/ipfs/") for call in asked} >= {first, second, large}
    assert len({call.path for call in asked}) == 2 + 4, "the root, its three blocks and two more"


def test_the_probe_is_answered(host: Host) -> None:
    assert fetched(host.server, "bafkqaaa").answers == [{"data": ""}]
    import httpx

    with httpx.Client(trust_env=False) as client:
        found = client.get(f"{host.server.address}/ipfs/bafkqaaa?format=raw")
    assert (found.status_code, found.content) == (200, b"")


@pytest.mark.parametrize("part", ["only", *MORE_PARTS])
def test_a_client_refuses_what_was_tampered_with(host: Host, part: str) -> None:
    cid = cid_on(host.archive, "/2025/08/two/" if part == "only" else ONE)
    name = cid
    if part == "block":
        present = {file.name for file in (host.archive.output / "ipfs").iterdir()}
        name = max(
            (one for one in present if one.startswith("bafkrei")),
            key=lambda one: len(block(host.archive, one)),
        )
    file = host.archive.output / "ipfs" / name
    right = file.read_bytes()
    file.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    refused = fetched(host.server, cid)
    assert refused.answers == [{"error": "Error: no right block"}]
    assert f"failed to validate block for {name}" in refused.complaints
    file.write_bytes(right)
    again = fetched(host.server, cid)
    assert data_of(again.answers[0])
    assert again.complaints == ""
