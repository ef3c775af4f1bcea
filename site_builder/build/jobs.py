"""The jobs that the plan hands to the worker processes: what to make, and all that it is made of.

In: values that can be pickled. A job is rendered to bytes by `build/stage.py`.
"""

from typing import Any

import msgspec

from site_builder.build.pages import (
    Card,
    EditionView,
    Neighbour,
    NoticeView,
    PageInfo,
    RevisionView,
    Term,
)


class BodyLinks(msgspec.Struct, frozen=True):
    """A rendered body with the site urls of its references; '' leads to the page itself."""

    parts: tuple[str, ...]
    urls: tuple[str, ...]
    suffixes: tuple[str, ...]


class PageJob(msgspec.Struct, frozen=True):
    """A page to render from a template. `body` becomes `article.body`."""

    template: str
    page: PageInfo
    values: dict[str, Any]
    body: BodyLinks | None = None


class ArticleJob(msgspec.Struct, frozen=True):
    """The page of an article to render. `article` is an Article, encoded.

    `links` has the site url of each source that the article names and that is public.
    """

    page: PageInfo
    card: Card
    tags: tuple[Term, ...]
    article: bytes
    links: dict[str, str]
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

    `media` has the absolute path of each picture by its site url. `cid` is the CID that the bytes
    must have, empty where it is to be found out; `part` is the block that is wanted, empty for all
    of the bytes.
    """

    page: ArticleJob
    media: dict[str, str]
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


Job = PageJob | ArticleJob | FeedJob | TextJob | CopyJob | EditionJob | KeptJob
