"""The validated article: what every later part knows of a source.

An Entry is what planning needs of every article of the archive, so it is small. An Article is the
Entry with all that only its own page and feed items show; it is loaded when they are rendered.
Every moment is aware and in the site's time zone. Paths use `/`; those of media are relative to
`articles/`, those of sources to the archive's folder.
"""

from datetime import datetime
from sys import intern
from typing import Any

import msgspec

from site_builder.errors import Problem

KINDS = ("news", "analysis", "opinion", "background", "explainer", "reportage")


class Picture(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The article's image. `file` is relative to `articles/`; an empty `alt` marks decoration."""

    file: str
    alt: str
    caption: str
    credit: str


class Mention(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something that a source names and that must exist, with the line that names it.

    `shown` marks a file that must be a picture, `lead` the one that stands for the article.
    """

    target: str
    line: int
    shown: bool = False
    lead: bool = False


class Notice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A dated remark: a correction, or why an article was withdrawn."""

    date: datetime
    text: str


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """A link in a body that can only be written once the whole archive is known.

    `kind` is `source` (target: a source), `media` (a file below `articles/`), `url` (a site url) or
    `page` (the page itself; no target). `suffix` is the query and fragment, as written. A `picture`
    is a file below `articles/` that stands for a whole `img` element; `attributes` are its others.
    """

    kind: str
    target: str
    suffix: str
    attributes: tuple[tuple[str, str | None], ...] = ()


class Body(msgspec.Struct, frozen=True, array_like=True):
    """A rendered body: HTML cut at its references, so `parts` has one item more than they do."""

    parts: tuple[str, ...]
    references: tuple[Reference, ...]


class SourceLink(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A work that the article rests on."""

    title: str
    url: str


class Refused(msgspec.Struct, frozen=True, array_like=True):
    """A source with Problems of its own, and what it names all the same."""

    source: str
    problems: tuple[Problem, ...]
    sources_named: tuple[Mention, ...] = ()
    media_named: tuple[Mention, ...] = ()


class Words(msgspec.Struct, frozen=True, array_like=True):
    """What an Entry says. `lines` has the line of each front matter key."""

    title: str
    summary: str
    kind: str
    language: str
    image: Picture | None
    lines: dict[str, int]


_encode_words = msgspec.msgpack.Encoder().encode
_decode_words = msgspec.msgpack.Decoder(Words).decode


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What planning needs of one article.

    `digest` covers the source's bytes. `card` covers what a listing shows of the article, so that a
    listing's fingerprint is made of few bytes. `content` is the SHA-256 of what the article says,
    without its pictures; see docs/editions.md. `said` are its Words, encoded: a build keeps the
    entries of the whole archive in memory, and needs the words of few.
    """

    source: str
    digest: bytes
    card: bytes
    content: bytes
    said: bytes
    url: str
    date: datetime
    updated: datetime | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    aliases: tuple[str, ...]
    draft: bool
    embargo: datetime | None
    expires: datetime | None
    withdrawn: Notice | None
    ipfs: str
    sources_named: tuple[Mention, ...]
    media_named: tuple[Mention, ...]
    urls_named: tuple[Mention, ...]

    @property
    def words(self) -> Words:
        """What the entry says."""
        return _decode_words(self.said)

    @property
    def title(self) -> str:
        """The title."""
        return self.words.title

    @property
    def image(self) -> Picture | None:
        """The image, whose file is then among those that are named."""
        return self.words.image if self.media_named else None

    @property
    def lines(self) -> dict[str, int]:
        """The line of each front matter key."""
        return self.words.lines


class Article(msgspec.Struct, frozen=True, array_like=True):
    """One validated source, whole.

    `standfirst` is the summary as the author wrote it, empty where the entry's was taken from the
    body. `words` counts those of the body.
    """

    entry: Entry
    standfirst: str
    dateline: str
    sources: tuple[SourceLink, ...]
    corrections: tuple[Notice, ...]
    extra: dict[str, Any]
    words: int
    body: Body


class Encoded(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An Article, and its Entry alone, as the cache keeps them and as they pass between processes.

    The article is JSON, the entry MessagePack, which is quicker to read, with moments as RFC 3339
    has them: those of MessagePack are all in UTC, and so lose the site's own day.
    """

    entry: bytes
    article: bytes


_encode_entry = msgspec.msgpack.Encoder().encode
_decode_entry = msgspec.msgpack.Decoder(Entry).decode
_decode_article = msgspec.json.Decoder(Article).decode


def encode_words(words: Words) -> bytes:
    """Return the words of an entry as bytes."""
    return _encode_words(words)


def encode(article: Article) -> Encoded:
    """Return an article as bytes."""
    return Encoded(encode_entry(article.entry), msgspec.json.encode(article))


def encode_entry(entry: Entry) -> bytes:
    """Return an Entry as bytes."""
    return _encode_entry(msgspec.to_builtins(entry, builtin_types=(bytes,)))


def decode_entry(data: bytes) -> Entry:
    """Return the Entry of its bytes."""
    return _decode_entry(data)


def with_shared_names(entry: Entry) -> Entry:
    """Return an Entry whose terms are the very strings that others have: there are few of them."""
    return msgspec.structs.replace(
        entry,
        categories=tuple(map(intern, entry.categories)),
        tags=tuple(map(intern, entry.tags)),
        authors=tuple(map(intern, entry.authors)),
    )


def decode_article(data: bytes) -> Article:
    """Return the Article of its bytes."""
    return _decode_article(data)
