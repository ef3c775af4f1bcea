"""Know every article of the archive: from the cache, or by reading its source.

In: the sources that were found. Out: their entries, and the sources that are at fault. What was
read is remembered.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from site_builder.articles.article import (
    Entry,
    Refused,
    decode_entry,
    encode_entry,
    with_shared_names,
)
from site_builder.articles.source import Found, Rules
from site_builder.build.cache import Cache
from site_builder.build.work import read_batch
from site_builder.build.workers import ALONE, Workers, batches
from site_builder.reports import Progress

READ_BATCH = 40
MOST_KEPT = 25_000
"""Entries that are held in both forms before the cache is given theirs."""


def read_entries(
    root: Path,
    rules: Rules,
    found: list[Found],
    cache: Cache,
    workers: Workers,
    progress: Progress,
) -> tuple[list[Entry], list[Refused]]:
    """Return the entries in the order of their paths, and the sources that are at fault."""
    known = cache.sources()
    entries, changed = _recall(found, known)
    refused: list[Refused] = []
    kept: dict[str, tuple[str, int, bytes]] = {}
    progress.start("reading", len(changed))
    reading = partial(read_batch, str(root), rules)
    work = batches([one[2:] for one in changed], READ_BATCH)
    files = iter(changed)
    few = len(changed) < ALONE
    for results in map(reading, work) if few else workers.map(reading, work, alone=False):
        articles: list[tuple[str, bytes]] = []
        for result, (place, file, source, _) in zip(results, files, strict=False):
            if isinstance(result, Refused):
                refused.append(result)
            elif result is None:
                entry = entries[place] = known[source][2]
                kept[source] = (file.stamp, file.size_bytes, encode_entry(entry))
            else:
                entries[place] = with_shared_names(decode_entry(result.entry))
                kept[source] = (file.stamp, file.size_bytes, result.entry)
                articles.append((source, result.article))
        cache.keep_articles(articles)
        if len(kept) >= MOST_KEPT:
            cache.change_sources(kept, ())
            kept.clear()
        progress.advance(len(results))
    gone = known.keys() - {file.source for file in found}
    cache.change_sources(kept, gone)
    return [entry for entry in entries if entry], refused


def _recall(
    found: list[Found], known: Mapping[str, tuple[str, int, Entry]]
) -> tuple[list[Entry | None], list[tuple[int, Found, str, bytes]]]:
    """Return the entry of each source that is as it is known, and what is to be read for the rest.

    That is the place, the file, its source, and the digest that it last had, b"" for a new one.
    """
    entries: list[Entry | None] = []
    changed: list[tuple[int, Found, str, bytes]] = []
    for place, file in enumerate(found):
        state = known.get(file.source)
        if state and state[0] == file.stamp != "" and state[1] == file.size_bytes:
            entries.append(state[2])
        else:
            changed.append((place, file, file.source, state[2].digest if state else b""))
            entries.append(None)
    return entries, changed
