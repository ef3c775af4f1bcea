"""Find the earlier articles that each article is related to.

In: the published entries from the oldest, and their terms. Out: a few entries for each. An article
is related only to earlier ones, so what comes later changes nothing; and only to those among the
newest few of each of its tags and categories, so one that is put among older ones, changed or
taken out changes few pages.
"""

from collections import deque
from collections.abc import Sequence

from site_builder.articles.article import Entry
from site_builder.build.terms import Terms

MOST_RELATED = 3
WINDOW = 5
"""Earlier articles of each term that are looked at."""

_PLACES = 32
"""Bits for the place of an article in a rank; what it shares is counted above them."""
_TAG, _CATEGORY = 4 << _PLACES, 1 << _PLACES
_PLACE = (1 << _PLACES) - 1


def related_articles(entries: Sequence[Entry], terms: Terms) -> list[tuple[Entry, ...]]:
    """Return for each entry the earlier ones that share most with it, at most three, best first.

    A shared tag counts four, a category one; of equals the newest comes first.
    """
    tags, categories = _queues(terms, "tag"), _queues(terms, "category")
    related = []
    for place, entry in enumerate(entries):
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
        related.append(tuple([entries[one & _PLACE] for one in best]))
    return related


def _queues(terms: Terms, kind: str) -> dict[str, deque[int]]:
    """Return an empty queue of places for each name of a kind; all spellings of a term share one.

    Spellings are one term by their url, in which no other article has a say.
    """
    shared: dict[str, deque[int]] = {}
    return {
        name: shared.setdefault(term.url, deque(maxlen=WINDOW))
        for name, term in terms.by_name[kind].items()
    }
