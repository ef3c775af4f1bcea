"""Slugs, urls, paths, and the way from one url to another.

A url is an address on the site with a leading `/` and without host, unescaped: `/2025/08/x/`. A
path is the place of its file under `output/`: `2025/08/x/index.html`.
"""

import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

MAX_SLUG_CHARACTERS = 80
MAX_SLUG_BYTES = 200  # file systems allow 255 in a name, S3 1,024 in a whole key

RESERVED_SLUGS = frozenset(
    [
        "404",
        "404.html",
        "archive",
        "assets",
        "author",
        "category",
        "editions",
        "feed",
        "feed.xml",
        "index",
        "index.html",
        "ipfs",
        "page",
        "robots.txt",
        "search",
        "sitemap",
        "sitemap.xml",
        "sitemaps",
        "subscribe",
        "tag",
    ]
)
TERM_KINDS = ("category", "tag", "author")

# Latin letters that Unicode does not decompose (UAX #15) but that readers write in ASCII.
_LATIN = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l",
    "\u0131": "i", "ŋ": "n", "þ": "th", "ŧ": "t",
})  # fmt: skip
_MARK_ON_ASCII = re.compile("([a-z0-9-])[\u0300-\u036f]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u200c\u200d]")


@lru_cache(maxsize=8192)
def slugify(text: str) -> str:
    """Return `text` as one segment of an address: lower case, words joined by `-`.

    Latin letters lose their accents; other scripts keep their letters, since a transliteration
    without vowels helps nobody. The result is in Unicode form NFC, at most 80 characters and
    200 bytes of UTF-8, cut between words where that is possible. Empty if nothing is left.
    """
    if text.isascii():
        slug = re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", ""))
    else:
        folded = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text)).lower()
        letters = "".join(_plain(letter) for letter in folded.translate(_LATIN))
        slug = unicodedata.normalize("NFC", _MARK_ON_ASCII.sub(r"\1", letters))
    slug = re.sub(r"-+", "-", slug).strip("-")
    return slug if len(slug) * 4 <= MAX_SLUG_CHARACTERS else _shorten(slug)


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() else "-"
    base = unicodedata.normalize("NFD", letter)[0]
    if base.isascii() and base.isalnum():
        return base
    return letter if unicodedata.category(letter)[0] in "LMN" else "-"


def _shorten(slug: str) -> str:
    short = slug[:MAX_SLUG_CHARACTERS].encode()[:MAX_SLUG_BYTES].decode(errors="ignore")
    if short != slug and "-" in short and not slug[len(short) :].startswith("-"):
        short = short.rpartition("-")[0]
    return short.strip("-")


def article_url(date: datetime, slug: str) -> str:
    """Return the url of the article published at `date`, as `/2025/08/slug/`."""
    return f"/{date.year:04}/{date.month:02}/{slug}/"


def year_url(year: int) -> str:
    """Return the url of the archive of a year, as `/2025/`."""
    return f"/{year:04}/"


def month_url(year: int, month: int) -> str:
    """Return the url of the archive of a month, as `/2025/08/`."""
    return f"/{year:04}/{month:02}/"


def terms_url(kind: str) -> str:
    """Return the url of the page of all terms of `kind` (`category`, `tag`, `author`)."""
    return f"/{kind}/"


def term_url(kind: str, name: str) -> str:
    """Return the url of a category, tag or author, as `/category/defence-security/`."""
    return f"/{kind}/{slugify(name)}/"


def numbered_url(front: str, number: int) -> str:
    """Return the url of a numbered page of the listing at `front`, as `/tag/nato/page/7/`."""
    return f"{front}page/{number}/"


def media_url(source: str, url: str, file: str) -> str:
    """Return the url of a file that an article shows: in the article's own folder.

    `source` is the article's source and `url` its address; `file` is relative to `articles/`.
    Files from other folders than the source's keep their last name only.
    """
    inside = source.partition("/")[2].rpartition("/")[0]
    own = f"{inside}/" if inside else ""
    return url + (file.removeprefix(own) if file.startswith(own) else file.rpartition("/")[2])


def normal_url(url: str) -> str:
    """Return a site url as it stands in addresses: folders end with `/`, nothing is doubled."""
    last = url.rpartition("/")[2]
    return re.sub("/{2,}", "/", url) + ("" if not last or "." in last else "/")


def path_of(url: str) -> str:
    """Return the path of the file that answers `url`: `index.html` in a folder, or the file."""
    return url[1:] + "index.html" if url.endswith("/") else url[1:]


@lru_cache(maxsize=8192)
def escape(url: str) -> str:
    """Return `url` as RFC 3986 wants it written (section 2), with `%` escapes in UTF-8.

    So is `;`, which some programs still take for the start of parameters.
    """
    return quote(url, safe="/~!$&'()*+,=:@-._")


def absolute(base: str, url: str) -> str:
    """Return the full address of `url` on the site at `base`, which ends with `/`."""
    return base + escape(url[1:])


def root_of(origin: str) -> str:
    """Return the relative reference from the page at `origin` to the site's root, as `../../`.

    Followed by an escaped url without its first `/` it leads there (RFC 3986, section 4.2), so a
    link is the same on all pages of one depth.
    """
    return "../" * (origin.count("/") - 1) or "./"
