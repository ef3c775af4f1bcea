"""Categories, tags and authors: one term for all spellings that would share an address."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter

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


class Terms:
    """All terms of the published entries.

    A term is known by its url and shown under the spelling used most; where two are used equally,
    under the first in the order of code points. `by_url` has the terms of each kind, `by_name` the
    same under every spelling, `members` the entries of each, in the order given.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.by_name: dict[str, dict[str, Term]] = {}
        self.by_url: dict[str, dict[str, Term]] = {}
        self.members: dict[str, dict[str, list[Entry]]] = {}
        self.warnings: list[Problem] = []
        self._doubtful: set[tuple[str, str]] = set()
        for kind in TERM_KINDS:
            named = list(map(attrgetter(KEY_OF[kind]), entries))
            uses = Counter(chain.from_iterable(named))
            spellings: dict[str, list[str]] = {}
            for name in uses:
                spellings.setdefault(term_url(kind, name), []).append(name)
            known: dict[str, Term] = {}
            by_url: dict[str, Term] = {}
            self.by_name[kind], self.by_url[kind] = known, by_url
            for url, names in spellings.items():
                best = min(names, key=lambda name: (-uses[name], name))
                term = by_url[url] = Term(best, url)
                known.update(dict.fromkeys(names, term))
                if len(names) > 1:
                    self._doubtful.update((kind, name) for name in names)
            members = self.members[kind] = {url: [] for url in sorted(spellings)}
            add_to = {name: members[term.url].append for name, term in known.items()}
            for entry, names in zip(entries, named, strict=True):
                for name in names:
                    add_to[name](entry)
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

    def spelling(self, entry: Entry) -> bytes:
        """Digest how the terms of an entry are shown, empty where that is how they are written."""
        if not self._doubtful:
            return b""
        names = [(kind, name) for kind in TERM_KINDS for name in names_of(entry, kind)]
        if self._doubtful.isdisjoint(names):
            return b""
        return digest_of("\0".join([self.term(*name).name for name in names]).encode())

    def spellings(self, entries: Sequence[Entry]) -> list[bytes]:
        """Return the `spelling` of each entry, or nothing where all are shown as written."""
        return [self.spelling(entry) for entry in entries] if self._doubtful else []

    def of(self, entry: Entry, kind: str) -> tuple[Term, ...]:
        """Return the terms of one kind of an entry, in the order written."""
        known = self.by_name[kind]
        return tuple(known[name] for name in names_of(entry, kind))


def _warning(entry: Entry, kind: str, name: str, best: str) -> Problem:
    line = entry.lines.get(KEY_OF[kind], 0)
    what = f'the {kind} "{name}" has the address of "{best}" and is shown under that name'
    return Problem(entry.source, line, what, "use one spelling")
