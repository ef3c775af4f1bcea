"""What earlier runs of `pin` know: one SQLite file under `.site_builder/`.

In and out: the CIDs of files by their state, the pins that each engine proved to keep, and the
blocks of sites that were pinned. A convenience, as the cache is: lost, it costs hashing every file
and asking every engine once more.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from site_builder.errors import EnvironmentFault
from site_builder.publish.cid import Cid, CidError, read_cid
from site_builder.publish.pinning import Kept
from site_builder.publish.tree import FileState

FILE = "pins.sqlite"
MOST_BASES = 2
"""Sites of which all blocks are remembered: the last one, and the one before."""

_VERSION = 1
_SCHEMA = f"""
CREATE TABLE files (
    tree TEXT, path TEXT, size INT, mtime_ns INT, cid BLOB, PRIMARY KEY (tree, path)
) WITHOUT ROWID;
CREATE TABLE pins (engine TEXT, cid BLOB, read_back INT, PRIMARY KEY (engine, cid)) WITHOUT ROWID;
CREATE TABLE bases (number INTEGER PRIMARY KEY, root BLOB UNIQUE, blocks BLOB);
PRAGMA user_version = {_VERSION};
"""


class Records:
    """The records of one archive. Use it as a context; each pin is on disk when `keep` returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> "Records":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def files(self, tree: str) -> dict[str, tuple[FileState, Cid]]:
        """Return state and CID of every known file of an output folder."""
        rows = self._connection.execute(
            "SELECT path, size, mtime_ns, cid FROM files WHERE tree = ?", (tree,)
        )
        return {path: (FileState(size, mtime), _cid(cid)) for path, size, mtime, cid in rows}

    def keep_files(self, tree: str, files: Iterable[tuple[str, FileState, Cid]]) -> None:
        """Remember the CIDs of files."""
        rows = ((tree, path, *state, cid.to_bytes()) for path, state, cid in files)
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", rows
            )

    def pins(self) -> dict[str, dict[Cid, int]]:
        """Return the pins that were proved, by engine, with the number of blocks read back."""
        found: dict[str, dict[Cid, int]] = {}
        for engine, cid, read_back in self._connection.execute("SELECT * FROM pins"):
            found.setdefault(engine, {})[_cid(cid)] = read_back
        return found

    def keep(self, kept: Kept) -> None:
        """Record that an engine proved to keep a pin."""
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO pins VALUES (?, ?, ?)",
                (kept.engine, kept.pin.cid.to_bytes(), kept.read_back),
            )

    def bases(self) -> dict[Cid, list[Cid]]:
        """Return all CIDs of the sites that were last pinned, by their roots."""
        rows = self._connection.execute("SELECT root, blocks FROM bases").fetchall()
        return {_cid(root): _cids(blocks) for root, blocks in rows}

    def keep_base(self, root: Cid, blocks: Iterable[Cid]) -> None:
        """Remember the blocks of a site that was pinned."""
        data = b"".join(cid.to_bytes() for cid in blocks)
        with self._connection:
            self._connection.execute("DELETE FROM bases WHERE root = ?", (root.to_bytes(),))
            self._connection.execute(
                "INSERT INTO bases (root, blocks) VALUES (?, ?)", (root.to_bytes(), data)
            )
            self._connection.execute(
                "DELETE FROM bases WHERE number NOT IN "
                "(SELECT number FROM bases ORDER BY number DESC LIMIT ?)",
                (MOST_BASES,),
            )


def open_records(folder: Path) -> Records:
    """Open the records in a folder; what is no database of ours is started anew."""
    file = folder / FILE
    try:
        connection = sqlite3.connect(file)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError:
            version = None
        if version != _VERSION:
            connection.close()
            file.unlink(missing_ok=True)
            connection = sqlite3.connect(file)
            connection.executescript(_SCHEMA)
    except (OSError, sqlite3.DatabaseError) as error:
        raise EnvironmentFault(f"cannot use {file}: {error}; delete it and try again") from error
    return Records(connection)


def _cid(data: bytes) -> Cid:
    return _cids(data)[0]


def _cids(data: bytes) -> list[Cid]:
    """Return the CIDs that stand one after another."""
    found, at = [], 0
    try:
        while at < len(data):
            cid, at = read_cid(data, at)
            found.append(cid)
    except CidError as error:
        raise EnvironmentFault(f"{FILE} is damaged: {error}; delete it and try again") from error
    return found
