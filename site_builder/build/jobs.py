"""The jobs that the plan hands to the worker processes: what to make, and all that it is made of.

In: values that can be pickled. A job is rendered to bytes by `build/stage.py`.
"""

from typing import Any

import msgspec

from site_builder.articles.media import Medium
from site_builder.build.pages import (
    Card,
    EditionView,
    Neighbour,
    NoticeView,
    PageInfo,
    PictureView,
    RevisionView,
    Term,
)
from site_builder.pictures.facts import Variant
from site_builder.pictures.order import Original


class BodyPicture(msgspec.Struct, frozen=True):
    """A picture in a body, with the attributes that its author wrote besides `src`."""

    picture: PictureView
    attributes: tuple[tuple[str, str | None], ...]


class BodyLinks(msgspec.Struct, frozen=True):
    """A rendered body with the site urls of its references; '' leads to the page itself.

    A reference that stands for a whole picture has it in `pictures`, by its number.
    """

    parts: tuple[str, ...]
    urls: tuple[str, ...]
    suffixes: tuple[str, ...]
    pictures: dict[int, BodyPicture] = {}


class PageJob(msgspec.Struct, frozen=True):
    """A page to render from a template. `body` becomes `article.body`."""

    template: str
    page: PageInfo
    values: dict[str, Any]
    body: BodyLinks | None = None


class ArticleJob(msgspec.Struct, frozen=True):
    """The page of an article to render. `article` is an Article, encoded.

    `links` has the site url of each source that the article names and that is public, `media` each
    file that it names.
    """

    page: PageInfo
    card: Card
    tags: tuple[Term, ...]
    article: bytes
    links: dict[str, str]
    media: dict[str, Medium]
    previous: Neighbour | None
    next: Neighbour | None
    related: tuple[Card, ...]
    edition: EditionView | None


class FeedItem(msgspec.Struct, frozen=True):
    """An article in a feed. `guid` is the url under which it was first published."""

    card: Card
    guid: str
    cid: str
    corrections: tuple[NoticeView, ...]
    body: BodyLinks


class FeedJob(msgspec.Struct, frozen=True):
    """A feed, newest item first. `url` is its own site url, `home` that of the page it follows."""

    url: str
    home: str
    title: str
    description: str
    items: tuple[FeedItem, ...]


class TextJob(msgspec.Struct, frozen=True):
    """A file whose bytes are known."""

    data: bytes


class EditionJob(msgspec.Struct, frozen=True):
    """An edition to render, of the article whose page is `page`.

    `media` has each picture by its site url. `cid` is the CID that the bytes must have, empty where
    it is to be found out; `part` is the block that is wanted, empty for all of the bytes.
    """

    page: ArticleJob
    media: dict[str, Original]
    revision: int
    previous: str
    cid: str = ""
    part: str = ""


class Measured(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an edition's bytes are called, and their number; `blocks` are those below the root."""

    cid: str
    size_bytes: int
    blocks: tuple[str, ...]


class DraftJob(msgspec.Struct, frozen=True):
    """An edition whose CID is to be found out, and the page of its article, which names it.

    `gateway` and `earlier` are what the page says of it besides.
    """

    edition: EditionJob
    gateway: str
    earlier: tuple[RevisionView, ...]


class KeptJob(msgspec.Struct, frozen=True):
    """A block of an earlier revision, which nothing can make again."""

    cid: str


class CopyJob(msgspec.Struct, frozen=True):
    """A file to copy. `file` is an absolute path."""

    file: str


class PictureJob(msgspec.Struct, frozen=True):
    """A published file of a picture."""

    original: Original
    variant: Variant


SHARE_WIDTH, SHARE_HEIGHT = 1200, 630
"""Of the picture that is drawn for sharing, in pixels: what social networks show whole."""


class ShareImageJob(msgspec.Struct, frozen=True):
    """A picture to draw for an article that has none."""

    title: str
    direction: str
    language: str
    category: str
    site_title: str
    site_direction: str
    site_language: str


Job = (
    PageJob
    | ArticleJob
    | FeedJob
    | TextJob
    | CopyJob
    | PictureJob
    | EditionJob
    | KeptJob
    | ShareImageJob
)
