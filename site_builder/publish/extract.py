"""Write the file or folder that a CID names to a disk.

In: a CID, a way to get checked blocks, and a path where nothing is yet. Out: the file or folder
there, whole, or nothing: it is written to a folder of its own beside that path and renamed at the
end. Never writes outside, follows or makes symbolic links, or writes more than the limits allow.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from site_builder.errors import EnvironmentFault
from site_builder.publish.block import BlockError
from site_builder.publish.cid import Cid
from site_builder.publish.contents import (
    Content,
    file_bytes,
    folder_entries,
    open_content,
    symlink_target,
)
from site_builder.publish.dag import Fetch
from site_builder.publish.unixfs_data import Kind


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one CID may become on the disk.

    A DAG of a few kilobytes can name more than any disk holds, since links may lead to one block
    again and again.
    """

    max_bytes: int = 64 * 1024**3  # of all files together
    max_entries: int = 1_000_000  # files, folders and symbolic links
    max_depth: int = 64  # folders in folders


class Symlink(NamedTuple):
    """A symbolic link that was not written. `path` is relative to the folder, with `/`."""

    path: str
    target: str


class Extracted(NamedTuple):
    """What was written."""

    files: int
    size_bytes: int
    symlinks: tuple[Symlink, ...]


class ExtractError(Exception):
    """A CID cannot be written; the message names it, the block at fault and the path within."""


def extract(root: Cid, fetch: Fetch, target: Path, limits: Limits | None = None) -> Extracted:
    """Write what `root` names to `target`.

    Raises ExtractError where a block is unsound or the limits are passed, EnvironmentFault where
    `target` exists or cannot be written. Errors of `fetch` other than BlockError pass through; an
    OSError it must not raise, since that would be told as one of writing. Nothing is left behind in
    any case.
    """
    _check_free(target)
    work = _Extraction(root, fetch, limits or Limits())
    try:
        with tempfile.TemporaryDirectory(prefix=".site_builder-", dir=target.parent) as folder:
            whole = os.path.join(folder, "whole")
            work.write(root, whole, "", 0)
            _check_free(target)
            os.replace(whole, target)
    except OSError as error:
        raise EnvironmentFault(f"cannot write {target}: {error.strerror}") from error
    return Extracted(work.files, work.size_bytes, tuple(work.symlinks))


def _check_free(target: Path) -> None:
    if os.path.lexists(target):
        raise EnvironmentFault(f"{target} is there already; move it away or name another place")


class _Extraction:
    """One run: what was written so far, and what may still be."""

    def __init__(self, root: Cid, fetch: Fetch, limits: Limits) -> None:
        self._root = root
        self._fetch = fetch
        self._limits = limits
        self._entries = 0
        self.files = 0
        self.size_bytes = 0
        self.symlinks: list[Symlink] = []

    def write(self, cid: Cid, place: str, path: str, depth: int) -> None:
        """Write what `cid` names to `place`, which is `path` within the root."""
        self._entries += 1
        if self._entries > self._limits.max_entries:
            raise self._fault(path, f"more than {self._limits.max_entries} entries")
        try:
            self._write_content(open_content(cid, self._fetch), place, path, depth)
        except BlockError as error:
            raise self._fault(path, str(error)) from error

    def _write_content(self, content: Content, place: str, path: str, depth: int) -> None:
        match content.data.kind:
            case Kind.FILE | Kind.RAW:
                self._write_file(content, place)
            case Kind.DIRECTORY | Kind.HAMT_SHARD:
                self._write_folder(content, place, path, depth)
            case Kind.SYMLINK:
                self._note_symlink(content, path)
            case Kind.METADATA:
                raise self._fault(path, "a metadata node, which nothing is known to mean")

    def _write_file(self, content: Content, place: str) -> None:
        left_bytes = self._limits.max_bytes - self.size_bytes
        with open(place, "xb") as file:
            file.writelines(file_bytes(content, self._fetch, left_bytes))
        self.files += 1
        self.size_bytes += content.data.size_bytes

    def _write_folder(self, content: Content, place: str, path: str, depth: int) -> None:
        if depth > self._limits.max_depth:
            raise self._fault(path, f"folders lie more than {self._limits.max_depth} deep")
        os.mkdir(place)
        for name, cid in folder_entries(content, self._fetch):
            inside = os.path.join(place, name)
            within = f"{path}/{name}" if path else name
            if os.path.lexists(inside):
                raise self._fault(within, "this file system takes two of the names for one")
            self.write(cid, inside, within, depth + 1)

    def _note_symlink(self, content: Content, path: str) -> None:
        target = symlink_target(content)
        if not path:
            raise self._fault(path, f"a symbolic link to {target!r}, which is not followed")
        self.symlinks.append(Symlink(path, target))

    def _fault(self, path: str, what: str) -> ExtractError:
        return ExtractError(f"{self._root}: " + (f"{path!r}: " if path else "") + what)
