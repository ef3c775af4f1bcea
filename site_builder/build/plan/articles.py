"""Plan the pages of articles, the notices of those gone, and redirects."""

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from site_builder.addresses import absolute, media_url, path_of
from site_builder.articles.article import Entry
from site_builder.articles.media import Medium
from site_builder.articles.source import DIGEST_BYTES, digest_of
from site_builder.build.edition import Editions, edition_view
from site_builder.build.jobs import ArticleJob, PageJob
from site_builder.build.output import (
    PAGE,
    Inputs,
    Load,
    Output,
    fingerprint_among,
    fingerprint_of,
    output,
)
from site_builder.build.pages import EditionView, FeedLink, PageInfo, SharedImage, Term
from site_builder.build.plan.share_images import shared_image
from site_builder.build.published import (
    Published,
    neighbour_of,
)
from site_builder.build.walk import known_fingerprints
from site_builder.languages import direction_of

PARTS = frozenset({"listing", "terms", "archive", "year", "month", "search", "subscribe"})
"""The kinds of pages that show a part of the site."""


def page_fingerprints(published: Published) -> bytes:
    """Return the fingerprint of what the pages of articles have in common, and those of their own.

    The latter cover what depends on the place of an article alone. Those that an earlier build
    made hold up to the last entry that is the same, whose page may know another one after it.
    """
    shared = fingerprint_of(_shared_inputs(published))
    own = known_fingerprints(published.walked.pages, shared, max(0, published.same - 1))
    for place in range(len(own), len(published.entries)):
        own.append(fingerprint_among(shared, _around(published, place)))
    return shared + b"".join(own)


def _shared_inputs(published: Published) -> Inputs:
    config = published.config
    gateway = config.gateways[0].encode() if config.editions else b""
    return (*published.page_inputs, ("gateway", gateway))


def _around(published: Published, place: int) -> tuple[bytes, ...]:
    """Return the digests of an article, the one before, the one after, and those it leads to."""
    entries = published.entries
    return (
        entries[place].digest,
        entries[place - 1].card if place else b"",
        entries[place + 1].card if place + 1 < len(entries) else b"",
        b"".join(published.card_digests(published.related.of(place))),
    )


def plan_articles(
    published: Published, editions: Editions, fingerprints: bytes
) -> Iterator[tuple[Entry, Output]]:
    """Yield the page of each article with its entry.

    A page knows the articles before it; of those after it only the next one. `fingerprints` are its
    `page_fingerprints`.
    """
    stories = editions.stories(published.entries)
    spellings = published.spellings
    end = DIGEST_BYTES
    for place, (entry, story) in enumerate(zip(published.entries, stories, strict=True)):
        start, end = end, end + DIGEST_BYTES
        fingerprint = fingerprints[start:end] + story
        if entry.sources_named or entry.media_named or entry.source in spellings:
            others = (spellings.get(entry.source, b""), links_digest(published, entry))
            fingerprint = fingerprint_among(fingerprint, others)
        page = ArticlePage(published, editions, place)
        yield entry, Output(path_of(entry.url), PAGE, fingerprint, page)


class ArticlePage(msgspec.Struct, frozen=True, gc=False):
    """The recipe of the page of the article at `place`."""

    published: Published
    editions: Editions
    place: int

    def inputs(self) -> Inputs:
        """Return the inputs."""
        published, entry = self.published, self.published.entries[self.place]
        article, before, after, related = _around(published, self.place)
        edition = self.editions.of(entry.source)
        return (
            *_shared_inputs(published),
            ("article", article),
            ("spelling of terms", published.spellings.get(entry.source, b"")),
            ("links", links_digest(published, entry)),
            ("previous article", before),
            ("next article", after),
            ("related articles", digest_of(related)),
            ("edition", self.editions.story(edition) if edition else b""),
        )

    def shown(self) -> Sequence[Entry]:
        """Return nothing: each input stands for itself."""
        return ()

    def make(self, load: Load) -> ArticleJob:
        """Return the job of the page."""
        published, entries = self.published, self.published.entries
        before = entries[self.place - 1] if self.place else None
        after = entries[self.place + 1] if self.place + 1 < len(entries) else None
        job = article_job(published, entries[self.place], load)
        return msgspec.structs.replace(
            job,
            previous=neighbour_of(before) if before else None,
            next=neighbour_of(after) if after else None,
            related=tuple([published.card(one) for one in published.related.of(self.place)]),
            edition=self._edition(entries[self.place], job.article),
        )

    def _edition(self, entry: Entry, article: bytes) -> EditionView | None:
        edition = self.editions.of(entry.source)
        if edition is None:
            return None
        gateway = self.published.config.gateways[0]
        earlier = self.editions.before(edition.previous, article, gateway)
        return edition_view(edition.measured, edition.revision, entry.url, gateway, earlier)


def article_job(published: Published, entry: Entry, load: Load) -> ArticleJob:
    """Return the job of an article's page, without what it shows of others and of its edition."""
    article, card = load(entry.source), published.card(entry)
    return ArticleJob(
        page=page_info(
            published,
            "article",
            entry.url,
            card.title,
            card.summary,
            card.language,
            trail=card.categories[:1],
            image=shared_image(published, entry),
        ),
        card=card,
        tags=published.terms.of(entry, "tag"),
        article=article,
        links=links_of(published, entry),
        media=media_of(published, entry),
        previous=None,
        next=None,
        related=(),
        edition=None,
    )


def links_digest(published: Published, entry: Entry) -> bytes:
    """Digest the addresses of the articles that this one links to, and the files that it shows."""
    if not entry.sources_named and not entry.media_named:
        return b""
    targets = [published.by_source.get(mention.target) for mention in entry.sources_named]
    urls = [target.url if target else "" for target in targets]
    urls += [media_url(entry.source, entry.url, mention.target) for mention in entry.media_named]
    files = [published.file_digest(mention.target) for mention in entry.media_named]
    return digest_of(b"".join(["\0".join(urls).encode(), *files]))


def links_of(published: Published, entry: Entry) -> dict[str, str]:
    """Return the site url of each public source that an article names."""
    named = (published.by_source.get(mention.target) for mention in entry.sources_named)
    return {target.source: target.url for target in named if target}


def media_of(published: Published, entry: Entry) -> dict[str, Medium]:
    """Return what is known of each file that an article names."""
    named = {mention.target for mention in entry.media_named}
    return {file: published.media[file] for file in sorted(named & published.media.keys())}


def plan_gone(published: Published) -> Iterator[tuple[Entry, Output]]:
    """Yield what stands at the address of each article that is withdrawn or has expired."""
    for entry in published.gone:
        inputs = (*published.page_inputs, ("article", entry.digest))
        yield entry, output(path_of(entry.url), PAGE, inputs, partial(_gone_job, published, entry))


def _gone_job(published: Published, entry: Entry, _: Load) -> PageJob:
    withdrawn = entry.withdrawn
    return PageJob(
        "notice.html",
        page_info(published, "notice", entry.url, entry.title, "", entry.words.language),
        {
            "title": entry.title,
            "date": withdrawn.date if withdrawn else entry.expires,
            "reason": withdrawn.text if withdrawn else "",
            "state": "withdrawn" if withdrawn else "expired",
        },
    )


def plan_aliases(published: Published) -> Iterator[tuple[Entry, Output]]:
    """Yield a redirect from each former address."""
    for entry in published.by_source.values():
        for alias in entry.aliases:
            yield entry, redirect(published, alias, entry.url, entry.title)


def redirect(published: Published, origin: str, target: str, title: str) -> Output:
    """Return the page that leads from one site url to another."""
    inputs = (*published.page_inputs, ("target", digest_of(f"{target}\0{title}".encode())))
    make = partial(_redirect_job, published, origin, target, title)
    return output(path_of(origin), PAGE, inputs, make)


def _redirect_job(published: Published, origin: str, target: str, title: str, _: Load) -> PageJob:
    page = page_info(published, "redirect", origin, title, "", published.site.language)
    return PageJob("redirect.html", page, {"target": target})


def page_info(
    published: Published,
    kind: str,
    url: str,
    title: str,
    description: str,
    language: str = "",
    feeds: tuple[FeedLink, ...] = (),
    trail: tuple[Term, ...] = (),
    image: SharedImage | None = None,
) -> PageInfo:
    """Return what every template knows of its own page; the site's feed is always advertised.

    A page that shows a part of the site is described by its title and what the site is about.
    """
    site = published.site
    if kind in PARTS:
        description = description or f"{title}: {site.description or site.title}"
    language = language or site.language
    return PageInfo(
        kind=kind,
        title=title,
        description=description,
        url=url,
        canonical=absolute(site.url, url),
        language=language,
        direction=direction_of(language),
        feeds=(*feeds, FeedLink(site.title, "/feed.xml")),
        trail=trail,
        image=image or site.share_image,
    )
