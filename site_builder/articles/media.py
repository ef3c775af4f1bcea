"""Check and digest the files that articles show.

In: the names that articles give. Out: the digest of each file, or Problems. Never follows a link
out of the archive.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path

from site_builder.articles.article import Entry, Refused
from site_builder.articles.source import ARTICLES, stamp_of
from site_builder.errors import Problem, nearest

Known = tuple[str, int, bytes]
"""Stamp, size in bytes, digest."""


def check_media(
    root: Path, entries: Iterable[Entry | Refused], known: Mapping[str, Known], opened_ns: int
) -> tuple[dict[str, Known], list[Problem]]:
    """Return every file that the entries name, by its path below `articles/`, and Problems.

    A file with the stamp and size of `known` is not read again; `opened_ns` is the moment from
    which on stamps are not certain. Files of withdrawn articles may be missing.
    """
    folder = root / ARTICLES
    real = os.path.realpath(folder) + os.sep
    found: dict[str, Known] = {}
    faults: dict[str, tuple[str, str]] = {}
    problems = []
    for entry in entries:
        if isinstance(entry, Entry) and entry.withdrawn:
            continue
        for mention in entry.media_named:
            file = mention.target
            if file not in found and file not in faults:
                try:
                    found[file] = _look(folder, file, real, known.get(file), opened_ns)
                except _Fault as fault:
                    faults[file] = (fault.what, fault.hint)
            if file in faults:
                what, hint = faults[file]
                problems.append(Problem(entry.source, mention.line, f"{file} {what}", hint))
    return found, problems


class _Fault(Exception):
    def __init__(self, what: str, hint: str) -> None:
        self.what = what
        self.hint = hint
        super().__init__()


def _look(folder: Path, name: str, real: str, known: Known | None, opened_ns: int) -> Known:
    file = folder / name
    try:
        status = file.stat()
        if not os.path.realpath(file).startswith(real):
            raise _Fault("is a symbolic link that leaves the archive", "copy the file itself")
        if not stat.S_ISREG(status.st_mode):
            raise _Fault("is no file", "name a file beside the article")
        stamp = stamp_of(status, opened_ns)
        if known and stamp and known[:2] == (stamp, status.st_size):
            return known
        digest = blake2b(digest_size=16)
        with file.open("rb") as stream:
            while part := stream.read(1 << 20):
                digest.update(part)
        return (stamp, status.st_size, digest.digest())
    except ValueError as error:
        raise _Fault("is no name of a file", "rename the file") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = nearest(file.name, os.listdir(file.parent) if file.parent.is_dir() else ())
        raise _Fault("does not exist", hint or f"put it at {ARTICLES}/{name}") from error
    except OSError as error:
        raise _Fault(f"cannot be read: {error.strerror}", "check its permissions") from error
