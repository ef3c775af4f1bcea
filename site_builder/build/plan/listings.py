"""Plan the listings of categories, tags and authors, and the pages of all terms.

Numbered pages count from the oldest article. Page k holds the k-th full set and is written once:
it names only pages older than itself, and its link to newer ones leads to page k+1, which is a
redirect to the front page until enough articles have come to fill it. The front page shows the
newest full set and what has come since.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter

import msgspec

from site_builder.addresses import TERM_KINDS, numbered_url, path_of, terms_url
from site_builder.articles.article import Entry
from site_builder.articles.source import DIGEST_BYTES, digest_of
from site_builder.build.jobs import PageJob
from site_builder.build.output import (
    LISTING,
    Inputs,
    Load,
    Output,
    fingerprint_among,
    fingerprint_of,
    output,
)
from site_builder.build.pages import FeedLink, PageLink, Pager, Term, TermCount, TermView
from site_builder.build.plan.articles import page_info, redirect
from site_builder.build.published import Published
from site_builder.build.terms import Members
from site_builder.build.walk import known_fingerprints

NEAR = 5
"""Numbered pages listed before the gap."""

TITLES = {"category": "Categories", "tag": "Tags", "author": "Authors"}


def listing_fingerprints(published: Published) -> dict[str, bytes]:
    """Return the fingerprints of the numbered pages of each listing, by its url.

    Before them is one of what they have in common. Those of an earlier build hold for pages whose
    articles are the same.
    """
    fingerprints = {}
    for listing in _listings(published):
        url, places = listing.term.url, listing.members.places
        shared = fingerprint_of((*published.page_inputs, listing.input()))
        same = bisect_left(places, published.same) // listing.size
        own = known_fingerprints(published.walked.listings.get(url, b""), shared, same)
        for number in range(len(own) + 1, listing.full + 1):
            cards = published.card_digests(ListingPage(listing, number).shown())
            own.append(fingerprint_among(shared, (number, b"".join(cards))))
        fingerprints[url] = shared + b"".join(own)
    return fingerprints


def plan_listings(published: Published, fingerprints: Mapping[str, bytes]) -> Iterator[Output]:
    """Yield every page of every listing; `fingerprints` are the `listing_fingerprints`.

    Numbered pages that show articles of one time come one after another, so that those that are
    rendered together show the same cards.
    """
    numbered: list[tuple[int, Output]] = []
    for listing in _listings(published):
        url, places = listing.term.url, listing.members.places
        known = fingerprints[url]
        for number in range(1, listing.full + 1):
            fingerprint = known[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES]
            path = path_of(numbered_url(url, number))
            page = Output(path, LISTING, fingerprint, ListingPage(listing, number), listing.size)
            numbered.append((places[(number - 1) * listing.size], page))
        front = ListingPage(listing, None)
        shown = len(front.shown())
        yield Output(path_of(url), LISTING, fingerprint_of(front.inputs()), front, shown)
        if listing.full:
            unfilled = numbered_url(url, listing.full + 1)
            yield redirect(published, unfilled, url, listing.term.name)
    numbered.sort(key=itemgetter(0))
    for _, page in numbered:
        yield page


class Listing(msgspec.Struct, frozen=True, gc=False):
    """What the pages of one listing have in common."""

    published: Published
    kind: str
    term: Term
    members: Members

    @property
    def size(self) -> int:
        """Articles on a numbered page."""
        return self.published.config.page_size

    @property
    def full(self) -> int:
        """Numbered pages."""
        return len(self.members) // self.size

    def input(self) -> tuple[str, bytes]:
        """Return the input that its pages have in common."""
        said = (self.kind, self.term.name, self.term.url, self.size)
        return "term", digest_of(msgspec.msgpack.encode(said))


def _listings(published: Published) -> Iterator[Listing]:
    """Yield the listing of each term."""
    for kind in TERM_KINDS:
        for url, members in published.terms.members[kind].items():
            yield Listing(published, kind, published.terms.by_url[kind][url], members)


class ListingPage(msgspec.Struct, frozen=True, gc=False):
    """The recipe of a page of a listing; `number` is None for the front page."""

    listing: Listing
    number: int | None

    def inputs(self) -> Inputs:
        """Return the inputs."""
        listing = self.listing
        published = listing.published
        counts = listing.full.to_bytes(4) + len(listing.members).to_bytes(4)
        return (
            *published.page_inputs,
            listing.input(),
            ("number", str(self.number).encode()),
            ("articles", cards_digest(published, self.shown())),
            *((("full pages", counts),) if self.number is None else ()),
        )

    def shown(self) -> Sequence[Entry]:
        """Return the entries that the page shows, from the oldest."""
        listing, size = self.listing, self.listing.size
        if self.number is None:
            return listing.members[max(0, listing.full - 1) * size :]
        return listing.members[(self.number - 1) * size : self.number * size]

    def make(self, _: Load) -> PageJob:
        """Return the job of the page."""
        published, kind, term = self.listing.published, self.listing.kind, self.listing.term
        number, full = self.number, self.listing.full
        return PageJob(
            "listing.html",
            page_info(
                published,
                "listing",
                numbered_url(term.url, number) if number else term.url,
                f"{term.name}, page {number}" if number else term.name,
                "",
                feeds=feeds_of(kind, term),
                trail=(Term(TITLES[kind], terms_url(kind)), *([term] if number else [])),
            ),
            {
                "term": TermView(kind, term.name, term.url),
                "articles": [published.card(entry) for entry in reversed(self.shown())],
                "count": None if number else len(self.listing.members),
                "pager": pager(term.url, number, full),
            },
        )


def cards_digest(published: Published, shown: Sequence[Entry]) -> bytes:
    """Digest what the cards of these entries show."""
    return digest_of(b"".join(published.card_digests(shown)))


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
