"""Read a source.

In: the name of a file. Out: a Source, or Problems in words. Never writes.
"""

import os

from site_builder.articles.front_matter import split
from site_builder.articles.source import (
    Source,
    SourceFault,
    digest_of,
)
from site_builder.characters import CONTROL
from site_builder.errors import Problem

MAX_SOURCE_BYTES = 4 * 1024 * 1024


def read_bytes(root: str, source: str) -> bytes:
    """Return the bytes of a source. Raises SourceFault where there are none or too many."""
    try:
        with open(f"{root}/{source}", "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size <= MAX_SOURCE_BYTES:
                return stream.read()
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise SourceFault([Problem(source, 0, what, "check its permissions")]) from error
    what = f"is {size / 2**20:.0f} MiB; an article has at most {MAX_SOURCE_BYTES >> 20} MiB"
    raise SourceFault([Problem(source, 0, what, "are pictures embedded in the text?")])


def read_source(source: str, data: bytes) -> Source:
    """Take the bytes of a source apart. Raises SourceFault with every Problem."""
    text = _decode(source, data)
    if not text.strip():
        hint = "write front matter and text, or delete the file"
        raise SourceFault([Problem(source, 0, "is empty", hint)])
    problems = [
        Problem(
            source,
            text.count("\n", 0, match.start()) + 1,
            f"has the control character U+{ord(match.group()):04X}",
            "delete it",
        )
        for match in CONTROL.finditer(text)
    ]
    if problems:
        raise SourceFault(problems[:20])
    parts = split(text, source)
    return Source(source, digest_of(data), parts.fields, parts.body, parts.body_line)


def _decode(source: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        what = f"is not UTF-8: byte 0x{error.object[error.start]:02X}"
        raise SourceFault([Problem(source, line, what, "save the file as UTF-8")]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
