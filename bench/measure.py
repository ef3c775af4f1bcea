"""Measure one command: `python -m bench.measure COMMAND ...`.

In: a command. Out: its wall time, the CPU time of it and all processes it started, and the most
memory that all of them held at one moment. Linux only: it reads `/proc` (proc(5)).
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL_SECONDS = 0.02
LARGEST_SHARE = 0.1
"""The part of the time that looking may take; the kernel walks every page to answer."""

_SESSION = 3
"""The place of the session id in `/proc/PID/stat`, from the field after the name on."""


@dataclass(frozen=True)
class Measure:
    """What one run cost. Memory is the largest sum over all processes of the run, sampled."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


class CommandFailed(Exception):
    """The command ended with another code than 0; carries its words."""


def measure(
    command: Sequence[str], folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Measure:
    """Run a command in `folder` and measure it. Raises CommandFailed."""
    with tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=None if environment is None else {**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        watch = _Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall_seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.end()
        if process.returncode:
            printed.seek(0)
            words = printed.read().decode(errors="replace")[-4000:]
            raise CommandFailed(f"{' '.join(command)} ended with {process.returncode}:\n{words}")
    return Measure(wall_seconds, usage.ru_utime + usage.ru_stime, watch.peak_bytes)


class _Watch(threading.Thread):
    """Samples the memory of a session until told to end."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session = session
        self.peak_bytes = 0
        self._ended = threading.Event()

    def run(self) -> None:
        pause = INTERVAL_SECONDS
        while not self._ended.wait(pause):
            started = time.thread_time()
            total = sum(map(memory_of, processes_of(self.session)))
            self.peak_bytes = max(self.peak_bytes, total)
            pause = max(INTERVAL_SECONDS, (time.thread_time() - started) / LARGEST_SHARE)

    def end(self) -> None:
        self._ended.set()
        self.join()


def processes_of(session: int) -> list[int]:
    """Return the processes of a session: the first one's and all it started, also orphans."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                text = Path("/proc", name, "stat").read_bytes()
            except OSError:  # it has ended
                continue
            if int(text.rpartition(b")")[2].split()[_SESSION]) == session:
                found.append(int(name))
    return found


def memory_of(process: int) -> int:
    """Return the bytes of memory of a process, pages shared by n processes counted as 1/n.

    That is PSS of `smaps_rollup`; where the kernel does not tell it, the resident set (RSS). 0 for
    a process that has ended.
    """
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except ProcessLookupError:
        return 0
    except OSError:
        pass  # an older kernel, or not allowed
    try:
        pages = Path(f"/proc/{process}/statm").read_bytes().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def main(arguments: list[str]) -> int:
    """Measure the command given as arguments and print what it cost."""
    if not arguments:
        print("usage: python -m bench.measure COMMAND ...", file=sys.stderr)
        return 2
    try:
        found = measure(arguments)
    except (CommandFailed, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(
        f"wall {found.wall_seconds:.3f} s, CPU {found.cpu_seconds:.3f} s, "
        f"peak memory {found.peak_bytes / 1e6:.0f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
