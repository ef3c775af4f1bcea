"""The values that pass from reading to validation; quick to import, as every build needs some."""

import os
import re
from hashlib import blake2b

import msgspec

from site_builder.errors import Problem

ARTICLES = "articles"
SUFFIXES = (".md", ".markdown")
FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
"""The line before front matter, and the one after it."""


class Rules(msgspec.Struct, frozen=True):
    """What the configuration says about reading articles, and nothing else of it."""

    time_zone: str
    language: str
    sanitize: bool
    engine: str = "markdown"


class Found(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file that may be a source, as the file system tells of it; see `stamp_of`."""

    source: str
    stamp: str
    size_bytes: int


def stamp_of(status: os.stat_result, opened_ns: int) -> str:
    """Return what changes whenever a file does, besides its size; '' where that is not certain.

    It is not for a file that was changed so shortly before `opened_ns`, or later, that it may
    change again without another time: FAT counts mtime in steps of two seconds, kernels count ctime
    in steps of up to ten milliseconds. ctime tells of changes that restore the mtime.
    """
    mtime_ns, ctime_ns = status.st_mtime_ns, status.st_ctime_ns
    if mtime_ns >= opened_ns - 2_000_000_000 or ctime_ns >= opened_ns - 20_000_000:
        return ""
    return f"{mtime_ns:x}.{ctime_ns:x}"


class Scalar(msgspec.Struct, frozen=True):
    """One written value. `plain` is false where it stood in quotes or in a block."""

    text: str
    line: int
    plain: bool


class Sequence(msgspec.Struct, frozen=True):
    """A YAML list."""

    items: "list[Value]"
    line: int


class Mapping(msgspec.Struct, frozen=True):
    """A YAML mapping; `lines` has the line of each key."""

    items: "dict[str, Value]"
    lines: dict[str, int]
    line: int


Value = Scalar | Sequence | Mapping


class Source(msgspec.Struct, frozen=True):
    """One source as written, with LF line ends. `digest` is that of its bytes."""

    source: str
    digest: bytes
    fields: Mapping
    body: str
    body_line: int


Attributes = tuple[tuple[str, str | None], ...]
"""Of an HTML element, unescaped; None for one without a value."""


class Rendered(msgspec.Struct, frozen=True):
    """A rendered body. `parts` are the HTML around `hrefs`, so there is one part more.

    An href is unescaped and as written; the text around it keeps the quotation marks. One that
    stands for a whole `img` element has the others of its attributes in `shown`, by its number.
    `told` has the address and the alt text of every picture, None for one without. `elsewhere` are
    the addresses, of other hosts or with the data in them, that the body would load from.
    `summary` is the first paragraph as plain text. `words` counts those of the whole body.
    """

    parts: tuple[str, ...]
    hrefs: tuple[str, ...]
    summary: str
    words: int
    shown: dict[int, Attributes] = {}
    told: tuple[tuple[str, str | None], ...] = ()
    elsewhere: tuple[str, ...] = ()


class SourceFault(Exception):
    """Carries the Problems of one source to the caller."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__()


DIGEST_BYTES = 16


def digest_of(data: bytes) -> bytes:
    """Return the BLAKE2b digest by which inputs are compared."""
    return blake2b(data, digest_size=DIGEST_BYTES).digest()
