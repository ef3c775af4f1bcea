"""Find the earlier articles that each article is related to.

In: the published entries from the oldest, and their terms. Out: a few entries for each. An article
is related only to earlier ones, so what comes later changes nothing; and only to those among the
newest few of each of its tags and categories, so one that is put among older ones, changed or taken
out changes few pages.
"""

from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

from site_builder.articles.article import Entry
from site_builder.build.terms import Terms

MOST_RELATED = 3
WINDOW = 5
"""Earlier articles of each term that are looked at."""

NONE = -1
"""Stands for the place of an article that there is not."""

_PLACES = 32
"""Bits for the place of an article in a rank; what it shares is counted above them."""
_TAG, _CATEGORY = 4 << _PLACES, 1 << _PLACES
_PLACE = (1 << _PLACES) - 1


class Related:
    """Which earlier articles each one leads to.

    `places` has those of `MOST_RELATED` others for each place, best first, `NONE` for one that
    there is not.
    """

    def __init__(self, entries: Sequence[Entry], places: "array[int]") -> None:
        self._entries = entries
        self.places = places

    def of(self, place: int) -> tuple[Entry, ...]:
        """Return the earlier entries that share most with the one at `place`, best first."""
        places = self.places[place * MOST_RELATED : (place + 1) * MOST_RELATED]
        return tuple([self._entries[one] for one in places if one != NONE])


def related_articles(entries: Sequence[Entry], terms: Terms, known: bytes, same: int) -> Related:
    """Return for each entry the earlier ones that share most with it, at most three.

    A shared tag counts four, a category one; of equals the newest comes first. `known` are the
    places that an earlier build found, which hold before the place `same`.
    """
    places = array("i", known)
    del places[same * MOST_RELATED :]
    tags, categories = _Queues(terms, "tag", same), _Queues(terms, "category", same)
    nothing = [NONE] * MOST_RELATED
    for place in range(same, len(entries)):
        entry = entries[place]
        ranks: dict[int, int] = {}
        rank = ranks.get
        for name in entry.tags:
            queue = tags[name]
            for one in queue:
                ranks[one] = rank(one, one) + _TAG
            queue.append(place)
        for name in entry.categories:
            queue = categories[name]
            for one in queue:
                ranks[one] = rank(one, one) + _CATEGORY
            queue.append(place)
        ranks.pop(place, None)  # two spellings of one term
        best = sorted(ranks.values())[: -MOST_RELATED - 1 : -1]
        places.extend([one & _PLACE for one in best] + nothing[len(best) :])
    return Related(entries, places)


class _Queues(dict[str, deque[int]]):
    """The places of the newest articles of each term, by each name of a kind, as of one place.

    All spellings of a term share one: they are one by their url, in which no other article has a
    say.
    """

    def __init__(self, terms: Terms, kind: str, start: int) -> None:
        super().__init__()
        self._names = terms.by_name[kind]
        self._members = terms.members[kind]
        self._start = start
        self._by_url: dict[str, deque[int]] = {}

    def __missing__(self, name: str) -> deque[int]:
        url = self._names[name].url
        if url not in self._by_url:
            places = self._members[url].places
            end = bisect_left(places, self._start)
            self._by_url[url] = deque(places[max(0, end - WINDOW) : end], maxlen=WINDOW)
        queue = self[name] = self._by_url[url]
        return queue
