"""Open the cache: one SQLite file under `.site_builder/`, and a lock beside it.

In: the archive's folder and the version of all that decides how it is read. Out: a Cache. A file
that is lost, damaged or of another version is started anew.
"""

import os
import sqlite3
import sys
from pathlib import Path

from site_builder.build.cache import CACHE_FILE, KEEP_COUNT, STATE_FOLDER, Cache
from site_builder.errors import EnvironmentFault

LOCK_FILE = "lock"

PATIENCE_SECONDS = 60
"""How long one process waits where another reads or writes: on a slow disk that takes seconds."""

_SCHEMA_VERSION = 6
_DAMAGED = f"{STATE_FOLDER}/{CACHE_FILE} was damaged; building everything anew"
_OTHER_VERSION = "the program, its libraries or the reading rules changed; building everything anew"
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB);
CREATE TABLE shelves (shelf TEXT, row INT, data BLOB, seal BLOB, PRIMARY KEY (shelf, row));
CREATE TABLE articles (source TEXT PRIMARY KEY, article BLOB, seal BLOB);
CREATE TABLE inputs (
    tree TEXT, path TEXT, inputs BLOB, PRIMARY KEY (tree, path)
) WITHOUT ROWID;
"""


def open_cache(root: Path, version: bytes) -> tuple[Cache, str]:
    """Open the cache of the archive in `root` for a build; return it and a note, maybe empty.

    `version` is a digest of all that decides how sources are read. Only one build of an archive can
    have its cache open: raises EnvironmentFault for a second one, and where nothing can be written.
    """
    folder = root / STATE_FOLDER
    try:
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
    except OSError as error:
        raise EnvironmentFault(f"cannot write to {folder}: {error.strerror}") from error
    lock = _take_lock(folder / LOCK_FILE)
    file = folder / CACHE_FILE
    try:
        connection, note = _existing(file, version)
        if connection is None:
            file.unlink(missing_ok=True)
            connection = _new(file, version)
        os.utime(folder / LOCK_FILE)
        opened_ns = (folder / LOCK_FILE).stat().st_mtime_ns
    except (OSError, sqlite3.DatabaseError) as error:
        lock.close()
        raise EnvironmentFault(f"cannot use {file}: {error}; delete it and try again") from error
    return Cache(connection, lock, opened_ns, _changes(file)), note


def peek_cache(root: Path, version: bytes) -> Cache:
    """Open the cache for a check: it can be read; what is kept goes to a scratch file."""
    file = root / STATE_FOLDER / CACHE_FILE
    existing, _ = _existing(file, version)
    connection = sqlite3.connect("", uri=True)
    connection.executescript(_SCHEMA)
    if existing:
        existing.close()
        connection.execute("ATTACH ? AS known", (f"{file.absolute().as_uri()}?mode=ro",))
    else:
        connection.execute("ATTACH '' AS known")
        connection.executescript(_SCHEMA.replace("TABLE ", "TABLE known."))
    return Cache(connection, None, sys.maxsize, 0, "known")


def join_cache(root: Path) -> Cache:
    """Open the cache to read in it, beside the process that has it open and locked."""
    file = (root / STATE_FOLDER / CACHE_FILE).absolute()
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", PATIENCE_SECONDS, uri=True)
    return Cache(connection, None, sys.maxsize, 0)


def discard_cache(root: Path) -> None:
    """Delete a cache that was found to be damaged."""
    (root / STATE_FOLDER / CACHE_FILE).unlink(missing_ok=True)


def _take_lock(file: Path) -> sqlite3.Connection:
    """Return a connection that holds the lock until it is closed or the process ends."""
    try:
        lock = sqlite3.connect(file, timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise EnvironmentFault(
                "another build of this archive is running; wait until it has ended"
            ) from error
        raise EnvironmentFault(f"cannot lock {file}: {error}; delete that file") from error
    return lock


def _existing(file: Path, version: bytes) -> tuple[sqlite3.Connection | None, str]:
    """Return a connection to a cache of this version, or None and a note on why there is none."""
    if not file.exists():
        return None, ""
    try:
        connection = sqlite3.connect(file, PATIENCE_SECONDS)
    except sqlite3.DatabaseError:
        return None, _DAMAGED
    try:
        number = connection.execute("PRAGMA user_version").fetchone()
        if number == (_SCHEMA_VERSION,):
            about = dict(connection.execute("SELECT name, value FROM about").fetchall())
            if about.get("version") == version and about.get("changes") == _changes(file):
                return connection, ""
            note = _DAMAGED if about.get("version") == version else _OTHER_VERSION
        else:
            note = _OTHER_VERSION
    except sqlite3.DatabaseError:
        note = _DAMAGED
    connection.close()
    return None, note


def _new(file: Path, version: bytes) -> sqlite3.Connection:
    """Return a connection to an empty cache."""
    connection = sqlite3.connect(file, PATIENCE_SECONDS)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(f"{_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION};")
    connection.execute("INSERT INTO about VALUES ('version', ?)", (version,))
    connection.execute(KEEP_COUNT, (_changes(file) + 1,))
    connection.commit()
    return connection


def _changes(file: Path) -> int:
    """Return how often the file was changed (SQLite file format, 1.3.5, "File change counter")."""
    with file.open("rb") as stream:
        stream.seek(24)
        return int.from_bytes(stream.read(4))
