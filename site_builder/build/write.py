"""The one door to `output/`.

In: a folder and what was staged in it. Out: the site, changed as a whole: everything new is written
in full to a staging folder first, so a full disk or a killed build leaves the old site as it was;
then each file is renamed into place, assets first and feeds last. Only files of earlier builds are
ever replaced or deleted: `.site_builder-files` in the folder itself says which these are, so that
the knowledge goes where the site goes. No other module writes below `output/`.
"""

import errno
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from site_builder.errors import EnvironmentFault

STAGING = ".site_builder-staging"
RECORD = ".site_builder-files"
_PLACEHOLDERS = (".gitkeep", ".gitignore", RECORD)


FileState = tuple[int, int]
"""Size in bytes and mtime_ns."""


class OutputTree:
    """The folder that a site is written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staging = folder / STAGING
        self._made = False

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

    def open_staging(self) -> str:
        """Make a staging folder, unless this build has one, and return its path.

        Its name is this process's own: a worker of a killed build may still be writing to another.
        """
        try:
            folder = self.staging / str(os.getpid())
            self._made = self._made or not self.folder.exists()
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentFault(f"cannot write to {self.folder}: {error.strerror}") from error
        return str(folder)

    def close_staging(self) -> None:
        """Remove what is staged, and what a killed build left of its own."""
        if self.staging.is_symlink():  # no build made it, and it may lead anywhere
            self.staging.unlink()
        shutil.rmtree(self.staging, ignore_errors=True)
        if self._made:
            with suppress(OSError):  # it holds a site by now, or goes as it came
                os.rmdir(self.folder)

    def owned(self) -> set[str]:
        """Return the paths of all files that builds have put here.

        The record has a line for each: `+path` for one put, `-path` for one removed. A last line
        without its end was being written when a build was killed, before anything was put.
        """
        try:
            lines = (self.folder / RECORD).read_text(encoding="utf-8").split("\n")[:-1]
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentFault(f"cannot read {self.folder / RECORD}: {error}") from error
        paths: set[str] = set()
        for line in lines:
            if line.startswith("+"):
                paths.add(line[1:])
            else:
                paths.discard(line[1:])
        if len(lines) > 2 * len(paths) + 1000:
            self._compact(paths)
        return paths

    def _compact(self, paths: set[str]) -> None:
        """Write the record anew without what is no more."""
        text = "".join(f"+{path}\n" for path in sorted(paths))
        try:
            (self.folder / f"{RECORD}.new").write_text(text, encoding="utf-8")
            os.replace(self.folder / f"{RECORD}.new", self.folder / RECORD)
        except OSError as error:
            raise EnvironmentFault(f"cannot write to {self.folder}: {error.strerror}") from error

    def _note(self, sign: str, paths: Iterable[str]) -> None:
        """Add lines to the record, at once."""
        text = "".join(f"{sign}{path}\n" for path in paths)
        if text:
            with open(self.folder / RECORD, "ab") as record:
                if record.tell() and not self._ends_whole():
                    self._drop_last_line()
                record.write(text.encode())

    def _ends_whole(self) -> bool:
        with open(self.folder / RECORD, "rb") as record:
            record.seek(-1, os.SEEK_END)
            return record.read(1) == b"\n"

    def _drop_last_line(self) -> None:
        """Take a line without its end off the record: ended, it might name a stranger's file."""
        whole = (self.folder / RECORD).read_bytes().rpartition(b"\n")[:2]
        os.truncate(self.folder / RECORD, sum(map(len, whole)))

    def check_way(
        self, paths: Iterable[str], strangers: Collection[str], has: Callable[[str], bool]
    ) -> None:
        """Raise EnvironmentFault where what is not ours stands where a folder or file must go.

        `strangers` are the files that no build made; `has` tells which files there are.
        """
        foreign = set(strangers)
        ways = {parent for path in foreign for parent in parents_of(path)}
        top = f"{self.folder}/"
        for path in paths:
            blocking = foreign and [one for one in parents_of(path) if one in foreign]
            folder = not has(path) and os.path.isdir(top + path)
            if blocking or path in ways or (folder and self._is_foreign(path)):
                place = self.folder / (blocking.pop() if blocking else path)
                raise EnvironmentFault(
                    f"{place} stands where the site needs {path}, and no build made it; "
                    "move it away"
                )

    def _is_foreign(self, path: str) -> bool:
        """Report whether a folder, or one below it, holds no file: then it is someone else's."""
        ours = {parent for file in self.scan() for parent in parents_of(file)}
        below = (Path(here) for here, *_ in os.walk(self.folder / path))
        return any(here.relative_to(self.folder).as_posix() not in ours for here in below)

    def adopt(self, paths: Iterable[str]) -> None:
        """Record files that were here already with the very bytes of the site as ours."""
        with _told(self.folder):
            self._note("+", paths)

    def put(
        self, staging: str, staged: Sequence[tuple[str, int]], owns: Callable[[str], bool]
    ) -> None:
        """Rename staged files into place, in the order given, as pairs of path and number.

        `owns` tells which paths are recorded as ours already. All folders are made, and all
        paths recorded, before the first rename, so that what can fail fails early.
        """
        top = f"{self.folder}/"
        with _told(self.folder):
            for folder in sorted({os.path.dirname(top + path) for path, _ in staged}):
                os.makedirs(folder, exist_ok=True)
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)
            self._note("+", (path for path, _ in staged if not owns(path)))
            for path, number in staged:
                os.replace(f"{staging}/{number}", top + path)

    def remove(self, paths: Sequence[str], has: Callable[[str], bool]) -> None:
        """Delete files of earlier builds, and the folders that this leaves empty.

        Only a file that the folder `has` is deleted: one reached through a link to a folder is not.
        """
        with _told(self.folder):
            for path in paths:
                if has(path):
                    (self.folder / path).unlink(missing_ok=True)
                for parent in parents_of(path):
                    try:
                        if not (self.folder / parent).is_symlink():
                            os.rmdir(self.folder / parent)
                    except (FileNotFoundError, NotADirectoryError):
                        continue
                    except OSError:
                        break
            self._note("-", paths)

    def record_bytes(self) -> int:
        """Return the size in bytes of the record of which files are ours, 0 without one."""
        try:
            return os.stat(self.folder / RECORD).st_size
        except OSError:
            return 0

    def scan(self) -> dict[str, FileState]:
        """Return size and mtime_ns of every file of the tree by its path; links count as files."""
        found: dict[str, FileState] = {}
        folders = [""]
        top = f"{self.folder}/"
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(top + folder) as entries:
                    for entry in entries:
                        path = folder + entry.name
                        if entry.is_dir(follow_symlinks=False):
                            if path != STAGING:
                                folders.append(f"{path}/")
                        elif path not in _PLACEHOLDERS:
                            status = entry.stat(follow_symlinks=False)
                            found[path] = (status.st_size, status.st_mtime_ns)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise EnvironmentFault(f"cannot read {error.filename}: {error.strerror}") from error
        return found


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say in words which file could not be written."""
    try:
        yield
    except OSError as error:
        place = error.filename2 or error.filename or folder
        raise EnvironmentFault(f"cannot write {place}: {error.strerror}") from error


def parents_of(path: str) -> Iterator[str]:
    """Yield the folders of a path, the innermost first."""
    while path := path.rpartition("/")[0]:
        yield path
