"""What earlier builds know: one SQLite file under `.site_builder/`.

In and out: entries and articles by source, digests of other files, and the outputs that builds
made. It is a convenience: lost, damaged or of another version, it costs a full build and one note.
The table of outputs is also the record of which files are ours to delete.
"""

import os
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from site_builder.articles.article import Article, Entry
from site_builder.articles.source import Found, digest_of
from site_builder.build.output import Made, Output, decode_inputs, encode_inputs
from site_builder.build.settled import Settled
from site_builder.errors import EnvironmentFault

STATE_FOLDER = ".site_builder"
CACHE_FILE = "cache.sqlite"
LOCK_FILE = "lock"

_SCHEMA_VERSION = 3
_DAMAGED = f"{STATE_FOLDER}/{CACHE_FILE} was damaged; building everything anew"
_OTHER_VERSION = "the program, its libraries or the reading rules changed; building everything anew"
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB);
CREATE TABLE sources (
    source TEXT PRIMARY KEY, stamp TEXT, size INT, entry BLOB, seal BLOB
) WITHOUT ROWID;
CREATE TABLE articles (source TEXT PRIMARY KEY, article BLOB, seal BLOB);
CREATE TABLE files (file TEXT PRIMARY KEY, stamp TEXT, size INT, digest BLOB) WITHOUT ROWID;
CREATE TABLE outputs (
    tree TEXT, path TEXT, fingerprint BLOB, size INT, mtime_ns INT, inputs BLOB,
    PRIMARY KEY (tree, path)
) WITHOUT ROWID;
"""

# JSON, since MessagePack turns every moment into UTC and so loses the site's own day.
_entry_decoder = msgspec.json.Decoder(Entry)
_article_decoder = msgspec.json.Decoder(Article)


class CacheDamaged(Exception):
    """The file is no database, or not one of ours; it is to be started anew."""


class Cache:
    """The cache of one archive, open. Use it as a context.

    `opened_ns` is when it was opened, by the clock of the file system that holds the archive.
    """

    def __init__(
        self, connection: sqlite3.Connection, lock: sqlite3.Connection | None, opened_ns: int
    ) -> None:
        self._connection = connection
        self._lock = lock
        self.opened_ns = opened_ns
        self._known = "main" if lock else "known"

    def __enter__(self) -> "Cache":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        if self._lock:
            self._lock.close()

    def sources(self) -> dict[str, tuple[str, int, Entry]]:
        """Return stamp, size in bytes and entry of every known source."""
        rows = self._rows(f"SELECT source, stamp, size, entry, seal FROM {self._known}.sources")
        known = {}
        for source, stamp, size_bytes, entry, seal in rows:
            if seal != _seal(source, stamp, size_bytes, entry):
                raise CacheDamaged
            known[source] = (stamp, size_bytes, _entry_decoder.decode(entry))
        return known

    def good_theme(self) -> bytes:
        """Return the digest of the theme whose templates last compiled without fault."""
        rows = self._rows(f"SELECT value FROM {self._known}.about WHERE name = 'theme'")
        return bytes(rows[0][0]) if rows else b""

    def keep_good_theme(self, digest: bytes) -> None:
        """Remember that the templates of a theme compile."""
        self._write("INSERT OR REPLACE INTO main.about VALUES ('theme', ?)", [(digest,)])

    def settled(self, tree: str) -> Settled | None:
        """Return how the last build of `tree` that is known to have ended left the site."""
        rows = self._rows(f"SELECT value FROM {self._known}.about WHERE name = ?", (tree + "/",))
        if not rows or rows[0][0][:16] != digest_of(rows[0][0][16:]):
            return None
        return msgspec.json.decode(rows[0][0][16:], type=Settled)

    def keep_settled(self, tree: str, settled: Settled | None) -> None:
        """Remember how a build left the site; None before anything changes."""
        value = msgspec.json.encode(settled) if settled else b""
        row = (tree + "/", digest_of(value) + value if value else b"")
        self._write("INSERT OR REPLACE INTO main.about VALUES (?, ?)", [row])

    def files(self) -> dict[str, tuple[str, int, bytes]]:
        """Return stamp, size in bytes and digest of every known file that articles show."""
        rows = self._rows(f"SELECT file, stamp, size, digest FROM {self._known}.files")
        return {file: (stamp, size_bytes, digest) for file, stamp, size_bytes, digest in rows}

    def article(self, source: str) -> Article:
        """Return the whole article of a source. Raises CacheDamaged where it was not kept."""
        for schema in dict.fromkeys(("main", self._known)):
            rows = self._rows(
                f"SELECT article, seal FROM {schema}.articles WHERE source = ?", (source,)
            )
            if rows and rows[0][1] == _seal(source, rows[0][0]):
                return _article_decoder.decode(rows[0][0])
        raise CacheDamaged

    def outputs(self, tree: str) -> dict[str, Made]:
        """Return every output that builds made in `tree`."""
        rows = self._rows(
            f"SELECT path, fingerprint, size, mtime_ns FROM {self._known}.outputs WHERE tree = ?",
            (tree,),
        )
        return {path: Made(*rest) for path, *rest in rows}

    def keep_sources(self, read: Sequence[tuple[Found, Article]]) -> None:
        """Remember articles that were read, with the state of their files."""
        articles = []
        for found, article in read:
            whole = _encode(article)
            articles.append((found.source, whole, _seal(found.source, whole)))
        self._write("INSERT OR REPLACE INTO main.articles VALUES (?, ?, ?)", articles)
        self.touch_sources((found, article.entry) for found, article in read)

    def touch_sources(self, read: Iterable[tuple[Found, Entry]]) -> None:
        """Remember the state of files whose articles are kept."""
        entries = []
        for found, entry in read:
            row = (found.source, found.stamp, found.size_bytes, _encode(entry))
            entries.append((*row, _seal(*row)))
        self._write("INSERT OR REPLACE INTO main.sources VALUES (?, ?, ?, ?, ?)", entries)

    def forget_sources(self, sources: Iterable[str]) -> None:
        """Forget sources that are no more."""
        gone = [(source,) for source in sources]
        self._write("DELETE FROM main.sources WHERE source = ?", gone)
        self._write("DELETE FROM main.articles WHERE source = ?", gone)

    def keep_files(self, files: Mapping[str, tuple[str, int, bytes]]) -> None:
        """Remember stamp, size in bytes and digest of files that articles show."""
        rows = [(file, *known) for file, known in files.items()]
        self._write("INSERT OR REPLACE INTO main.files VALUES (?, ?, ?, ?)", rows)

    def forget_files(self, files: Iterable[str]) -> None:
        """Forget files that no article shows any more."""
        self._write("DELETE FROM main.files WHERE file = ?", [(file,) for file in files])

    def claim(self, tree: str, paths: Iterable[str]) -> None:
        """Record that these files are about to be written, before the first of them is."""
        rows = ((tree, path) for path in paths)
        self._write("INSERT OR REPLACE INTO main.outputs VALUES (?, ?, x'', 0, 0, x'')", rows)
        self.commit()

    def settle(
        self, tree: str, made: Iterable[tuple[Output, int, int]], removed: Iterable[str]
    ) -> None:
        """Record how a build left its outputs, each with its size in bytes and mtime_ns."""
        rows = (
            (tree, one.path, one.fingerprint, size_bytes, mtime_ns, encode_inputs(one))
            for one, size_bytes, mtime_ns in made
        )
        self._write("INSERT OR REPLACE INTO main.outputs VALUES (?, ?, ?, ?, ?, ?)", rows)
        gone = [(tree, path) for path in removed]
        self._write("DELETE FROM main.outputs WHERE tree = ? AND path = ?", gone)
        self.commit()

    def inputs(self, tree: str, path: str) -> dict[str, bytes]:
        """Return the inputs from which an output was last made, empty where none are known."""
        rows = self._rows(
            f"SELECT inputs FROM {self._known}.outputs WHERE tree = ? AND path = ?", (tree, path)
        )
        return decode_inputs(rows[0][0]) if rows else {}

    def forget_everything(self) -> None:
        """Turn to an empty cache; nothing is deleted."""
        self._known = "main"

    def _rows(self, statement: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise _translate(error) from error

    def _write(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.DatabaseError as error:
            raise _translate(error) from error

    def commit(self) -> None:
        """Make what was kept so far last."""
        try:
            self._connection.commit()
        except sqlite3.DatabaseError as error:
            raise _translate(error) from error


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
    return Cache(connection, lock, opened_ns), note


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
    return Cache(connection, None, sys.maxsize)


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
        connection = sqlite3.connect(file)
    except sqlite3.DatabaseError:
        return None, _DAMAGED
    try:
        number = connection.execute("PRAGMA user_version").fetchone()
        if number == (_SCHEMA_VERSION,):
            found = connection.execute("SELECT value FROM about WHERE name = 'version'").fetchall()
            if found == [(version,)]:
                return connection, ""
        note = _OTHER_VERSION
    except sqlite3.DatabaseError:
        note = _DAMAGED
    connection.close()
    return None, note


def _new(file: Path, version: bytes) -> sqlite3.Connection:
    """Return a connection to an empty cache."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(f"{_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION};")
    connection.execute("INSERT INTO about VALUES ('version', ?)", (version,))
    connection.commit()
    return connection


def _encode(value: Article | Entry) -> bytes:
    return msgspec.json.encode(value)


def _seal(*values: str | int | bytes) -> bytes:
    """Digest a row, so that one that was altered is noticed."""
    return digest_of(msgspec.msgpack.encode(values))


def _translate(error: sqlite3.DatabaseError) -> Exception:
    if isinstance(error, sqlite3.OperationalError):
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return EnvironmentFault(f"{STATE_FOLDER}/{CACHE_FILE} is in use; try again")
        full = error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
        readonly = error.sqlite_errorcode == sqlite3.SQLITE_READONLY
        if full or readonly:
            return EnvironmentFault(f"cannot write to {STATE_FOLDER}/{CACHE_FILE}: {error}")
    return CacheDamaged(str(error))
