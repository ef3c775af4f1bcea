"""A second implementation of UnixFS, to compare with: ipfs-unixfs-importer, run by Node.

One process answers all questions of a test run. It is installed with `npm install` in this folder,
or elsewhere: then the environment variable SITE_BUILDER_NODE_MODULES names its `node_modules`.
"""

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from site_builder.publish.profile import Profile
from tests.programs import needs_module, needs_program

HERE = Path(__file__).parent


class Answer(NamedTuple):
    """What the other implementation built: the root, its Tsize, and all blocks."""

    cid: str
    tsize_bytes: int
    blocks: list[str]


class Importer:
    """The running process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def build(self, profile: Profile, entries: Iterable[tuple[str, bytes]]) -> Answer:
        """Return the folder of these files; or the file, where its path is empty.

        The profile's chunks, links and threshold are told too, so that smaller ones can be tried.
        """
        question = {
            "profile": profile.name,
            "entries": [(path, base64.b64encode(data).decode()) for path, data in entries],
            "chunkSize": profile.chunk_bytes,
            "maxLinks": profile.max_links,
            "threshold": profile.hamt_threshold_bytes,
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Answer(answer["cid"], answer["size"], answer["blocks"])


def modules() -> Path:
    """Return the folder of the installed modules."""
    return Path(os.environ.get("SITE_BUILDER_NODE_MODULES") or HERE / "node_modules")


@contextmanager
def running() -> Iterator[Importer]:
    """Run the process."""
    needs_module("ipfs-unixfs-importer", modules())
    process = subprocess.Popen(
        [needs_program("node"), str(HERE / "import.mjs"), str(modules())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Importer(process)
        assert process.stdin
        process.stdin.close()
