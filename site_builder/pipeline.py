"""What the program does with an archive: `build`, `check`, `preview`, `verify` and `explain`.

In: a Request. Out: a Report, or one ContentError with every Problem that could be found. Nothing
below `output/` changes before all of them are known.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from site_builder.articles.source import ARTICLES
from site_builder.build.cache import CacheDamaged
from site_builder.build.cache_file import discard_cache, open_cache, peek_cache
from site_builder.build.explain import Explanation, explain_output
from site_builder.build.output import Output, is_fresh
from site_builder.build.settled import Settled, tree_digest
from site_builder.build.task import Absent, Staged
from site_builder.build.workers import Workers
from site_builder.build.write import FileState, OutputTree, parents_of
from site_builder.errors import ContentError, EnvironmentFault, Problem
from site_builder.mending import mend
from site_builder.reports import Progress, Report, Request
from site_builder.session import Archive, Session
from site_builder.setting import read_setting

MOST_NAMED = 10
"""Files that one message names."""

MANY_FILES = 20_000
"""From so many on, looking at the output is worth a process of its own."""

_DAMAGED = "what earlier builds remember is damaged; run site-builder build, which starts it anew"


def build(request: Request, progress: Progress) -> Report:
    """Build the site. Raises ContentError or EnvironmentFault; then `output/` is as it was."""
    tree = OutputTree(request.output)
    tree.check(request.root / ARTICLES)
    setting = read_setting(request.root)
    if setting.problems:
        return check(request, progress)
    cache, note = open_cache(request.root, setting.version)
    try:
        with cache, Workers(request.jobs) as workers:
            return _build(Session(request, setting, cache, workers, progress), tree, note)
    except CacheDamaged:
        discard_cache(request.root)
    cache, _ = open_cache(request.root, setting.version)
    note = "what earlier builds remembered was damaged; building everything anew"
    with cache, Workers(request.jobs) as workers:
        return _build(Session(request, setting, cache, workers, progress), tree, note)


def check(request: Request, progress: Progress) -> Report:
    """Look for every fault that a build would find; write nothing."""
    with _peek(request, progress) as session:
        archive = session.plan(session.look())
        made = session.cache.outputs(_tree_name(request))
        stale = [
            output
            for output in archive.plan.outputs.values()
            if output.path not in made or made[output.path].fingerprint != output.fingerprint
        ]
        session.stage(archive, stale, "")
    return _report(archive)


def preview(request: Request, progress: Progress) -> Report:
    """Report what a build would write and remove; write nothing."""
    with _peek(request, progress) as session:
        archive = session.plan(session.look())
        tree = OutputTree(request.output)
        change = _Change(session, archive, tree, tree.scan())
        staged = session.stage(archive, change.stale, "")
    written = _differing(change.stale, staged)
    return _report(archive, written, tuple(change.removed), tuple(change.strangers))


def verify(request: Request, progress: Progress) -> Report:
    """Make every file anew without the cache, and report those in `output/` that differ.

    `written` names files that are missing or have other bytes, `removed` files of earlier builds
    that a clean build does not make.
    """
    with _peek(request, progress) as session:
        session.cache.forget_everything()
        archive = session.plan(session.look())
        outputs = archive.plan.outputs
        everything = list(outputs.values())
        staged = session.stage(archive, everything, "")
    tree = OutputTree(request.output)
    present, owned = tree.scan().keys(), tree.owned()
    written = _differing(everything, staged)
    removed = tuple(sorted((owned & present) - outputs.keys()))
    return _report(archive, written, removed, tuple(sorted(present - outputs.keys() - owned)))


def explain(request: Request, place: str, progress: Progress) -> Explanation:
    """Say from what one output is made, and why a build would make it again.

    `place` is a path below `output/`, with or without that folder, or a url of the site. Raises
    EnvironmentFault where the site has no such output.
    """
    with _peek(request, progress) as session:
        archive = session.plan(session.look())
        name = _tree_name(request)
        made = session.cache.outputs(name)
        present = OutputTree(request.output).scan()
        folders = (f"{request.output.as_posix()}/", f"{name}/")
        return explain_output(
            place, folders, archive.plan.outputs, made, present,
            lambda path: session.cache.inputs(name, path),
        )  # fmt: skip


def survey(request: Request, progress: Progress) -> Archive:
    """Read and plan the archive, and return it; write nothing. Raises ContentError."""
    with _peek(request, progress) as session:
        return session.plan(session.look())


class _Change:
    """What a build has to do: which outputs are stale, which files go, which are not ours.

    `foreign` are files at places that the site needs, and that no build made.
    """

    def __init__(
        self, session: Session, archive: Archive, tree: OutputTree, present: dict[str, FileState]
    ) -> None:
        outputs = archive.plan.outputs
        made = session.cache.outputs(_tree_name(session.request))
        self.present = present
        self.owned = tree.owned()
        self.stale = [one for one in outputs.values() if not is_fresh(one, made, self.present)]
        self.removed = sorted(self.owned - outputs.keys())
        self.strangers = sorted(self.present.keys() - self.owned - outputs.keys())
        self.foreign = (self.present.keys() & outputs.keys()) - self.owned
        ours = self.owned | outputs.keys()
        tree.check_way((one.path for one in self.stale), self.present, ours)
        self.needed = bool(self.stale or self.removed or self.foreign)


@contextmanager
def _peek(request: Request, progress: Progress) -> Iterator[Session]:
    """Yield a session that writes nothing. Raises ContentError for faults of the setting alone."""
    setting = read_setting(request.root)
    with peek_cache(request.root, setting.version) as cache, Workers(request.jobs) as workers:
        try:
            yield Session(request, setting, cache, workers, progress)
        except CacheDamaged:
            raise EnvironmentFault(_DAMAGED) from None


def _build(session: Session, tree: OutputTree, note: str) -> Report:
    name = _tree_name(session.request)
    tree.close_staging()
    before = session.cache.settled(name)
    present = session.workers.start(tree.scan, alone=not before or before.files < MANY_FILES)
    sight = session.look()
    settled = session.settled(sight, before)
    if settled and settled.tree == tree_digest(present(), tree.record()):
        return _report_again(settled)
    try:
        archive = session.plan(sight, tree.open_staging)
        change = _Change(session, archive, tree, present())
        session.cache.keep_settled(name, None)
        wrote = _write(session, archive, tree, change) if change.needed else _Wrote((), (), ())
    finally:
        tree.close_staging()
    notes = (*((note,) if note else ()), *wrote.notes)
    strangers = tuple(change.strangers)
    report = _report(archive, wrote.paths, tuple(change.removed), strangers, notes)
    if wrote.absent:  # the next build asks for the bytes again, so the site is not settled
        session.cache.commit()
        return report._replace(warnings=tuple(sorted({*report.warnings, *wrote.absent})))
    _settle(session, archive, report, tree_digest(change.present, tree.record()))
    return report


class _Wrote(NamedTuple):
    """What was written, what is absent though a page names it, and what a person should know."""

    paths: tuple[str, ...]
    absent: tuple[Problem, ...]
    notes: tuple[str, ...]


def _write(session: Session, archive: Archive, tree: OutputTree, change: "_Change") -> _Wrote:
    """Bring the output up to date, and `change.present` with it; return what was written."""
    name = _tree_name(session.request)
    staging = tree.open_staging()
    mended = mend(
        change.stale, session.stage(archive, change.stale, staging), (tree.folder, staging),
        archive.published.config, archive.editions.ledger, session.progress,
    )  # fmt: skip
    if session.request.strict and mended.warnings:
        raise ContentError(mended.warnings)
    pairs = zip(change.stale, mended.staged, strict=True)
    made = [(output, one) for output, one in pairs if isinstance(one, Staged)]
    moves = sorted(
        (output.rank, output.path, f"{staging}/{one.number}") for output, one in made if one.differs
    )
    paths = tuple(path for _, path, _ in moves)
    _refuse_foreign(tree, change.foreign.intersection(paths))
    tree.adopt(sorted(change.foreign))
    session.cache.claim(name, paths)
    first = set(_in_the_way(change.removed, paths))
    tree.remove(sorted(first), change.present)
    tree.put([(path, file) for _, path, file in moves], change.owned)
    tree.remove([path for path in change.removed if path not in first], change.present)
    left = [(output, one.size_bytes, one.mtime_ns) for output, one in made]
    session.cache.settle(name, left, change.removed)
    change.present.update((one.path, (size, mtime_ns)) for one, size, mtime_ns in left)
    for path in change.removed:
        change.present.pop(path, None)
    return _Wrote(paths, mended.warnings, mended.notes)


def _settle(session: Session, archive: Archive, report: Report, tree: bytes) -> None:
    """Remember the site as it is now, if whatever changes from here on can be seen."""
    if archive.digest:
        settled = Settled(
            archive=archive.digest,
            tree=tree,
            since=session.now(archive.published.config),
            until=archive.published.same_until,
            articles=report.articles,
            files=report.files,
            warnings=report.warnings,
            strangers=report.strangers,
            next_change=report.next_change,
        )
        session.cache.keep_settled(_tree_name(session.request), settled)
    session.cache.commit()


def _report_again(settled: Settled) -> Report:
    return Report(
        articles=settled.articles,
        files=settled.files,
        written=(),
        removed=(),
        warnings=settled.warnings,
        strangers=settled.strangers,
        notes=(),
        next_change=settled.next_change,
    )


def _differing(outputs: list[Output], staged: list[Staged | Absent]) -> tuple[str, ...]:
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


def _tree_name(request: Request) -> str:
    """Return the name under which the cache knows an output folder."""
    output, root = request.output.resolve(), request.root.resolve()
    return output.relative_to(root).as_posix() if root in output.parents else output.as_posix()


def _in_the_way(removed: list[str], written: tuple[str, ...]) -> list[str]:
    """Return files of earlier builds that stand where a folder must be, or the other way round."""
    if not removed:
        return []
    folders = {folder for path in written for folder in parents_of(path)}
    files = set(written)
    return [path for path in removed if path in folders or not files.isdisjoint(parents_of(path))]


def _report(
    archive: Archive,
    written: tuple[str, ...] = (),
    removed: tuple[str, ...] = (),
    strangers: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Report:
    return Report(
        articles=len(archive.published.entries),
        files=len(archive.plan.outputs),
        written=written,
        removed=removed,
        warnings=archive.warnings,
        strangers=strangers,
        notes=notes,
        next_change=archive.published.next_change,
    )
