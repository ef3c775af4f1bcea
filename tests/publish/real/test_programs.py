"""The programs that tests start end with them, whatever ends the tests."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.publish.real.programs import LEASH, running

SLEEPER = [sys.executable, "-c", "import os,time; print(os.getpid(), flush=True); time.sleep(60)"]


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_ends_with_its_context_also_when_the_test_fails(tmp_path: Path) -> None:
    log = tmp_path / "log"

    def fail() -> None:
        while not log.read_text().strip():
            time.sleep(0.01)
        raise RuntimeError

    with pytest.raises(RuntimeError), running(SLEEPER, log, {}):
        fail()
    assert not is_running(int(log.read_text()))


def test_a_program_ends_when_the_tests_are_killed() -> None:
    code = (
        "import subprocess,sys,time\n"
        f"subprocess.Popen({[sys.executable, str(LEASH), *SLEEPER]!r}, stdin=subprocess.PIPE)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as tests:
        assert tests.stdout
        process = int(tests.stdout.readline())
        os.kill(tests.pid, signal.SIGKILL)
    end = time.monotonic() + 10
    while is_running(process) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(process)
