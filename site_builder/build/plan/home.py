"""Plan the home page: the newest articles, and below them a block for each category."""

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from site_builder.articles.article import Entry
from site_builder.articles.source import digest_of
from site_builder.build.jobs import PageJob
from site_builder.build.output import LISTING, Load, Output, output
from site_builder.build.pages import HomeBlock, Term, TermCount
from site_builder.build.plan.articles import page_info
from site_builder.build.plan.listings import cards_digest, term_counts
from site_builder.build.published import Published

BLOCK_SIZE = 3
"""Articles of a block."""
MOST_BLOCKS = 6
"""Blocks of a site that configures no navigation."""


def plan_home(published: Published) -> Iterator[Output]:
    """Yield the home page."""
    newest = published.entries[-published.config.home_size :]
    categories = term_counts(published, "category")
    blocks = home_blocks(published, newest, categories)
    shown = [*newest, *(entry for _, members in blocks for entry in members)]
    sections = [(term, len(members)) for term, members in blocks]
    inputs = (
        *published.page_inputs,
        ("articles", cards_digest(published, shown)),
        ("blocks", digest_of(msgspec.msgpack.encode(sections))),
        ("categories", digest_of(msgspec.msgpack.encode(categories))),
    )
    make = partial(_home_job, published, newest, blocks, categories)
    yield output("index.html", LISTING, inputs, make, shown)


def home_blocks(
    published: Published, newest: Sequence[Entry], categories: Sequence[TermCount]
) -> list[tuple[Term, list[Entry]]]:
    """Return the categories that the home page has a block of, each with the entries it shows.

    They are those of the navigation, in its order; without one the largest. An article is shown
    once on the page, unless its category has no other. The newest comes first.
    """
    seen = {entry.source for entry in newest}
    blocks = []
    for term in published.site.navigation or _largest(categories):
        members = published.terms.members["category"][term.url]
        others = []
        for entry in reversed(members):
            if entry.source not in seen:
                others.append(entry)
                if len(others) == BLOCK_SIZE:
                    break
        chosen = others or members[: -BLOCK_SIZE - 1 : -1]
        seen.update(entry.source for entry in chosen)
        blocks.append((Term(term.name, term.url), chosen))
    return blocks


def _largest(categories: Sequence[TermCount]) -> list[TermCount]:
    """Return the categories with most articles, in the order given."""
    chosen = sorted(categories, key=lambda term: -term.count)[:MOST_BLOCKS]
    return [term for term in categories if term in chosen]


def _home_job(
    published: Published,
    newest: Sequence[Entry],
    blocks: Sequence[tuple[Term, Sequence[Entry]]],
    categories: Sequence[TermCount],
    _: Load,
) -> PageJob:
    page = page_info(published, "home", "/", "", published.site.description)
    counts = {term.url: term.count for term in categories}
    shown = [
        HomeBlock(
            term.name, term.url, counts[term.url], tuple(published.card(entry) for entry in entries)
        )
        for term, entries in blocks
    ]
    cards = [published.card(entry) for entry in reversed(newest)]
    return PageJob(
        "home.html", page, {"articles": cards, "blocks": shown, "categories": categories}
    )
