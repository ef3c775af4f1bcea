"""Plan the listings of categories, tags and authors, and the pages of all terms.

Numbered pages count from the oldest article. Page k holds the k-th full set and is written once:
it names only pages older than itself, and its link to newer ones leads to page k+1, which is a
redirect to the front page until enough articles have come to fill it. The front page shows the
newest full set and what has come since.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from site_builder.addresses import TERM_KINDS, numbered_url, path_of, terms_url
from site_builder.articles.article import Entry
from site_builder.articles.source import digest_of
from site_builder.build.jobs import PageJob
from site_builder.build.output import LISTING, Load, Output, output
from site_builder.build.pages import FeedLink, PageLink, Pager, Term, TermCount, TermView
from site_builder.build.plan.articles import page_info, redirect
from site_builder.build.published import Published

NEAR = 5
"""Numbered pages listed before the gap."""

TITLES = {"category": "Categories", "tag": "Tags", "author": "Authors"}


def plan_listings(published: Published) -> Iterator[Output]:
    """Yield every page of every listing.

    Pages that show articles of one time come one after another, so that those that are rendered
    together show the same cards.
    """
    pages: list[Output] = []
    for kind in TERM_KINDS:
        for url, members in published.terms.members[kind].items():
            pages += _listing(published, kind, published.terms.by_url[kind][url], members)
    pages.sort(key=_time_shown)
    yield from pages


def _time_shown(page: Output) -> float:
    shown = page.recipe.shown()
    return shown[0].date.timestamp() if shown else 0.0


def _listing(
    published: Published, kind: str, term: Term, members: Sequence[Entry]
) -> Iterator[Output]:
    size = published.config.page_size
    full = len(members) // size
    for number in range(1, full + 1):
        shown = members[(number - 1) * size : number * size]
        yield _listing_page(published, kind, term, number, full, None, shown)
    front = members[max(0, full - 1) * size :]
    yield _listing_page(published, kind, term, None, full, len(members), front)
    if full:
        yield redirect(published, numbered_url(term.url, full + 1), term.url, term.name)


def _listing_page(
    published: Published,
    kind: str,
    term: Term,
    number: int | None,
    full: int,
    count: int | None,
    shown: Sequence[Entry],
) -> Output:
    url = numbered_url(term.url, number) if number else term.url
    pages = () if count is None else (("full pages", full.to_bytes(4) + count.to_bytes(4)),)
    inputs = (
        *published.page_inputs,
        ("term", digest_of(f"{kind}\0{term.name}\0{term.url}\0{number}".encode())),
        ("articles", cards_digest(published, shown)),
        *pages,
    )
    make = partial(_listing_job, published, kind, term, number, full, count, shown)
    return output(path_of(url), LISTING, inputs, make, shown)


def cards_digest(published: Published, shown: Sequence[Entry]) -> bytes:
    """Digest what the cards of these entries show."""
    cards = [entry.card for entry in shown]
    pictures = [published.lead_digest(entry) for entry in shown if entry.media_named]
    return digest_of(b"".join(cards + published.terms.spellings(shown) + pictures))


def _listing_job(
    published: Published,
    kind: str,
    term: Term,
    number: int | None,
    full: int,
    count: int | None,
    shown: Sequence[Entry],
    _: Load,
) -> PageJob:
    url = numbered_url(term.url, number) if number else term.url
    title = f"{term.name}, page {number}" if number else term.name
    return PageJob(
        "listing.html",
        page_info(
            published,
            "listing",
            url,
            title,
            "",
            feeds=feeds_of(kind, term),
            trail=(Term(TITLES[kind], terms_url(kind)), *([term] if number else [])),
        ),
        {
            "term": TermView(kind, term.name, term.url),
            "articles": [published.card(entry) for entry in reversed(shown)],
            "count": count,
            "pager": pager(term.url, number, full),
        },
    )


def feeds_of(kind: str, term: Term | TermCount) -> tuple[FeedLink, ...]:
    """Return the feed that a listing has of its own: categories have one."""
    return (FeedLink(term.name, f"{term.url}feed.xml"),) if kind == "category" else ()


def pager(front: str, number: int | None, full: int) -> Pager:
    """Return the way through a listing with `full` numbered pages.

    The front page shows the newest numbered page as well, so its "older" leads to the one before.
    """
    older = (number or full) - 1
    newest = older if number else full
    numbers: list[PageLink | None] = [
        PageLink(page, numbered_url(front, page))
        for page in range(newest, max(0, newest - NEAR), -1)
    ]
    if newest - NEAR > 1:
        numbers.append(None)
    if newest - NEAR > 0:
        numbers.append(PageLink(1, numbered_url(front, 1)))
    return Pager(
        number=number,
        front=front,
        older=numbered_url(front, older) if older > 0 else None,
        newer=numbered_url(front, number + 1) if number else None,
        numbers=tuple(numbers),
    )


def term_counts(published: Published, kind: str) -> list[TermCount]:
    """Return the terms of one kind with their numbers of articles, in the order of their names."""
    terms = published.terms
    return sorted(
        (
            TermCount(terms.by_url[kind][url].name, url, len(members))
            for url, members in terms.members[kind].items()
        ),
        key=lambda term: (term.name.casefold(), term.name),
    )


def plan_indexes(published: Published) -> Iterator[Output]:
    """Yield the pages of all categories, tags and authors."""
    for kind in TERM_KINDS:
        counts = term_counts(published, kind)
        inputs = (*published.page_inputs, ("terms", digest_of(msgspec.msgpack.encode(counts))))
        make_terms = partial(_terms_job, published, kind, counts)
        yield output(path_of(terms_url(kind)), LISTING, inputs, make_terms)


def _terms_job(published: Published, kind: str, counts: list[TermCount], _: Load) -> PageJob:
    page = page_info(published, "terms", terms_url(kind), TITLES[kind], "")
    return PageJob("terms.html", page, {"kind": kind, "terms": counts})
