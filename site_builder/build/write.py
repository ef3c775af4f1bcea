"""The one door to `output/`.

In: a folder and what was staged in it. Out: the site, changed as a whole: everything new is written
in full to a staging folder first, so a full disk or a killed build leaves the old site as it was;
then each file is renamed into place, assets first and feeds last. Only files of earlier builds are
ever deleted. No other module writes below `output/`.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from site_builder.errors import EnvironmentFault

STAGING = ".site_builder-staging"
_PLACEHOLDERS = (".gitkeep", ".gitignore", STAGING)


class OutputTree:
    """The folder that a site is written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staging = folder / STAGING

    def check(self, articles: Path) -> None:
        """Raise EnvironmentFault where the site cannot or must not be written."""
        folder, inside = self.folder, articles.resolve()
        if folder.exists() and not folder.is_dir():
            raise EnvironmentFault(f"{folder} is a file; the site needs a folder of that name")
        real = folder.resolve()
        if real == inside or inside in real.parents:
            raise EnvironmentFault(f"{folder} lies inside {articles}; write the site elsewhere")
        if real in inside.parents:
            raise EnvironmentFault(f"{articles} lies inside {folder}; write the site elsewhere")
        there = folder
        while not there.exists():
            there = there.parent
        if not os.access(there, os.W_OK | os.X_OK):
            raise EnvironmentFault(f"{there} cannot be written to; check its permissions")

    def open_staging(self) -> None:
        """Make an empty staging folder; what a killed build left there goes."""
        try:
            if self.staging.exists():
                shutil.rmtree(self.staging)
            self.staging.mkdir(parents=True)
        except OSError as error:
            raise EnvironmentFault(f"cannot write to {self.folder}: {error.strerror}") from error

    def close_staging(self) -> None:
        """Remove the staging folder with all that is left in it."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def check_way(self, paths: Iterable[str], strangers: Collection[str]) -> None:
        """Raise EnvironmentFault where files that are not ours stand where `paths` must go."""
        ways = {parent for path in strangers for parent in parents_of(path)}
        for path in paths:
            blocking = [parent for parent in parents_of(path) if parent in strangers]
            if blocking or path in ways:
                place = self.folder / (blocking[0] if blocking else path)
                raise EnvironmentFault(
                    f"{place} stands where the site needs {path}, and no build made it; "
                    "move it away"
                )

    def put(self, staged: Iterable[tuple[str, str]]) -> None:
        """Rename staged files into place, in the order given, as pairs of path and staged file.

        All folders are made before the first rename, so that what can fail fails early.
        """
        moves = [(str(self.folder / path), file) for path, file in staged]
        try:
            for folder in sorted({os.path.dirname(target) for target, _ in moves}):
                os.makedirs(folder, exist_ok=True)
            for target, file in moves:
                os.replace(file, target)
        except OSError as error:
            raise EnvironmentFault(f"cannot write {error.filename}: {error.strerror}") from error

    def remove(self, paths: Iterable[str]) -> int:
        """Delete files of earlier builds and the folders left empty; return how many went."""
        removed = 0
        for path in paths:
            target = self.folder / path
            try:
                target.unlink()
                removed += 1
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                pass
            except OSError as error:
                raise EnvironmentFault(f"cannot delete {target}: {error.strerror}") from error
            for folder in target.parents:
                if folder == self.folder:
                    break
                try:
                    folder.rmdir()
                except OSError:
                    break
        return removed

    def scan(self) -> dict[str, tuple[int, int]]:
        """Return size and mtime_ns of every file of the tree by its path; links count as files."""
        found: dict[str, tuple[int, int]] = {}
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(self.folder / folder if folder else self.folder) as entries:
                    for entry in entries:
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        if path in _PLACEHOLDERS:
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(path)
                        else:
                            status = entry.stat(follow_symlinks=False)
                            found[path] = (status.st_size, status.st_mtime_ns)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise EnvironmentFault(f"cannot read {error.filename}: {error.strerror}") from error
        return found


def parents_of(path: str) -> Iterator[str]:
    """Yield the folders of a path, the innermost first."""
    while path := path.rpartition("/")[0]:
        yield path
