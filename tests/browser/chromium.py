"""One headless Chromium for the whole run of the tests, driven through `browse.mjs`."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.programs import needs_module, needs_program

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
WITHIN_SECONDS = 60.0
WITHIN_SECONDS_EACH = 10.0
"""The longest time for a list of visits, and what each of them adds; then the browser is ended."""

Seen = dict[str, Any]
"""What was seen on a visit: see `browse.mjs`."""


class Browser(NamedTuple):
    """A browser that runs."""

    process: subprocess.Popen[str]
    said: Path

    def visit(self, address: str, **options: Any) -> Seen:
        """Open one address; the options are those of `browse.mjs`."""
        return self.visit_all([{"address": address, **options}])[0]

    def visit_all(self, visits: Sequence[Mapping[str, Any]]) -> list[Seen]:
        """Make visits, several at a time; return what was seen, in the order of the visits."""
        assert self.process.stdin
        assert self.process.stdout
        watch = threading.Timer(
            WITHIN_SECONDS + WITHIN_SECONDS_EACH * len(visits), self.process.kill
        )
        watch.start()
        try:
            print(json.dumps(list(visits)), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        finally:
            watch.cancel()
        assert line, f"the browser ended: {self.said.read_text()}"
        seen: list[Seen] = json.loads(line)
        for one in seen:
            assert "wrong" not in one, one["wrong"]
        return seen


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """Run a browser whose files lie in a folder, until the end of the context."""
    needs_module("playwright-core", MODULES)
    command = [needs_program("node"), str(FOLDER / "browse.mjs"), str(MODULES)]
    said = folder / "said.txt"
    with (
        said.open("w") as errors,
        subprocess.Popen(
            [*command, needs_program("chromium")],
            env={**os.environ, "HOME": str(folder), "TMPDIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield Browser(process, said)
        finally:
            assert process.stdin
            process.stdin.close()
            try:
                process.wait(WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
