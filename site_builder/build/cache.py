"""What earlier builds know, in one SQLite file that `cache_file` opens.

In and out: entries and articles by source, what is known of other files, and the outputs that
builds made. It is a convenience: lost, damaged or of another version, it costs a full build and one
note. The table of outputs is also the record of which files are ours to delete.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from site_builder.articles.article import Encoded, Entry, decode_entry
from site_builder.articles.media import Medium
from site_builder.articles.source import Found, digest_of
from site_builder.build.jobs import Measured
from site_builder.build.output import Made, Output, decode_inputs, encode_inputs
from site_builder.build.settled import Settled
from site_builder.errors import EnvironmentFault
from site_builder.pictures.facts import Facts

STATE_FOLDER = ".site_builder"
CACHE_FILE = "cache.sqlite"
KEEP_COUNT = "INSERT OR REPLACE INTO main.about VALUES ('changes', ?)"

_facts_decoder = msgspec.msgpack.Decoder(Facts | None)


class CacheDamaged(Exception):
    """The file is no database, or not one of ours; it is to be started anew."""


class Cache:
    """The cache of one archive, open. Use it as a context.

    `opened_ns` is when it was opened, by the clock of the file system that holds the archive;
    `changes` is how often the file had been changed until then.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        lock: sqlite3.Connection | None,
        opened_ns: int,
        changes: int,
    ) -> None:
        self._connection = connection
        self._lock = lock
        self.opened_ns = opened_ns
        self._changes = changes
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
            known[source] = (stamp, size_bytes, decode_entry(entry))
        return known

    def compiled(self, theme: bytes) -> dict[str, bytes] | None:
        """Return the templates of the theme with that digest, compiled, if they last were."""
        rows = self._rows(f"SELECT value FROM {self._known}.about WHERE name = 'theme'")
        whole = bytes(rows[0][0]) if rows else b""
        if whole[:32] != theme + digest_of(whole[32:]):
            return None
        return msgspec.msgpack.decode(whole[32:], type=dict[str, bytes])

    def keep_compiled(self, theme: bytes, compiled: dict[str, bytes]) -> None:
        """Remember the templates of a theme, which compiled without fault."""
        code = msgspec.msgpack.encode(compiled)
        row = (theme + digest_of(code) + code,)
        self._write("INSERT OR REPLACE INTO main.about VALUES ('theme', ?)", [row])

    def editions(self) -> dict[str, tuple[bytes, Measured]]:
        """Return fingerprint and CIDs of every known edition that is not in the ledger."""
        rows = self._rows(f"SELECT source, fingerprint, measured FROM {self._known}.editions")
        decode = msgspec.msgpack.Decoder(Measured).decode
        return {source: (fingerprint, decode(measured)) for source, fingerprint, measured in rows}

    def keep_editions(self, editions: Sequence[tuple[str, bytes, Measured]]) -> None:
        """Remember the CIDs of editions by their sources and fingerprints."""
        encode = msgspec.msgpack.encode
        rows = [
            (source, fingerprint, encode(measured)) for source, fingerprint, measured in editions
        ]
        self._write("INSERT OR REPLACE INTO main.editions VALUES (?, ?, ?)", rows)

    def forget_editions(self, sources: Iterable[str]) -> None:
        """Forget editions of articles that are no more."""
        gone = [(source,) for source in sources]
        self._write("DELETE FROM main.editions WHERE source = ?", gone)

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

    def files(self) -> dict[str, Medium]:
        """Return what is known of every file that articles show."""
        columns = "file, stamp, size, digest, facts, seal"
        known = {}
        for *row, seal in self._rows(f"SELECT {columns} FROM {self._known}.files"):
            if seal != _seal(*row):
                raise CacheDamaged
            file, stamp, size_bytes, digest, facts = row
            known[file] = Medium(stamp, size_bytes, digest, _facts_decoder.decode(facts))
        return known

    def article(self, source: str) -> bytes:
        """Return the article of a source, encoded. Raises CacheDamaged where it was not kept."""
        for schema in dict.fromkeys(("main", self._known)):
            rows = self._rows(
                f"SELECT article, seal FROM {schema}.articles WHERE source = ?", (source,)
            )
            if rows and rows[0][1] == _seal(source, rows[0][0]):
                return bytes(rows[0][0])
        raise CacheDamaged

    def outputs(self, tree: str) -> dict[str, Made]:
        """Return every output that builds made in `tree`."""
        rows = self._rows(
            f"SELECT fingerprint, size, mtime_ns, path FROM {self._known}.outputs WHERE tree = ?",
            (tree,),
        )
        return {row[3]: row[:3] for row in rows}

    def keep_sources(self, read: Sequence[tuple[Found, Encoded]]) -> None:
        """Remember articles that were read, with the state of their files."""
        articles = []
        for found, one in read:
            articles.append((found.source, one.article, _seal(found.source, one.article)))
        self._write("INSERT OR REPLACE INTO main.articles VALUES (?, ?, ?)", articles)
        self._keep_entries((found, one.entry) for found, one in read)

    def touch_sources(self, read: Iterable[tuple[Found, Entry]]) -> None:
        """Remember the state of files whose articles are kept."""
        self._keep_entries((found, msgspec.json.encode(entry)) for found, entry in read)

    def _keep_entries(self, read: Iterable[tuple[Found, bytes]]) -> None:
        entries = []
        for found, entry in read:
            row = (found.source, found.stamp, found.size_bytes, entry)
            entries.append((*row, _seal(*row)))
        self._write("INSERT OR REPLACE INTO main.sources VALUES (?, ?, ?, ?, ?)", entries)

    def forget_sources(self, sources: Iterable[str]) -> None:
        """Forget sources that are no more."""
        gone = [(source,) for source in sources]
        self._write("DELETE FROM main.sources WHERE source = ?", gone)
        self._write("DELETE FROM main.articles WHERE source = ?", gone)

    def keep_files(self, files: Mapping[str, Medium]) -> None:
        """Remember what is known of files that articles show."""
        rows = []
        for file, (stamp, size_bytes, digest, facts) in files.items():
            row = (file, stamp, size_bytes, digest, msgspec.msgpack.encode(facts))
            rows.append((*row, _seal(*row)))
        self._write("INSERT OR REPLACE INTO main.files VALUES (?, ?, ?, ?, ?, ?)", rows)

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
        """Make what was kept so far last.

        SQLite counts the transactions that changed the file (SQLite file format, 1.3.5); the count
        is kept with them, so that a change by another program shows.
        """
        try:
            if self._connection.in_transaction and self._lock:
                self._connection.execute(KEEP_COUNT, (self._changes + 1,))
                self._changes += 1
            self._connection.commit()
        except sqlite3.DatabaseError as error:
            raise _translate(error) from error


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
