"""Plan the pictures by which articles without one are shown where they are shared.

In: a Published. Out: one output for each. Its address carries a digest of what it says: social
networks keep a picture by its address for months, so another picture needs another address.
"""

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from site_builder.addresses import path_of
from site_builder.articles.article import Entry, Words
from site_builder.build.jobs import SHARE_HEIGHT, SHARE_WIDTH, ShareImageJob
from site_builder.build.output import ASSET, Inputs, Load, Output
from site_builder.build.pages import SharedImage
from site_builder.build.published import Published
from site_builder.languages import direction_of

DESIGN = 1
"""Of the picture. A new number gives every picture a new address."""


def plan_share_images(published: Published) -> Iterator[tuple[Entry, Output]]:
    """Yield the picture of each article that needs one."""
    if published.config.share_images:
        for entry in published.entries:
            words = entry.words
            if not _has_picture(words):
                url = _share_url(published, entry, words)
                fingerprint = blake2b(url.encode(), key=published.builder, digest_size=16).digest()
                yield entry, Output(path_of(url), ASSET, fingerprint, ShareImage(published, entry))


class ShareImage(msgspec.Struct, frozen=True, gc=False):
    """The recipe of a picture to share."""

    published: Published
    entry: Entry

    def inputs(self) -> Inputs:
        """Return the inputs: the address says what stands in the picture."""
        url = _share_url(self.published, self.entry, self.entry.words)
        return (("builder", self.published.builder), ("words", url.encode()))

    def shown(self) -> tuple[Entry, ...]:
        """Return nothing: each input stands for itself."""
        return ()

    def make(self, _: Load) -> ShareImageJob:
        """Return the job of the picture."""
        site, words = self.published.site, self.entry.words
        return ShareImageJob(
            title=words.title,
            direction=direction_of(words.language),
            language=words.language,
            category=_category(self.published, self.entry),
            site_title=site.title,
            site_direction=site.direction,
            site_language=site.language,
        )


def shared_image(published: Published, entry: Entry) -> SharedImage | None:
    """Return the picture by which an article is shared: its own, a drawn one or the site's."""
    own, words = published.card(entry).image, entry.words
    if own and _has_picture(words):
        return SharedImage(own.url, own.alt, own.width, own.height)
    if published.config.share_images:
        url = _share_url(published, entry, words)
        return SharedImage(url, words.title, SHARE_WIDTH, SHARE_HEIGHT)
    return published.site.share_image


def _has_picture(words: Words) -> bool:
    """Report whether an article has a picture that networks show: they do not know SVG."""
    return words.image is not None and not words.image.file.lower().endswith(".svg")


def _category(published: Published, entry: Entry) -> str:
    return published.terms.of(entry, "category")[0].name


def _share_url(published: Published, entry: Entry, words: Words) -> str:
    site = published.site
    category = _category(published, entry)
    said = (str(DESIGN), words.title, words.language, category, site.title, site.language)
    digest = blake2b("\0".join(said).encode(), digest_size=6).hexdigest()
    return f"{entry.url}share.{digest}.png"
