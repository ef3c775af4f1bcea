"""Name a file or folder of a disk by its CID.

In: a path and a profile. Out: its Node; blocks go to a sink, so memory holds one chunk at a time.
Symbolic links are kept as such and never followed; names that begin with a dot are left out, as the
profiles have it. Nothing is written. Specification: IPIP-499, "UnixFS parameters", 10 to 13.
"""

import os
import stat

from site_builder.errors import ContentError, EnvironmentFault, Problem
from site_builder.publish.block import Block
from site_builder.publish.directory import directory_blocks
from site_builder.publish.hamt import HamtFault
from site_builder.publish.names import NameFault
from site_builder.publish.node import Node, Sink
from site_builder.publish.profile import Profile
from site_builder.publish.unixfs import file_blocks, symlink_blocks

MAX_DEPTH = 200
"""Folders in folders; each takes some of Python's stack."""


class DiskNames:
    """One run over a path. `hidden` counts the entries that were left out with all below them."""

    def __init__(self, profile: Profile, sink: Sink) -> None:
        self._profile, self._sink = profile, sink
        self.hidden = 0

    def node(self, path: str, depth: int = 0) -> Node:
        """Return the node of a file, folder or symbolic link.

        Raises ContentError for what no CID can name, EnvironmentFault for what cannot be read.
        """
        try:
            return self._node(path, depth)
        except (NameFault, HamtFault) as error:
            raise ContentError([Problem(path, 0, str(error))]) from error
        except OSError as error:
            place = os.fspath(error.filename or path)
            raise EnvironmentFault(f"cannot read {place!s}: {error.strerror}") from error

    def _node(self, path: str, depth: int) -> Node:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            return symlink_blocks(os.fsencode(os.readlink(path)), self._profile, self._sink)
        if stat.S_ISREG(mode):
            with open(path, "rb") as stream:
                return file_blocks(stream, self._profile, self._sink)
        if not stat.S_ISDIR(mode):
            what = "is no file, folder or symbolic link, so no CID can name it"
            raise ContentError([Problem(path, 0, what)])
        if depth == MAX_DEPTH:
            raise ContentError([Problem(path, 0, f"folders lie more than {MAX_DEPTH} deep")])
        return self._folder(path, depth)

    def _folder(self, path: str, depth: int) -> Node:
        with os.scandir(path) as found:
            names = sorted(entry.name for entry in found)
        shown = [name for name in names if self._profile.hidden_entries or name[0] != "."]
        self.hidden += len(names) - len(shown)
        entries: list[tuple[str, Node]] = []
        problems: list[Problem] = []
        for name in shown:
            try:
                entries.append((name, self.node(os.path.join(path, name), depth + 1)))
            except ContentError as error:
                problems += error.problems
        if problems:
            raise ContentError(problems)
        return directory_blocks(entries, self._profile, self._sink)


def forget(_: Block) -> None:
    """Take a block and drop it, where only the name is wanted."""
