"""Compare an output folder with what the cache recorded of it.

In: the folder, and what builds made there. Out: only what differs, since little does.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from site_builder.build.cache_file import join_cache
from site_builder.build.output import Made, Output
from site_builder.build.write import FileState, OutputTree


class Inspection(msgspec.Struct, frozen=True):
    """How an output differs from what the cache recorded.

    `other` has each file that is not as recorded, or not recorded at all, with its state, None for
    one that is gone. `unrecorded` are files that the folder's own list has as ours and the cache
    has not, `disowned` the other way round.
    """

    other: dict[str, FileState | None]
    unrecorded: frozenset[str]
    disowned: frozenset[str]

    def is_as_recorded(self, strangers: Collection[str]) -> bool:
        """Report whether nothing differs but that there are these files, which are not ours."""
        if self.unrecorded or self.disowned:
            return False
        return self.other.keys() == set(strangers) and None not in self.other.values()


def inspect_output(tree: OutputTree, made: Mapping[str, Made]) -> Inspection:
    """Look at every file of an output of which the cache recorded `made`."""
    present, owned = tree.scan(), tree.owned()
    other: dict[str, FileState | None] = {
        path: state
        for path, state in present.items()
        if path not in made or made[path][1:] != state
    }
    other.update(dict.fromkeys(made.keys() - present.keys()))
    return Inspection(other, frozenset(owned - made.keys()), frozenset(made.keys() - owned))


def inspect_apart(root: Path, name: str, folder: Path) -> Inspection:
    """Look at an output that the cache of the archive in `root` knows by `name`.

    Another process of this build has the cache open, and changes nothing of its outputs meanwhile.
    """
    with join_cache(root) as cache:
        made = cache.outputs(name)
    return inspect_output(OutputTree(folder), made)


class OutputState:
    """An output as it is: what the cache recorded, and how it differs from that."""

    def __init__(self, made: Mapping[str, Made], seen: Inspection) -> None:
        self._made = made
        self._seen = seen

    def has(self, path: str) -> bool:
        """Report whether there is such a file."""
        if path in self._seen.other:
            return self._seen.other[path] is not None
        return path in self._made

    def owns(self, path: str) -> bool:
        """Report whether builds put a file there, or were about to."""
        if path in self._made:
            return path not in self._seen.disowned
        return path in self._seen.unrecorded

    def stale(self, outputs: Mapping[str, Output]) -> list[Output]:
        """Return the outputs whose files are not there as made from the very inputs of now."""
        made, other = self._made, self._seen.other
        stale = []
        for path, output in outputs.items():
            known = made.get(path)
            if known is None or known[0] != output.fingerprint or path in other:
                stale.append(output)
        return stale

    def left_over(self, outputs: Mapping[str, Output]) -> list[str]:
        """Return the files that builds put there and that are no outputs, in order."""
        gone = self._made.keys() - outputs.keys() - self._seen.disowned
        return sorted(gone | (self._seen.unrecorded - outputs.keys()))

    def not_ours(self) -> set[str]:
        """Return the files that no build put there."""
        places = self._seen.other.keys() | self._seen.disowned
        return {path for path in places if self.has(path) and not self.owns(path)}
