"""Find the sources below `articles/`.

In: the archive's folder. Out: what the file system tells of each source, or Problems. Never follows
a link out of the archive, reads no source.
"""

import os
import stat
from pathlib import Path

from site_builder.articles.source import ARTICLES, SUFFIXES, Found
from site_builder.errors import Problem


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
