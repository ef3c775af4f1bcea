"""The pages that are looked at, and what each of them must keep."""

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

PLAIN = "2025/08/pakistan-us-counterterrorism-alliance-gains-momentum/"
RICH = "2024/04/nato-at-75-how-the-alliance-grew/"
"""It has a picture, a table and footnotes."""
CORRECTED = "2021/08/the-non-proliferation-treaty-and-its-bargain/"
URDU = "2022/05/پاکستان-اور-اقوامِ-متحدہ-کے-امن-مشن/"

PAGES = {
    "home": "",
    "listing": "category/diplomacy/",
    "plain article": PLAIN,
    "rich article": RICH,
    "corrected article": CORRECTED,
    "article in Urdu": URDU,
    "archive": "archive/",
    "year": "2025/",
    "month": "2025/08/",
    "categories": "category/",
    "tags": "tag/",
    "authors": "author/",
    "author": "author/archive-desk/",
    "search": "search/",
    "search with results": "search/?q=nato",
    "subscribe": "subscribe/",
    "missing": "no/such/page/",
}
"""Addresses below that of the site. A new kind of page joins with a row here."""

EDITIONS = {"edition": PLAIN, "edition of a rich article": RICH, "edition in Urdu": URDU}
"""Articles whose editions are opened from disk."""

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""The rules of axe for WCAG 2.2, levels A and AA."""


class View(NamedTuple):
    """How a page is looked at: pixels of width, and the scheme of colours that is asked for."""

    width: int
    scheme: str


NARROW = View(360, "light")
VIEWS = [View(*view) for view in product((360, 768, 1440), ("light", "dark"))]


def addresses(site: str, sample: Path, folder: Path) -> Mapping[str, str]:
    """Return the address of every page by name; editions are put into a folder of a disk."""
    places = {name: site + path for name, path in PAGES.items()}
    for name, path in EDITIONS.items():
        file = folder / f"{name.replace(' ', '-')}.html"
        file.write_bytes(edition_of(sample, path).read_bytes())
        places[name] = file.as_uri()
    return places


def edition_of(sample: Path, path: str) -> Path:
    """Return the block that is the edition of the article at a path."""
    text = (sample / path / "index.html").read_text(encoding="utf-8")
    copy = text.split('data-copy="', 1)[1].split('"', 1)[0]
    return sample / "ipfs" / copy.rsplit("/", 1)[1]


def faults(found: Mapping[Any, Any]) -> str:
    """Return what is at fault by page, one a line; '' where nothing is."""
    return "\n".join(f"{name}: {json.dumps(what)}" for name, what in found.items() if what)
