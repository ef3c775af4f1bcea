"""What earlier builds know, in one SQLite file that `cache_file` opens.

In and out: entries and articles by source, what is known of other files, and the outputs that
builds made. It is a convenience: lost, damaged or of another version, it costs a full build and one
note.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import msgspec
from msgspec.msgpack import Decoder

from site_builder.articles.article import Entry
from site_builder.articles.media import Medium
from site_builder.articles.source import DIGEST_BYTES, digest_of
from site_builder.build.jobs import Measured
from site_builder.build.output import Made, Output, decode_inputs, encode_inputs
from site_builder.build.packed import by_row, repack
from site_builder.build.settled import Settled
from site_builder.build.task import Staged
from site_builder.build.walk import NO_WALK, Walk
from site_builder.errors import EnvironmentFault

STATE_FOLDER = ".site_builder"
CACHE_FILE = "cache.sqlite"
KEEP_COUNT = "INSERT OR REPLACE INTO main.about VALUES ('changes', ?)"

_CLAIMED: Made = (b"", 0, 0)

Value = TypeVar("Value")
_sources = Decoder(dict[str, tuple[str, int, Entry]])
_editions = Decoder(dict[str, tuple[bytes, Measured]])
_files = Decoder(dict[str, Medium])
_outputs = Decoder(dict[str, Made])


class CacheDamaged(Exception):
    """The file is no database, or not one of ours; it is to be started anew."""


class Cache:
    """The cache of one archive, open. Use it as a context.

    `opened_ns` is when it was opened, by the clock of the file system that holds the archive;
    `changes` is how often the file had been changed until then; `known` is the schema that has what
    earlier builds know.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        lock: sqlite3.Connection | None,
        opened_ns: int,
        changes: int,
        known: str = "main",
    ) -> None:
        self._connection = connection
        self._lock = lock
        self.opened_ns = opened_ns
        self._changes = changes
        self._known = known

    def __enter__(self) -> "Cache":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        if self._lock:
            self._lock.close()

    def sources(self) -> dict[str, tuple[str, int, Entry]]:
        """Return stamp, size in bytes and entry of every known source."""
        return self._values("sources", _sources)

    def compiled(self, theme: bytes) -> dict[str, bytes] | None:
        """Return the templates of the theme with that digest, compiled, if they last were."""
        whole = self._note("theme")
        if not whole or whole[:DIGEST_BYTES] != theme:
            return None
        return msgspec.msgpack.decode(whole[len(theme) :], type=dict[str, bytes])

    def keep_compiled(self, theme: bytes, compiled: dict[str, bytes]) -> None:
        """Remember the templates of a theme, which compiled without fault."""
        self._keep_note("theme", theme + msgspec.msgpack.encode(compiled))

    def walk(self) -> Walk:
        """Return what an earlier build found on its walk over the published entries."""
        data = self._note("walk")
        return msgspec.msgpack.decode(data, type=Walk) if data else NO_WALK

    def keep_walk(self, walk: Walk) -> None:
        """Remember what was found on a walk."""
        self._keep_note("walk", msgspec.msgpack.encode(walk))

    def editions(self) -> dict[str, tuple[bytes, Measured]]:
        """Return fingerprint and CIDs of every known edition that is not in the ledger."""
        return self._values("editions", _editions)

    def change_editions(
        self, kept: Mapping[str, tuple[bytes, Measured]], gone: Iterable[str]
    ) -> None:
        """Remember fingerprints and CIDs of editions by their sources, and forget those gone."""
        self._change("editions", kept, gone)

    def settled(self, tree: str) -> Settled | None:
        """Return how the last build of `tree` that is known to have ended left the site."""
        data = self._note(f"{tree}/")
        return msgspec.json.decode(data, type=Settled) if data else None

    def keep_settled(self, tree: str, settled: Settled | None) -> None:
        """Remember how a build left the site; None before anything changes."""
        self._keep_note(f"{tree}/", msgspec.json.encode(settled) if settled else b"")

    def files(self) -> dict[str, Medium]:
        """Return what is known of every file that articles show."""
        return self._values("files", _files)

    def change_files(self, kept: Mapping[str, Medium], gone: Iterable[str]) -> None:
        """Remember what is known of files that articles show, and forget those gone."""
        self._change("files", kept, gone)

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
        return self._values(f"outputs {tree}", _outputs)

    def keep_articles(self, read: Iterable[tuple[str, bytes]]) -> None:
        """Remember articles, encoded, by their sources."""
        rows = [(source, article, _seal(source, article)) for source, article in read]
        self._write("INSERT OR REPLACE INTO main.articles VALUES (?, ?, ?)", rows)

    def change_sources(
        self, kept: Mapping[str, tuple[str, int, bytes]], gone: Collection[str]
    ) -> None:
        """Remember stamp, size in bytes and entry, encoded, of sources; forget those gone."""
        values = {
            source: (stamp, size_bytes, msgspec.Raw(entry))
            for source, (stamp, size_bytes, entry) in kept.items()
        }
        self._change("sources", values, gone)
        self._write("DELETE FROM main.articles WHERE source = ?", [(source,) for source in gone])

    def claim(self, tree: str, paths: Iterable[str]) -> None:
        """Record that these files are about to be written, before the first of them is."""
        self._change(f"outputs {tree}", dict.fromkeys(paths, _CLAIMED), ())
        self.commit()

    def settle(
        self, tree: str, made: Sequence[tuple[Output, Staged]], removed: Iterable[str]
    ) -> None:
        """Record how a build left its outputs, each with what became of it."""
        rows = ((tree, one.path, encode_inputs(one)) for one, _ in made)
        self._write("INSERT OR REPLACE INTO main.inputs VALUES (?, ?, ?)", rows)
        gone = [(tree, path) for path in removed]
        self._write("DELETE FROM main.inputs WHERE tree = ? AND path = ?", gone)
        states = {
            output.path: (output.fingerprint, one.size_bytes, one.mtime_ns) for output, one in made
        }
        self._change(f"outputs {tree}", states, (path for _, path in gone))
        self.commit()

    def inputs(self, tree: str, path: str) -> dict[str, bytes]:
        """Return the inputs from which an output was last made, empty where none are known."""
        rows = self._rows(
            f"SELECT inputs FROM {self._known}.inputs WHERE tree = ? AND path = ?", (tree, path)
        )
        return decode_inputs(rows[0][0]) if rows else {}

    def forget_everything(self) -> None:
        """Turn to an empty cache; nothing is deleted."""
        self._known = "main"

    def _note(self, name: str) -> bytes:
        """Return what is noted under a name, b"" where it is not, or was altered."""
        statement = f"SELECT value FROM {self._known}.about WHERE name = ?"
        for (value,) in self._rows(statement, (name,)):
            seal, data = value[:DIGEST_BYTES], bytes(value[DIGEST_BYTES:])
            if seal == _seal(name, data):
                return data
        return b""

    def _keep_note(self, name: str, data: bytes) -> None:
        row = (name, _seal(name, data) + data)
        self._write("INSERT OR REPLACE INTO main.about VALUES (?, ?)", [row])

    def _values(self, shelf: str, decoder: Decoder[dict[str, Value]]) -> dict[str, Value]:
        """Return all values of a shelf. Raises CacheDamaged where one was altered."""
        values: dict[str, Value] = {}
        statement = f"SELECT row, data, seal FROM {self._known}.shelves WHERE shelf = ?"
        for row, data, seal in self._each(statement, (shelf,)):
            if seal != _seal(shelf, row, data):
                raise CacheDamaged
            values.update(decoder.decode(data))
        return values

    def _change(self, shelf: str, kept: Mapping[str, object], gone: Iterable[str]) -> None:
        """Put values on a shelf, and take those away whose keys are gone."""
        for row, keys in by_row(chain(kept, gone)).items():
            data = repack(self._row(shelf, row), keys, kept)
            new = (shelf, row, data, _seal(shelf, row, data))
            self._write("INSERT OR REPLACE INTO main.shelves VALUES (?, ?, ?, ?)", [new])

    def _row(self, shelf: str, row: int) -> bytes:
        """Return a row of a shelf as it is by now, b"" where there is none."""
        for schema in dict.fromkeys(("main", self._known)):
            statement = f"SELECT data FROM {schema}.shelves WHERE shelf = ? AND row = ?"
            for (data,) in self._rows(statement, (shelf, row)):
                return bytes(data)
        return b""

    def _rows(self, statement: str, values: tuple[str | int, ...] = ()) -> list[tuple[Any, ...]]:
        return list(self._each(statement, values))

    def _each(self, statement: str, values: tuple[str | int, ...]) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(statement, values)
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
