"""Find and read the sources below `articles/`.

In: the archive's folder. Out: a Source for each file, or Problems in words. Never follows a link
out of the archive, never writes.
"""

import os
import stat
from pathlib import Path

from site_builder.articles.front_matter import FrontMatterFault, split
from site_builder.articles.source import (
    ARTICLES,
    SUFFIXES,
    Found,
    Source,
    SourceFault,
    digest_of,
)
from site_builder.characters import CONTROL
from site_builder.errors import Problem

MAX_SOURCE_BYTES = 4 * 1024 * 1024


def find_sources(root: Path) -> tuple[list[Found], list[Problem]]:
    """List the Markdown files below `articles/`, in the order of their paths.

    Names that start with a dot are passed over, as are files that are no Markdown.
    """
    found: list[Found] = []
    problems: list[Problem] = []
    real = os.path.realpath(root / ARTICLES)
    folders = [ARTICLES]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        _sort(entry, f"{folder}/{entry.name}", real, folders, found, problems)
        except OSError as error:
            what = f"the folder cannot be read: {error.strerror}"
            problems.append(Problem(folder, 0, what, "check that it exists and its permissions"))
    found.sort(key=lambda item: item.source)
    return found, problems


def _sort(
    entry: os.DirEntry[str],
    source: str,
    real: str,
    folders: list[str],
    found: list[Found],
    problems: list[Problem],
) -> None:
    """Put one directory entry where it belongs: a folder to visit, a source, or a Problem."""
    try:
        source.encode()
    except UnicodeEncodeError:
        shown = source.encode(errors="backslashreplace").decode()
        problems.append(Problem(shown, 0, "has a name that is not UTF-8", "rename the file"))
        return
    try:
        _sort_named(entry, source, real, folders, found, problems)
    except OSError as error:
        problems.append(Problem(source, 0, f"cannot be read: {error.strerror}"))


def _sort_named(
    entry: os.DirEntry[str],
    source: str,
    real: str,
    folders: list[str],
    found: list[Found],
    problems: list[Problem],
) -> None:
    is_source = source.lower().endswith(SUFFIXES)
    if entry.is_symlink() and (is_source or entry.is_dir()):
        target = os.path.realpath(entry.path)
        inside = f"{target}{os.sep}".startswith(real + os.sep)
        if not inside or entry.is_dir():
            what = "is a symbolic link " + ("to a folder" if inside else "that leaves the archive")
            problems.append(Problem(source, 0, what, "put the files themselves in its place"))
            return
    if entry.is_dir():
        folders.append(source)
        return
    if not is_source:
        return
    status = entry.stat()
    if not stat.S_ISREG(status.st_mode):
        problems.append(Problem(source, 0, "is not a regular file", "remove or rename it"))
        return
    found.append(Found(source, status.st_mtime_ns, status.st_size))


def read_bytes(root: Path, source: str) -> bytes:
    """Return the bytes of a source. Raises SourceFault where there are none or too many."""
    try:
        size = (root / source).stat().st_size
        if size > MAX_SOURCE_BYTES:
            what = f"is {size / 2**20:.0f} MiB; an article has at most {MAX_SOURCE_BYTES >> 20} MiB"
            raise SourceFault([Problem(source, 0, what, "are pictures embedded in the text?")])
        return (root / source).read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise SourceFault([Problem(source, 0, what, "check its permissions")]) from error


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
    try:
        parts = split(text, source)
    except FrontMatterFault as fault:
        raise SourceFault(fault.problems) from fault
    return Source(source, digest_of(data), parts.fields, parts.body, parts.body_line)


def _decode(source: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        what = f"is not UTF-8: byte 0x{error.object[error.start]:02X}"
        raise SourceFault([Problem(source, line, what, "save the file as UTF-8")]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
