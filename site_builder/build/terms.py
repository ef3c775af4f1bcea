"""Categories, tags and authors: one term for all spellings that would share an address."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import overload

from site_builder.addresses import TERM_KINDS, term_url
from site_builder.articles.article import Entry
from site_builder.articles.source import digest_of
from site_builder.build.pages import Term
from site_builder.errors import Problem

KEY_OF = {"category": "categories", "tag": "tags", "author": "authors"}


def names_of(entry: Entry, kind: str) -> tuple[str, ...]:
    """Return the names of one kind that an entry gives, as written."""
    if kind == "category":
        return entry.categories
    return entry.tags if kind == "tag" else entry.authors


class Members(Sequence[Entry]):
    """The entries of one term, in the order of publication, by their places."""

    def __init__(self, entries: Sequence[Entry], places: "array[int]") -> None:
        self._entries = entries
        self.places = places

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...

    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        if isinstance(index, int):
            return self._entries[self.places[index]]
        entries = self._entries
        return [entries[place] for place in self.places[index]]


class Terms:
    """All terms of the published entries.

    A term is known by its url and shown under the spelling used most; where two are used equally,
    under the first in the order of code points. `by_url` has the terms of each kind, `by_name` the
    same under every spelling, `members` the entries of each; one that gives two spellings is there
    twice. `written` has the places of the entries that give each name, for the next build.
    """

    def __init__(
        self, entries: Sequence[Entry], known: Mapping[str, Mapping[str, bytes]], same: int
    ) -> None:
        """Gather the terms of `entries`, from the oldest.

        `known` is what an earlier build found to be `written`; it holds before the place `same`.
        """
        self.by_name: dict[str, dict[str, Term]] = {}
        self.by_url: dict[str, dict[str, Term]] = {}
        self.members: dict[str, dict[str, Members]] = {}
        self.written: dict[str, dict[str, bytes]] = {}
        self.warnings: list[Problem] = []
        self._doubtful: set[tuple[str, str]] = set()
        for kind in TERM_KINDS:
            uses = _uses(entries, kind, known.get(kind, {}), same)
            self.written[kind] = {name: places.tobytes() for name, places in uses.items()}
            spellings: dict[str, list[str]] = {}
            for name in uses:
                spellings.setdefault(term_url(kind, name), []).append(name)
            by_name = self.by_name[kind] = {}
            by_url = self.by_url[kind] = {}
            for url, names in spellings.items():
                best = min(names, key=lambda name: (-len(uses[name]), name))
                term = by_url[url] = Term(best, url)
                by_name.update(dict.fromkeys(names, term))
                if len(names) > 1:
                    self._doubtful.update((kind, name) for name in names)
            self.members[kind] = {
                url: Members(entries, _merged([uses[name] for name in spellings[url]]))
                for url in sorted(spellings)
            }
            if len(spellings) < len(uses):
                self._warn(entries, kind)

    def _warn(self, entries: Sequence[Entry], kind: str) -> None:
        """Warn of every name of one kind that is not shown as it is written."""
        for entry in entries:
            for name in names_of(entry, kind):
                best = self.term(kind, name).name
                if best != name:
                    self.warnings.append(_warning(entry, kind, name, best))

    def term(self, kind: str, name: str) -> Term:
        """Return the term that `name` stands for. Raises KeyError where no entry gives it."""
        return self.by_name[kind][name]

    def spellings(self, entries: Sequence[Entry]) -> dict[str, bytes]:
        """Digest how the terms of entries are shown, by source, where not as they are written."""
        return {
            entry.source: digest_of("\0".join(self._shown(entry)).encode())
            for entry in (entries if self._doubtful else ())
            if not self._doubtful.isdisjoint(_named(entry))
        }

    def _shown(self, entry: Entry) -> list[str]:
        return [self.term(kind, name).name for kind, name in _named(entry)]

    def of(self, entry: Entry, kind: str) -> tuple[Term, ...]:
        """Return the terms of one kind of an entry, in the order written."""
        known = self.by_name[kind]
        return tuple(known[name] for name in names_of(entry, kind))


def _named(entry: Entry) -> list[tuple[str, str]]:
    return [(kind, name) for kind in TERM_KINDS for name in names_of(entry, kind)]


def _uses(
    entries: Sequence[Entry], kind: str, known: Mapping[str, bytes], same: int
) -> "dict[str, array[int]]":
    """Return the places of the entries that give each name, in the order of the first of each."""
    uses: dict[str, array[int]] = {}
    for name, data in known.items():
        places = array("i", data)
        del places[bisect_left(places, same) :]
        if places:
            uses[name] = places
    for place in range(same, len(entries)):
        for name in names_of(entries[place], kind):
            if name not in uses:
                uses[name] = array("i")
            uses[name].append(place)
    return uses


def _merged(uses: "list[array[int]]") -> "array[int]":
    return uses[0] if len(uses) == 1 else array("i", sorted(chain(*uses)))


def _warning(entry: Entry, kind: str, name: str, best: str) -> Problem:
    line = entry.lines.get(KEY_OF[kind], 0)
    what = f'the {kind} "{name}" has the address of "{best}" and is shown under that name'
    return Problem(entry.source, line, what, "use one spelling")
