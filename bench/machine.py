"""What a reader must know of the machine, and where on it files stay in memory.

In: `/proc` and the mounted file systems. Out: words for the report, and a folder. Names no host.
"""

import os
import platform
import shutil
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the usual tmpfs of Linux
BYTES_PER_ARTICLE = 100_000
"""Room that one article needs in all its forms and outputs, with some to spare."""


def describe() -> str:
    """Return processor, cores, memory and system in one line."""
    model = _field("/proc/cpuinfo", "model name") or platform.machine()
    memory = _field("/proc/meminfo", "MemTotal").split()
    gigabytes = f"{int(memory[0]) * 1024 / 1e9:.0f} GB" if memory else "unknown"
    cores = len(os.sched_getaffinity(0))
    return (
        f"{model}, {cores} cores, {gigabytes} of memory, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def memory_folder(articles: int) -> Path | None:
    """Return a folder in memory with room for an archive in all its forms, or None."""
    for place in (SHARED_MEMORY, *_mounts("tmpfs")):
        try:
            free_bytes = shutil.disk_usage(place).free
        except OSError:
            continue
        if free_bytes > articles * BYTES_PER_ARTICLE and os.access(place, os.W_OK):
            return place
    return None


def _field(file: str, name: str) -> str:
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _mounts(kind: str) -> list[Path]:
    lines = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    return [Path(fields[1]) for fields in map(str.split, lines) if fields[2] == kind]
