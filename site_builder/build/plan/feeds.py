"""Plan what machines read: feeds, sitemaps, robots.txt, the theme's static files, 404.html."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape as escape_xml
from itertools import groupby

import msgspec

from site_builder.addresses import absolute, path_of, terms_url
from site_builder.articles.article import Entry, decode_article
from site_builder.articles.source import digest_of
from site_builder.build.edition import Editions
from site_builder.build.jobs import FeedItem, FeedJob, PageJob, TextJob
from site_builder.build.output import ASSET, FEED, PAGE, Load, Output, known_output, output
from site_builder.build.plan.archives import ARCHIVE_URL
from site_builder.build.plan.articles import links_digest, links_of, page_info
from site_builder.build.plan.editions import HEADERS
from site_builder.build.plan.listings import cards_digest
from site_builder.build.plan.subscribe import SUBSCRIBE_URL
from site_builder.build.published import Published
from site_builder.build.security import host_headers
from site_builder.build.theme import Theme
from site_builder.build.views import body_links, notice_of

SITE_FEED = "/feed.xml"
MISSING_URL = "/404.html"
SITEMAP_SIZE = 50_000
"""Addresses a sitemap may hold (sitemaps.org, "Sitemaps XML format")."""

_SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def plan_feeds(published: Published, editions: Editions) -> Iterator[Output]:
    """Yield the site's feed and one for each category."""
    site = published.site
    yield _feed(published, editions, SITE_FEED, "/", site.title, published.entries)
    for url, members in published.terms.members["category"].items():
        name = published.terms.by_url["category"][url].name
        yield _feed(published, editions, f"{url}feed.xml", url, f"{name} - {site.title}", members)


def _feed(
    published: Published,
    editions: Editions,
    url: str,
    home: str,
    title: str,
    members: Sequence[Entry],
) -> Output:
    newest = members[-published.config.feed_size :]
    inputs = (
        *published.page_inputs,
        ("title", digest_of(title.encode())),
        ("articles", digest_of(b"".join([entry.digest for entry in newest]))),
        ("cards", cards_digest(published, newest)),
        ("links", digest_of(b"".join([links_digest(published, entry) for entry in newest]))),
        ("editions", digest_of(b"".join([_known_as(editions, entry) for entry in newest]))),
    )
    make = partial(_feed_job, published, editions, url, home, title, newest)
    return output(path_of(url), FEED, inputs, make, newest)


def _feed_job(
    published: Published,
    editions: Editions,
    url: str,
    home: str,
    title: str,
    newest: Sequence[Entry],
    load: Load,
) -> FeedJob:
    items = []
    for entry in reversed(newest):
        article = decode_article(load(entry.source))
        corrections = tuple(notice_of(correction) for correction in article.corrections)
        body = body_links(entry, article.body, links_of(published, entry), published.media)
        guid = editions.first_url(entry)
        cid = editions.cid(entry.source).decode()
        items.append(FeedItem(published.card(entry), guid, cid, corrections, body))
    description = published.site.description or title
    return FeedJob(url, home, title, description, tuple(items))


def _known_as(editions: Editions, entry: Entry) -> bytes:
    return editions.cid(entry.source) + editions.first_url(entry).encode()


def plan_sitemaps(published: Published) -> Iterator[Output]:
    """Yield sitemap.xml, an index, with a sitemap for each year and one for the other pages.

    So a new article changes the file of its own year only (sitemaps.org, "Sitemap index files").
    """
    indexes = [terms_url(kind) for kind in published.terms.members]
    listings = ["/", ARCHIVE_URL, SUBSCRIBE_URL, *indexes]
    for kind, members in published.terms.members.items():
        listings += published.terms.by_url[kind] if members else []
    parts: list[tuple[str, str]] = []
    for number, start in enumerate(range(0, len(listings), SITEMAP_SIZE)):
        url = f"/sitemaps/pages{f'-{number + 1}' if number else ''}.xml"
        places = [(listing, "") for listing in listings[start : start + SITEMAP_SIZE]]
        make = partial(_sitemap_job, published.site.url, "urlset", "url", places)
        yield _sitemap(published, url, digest_of(msgspec.msgpack.encode(places)), make)
        parts.append((url, ""))
    for year, group in groupby(published.entries, key=lambda entry: entry.date.year):
        entries = list(group)
        for number, start in enumerate(range(0, len(entries), SITEMAP_SIZE)):
            url = f"/sitemaps/{year}{f'-{number + 1}' if number else ''}.xml"
            part = entries[start : start + SITEMAP_SIZE]
            cards = digest_of(b"".join([entry.card for entry in part]))
            make = partial(_year_job, published.site.url, part)
            yield _sitemap(published, url, cards, make, len(part))
            parts.append((url, max([entry.updated or entry.date for entry in part]).isoformat()))
    make = partial(_sitemap_job, published.site.url, "sitemapindex", "sitemap", parts)
    yield _sitemap(published, "/sitemap.xml", digest_of(msgspec.msgpack.encode(parts)), make)


def _sitemap(
    published: Published, url: str, places: bytes, make: Callable[[Load], TextJob], weight: int = 1
) -> Output:
    base = digest_of(published.site.url.encode())
    inputs = (("builder", published.builder), ("site address", base), ("addresses", places))
    return output(path_of(url), FEED, inputs, make, weight=weight)


def _year_job(base: str, entries: Sequence[Entry], load: Load) -> TextJob:
    places = [(entry.url, (entry.updated or entry.date).isoformat()) for entry in entries]
    return _sitemap_job(base, "urlset", "url", places, load)


def _sitemap_job(base: str, top: str, item: str, places: list[tuple[str, str]], _: Load) -> TextJob:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{top} xmlns="{_SITEMAP_NAMESPACE}">']
    for url, changed in places:
        lastmod = f"<lastmod>{changed}</lastmod>" if changed else ""
        lines.append(f"<{item}><loc>{escape_xml(absolute(base, url))}</loc>{lastmod}</{item}>")
    lines.append(f"</{top}>\n")
    return TextJob("\n".join(lines).encode())


def plan_fixed(published: Published, theme: Theme) -> Iterator[Output]:
    """Yield the theme's static files, robots.txt, the headers for hosts, and 404.html."""
    for asset in theme.assets.values():
        yield known_output(path_of(asset.url), ASSET, "file", asset.data)
    robots = (
        f"User-agent: *\nDisallow:\n\nSitemap: {absolute(published.site.url, '/sitemap.xml')}\n"
    )
    yield known_output("robots.txt", FEED, "text", robots.encode())
    headers = host_headers(theme.templates) + (HEADERS if published.config.editions else "")
    yield known_output("_headers", FEED, "text", headers.encode())
    yield output(
        path_of(MISSING_URL), PAGE, published.page_inputs, partial(_missing_job, published)
    )


def _missing_job(published: Published, _: Load) -> PageJob:
    page = page_info(published, "missing", MISSING_URL, "Page not found", "")
    return PageJob("missing.html", page, {})
