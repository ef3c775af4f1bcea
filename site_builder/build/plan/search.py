"""Plan the search: its page, and the index of the archive in parts, which browsers load.

A part holds articles of one year, so a new article changes one small file. Its name does not tell
its bytes: then the page that names the parts stays as it is, and no host or cache can hold a page
that names a part which is gone. A part is a script that calls `searchPart`, since pages read from
disk may not fetch (Fetch, "scheme fetch"); what it passes is JSON, which is a value of
ECMAScript too since its 10th edition.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from site_builder.addresses import path_of, year_url
from site_builder.articles.article import Entry
from site_builder.articles.source import digest_of
from site_builder.build.jobs import PageJob, TextJob
from site_builder.build.output import LISTING, Load, Output, output
from site_builder.build.plan.articles import page_info
from site_builder.build.plan.listings import cards_digest
from site_builder.build.published import Published
from site_builder.languages import direction_of

SEARCH_URL = "/search/"
PART_SIZE = 5_000
"""Articles in a part: 1.2 MB with summaries of 160 characters, before compression."""


def plan_search(published: Published) -> Iterator[Output]:
    """Yield the parts of the index and the page."""
    names: list[str] = []
    entries = published.entries
    start = 0
    while start < len(entries):
        year = entries[start].date.year
        end = bisect_right(entries, year, lo=start, key=lambda entry: entry.date.year)
        for number, first in enumerate(range(start, end, PART_SIZE)):
            name = f"{year:04}{f'-{number + 1}' if number else ''}"
            shown = entries[first : min(end, first + PART_SIZE)]
            inputs = (
                ("builder", published.builder),
                ("language", published.site.language.encode()),
                ("articles", cards_digest(published, shown)),
            )
            make = partial(_part_job, published, name, shown)
            path = path_of(f"{SEARCH_URL}{name}.js")
            yield output(path, LISTING, inputs, make, weight=len(shown))
            names.append(name)
        start = end
    parts = tuple(reversed(names))
    known = digest_of(msgspec.msgpack.encode(parts))
    make_page = partial(_page_job, published, parts)
    page_inputs = (*published.page_inputs, ("parts", known))
    yield output(path_of(SEARCH_URL), LISTING, page_inputs, make_page)


def _part_job(published: Published, name: str, shown: Sequence[Entry], _: Load) -> TextJob:
    """Return the part that says `searchPart(name, terms, rows)`.

    A row is the address below the year, the day of the month in two digits, title, summary, the
    places of its categories and of its authors in `terms`, and its language and direction where
    the language is not the site's. Rows are sorted from the oldest.
    """
    below = len(year_url(shown[0].date.year))
    terms: dict[str, int] = {}
    rows: list[tuple[str | int, ...]] = []
    for entry in shown:
        words = entry.words
        foreign = words.language != published.site.language
        names = [
            ", ".join([term.name for term in published.terms.of(entry, kind)])
            for kind in ("category", "author")
        ]
        rows.append(
            (
                entry.url[below:],
                f"{entry.date.day:02}",
                words.title,
                words.summary,
                *[terms.setdefault(name, len(terms)) for name in names],
                *([words.language, direction_of(words.language)] if foreign else []),
            )
        )
    parts = [msgspec.json.encode(value) for value in (name, [*terms], rows)]
    return TextJob(b"searchPart(%s,%s,%s);\n" % tuple(parts))


def _page_job(published: Published, parts: tuple[str, ...], _: Load) -> PageJob:
    page = page_info(published, "search", SEARCH_URL, "Search", "")
    return PageJob("search.html", page, {"parts": parts})
