"""Find the sources below `articles/`.

In: the archive's folder. Out: what the file system tells of each source, or Problems. Never follows
a link out of the archive, reads no source.
"""

import os
import stat
from operator import attrgetter
from pathlib import Path

from site_builder.articles.source import ARTICLES, SUFFIXES, Found, stamp_of
from site_builder.errors import Problem


def find_sources(root: Path, opened_ns: int) -> tuple[list[Found], list[Problem]]:
    """List the Markdown files below `articles/`, in the order of their paths.

    Names that start with a dot are passed over, as are files that are no Markdown. `opened_ns` is
    the moment from which on stamps are not certain.
    """
    walk = _Walk(root, opened_ns)
    while walk.folders:
        walk.visit(walk.folders.pop())
    walk.found.sort(key=attrgetter("source"))
    return walk.found, walk.problems


class _Walk:
    """The way through the folders: those still to visit, and what was found so far."""

    def __init__(self, root: Path, opened_ns: int) -> None:
        self._root = str(root)
        self._inside = os.path.realpath(root / ARTICLES) + os.sep
        self._opened_ns = opened_ns
        self.folders = [ARTICLES]
        self.found: list[Found] = []
        self.problems: list[Problem] = []

    def visit(self, folder: str) -> None:
        """Put every entry of a folder where it belongs."""
        try:
            with os.scandir(f"{self._root}/{folder}") as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        self._place(entry, f"{folder}/{entry.name}")
        except OSError as error:
            what = f"the folder cannot be read: {error.strerror}"
            self._fault(folder, what, "check that it exists and its permissions")

    def _place(self, entry: os.DirEntry[str], source: str) -> None:
        try:
            source.encode()
        except UnicodeEncodeError:
            shown = source.encode(errors="backslashreplace").decode()
            self._fault(shown, "has a name that is not UTF-8", "rename the file")
            return
        try:
            self._place_named(entry, source)
        except OSError as error:
            self._fault(source, f"cannot be read: {error.strerror}")

    def _place_named(self, entry: os.DirEntry[str], source: str) -> None:
        is_source = source.lower().endswith(SUFFIXES)
        if not is_source and not entry.is_dir():
            return
        if entry.is_symlink():
            inside = f"{os.path.realpath(entry.path)}{os.sep}".startswith(self._inside)
            if not inside or entry.is_dir():
                where = "to a folder" if inside else "that leaves the archive"
                self._fault(
                    source, f"is a symbolic link {where}", "put the files themselves in its place"
                )
                return
        if entry.is_dir():
            self.folders.append(source)
        elif is_source:
            status = entry.stat()
            if stat.S_ISREG(status.st_mode):
                stamp = stamp_of(status, self._opened_ns)
                self.found.append(Found(source, stamp, status.st_size))
            else:
                self._fault(source, "is not a regular file", "remove or rename it")

    def _fault(self, file: str, what: str, hint: str = "") -> None:
        self.problems.append(Problem(file, 0, what, hint))
