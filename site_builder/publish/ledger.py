"""The ledger: `editions.jsonl`, the append-only record of every edition ever published.

In: the file beside the configuration, and the copy of it that was last published. Out: a Ledger, or
a Problem for each line that is not as it was written. Lines are only ever added, at the end: each
has the SHA-256 of the line before it, so one that was altered or taken out shows.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import FileIO
from pathlib import Path

import msgspec

from site_builder.errors import EnvironmentFault, Problem
from site_builder.publish.cid import CidError, parse_cid

if sys.platform != "win32":
    import fcntl

LEDGER_FILE = "editions.jsonl"

_RESTORE = "restore the file from version control or from the published site"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One published edition, or a further address of one: then all else but the moment is equal.

    `revision` counts from 1 for each article; `previous` is the CID of the revision before, empty
    for the first. `content` is the digest of what the article says, in hexadecimal; `published` a
    moment as RFC 3339 has it; `corrections` the number of corrections that the edition names, and
    `reason` why it was made. `blocks` are the CIDs below the root of an edition of several blocks.
    `before` is the SHA-256 of the line above, in hexadecimal.
    """

    url: str
    revision: int
    cid: str
    size: int
    content: str
    published: str
    title: str
    previous: str = ""
    reason: str = ""
    corrections: int = 0
    blocks: tuple[str, ...] = ()
    before: str = ""


class Ledger(msgspec.Struct, frozen=True):
    """All lines, in order. `latest` has the newest of each url, `by_cid` the first of each CID.

    `data` are the bytes of the file and `digest` the SHA-256 of its last line, b"" and "" for none.
    """

    lines: tuple[Line, ...]
    latest: dict[str, Line]
    by_cid: dict[str, Line]
    data: bytes
    digest: str

    def find(self, urls: Iterable[str]) -> Line | None:
        """Return the newest edition of an article that has, or had, one of `urls`."""
        for url in urls:
            if url in self.latest:
                return self.latest[url]
        return None

    def history(self, cid: str) -> list[Line]:
        """Return the revision that `cid` names and those before it, newest first."""
        found = []
        while line := self.by_cid.get(cid):
            found.append(line)
            cid = line.previous
        return found


def read_ledger(root: Path, published: bytes) -> tuple[Ledger, list[Problem]]:
    """Read the ledger of the archive in `root`; a missing file is an empty one.

    `published` is the copy that was last published, b"" where there is none: the ledger must begin
    with it. Raises EnvironmentFault where the file cannot be read.
    """
    file = root / LEDGER_FILE
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        data = b""
    except OSError as error:
        raise EnvironmentFault(f"cannot read {file}: {error.strerror}") from error
    if not data.startswith(published):
        number = _first_difference(data, published)
        what = "a line that has been published is altered or missing"
        return _ledger((), data), [Problem(LEDGER_FILE, number, what, _RESTORE)]
    return _parse(data)


def append(root: Path, ledger: Ledger, lines: Sequence[Line]) -> Ledger:
    """Add lines to the file, on disk before this returns; return the ledger with them.

    The `before` of each is set here. Raises EnvironmentFault where the file cannot be written, or
    is not what `ledger` was read from.
    """
    file = root / LEDGER_FILE
    digest, added = ledger.digest, []
    for line in lines:
        whole = msgspec.structs.replace(line, before=digest)
        added.append(msgspec.json.encode(whole) + b"\n")
        digest = hashlib.sha256(added[-1]).hexdigest()
    try:
        with file.open("ab", buffering=0) as stream:
            _lock(stream)
            if os.fstat(stream.fileno()).st_size != len(ledger.data):
                raise EnvironmentFault(f"{file} was changed by another program; try again")
            _write(stream, b"".join(added), len(ledger.data))
    except OSError as error:
        raise EnvironmentFault(f"cannot write {file}: {error.strerror}") from error
    return _parse(ledger.data + b"".join(added))[0]


def _lock(stream: FileIO) -> None:
    """Wait until no other program adds to the file; its end, or that of this one, unlocks it."""
    if sys.platform != "win32":
        fcntl.flock(stream, fcntl.LOCK_EX)


def _write(stream: FileIO, data: bytes, size_bytes: int) -> None:
    """Write at the end of a file of that size; what cannot be written whole is taken back."""
    rest = memoryview(data)
    try:
        while rest:  # a disk that fills up takes a part before it refuses
            rest = rest[stream.write(rest) :]
        os.fsync(stream.fileno())
    except OSError:
        os.ftruncate(stream.fileno(), size_bytes)
        raise


def _parse(data: bytes) -> tuple[Ledger, list[Problem]]:
    problems: list[Problem] = []
    lines: list[Line] = []
    known: dict[str, Line] = {}
    digest = ""
    decode = msgspec.json.Decoder(Line).decode
    for number, text in enumerate(data.splitlines(keepends=True), start=1):
        try:
            line = decode(text)
            _check(line, text, digest, known)
        except (msgspec.DecodeError, CidError, ValueError) as error:
            what = f"is not a line as it was written: {error}"
            problems.append(Problem(LEDGER_FILE, number, what, _RESTORE))
            break
        lines.append(line)
        known.setdefault(line.cid, line)
        digest = hashlib.sha256(text).hexdigest()
    return _ledger(tuple(lines), data, digest), problems


def _check(line: Line, text: bytes, digest: str, known: dict[str, Line]) -> None:
    """Raise ValueError where a line does not follow from those above it."""
    if not text.endswith(b"\n"):
        raise ValueError("its end is missing")
    if line.before != digest:
        raise ValueError("the line above it was altered or taken out")
    for cid in (line.cid, *line.blocks):
        parse_cid(cid)
    if datetime.fromisoformat(line.published).tzinfo is None:
        raise ValueError(f"{line.published} has no offset from UTC")
    if not line.url.startswith("/"):
        raise ValueError(f'"{line.url}" is no address')
    first = known.get(line.cid)
    if first and msgspec.structs.replace(first, **_moved(line)) != line:
        raise ValueError(f"{line.cid} stands in the ledger already, and not the same")
    before = known.get(line.previous)
    if line.previous and before is None:
        raise ValueError(f"the revision before it, {line.previous}, is missing")
    if line.revision != (before.revision + 1 if before else 1):
        raise ValueError(f"revision {line.revision} does not follow")


def _ledger(lines: tuple[Line, ...], data: bytes, digest: str = "") -> Ledger:
    latest = {line.url: line for line in lines}
    return Ledger(lines, latest, {line.cid: line for line in reversed(lines)}, data, digest)


def _moved(line: Line) -> dict[str, str]:
    """Return what a line may say otherwise than the first of its edition: where, and since when."""
    return {"url": line.url, "published": line.published, "before": line.before}


def _first_difference(data: bytes, published: bytes) -> int:
    """Return the number of the first published line that is not there."""
    pairs = zip(data.splitlines(), published.splitlines(), strict=False)
    for number, (one, other) in enumerate(pairs, start=1):
        if one != other:
            return number
    return min(data.count(b"\n"), published.count(b"\n")) + 1
