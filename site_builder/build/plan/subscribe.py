"""Plan the page that explains feeds and lists those of the site."""

from collections.abc import Iterator
from functools import partial

import msgspec

from site_builder.addresses import path_of
from site_builder.articles.source import digest_of
from site_builder.build.jobs import PageJob
from site_builder.build.output import LISTING, Load, Output, output
from site_builder.build.pages import FeedLink
from site_builder.build.plan.articles import page_info
from site_builder.build.plan.listings import feeds_of, term_counts
from site_builder.build.published import Published

SUBSCRIBE_URL = "/subscribe/"


def plan_subscribe(published: Published) -> Iterator[Output]:
    """Yield the page; it lists the feeds of all categories in the order of their names."""
    feeds = [
        feed for term in term_counts(published, "category") for feed in feeds_of("category", term)
    ]
    inputs = (*published.page_inputs, ("feeds", digest_of(msgspec.msgpack.encode(feeds))))
    yield output(path_of(SUBSCRIBE_URL), LISTING, inputs, partial(_job, published, feeds))


def _job(published: Published, feeds: list[FeedLink], _: Load) -> PageJob:
    page = page_info(published, "subscribe", SUBSCRIBE_URL, "Subscribe", "")
    return PageJob("subscribe.html", page, {"feeds": feeds})
