"""Run the programs of real engines, which `install` builds."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

WAIT_SECONDS = 30.0
LONGEST_END_SECONDS = 20.0
LEASH = Path(__file__).parent / "leash.py"


@contextmanager
def running(command: list[str], log: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Run a program on a leash, so that it ends with the context, and with the tests."""
    with (
        open(log, "wb") as out,
        subprocess.Popen(
            [sys.executable, str(LEASH), *command],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        ) as process,
    ):
        try:
            yield
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(LONGEST_END_SECONDS)


def wait_for(ready: Callable[[], bool], what: str, log: Path) -> None:
    """Wait until something is so; fail with the end of a log where it takes too long."""
    end = time.monotonic() + WAIT_SECONDS
    while not ready():
        if time.monotonic() > end:
            pytest.fail(f"{what} did not come up:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)
