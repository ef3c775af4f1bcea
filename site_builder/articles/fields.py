"""Typed access to the front matter of one source.

Every method reports what is wrong, with its line, and returns a neutral value, so that one run
finds all faults of a source.
"""

import re
from datetime import datetime
from posixpath import dirname, normpath
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from site_builder.addresses import RESERVED_SLUGS, slugify
from site_builder.articles.article import Notice, Picture, SourceLink
from site_builder.articles.dates import parse_date
from site_builder.articles.front_matter import Mapping, Scalar, Sequence, Value
from site_builder.articles.source import ARTICLES
from site_builder.errors import Problem, nearest

_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NOTHING = ("", "~", "null", "Null", "NULL")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CID = re.compile(r"b[a-z2-7]{20,120}|Qm[1-9A-HJ-NP-Za-km-z]{44}")
_NUMBER = re.compile(r"[-+]?\d{1,15}|[-+]?\d{1,15}\.\d+")


class Fields:
    """Typed access to front matter. Every method reports what is wrong and returns a neutral value."""

    def __init__(self, source: str, fields: Mapping, zone: ZoneInfo) -> None:
        self.source = source
        self.fields = fields
        self.zone = zone
        self.problems: list[Problem] = []

    def line(self, key: str) -> int:
        return self.fields.lines.get(key, self.fields.line)

    def fault(self, key: str, what: str, hint: str = "") -> None:
        self.problems.append(Problem(self.source, self.line(key), what, hint))

    def fault_at(self, line: int, what: str, hint: str = "") -> None:
        self.problems.append(Problem(self.source, line, what, hint))

    def closed_list(self, known: list[str], synonyms: dict[str, str]) -> None:
        for key in self.fields.items:
            if key not in known:
                meant = synonyms.get(key.lower().replace("-", "_"))
                hint = f'did you mean "{meant}"?' if meant else nearest(key, known)
                hint = hint or 'own values go under "extra"'
                self.fault(key, f'unknown key "{key}"', hint)

    def given(self, key: str) -> Value | None:
        """Return the value of a key, or None where it is absent or empty."""
        value = self.fields.items.get(key)
        if isinstance(value, Scalar) and value.text.strip() in (_NOTHING if value.plain else ("",)):
            return None
        return value

    def required(self, key: str) -> None:
        value = self.given(key)
        if value is None or (isinstance(value, Sequence) and not value.items):
            example = {"title": "title: ...", "date": "date: 2025-08-20"}.get(
                key, "categories: [Defence & Security]"
            )
            if key in self.fields.items:
                self.fault(key, f"{key} is empty", f"as in {example}")
            else:
                self.fault("", f"{key} is missing", f"add a line {example}")

    def text(self, key: str) -> str:
        value = self.given(key)
        return "" if value is None else self.scalar(value, key)

    def scalar(self, value: Value, name: str) -> str:
        """Return one value as text on one line."""
        if isinstance(value, Scalar):
            return " ".join(value.text.split())
        what = "a list" if isinstance(value, Sequence) else "a mapping"
        self.fault_at(value.line, f"{name} must be text, not {what}", f"as in {name}: ...")
        return ""

    def truth(self, key: str) -> bool:
        value = self.given(key)
        if value is None:
            return False
        word = value.text.lower() if isinstance(value, Scalar) else ""
        if word not in _TRUTHS:
            self.fault(key, f"{key} must be true or false", f"as in {key}: true")
        return _TRUTHS.get(word, False)

    def date(self, key: str) -> datetime | None:
        value = self.given(key)
        return None if value is None else self.moment(value, key)

    def moment(self, value: Value, name: str) -> datetime | None:
        text = self.scalar(value, name)
        if not text:
            return None
        try:
            return parse_date(text, self.zone)
        except ValueError as error:
            hint = "as in 2025-08-20 or 2025-08-20 14:30 +0500"
            self.fault_at(value.line, f"{name}: {error}", hint)
            return None

    def choice(self, key: str, known: tuple[str, ...], default: str) -> str:
        word = self.text(key).lower()
        if not word:
            return default
        if word not in known:
            hint = nearest(word, known) or "one of " + ", ".join(known)
            self.fault(key, f'{key}: there is no "{word}"', hint)
            return default
        return word

    def language(self, default: str) -> str:
        tag = self.text("language")
        if tag and not _LANGUAGE.fullmatch(tag):
            self.fault("language", f'"{tag}" is not a language tag', "as in language: ur")
            return default
        return tag or default

    def slug(self, title: str) -> str:
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

    def terms(self, key: str) -> tuple[str, ...]:
        """Return names from a list or a comma-separated text, each once."""
        value = self.given(key)
        if value is None:
            return ()
        if isinstance(value, Mapping):
            self.fault(key, f"{key} must be a list, not a mapping", f"as in {key}: [One, Two]")
            return ()
        if isinstance(value, Scalar):
            names = [" ".join(name.split()) for name in value.text.split(",")]
        else:
            names = [self.scalar(item, f"an item of {key}") for item in value.items]
        unique: dict[str, str] = {}
        for name in filter(None, names):
            slug = slugify(name)
            if not slug:
                self.fault(key, f'nothing of "{name}" can stand in an address', "rename it")
            unique.setdefault(slug, name)
        if not unique and key in REQUIRED and not self.problems:
            self.fault(key, f"{key} is empty", "name at least one")
        return tuple(unique.values())

    def mapping(self, value: Value, name: str, keys: tuple[str, ...], example: str) -> bool:
        """Report whether `value` is a mapping with all of `keys`, the known ones."""
        if not isinstance(value, Mapping):
            self.fault_at(value.line, f"{name} must have " + " and ".join(keys), example)
            return False
        return True

    def part(self, mapping: Mapping, name: str, key: str, required: bool = True) -> str:
        value = mapping.items.get(key)
        text = self.scalar(value, f"{name} {key}") if value is not None else ""
        if required and not text:
            what = f"{name} has no {key}" if value is None else f"{name} {key} is empty"
            if value is None or isinstance(value, Scalar):
                self.fault_at(mapping.lines.get(key, mapping.line), what, f"add {key}: ...")
        return text

    def known(self, mapping: Mapping, name: str, keys: tuple[str, ...]) -> None:
        for key in mapping.items:
            if key not in keys:
                hint = nearest(key, keys) or "the keys are " + ", ".join(keys)
                self.fault_at(mapping.lines[key], f'{name}: unknown key "{key}"', hint)

    def records(self, key: str, keys: tuple[str, ...]) -> list[Mapping]:
        """Return the mappings of a list, or the one mapping that stands in its place."""
        value = self.given(key)
        if value is None:
            return []
        example = f"as in {key}: [{{" + ", ".join(f"{part}: ..." for part in keys) + "}]"
        items = value.items if isinstance(value, Sequence) else [value]
        found = []
        for item in items:
            if not isinstance(item, Mapping):
                what = f"each item of {key} must have " + " and ".join(keys)
                self.fault_at(item.line, what, example)
                continue
            self.known(item, key, keys)
            found.append(item)
        return found

    def image(self) -> Picture | None:
        value = self.given("image")
        if value is None:
            return None
        example = "image: {file: name.jpg, alt: what it shows}"
        if not isinstance(value, Mapping):
            self.fault("image", "image must have file and alt", f"as in {example}")
            return None
        self.known(value, "image", ("file", "alt", "caption", "credit"))
        file = self.part(value, "image", "file")
        if "alt" not in value.items:
            hint = 'say what it shows, or write alt: "" if it is decoration'
            self.fault_at(value.line, "image has no alt", hint)
        inside = self.inside(file, value.lines.get("file", value.line)) if file else None
        rest = (self.part(value, "image", key, False) for key in ("alt", "caption", "credit"))
        return Picture(inside or "", *rest)

    def inside(self, file: str, line: int) -> str | None:
        """Return a file named beside the source as a path below `articles/`."""
        folder = dirname(self.source)
        path = normpath(f"{folder}/{file}")
        if file.startswith("/") or not path.startswith(f"{ARTICLES}/"):
            self.fault_at(line, f"{file} lies outside the archive", "copy it beside the article")
            return None
        return path.removeprefix(f"{ARTICLES}/")

    def sources(self) -> tuple[SourceLink, ...]:
        links = []
        for record in self.records("sources", ("title", "url")):
            url = self.part(record, "sources", "url")
            if url and urlsplit(url).scheme not in ("http", "https", "ipfs", "doi"):
                what = f'"{url}" is not a full address'
                self.fault_at(record.lines["url"], what, "as in https://example.org/report")
            links.append(SourceLink(self.part(record, "sources", "title"), url))
        return tuple(links)

    def corrections(self) -> tuple[Notice, ...]:
        return tuple(
            notice
            for record in self.records("corrections", ("date", "text"))
            if (notice := self.notice(record, "corrections", "text"))
        )

    def withdrawn(self) -> Notice | None:
        records = self.records("withdrawn", ("date", "reason"))
        return self.notice(records[0], "withdrawn", "reason") if records else None

    def notice(self, record: Mapping, name: str, text: str) -> Notice | None:
        """Return a dated remark; both parts are required."""
        remark = self.part(record, name, text)
        if not self.part(record, name, "date"):
            return None
        date = self.moment(record.items["date"], f"{name} date")
        return Notice(date, remark) if date else None

    def aliases(self) -> tuple[str, ...]:
        value = self.given("aliases")
        if value is None:
            return ()
        items = value.items if isinstance(value, Sequence) else [value]
        return tuple(filter(None, (self.alias(item) for item in items)))

    def alias(self, item: Value) -> str:
        """Return a former address as a site url that a static host can answer."""
        url = unquote(self.scalar(item, "an item of aliases"))
        last = url.rpartition("/")[2]
        if not url:
            return ""
        bad = not url.startswith("/") or url.startswith("//") or url == "/"
        if bad or re.search(r"[?#\\]|/\.{1,2}(/|$)|//", url):
            hint = "a former address of this site without its host, as in /old/address/"
            self.fault_at(item.line, f'"{url}" cannot be an alias', hint)
        elif "." in last and not last.lower().endswith((".html", ".htm")):
            hint = "a static host can redirect from folders and .html files only"
            self.fault_at(item.line, f'"{url}" cannot be an alias', hint)
        return url if url.endswith("/") or "." in last else url + "/"

    def cid(self) -> str:
        cid = self.text("ipfs")
        if cid and not _CID.fullmatch(cid):
            self.fault("ipfs", f'"{cid}" is not a CID', "it starts with bafy, bafk or Qm")
        return cid

    def extra(self) -> dict[str, Any]:
        value = self.given("extra")
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault("extra", "extra must be a mapping", "indent its keys below it")
            return {}
        return {key: _plain_value(item) for key, item in value.items.items()}


def _plain_value(value: Value) -> Any:
    """Return a free value, with scalars typed as JSON has them (YAML 1.2, section 10.2)."""
    if isinstance(value, Mapping):
        return {key: _plain_value(item) for key, item in value.items.items()}
    if isinstance(value, Sequence):
        return [_plain_value(item) for item in value.items]
    if not value.plain:
        return value.text
    if value.text in ("true", "false"):
        return value.text == "true"
    if value.text in _NOTHING:
        return None
    if _NUMBER.fullmatch(value.text):
        return float(value.text) if "." in value.text else int(value.text)
    return value.text
