"""Check the files that articles show.

In: the names that articles give. Out: what is known of each file, or Problems. Never follows a link
out of the archive; a file is read only where it is not known yet, by the function that is given.
"""

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from site_builder.articles.article import Entry, Mention, Refused
from site_builder.articles.source import ARTICLES, stamp_of
from site_builder.errors import Problem, nearest
from site_builder.pictures.facts import Facts
from site_builder.pictures.seen import Seen, Unfit


class Medium(NamedTuple):
    """A file as it was read. `facts` is None for what is no picture."""

    stamp: str
    size_bytes: int
    digest: bytes
    facts: Facts | None = None


Media = Mapping[str, Medium]
"""Files by their paths below `articles/`."""

Look = Callable[[list[str]], Iterable[Seen | Unfit]]
"""Reads files by their absolute paths."""


def check_media(
    root: Path, entries: Iterable[Entry | Refused], known: Media, opened_ns: int, look: Look
) -> tuple[dict[str, Medium], list[Problem]]:
    """Return every file that the entries name, and Problems.

    A file with the stamp and size of `known` is not read again; `opened_ns` is the moment from
    which on stamps are not certain. Files of withdrawn articles may be missing.
    """
    folder = root / ARTICLES
    real = os.path.realpath(folder) + os.sep
    named = _named(entries)
    found: dict[str, Medium] = {}
    faults: dict[str, Unfit] = {}
    unread: dict[str, str] = {}
    for file in dict.fromkeys(mention.target for _, mention in named):
        try:
            status = _status(folder, file, real)
        except _Fault as fault:
            faults[file] = Unfit(fault.what, fault.hint)
            continue
        stamp, medium = stamp_of(status, opened_ns), known.get(file)
        if medium and stamp and medium[:2] == (stamp, status.st_size):
            found[file] = medium
        else:
            unread[file] = stamp
    for (file, stamp), seen in zip(
        unread.items(), look([str(folder / file) for file in unread]), strict=True
    ):
        if isinstance(seen, Unfit):
            faults[file] = seen
        else:
            found[file] = Medium(stamp, *seen)
    return found, _problems(named, found, faults)


def _named(entries: Iterable[Entry | Refused]) -> list[tuple[str, Mention]]:
    """Return each mention of a file with the source that has it."""
    return [
        (entry.source, mention)
        for entry in entries
        if entry.media_named and not (isinstance(entry, Entry) and entry.withdrawn)
        for mention in entry.media_named
    ]


def _problems(
    named: list[tuple[str, Mention]], found: Media, faults: Mapping[str, Unfit]
) -> list[Problem]:
    """Return a Problem for every mention of a file that cannot be published as it is meant."""
    problems = []
    for source, mention in named:
        file = mention.target
        fault = faults.get(file)
        if fault is None and mention.shown and found[file].facts is None:
            hint = "show a JPEG, PNG, WebP, AVIF, GIF or SVG, and link to any other file"
            fault = Unfit("is no picture", hint)
        if fault:
            problems.append(Problem(source, mention.line, f"{file} {fault.what}", fault.hint))
    return problems


class _Fault(Exception):
    def __init__(self, what: str, hint: str) -> None:
        self.what = what
        self.hint = hint
        super().__init__()


def _status(folder: Path, name: str, real: str) -> os.stat_result:
    file = folder / name
    try:
        status = file.stat()
        if not os.path.realpath(file).startswith(real):
            raise _Fault("is a symbolic link that leaves the archive", "copy the file itself")
        if not stat.S_ISREG(status.st_mode):
            raise _Fault("is no file", "name a file beside the article")
    except ValueError as error:
        raise _Fault("is no name of a file", "rename the file") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = nearest(file.name, os.listdir(file.parent) if file.parent.is_dir() else ())
        raise _Fault("does not exist", hint or f"put it at {ARTICLES}/{name}") from error
    except OSError as error:
        raise _Fault(f"cannot be read: {error.strerror}", "check its permissions") from error
    return status
