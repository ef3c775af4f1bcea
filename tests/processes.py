"""Run the program in processes of their own: to the end, or until it is halted at a given change.

The moments are exact: Python's audit events tell of each change to the file system just before the
program makes it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.conftest import PROJECT

WITHIN_SECONDS = 60.0
NOW = "--now=2026-01-01T12:00:00+00:00"
"""The moment of `Archive.build`, for the command line."""

HALTING = """
import os, signal, sys

number, name, everyone, *arguments = sys.argv[1:]
here, seen = os.getpid(), 0

def watch(event, values):
    global seen
    changes = event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect")
    writes = event == "open" and values[2] & (os.O_WRONLY | os.O_RDWR)
    if (changes or writes) and os.getpid() == here:
        seen += 1
        if seen == int(number):
            (os.killpg if everyone == "everyone" else os.kill)(here, getattr(signal, name))

sys.addaudithook(watch)
from site_builder.cli import run
code = run(arguments)
print(seen, file=sys.stderr)
sys.exit(code)
"""
"""A build that sends a signal to itself, or to its whole group, before its n-th change."""


def site_builder(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "site_builder", *arguments],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def environment() -> dict[str, str]:
    """Return the environment in which this very package is run."""
    return {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}


def start(*words: str, cwd: Path) -> subprocess.Popen[str]:
    """Start Python with these words in a session of its own."""
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def start_halting(
    number: int, name: str, *arguments: str, cwd: Path, everyone: bool = False
) -> subprocess.Popen[str]:
    """Start the program; before its change `number`, from 1, it gets the signal of that name."""
    who = "everyone" if everyone else "itself"
    return start("-c", HALTING, str(number), name, who, *arguments, cwd=cwd)


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what a program says until it ends; where it does not end in time, end it and fail."""
    try:
        return process.communicate(timeout=WITHIN_SECONDS)
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Kill a started program with all it started, and close its pipes."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()


def wait_until(happened: Callable[[], bool], within_seconds: float = WITHIN_SECONDS) -> bool:
    """Report whether something happens in time, looking every half millisecond."""
    deadline = time.monotonic() + within_seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.0005)
    return True


def state_of(pid: int) -> str:
    """Return the state letter of a process as proc(5) has it, empty where there is none."""
    fields = _stat(pid)
    return fields[0] if fields else ""


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    return [one for one, fields in _processes() if fields[1] == str(pid)]


def session_of(pid: int) -> list[int]:
    """Return the processes that still run in the session that a process began."""
    return [one for one, fields in _processes() if fields[3] == str(pid)]


def _processes() -> list[tuple[int, list[str]]]:
    found = [(int(name), _stat(int(name))) for name in os.listdir("/proc") if name.isdecimal()]
    return [(pid, fields) for pid, fields in found if fields and fields[0] not in "ZX"]


def _stat(pid: int) -> list[str]:
    """Return the fields of `/proc/PID/stat` after the name: state, parent, group, session."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:4]
    except (FileNotFoundError, ProcessLookupError):
        return []
