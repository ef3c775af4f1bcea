"""The values that templates receive.

Everything a template may see is in these types: they are plain, frozen and encodable, so their
encoding is what a fingerprint is made of. `docs/themes.md` lists them for theme authors.
"""

from datetime import date, datetime
from typing import Any

import msgspec

from site_builder.config_organisation import Organisation


class Term(msgspec.Struct, frozen=True):
    """A category, tag or author, under the spelling used most."""

    name: str
    url: str


class TermCount(msgspec.Struct, frozen=True):
    """A term with the number of its published articles."""

    name: str
    url: str
    count: int


class HomeBlock(msgspec.Struct, frozen=True):
    """A category on the home page, with the number of its articles and a few of the newest."""

    name: str
    url: str
    count: int
    articles: "tuple[Card, ...]"


class PictureFile(msgspec.Struct, frozen=True):
    """One file of a picture, at a site url; sizes are pixels, `type` is its media type."""

    url: str
    width: int
    height: int
    type: str


class PictureView(msgspec.Struct, frozen=True):
    """A picture. `url` is the site url of its widest file that every program knows.

    `width` and `height` are that file's, in pixels, or None for an SVG without a size of its own.
    `files` are all of its files, the smaller format first, each from the narrowest; an SVG has
    none but itself.
    """

    url: str
    alt: str
    caption: str
    credit: str
    width: int | None
    height: int | None
    files: tuple[PictureFile, ...]


class Card(msgspec.Struct, frozen=True):
    """What a listing shows of an article."""

    url: str
    title: str
    summary: str
    date: datetime
    updated: datetime | None
    kind: str
    language: str
    direction: str
    categories: tuple[Term, ...]
    authors: tuple[Term, ...]
    image: PictureView | None

    def __hash__(self) -> int:
        """Hash the url alone: within one site it tells cards apart, and it is quick."""
        return hash(self.url)


class Neighbour(msgspec.Struct, frozen=True):
    """The article before or after this one."""

    url: str
    title: str
    date: datetime
    language: str
    direction: str


class NoticeView(msgspec.Struct, frozen=True):
    """A dated remark."""

    date: datetime
    text: str


class SourceView(msgspec.Struct, frozen=True):
    """A work that the article rests on, with its external address."""

    title: str
    url: str


class ArticleView(Card, frozen=True):
    """An article's own page. `body` is HTML with the links of this page."""

    standfirst: str
    dateline: str
    tags: tuple[Term, ...]
    sources: tuple[SourceView, ...]
    corrections: tuple[NoticeView, ...]
    words: int
    minutes: int
    extra: dict[str, Any]
    edition: "EditionView | None"
    body: Any


class PageLink(msgspec.Struct, frozen=True):
    """A numbered page of a listing."""

    number: int
    url: str


class Pager(msgspec.Struct, frozen=True):
    """The way through a listing. `number` is None on its front page; None in `numbers` is a gap."""

    number: int | None
    front: str
    older: str | None
    newer: str | None
    numbers: tuple[PageLink | None, ...]


class TermView(msgspec.Struct, frozen=True):
    """The term that a listing is about. `kind` is `category`, `tag` or `author`."""

    kind: str
    name: str
    url: str


class MonthCount(msgspec.Struct, frozen=True):
    """A month with its number of articles."""

    year: int
    month: int
    url: str
    count: int


class YearCount(msgspec.Struct, frozen=True):
    """A year with its months, newest first."""

    year: int
    url: str
    count: int
    months: tuple[MonthCount, ...]


class YearLink(msgspec.Struct, frozen=True):
    """Another year."""

    year: int
    url: str


class MonthLink(msgspec.Struct, frozen=True):
    """Another month."""

    year: int
    month: int
    url: str


class Day(msgspec.Struct, frozen=True):
    """The articles of one day, newest first."""

    date: date
    articles: tuple[Card, ...]


class FeedLink(msgspec.Struct, frozen=True):
    """A feed that a page advertises."""

    title: str
    url: str


class PageInfo(msgspec.Struct, frozen=True):
    """What every template knows of its own page. `canonical` is absolute.

    `trail` leads to the page from the home page, both left out; `image` is shown where the page is
    shared.
    """

    kind: str
    title: str
    description: str
    url: str
    canonical: str
    language: str
    direction: str
    feeds: tuple[FeedLink, ...]
    trail: tuple[Term, ...] = ()
    image: "SharedImage | None" = None


class SharedImage(msgspec.Struct, frozen=True):
    """The picture that is shown where a page is shared. `url` is a site url; sizes are pixels."""

    url: str
    alt: str
    width: int | None = None
    height: int | None = None


class SiteInfo(msgspec.Struct, frozen=True):
    """What every template knows of the site. `url` is absolute and ends with `/`.

    The organisation's logo is a site url here.
    """

    title: str
    description: str
    url: str
    language: str
    direction: str
    publisher: str
    navigation: tuple[Term, ...]
    extra: dict[str, Any]
    organisation: Organisation
    share_image: SharedImage | None


class EditionView(msgspec.Struct, frozen=True):
    """What an article's page says of its edition.

    `download` leads to a gateway that sends it as a file; `copy` is the site url of the copy on
    this host, `address` the `ipfs://` address. `sha256` is the digest of its bytes in hexadecimal,
    empty for one of several blocks. `earlier` are the revisions before it, newest first.
    """

    cid: str
    revision: int
    size_bytes: int
    sha256: str
    filename: str
    download: str
    address: str
    copy: str
    earlier: "tuple[RevisionView, ...]"


class RevisionView(msgspec.Struct, frozen=True):
    """A revision before the current one. `url` is its address on a gateway."""

    number: int
    cid: str
    date: datetime
    reason: str
    url: str
