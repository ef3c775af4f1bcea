"""Turn a Source and its rendered body into an Article.

In: the values that an author wrote, each with its line. Out: an Article, or every Problem of the
source at once, and warnings. What depends on other articles is left to the plan.
"""

import re
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import unquote

import msgspec

from site_builder.addresses import article_url, media_url, path_of
from site_builder.articles.article import (
    KINDS,
    Article,
    Body,
    Entry,
    Mention,
    Reference,
    Words,
    encode_words,
)
from site_builder.articles.article_fields import ArticleFields
from site_builder.articles.source import (
    ARTICLES,
    SUFFIXES,
    Rendered,
    Rules,
    Source,
    SourceFault,
    digest_of,
)
from site_builder.errors import Problem
from site_builder.zones import zone_of

KEYS = [
    "title",
    "date",
    "categories",
    "summary",
    "tags",
    "authors",
    "slug",
    "updated",
    "language",
    "dateline",
    "kind",
    "image",
    "sources",
    "corrections",
    "aliases",
    "draft",
    "embargo",
    "expires",
    "withdrawn",
    "ipfs",
    "extra",
]

CONTENT_FORM = 1
"""Of the digest of what an article says; another form would make a new edition of every article."""

_SAID = ("title", "date", "updated", "kind", "language", "categories", "tags", "authors")
_SAID_WHOLE = ("standfirst", "dateline", "sources", "corrections")

_SYNONYMS = {
    "category": "categories", "tag": "tags", "keywords": "tags", "author": "authors",
    "by": "authors", "byline": "authors", "description": "summary", "excerpt": "summary",
    "lang": "language", "modified": "updated", "lastmod": "updated", "published": "date",
    "permalink": "slug", "url": "slug", "redirect_from": "aliases", "type": "kind",
    "cid": "ipfs", "params": "extra", "source": "sources", "correction": "corrections",
}  # fmt: skip


class RefusedFault(SourceFault):
    """Carries the Problems of an article, and what it names all the same."""

    def __init__(
        self, problems: list[Problem], sources_named: list[Mention], media_named: list[Mention]
    ) -> None:
        self.sources_named = tuple(sources_named)
        self.media_named = tuple(media_named)
        super().__init__(problems)


def validate(source: Source, rendered: Rendered, rules: Rules) -> Article:
    """Return the article. Raises RefusedFault with every Problem of the source."""
    reader = ArticleFields(source.source, source.fields, zone_of(rules.time_zone))
    reader.closed_list(KEYS, _SYNONYMS)
    reader.required("title", "title: ...")
    reader.required("date", "date: 2025-08-20")
    categories = reader.terms("categories")
    if not categories:
        reader.required("categories", "categories: [Defence & Security]")
    title = reader.text("title")
    date = reader.date("date")
    slug = reader.slug(title)
    updated = reader.date("updated")
    if date and updated and updated < date:
        reader.fault("updated", "updated is before date", "check both dates")
    embargo, expires = reader.date("embargo"), reader.date("expires")
    if expires and (last := max(filter(None, (date, embargo)), default=None)) and expires <= last:
        reader.fault("expires", "expires is not after date and embargo", "check the dates")
    image = reader.image()
    references, named = _references(source, rendered, reader)
    fields: dict[str, Any] = {
        "title": title,
        "summary": reader.text("summary") or rendered.summary,
        "date": date,
        "updated": updated,
        "kind": reader.choice("kind", KINDS, "news"),
        "language": reader.language(rules.language),
        "categories": categories,
        "tags": reader.terms("tags"),
        "authors": reader.terms("authors"),
        "image": image,
        "aliases": reader.aliases(),
        "draft": reader.truth("draft"),
        "embargo": embargo,
        "expires": expires,
        "withdrawn": reader.withdrawn(),
        "ipfs": reader.cid(),
    }
    article: dict[str, Any] = {
        "standfirst": reader.text("summary"),
        "dateline": reader.text("dateline"),
        "sources": reader.sources(),
        "corrections": reader.corrections(),
        "extra": reader.extra(),
    }
    url = article_url(date, slug) if date else ""
    for alias in fields["aliases"]:
        if path_of(alias) == path_of(url):
            reader.fault("aliases", f"the alias {alias} is the article's own address", "delete it")
    if image and image.file:
        named["media"].append(Mention(image.file, reader.line("image"), shown=True, lead=True))
    if reader.problems or date is None:
        raise RefusedFault(reader.problems, named["source"], named["media"])
    shown = [fields[key] for key in ("title", "summary", "date", "updated", "kind", "language")]
    shown.append(media_url(source.source, url, image.file) if image else "")
    content = _content(fields, article, source.body)
    words = Words(
        **{key: fields.pop(key) for key in ("title", "summary", "kind", "language", "image")},
        lines=source.fields.lines,
    )
    entry = Entry(
        source=source.source,
        digest=source.digest,
        card=digest_of(msgspec.msgpack.encode([url, shown, fields["categories"],
                                               fields["authors"], image])),
        content=content,
        said=encode_words(words),
        url=url,
        sources_named=tuple(named["source"]),
        media_named=tuple(named["media"]),
        urls_named=tuple(named["url"]),
        **fields,
    )  # fmt: skip
    return Article(
        entry=entry, words=rendered.words, body=Body(rendered.parts, references), **article
    )


def _content(fields: dict[str, Any], article: dict[str, Any], body: str) -> bytes:
    """Digest what the article says, as it was written; engines and themes have no part in it."""
    said = [fields[key] for key in _SAID] + [article[key] for key in _SAID_WHOLE]
    image = fields["image"]
    pictured = [image.alt, image.caption, image.credit] if image else []
    return sha256(msgspec.json.encode([CONTENT_FORM, said, pictured, body])).digest()


def _references(
    source: Source, rendered: Rendered, reader: ArticleFields
) -> tuple[tuple[Reference, ...], dict[str, list[Mention]]]:
    """Sort the references of a body by what they lead to, each with its line."""
    references = []
    named: dict[str, list[Mention]] = {"source": [], "media": [], "url": []}
    at = 0
    _check_told(source, rendered, reader)
    _check_elsewhere(source, rendered, reader)
    for number, href in enumerate(rendered.hrefs):
        attributes = rendered.shown.get(number)
        path, mark, rest = _take_apart(href)
        at = _place(source.body, href, at)
        line = source.body_line + source.body.count("\n", 0, at)
        if not path:
            references.append(Reference("page", "", mark + rest))
            continue
        kind, target = "url", path
        if not path.startswith("/"):
            kind = "source" if path.lower().endswith(SUFFIXES) else "media"
            inside = reader.inside(path, line)
            if inside is None:
                continue
            target = inside
            if kind == "source":
                target = f"{ARTICLES}/{target}"
        if kind == "media" and attributes is not None:
            references.append(Reference("picture", target, mark + rest, attributes))
            named[kind].append(Mention(target, line, shown=True))
            continue
        references.append(Reference(kind, target, mark + rest))
        named[kind].append(Mention(target, line))
    return tuple(references), named


def _check_told(source: Source, rendered: Rendered, reader: ArticleFields) -> None:
    """Report pictures without alt text, but for those whose author wrote `alt=""` in HTML."""
    at = 0
    for href, alt in rendered.told:
        written = f"(?:{re.escape(href)}|{re.escape(escape(href))})"
        form = re.compile(rf"(?P<sign>\]\(\s*<?|\]:\s*<?|=\s*[\"']?){written}")
        found = form.search(source.body, at) or form.search(source.body)
        at = found.end() if found else at
        if (alt or "").strip() or (alt is not None and found and found["sign"].startswith("=")):
            continue
        line = source.body_line + source.body.count("\n", 0, at)
        hint = f'say what it shows, or write <img src="{href}" alt=""> if it is decoration'
        reader.fault_at(line, f"the picture {href} has no alt text", hint)


def _check_elsewhere(source: Source, rendered: Rendered, reader: ArticleFields) -> None:
    """Report what a page would load from elsewhere, which its policy forbids."""
    at = 0
    for href in rendered.elsewhere:
        at = _place(source.body, href, at)
        line = source.body_line + source.body.count("\n", 0, at)
        what = f"{href[:60]}{'…' if len(href) > 60 else ''} would be loaded from elsewhere"
        hint = "save it as a file beside the article and name that, or link to it"
        reader.fault_at(line, what, hint)


def _place(body: str, href: str, start: int) -> int:
    """Return where a reference stands in a body, looked for from `start` on and then everywhere."""
    for begin in (start, 0):
        for sign in ("](", "](<", '="', "='", "]: ", "="):
            at = body.find(sign + href, begin)
            if at >= 0:
                return at
    return max(body.find(href), 0)


def _take_apart(href: str) -> tuple[str, str, str]:
    """Split an href into its unescaped path, the `?` or `#` after it, and the rest as written."""
    found = re.match(r"([^?#]*)([?#]?)(.*)", href, re.DOTALL)
    path, mark, rest = found.groups() if found else (href, "", "")
    return unquote(path), mark, rest
