"""The front matter of an article: its keys that are more than text, dates or lists of names."""

import re
from posixpath import dirname, normpath
from typing import Any
from urllib.parse import unquote, urlsplit

from site_builder.addresses import RESERVED_SLUGS, slugify
from site_builder.articles.article import Notice, Picture, SourceLink
from site_builder.articles.fields import NOTHING, Fields
from site_builder.articles.source import ARTICLES, Mapping, Scalar, Sequence, Value
from site_builder.characters import CONTROL
from site_builder.languages import LANGUAGE_TAG

_CID = re.compile(r"b[a-z2-7]{20,120}|Qm[1-9A-HJ-NP-Za-km-z]{44}")
_NUMBER = re.compile(r"[-+]?(0|[1-9]\d{0,14})(\.\d{1,15})?")
_MAX_SEGMENT_BYTES = 255  # what file systems allow


class ArticleFields(Fields):
    """Typed access to all keys of an article."""

    def slug(self, title: str) -> str:
        """Return the slug as written, or one made of the title."""
        written = self.text("slug")
        if not written:
            slug = slugify(title)
            if title and not slug:
                what = "nothing of the title can stand in an address"
                self.fault("title", what, "add a slug, as in slug: a-short-name")
            return slug
        wanted = slugify(written)
        if written.lower() in RESERVED_SLUGS:
            self.fault("slug", f'the slug "{written}" is reserved for the site', "choose another")
        elif not wanted or "/" in written or ".." in written:
            hint = "one word or several joined by -, as in slug: a-short-name"
            self.fault("slug", f'"{written}" cannot be a slug', hint)
        elif written.replace("_", "-").strip("-") != wanted:
            self.fault("slug", f'"{written}" cannot be a slug', f"write it as slug: {wanted}")
        return written

    def language(self, default: str) -> str:
        """Return the BCP 47 tag of the article's language."""
        tag = self.text("language")
        if tag and not LANGUAGE_TAG.fullmatch(tag):
            self.fault("language", f'"{tag}" is not a language tag', "as in language: ur")
            return default
        return tag or default

    def image(self) -> Picture | None:
        """Return the image; its file and alt are required, though alt may be ""."""
        value = self.given("image")
        if value is None:
            return None
        example = "image: {file: name.jpg, alt: what it shows}"
        if not isinstance(value, Mapping):
            self.fault("image", "image must have file and alt", f"as in {example}")
            return None
        self.known(value, "image", ("file", "alt", "caption", "credit"))
        file = self.part(value, "image", "file")
        alt = value.items.get("alt")
        if alt is None or (isinstance(alt, Scalar) and alt.plain and not alt.text):
            hint = 'say what it shows, or write alt: "" if it is decoration'
            self.fault_at(value.line, "image has no alt", hint)
        inside = self.inside(file, value.lines.get("file", value.line)) if file else None
        rest = (
            self.part(value, "image", key, required=False) for key in ("alt", "caption", "credit")
        )
        return Picture(inside or "", *rest)

    def inside(self, file: str, line: int) -> str | None:
        """Return a file named beside the source as a path below `articles/`."""
        if CONTROL.search(file):
            self.fault_at(line, "names a file with a control character", "rename the file")
            return None
        folder = dirname(self.source)
        path = normpath(f"{folder}/{file}")
        if file.startswith("/") or not path.startswith(f"{ARTICLES}/"):
            self.fault_at(line, f"{file} lies outside the archive", "copy it beside the article")
            return None
        return path.removeprefix(f"{ARTICLES}/")

    def sources(self) -> tuple[SourceLink, ...]:
        """Return the works that the article rests on."""
        links = []
        for record in self.records("sources", ("title", "url")):
            url = self.part(record, "sources", "url")
            if url and not _is_address(url):
                what = f'"{url}" is not a full address'
                self.fault_at(record.lines["url"], what, "as in https://example.org/report")
            links.append(SourceLink(self.part(record, "sources", "title"), url))
        return tuple(links)

    def corrections(self) -> tuple[Notice, ...]:
        """Return the corrections, in the order written."""
        return tuple(
            notice
            for record in self.records("corrections", ("date", "text"))
            if (notice := self.notice(record, "corrections", "text"))
        )

    def withdrawn(self) -> Notice | None:
        """Return when and why the article was withdrawn."""
        value = self.given("withdrawn")
        if value is None:
            return None
        if not isinstance(value, Mapping):
            hint = "as in withdrawn: {date: ..., reason: ...}"
            self.fault("withdrawn", "withdrawn must have date and reason", hint)
            return None
        self.known(value, "withdrawn", ("date", "reason"))
        return self.notice(value, "withdrawn", "reason")

    def notice(self, record: Mapping, name: str, text: str) -> Notice | None:
        """Return a dated remark; both parts are required."""
        remark = self.part(record, name, text)
        if not self.part(record, name, "date"):
            return None
        date = self.moment(record.items["date"], f"{name} date")
        return Notice(date, remark) if date else None

    def aliases(self) -> tuple[str, ...]:
        """Return the former addresses of the article as site urls."""
        value = self.given("aliases")
        if value is None:
            return ()
        aliases: list[str] = []
        for item in value.items if isinstance(value, Sequence) else [value]:
            alias = self.alias(item)
            if alias in aliases:
                self.fault_at(item.line, f"the alias {alias} is given twice", "keep one")
            elif alias:
                aliases.append(alias)
        return tuple(aliases)

    def alias(self, item: Value) -> str:
        """Return a former address as a site url that a static host can answer."""
        written = self.scalar(item, "an item of aliases", item_of="aliases")
        url = unquote(written)
        last = url.rpartition("/")[2]
        if not url:
            return ""
        hint = ""
        bad = not url.startswith("/") or url == "/" or not url.isprintable()
        if bad or re.search(r"[?#\\]|/\.{1,2}(/|$)|//", url):
            hint = "a former address of this site without its host, as in /old/address/"
        elif "." in last and not last.lower().endswith((".html", ".htm")):
            hint = "a static host can redirect from folders and .html files only"
        elif url.startswith("/.") and not url.startswith("/.well-known/"):
            hint = "hosts and file listings pass over names that start with a dot"
        elif any(len(part.encode()) > _MAX_SEGMENT_BYTES for part in url.split("/")):
            hint = f"one part of it is longer than {_MAX_SEGMENT_BYTES} bytes"
        if hint:
            self.fault_at(item.line, f'"{written}" cannot be an alias', hint)
            return ""
        return url if url.endswith("/") or "." in last else url + "/"

    def cid(self) -> str:
        """Return the CID that the author asserts, as written."""
        cid = self.text("ipfs")
        if cid and not _CID.fullmatch(cid):
            self.fault("ipfs", f'"{cid}" is not a CID', "it starts with bafy, bafk or Qm")
        return cid

    def extra(self) -> dict[str, Any]:
        """Return the author's own values for themes."""
        value = self.given("extra")
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault("extra", "extra must be a mapping", "indent its keys below it")
            return {}
        return {key: _plain_value(item) for key, item in value.items.items()}


def _is_address(url: str) -> bool:
    """Report whether `url` is a full address that a reader can follow."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https", "ipfs") and bool(parts.netloc)


def _plain_value(value: Value) -> Any:
    """Return a free value, with scalars typed as JSON has them (YAML 1.2, section 10.2)."""
    if isinstance(value, Mapping):
        return {key: _plain_value(item) for key, item in value.items.items()}
    if isinstance(value, Sequence):
        return [_plain_value(item) for item in value.items]
    if not value.plain:
        return value.text
    if _NUMBER.fullmatch(value.text):
        return float(value.text) if "." in value.text else int(value.text)
    return {"true": True, "false": False, **dict.fromkeys(NOTHING)}.get(value.text, value.text)
