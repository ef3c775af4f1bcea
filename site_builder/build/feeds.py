"""Write RSS 2.0 with feedgen.

In: a FeedJob. Out: bytes that depend on it alone. feedgen reads the clock, drops authors without
e-mail addresses and takes the last link added for the channel's own; each is worked round here.
Specification: RSS 2.0 (rssboard.org/rss-specification), with content:encoded, dc:creator and
atom:link as the RSS Advisory Board's Best Practices Profile has them.
"""

from datetime import UTC, datetime
from html import escape as escape_html

from feedgen.feed import FeedGenerator

from site_builder.addresses import absolute
from site_builder.build.dates import long_date
from site_builder.build.jobs import BodyLinks, FeedItem, FeedJob
from site_builder.build.pages import SiteInfo
from site_builder.build.pictures import alone_url
from site_builder.build.tags import written

_NO_ARTICLES = datetime(1970, 1, 1, tzinfo=UTC)


def render_feed(job: FeedJob, site: SiteInfo) -> bytes:
    """Return an RSS 2.0 document in UTF-8, its items in the order of the job."""
    feed = FeedGenerator()
    feed.load_extension("dc", rss=True, atom=False)
    feed.title(job.title)
    feed.description(job.description)
    feed.language(site.language)
    feed.generator("site_builder")
    feed.docs("https://www.rssboard.org/rss-specification")
    feed.link(href=absolute(site.url, job.url), rel="self", type="application/rss+xml")
    feed.link(href=absolute(site.url, job.home), rel="alternate")
    changes = [item.card.updated or item.card.date for item in job.items]
    feed.lastBuildDate(max(changes, default=_NO_ARTICLES))
    for item in job.items:
        _add(feed, item, site)
    return bytes(feed.rss_str(pretty=True))


def _add(feed: FeedGenerator, item: FeedItem, site: SiteInfo) -> None:
    card = item.card
    address = absolute(site.url, card.url)
    entry = feed.add_entry(order="append")
    entry.title(card.title)
    entry.link(href=address)
    entry.guid(absolute(site.url, item.guid), permalink=item.guid == card.url)
    entry.pubDate(card.date)
    entry.description(escape_html(card.summary))  # readers take it for HTML
    entry.content(_content(item, site), type="CDATA")
    entry.category([{"term": term.name} for term in card.categories])
    if item.cid:
        entry.dc.dc_identifier(f"ipfs://{item.cid}")
    if card.authors:
        entry.dc.dc_creator([term.name for term in card.authors])


def _content(item: FeedItem, site: SiteInfo) -> str:
    """Return the whole article as HTML in which every address is absolute."""
    parts = []
    for correction in item.corrections:
        day = long_date(correction.date, site.language)
        parts.append(f"<p><strong>Correction, {day}:</strong> {escape_html(correction.text)}</p>\n")
    image = item.card.image
    if image:
        told = (("src", absolute(site.url, alone_url(image))), ("alt", image.alt))
        parts.append(f"<figure>{written('img', told)}")
        legend = " — ".join(filter(None, (image.caption, image.credit)))
        parts.append(f"<figcaption>{escape_html(legend)}</figcaption>" if legend else "")
        parts.append("</figure>\n")
    parts.append(absolute_body(item.body, site.url, item.card.url))
    return "".join(parts)


def absolute_body(body: BodyLinks, base: str, url: str) -> str:
    """Return a body in which every reference is a full address; `url` is the article's own."""
    pieces = [body.parts[0]]
    for number, (target, suffix, part) in enumerate(
        zip(body.urls, body.suffixes, body.parts[1:], strict=True)
    ):
        if number in body.pictures:
            shown = body.pictures[number]
            src = ("src", absolute(base, alone_url(shown.picture)))
            pieces += (written("img", [src, *shown.attributes]), part)
        else:
            pieces += (escape_html(absolute(base, target or url) + suffix), part)
    return "".join(pieces)
