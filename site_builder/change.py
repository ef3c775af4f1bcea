"""What a build has to change in the output, and the changing of it.

In: an archive as planned, and the output as it is. Out: the output as it should be, and what was
written. Everything is staged before the first file is put into place.
"""

from collections.abc import Sequence
from typing import NamedTuple

from site_builder.build.inspection import Inspection, OutputState
from site_builder.build.output import Output
from site_builder.build.task import Absent, Staged
from site_builder.build.write import OutputTree, parents_of
from site_builder.errors import ContentError, EnvironmentFault, Problem
from site_builder.reports import Request
from site_builder.session import Archive, Session

MOST_NAMED = 10
"""Files that one message names."""


def tree_name(request: Request) -> str:
    """Return the name under which the cache knows an output folder."""
    output, root = request.output.resolve(), request.root.resolve()
    return output.relative_to(root).as_posix() if root in output.parents else output.as_posix()


class Change:
    """What a build has to do: which outputs are stale, which files go, which are not ours.

    `foreign` are files at places that the site needs, and that no build made.
    """

    def __init__(
        self, session: Session, archive: Archive, tree: OutputTree, seen: Inspection
    ) -> None:
        outputs = archive.plan.outputs
        self.state = OutputState(session.cache.outputs(tree_name(session.request)), seen)
        self.stale = self.state.stale(outputs)
        self.removed = self.state.left_over(outputs)
        not_ours = self.state.not_ours()
        self.strangers = sorted(not_ours - outputs.keys())
        self.foreign = not_ours & outputs.keys()
        tree.check_way([one.path for one in self.stale], self.strangers, self.state.has)
        self.needed = bool(self.stale or self.removed or self.foreign)


class Wrote(NamedTuple):
    """What was written, what is absent though a page names it, and what a person should know."""

    paths: tuple[str, ...]
    absent: tuple[Problem, ...]
    notes: tuple[str, ...]


def write(session: Session, archive: Archive, tree: OutputTree, change: Change) -> Wrote:
    """Bring the output up to date; return what was written."""
    name = tree_name(session.request)
    staging = tree.open_staging()
    staged = session.stage(archive, change.stale, staging)
    absent: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    if any(isinstance(one, Absent) for one in staged):
        from site_builder.mending import mend

        staged, absent, notes = mend(
            change.stale, staged, (tree.folder, staging),
            archive.published.config, archive.editions.ledger, session.progress,
        )  # fmt: skip
    if session.request.strict and absent:
        raise ContentError(absent)
    pairs = zip(change.stale, staged, strict=True)
    made = [(output, one) for output, one in pairs if isinstance(one, Staged)]
    gone = {one.path for one in change.stale} - {one.path for one, _ in made}
    state = change.state
    change.removed += sorted(path for path in gone if state.owns(path) and state.has(path))
    moves = _in_order(made)
    paths = tuple(path for path, _ in moves)
    _refuse_foreign(tree, change.foreign.intersection(paths))
    tree.adopt(sorted(change.foreign))
    session.cache.claim(name, paths)
    first = set(_in_the_way(change.removed, paths))
    tree.remove(sorted(first), state.has)
    tree.put(staging, moves, state.owns)
    tree.remove([path for path in change.removed if path not in first], state.has)
    del moves
    session.cache.settle(name, made, change.removed)
    return Wrote(paths, absent, notes)


def _in_order(made: Sequence[tuple[Output, Staged]]) -> list[tuple[str, int]]:
    """Return path and number of each file that is to be put into place, what announces others last.

    There may be one for every file of the site, so they are small.
    """
    ranked = sorted((output.rank, output.path, one.number) for output, one in made if one.differs)
    return [(path, number) for _, path, number in ranked]


def lost_files(
    session: Session, outputs: list[Output], staged: list[Staged | Absent]
) -> tuple[Problem, ...]:
    """Return a warning for each output whose bytes are lost. Raises ContentError if strict."""
    folder = tree_name(session.request)
    what = "is part of a published edition, and its bytes are lost"
    hint = "copy it back from the published site, from a gateway or from a backup"
    problems = tuple(
        Problem(f"{folder}/{output.path}", 0, what, hint)
        for output, one in zip(outputs, staged, strict=True)
        if isinstance(one, Absent)
    )
    if problems and session.request.strict:
        raise ContentError(problems)
    return problems


def differing(outputs: list[Output], staged: list[Staged | Absent]) -> tuple[str, ...]:
    """Return the paths of the outputs whose files have other bytes, or are not there."""
    pairs = zip(outputs, staged, strict=True)
    paths = [output.path for output, one in pairs if isinstance(one, Staged) and one.differs]
    return tuple(sorted(paths))


def _refuse_foreign(tree: OutputTree, paths: set[str]) -> None:
    """Raise EnvironmentFault for files that the site would replace although no build made them."""
    if paths:
        named = ", ".join(str(tree.folder / path) for path in sorted(paths)[:MOST_NAMED])
        rest = f" and {len(paths) - MOST_NAMED:,} more" if len(paths) > MOST_NAMED else ""
        raise EnvironmentFault(
            f"{named}{rest}: no build of this site made what stands there; move it away"
        )


def _in_the_way(removed: list[str], written: tuple[str, ...]) -> list[str]:
    """Return files of earlier builds that stand where a folder must be, or the other way round."""
    if not removed:
        return []
    folders = {folder for path in written for folder in parents_of(path)}
    files = set(written)
    return [path for path in removed if path in folders or not files.isdisjoint(parents_of(path))]
