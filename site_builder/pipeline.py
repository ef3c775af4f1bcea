"""What the program does with an archive: `build`, `check`, `preview`, `verify` and `explain`.

In: a Request. Out: a Report, or one ContentError with every Problem that could be found. Nothing
below `output/` changes before all of them are known.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import NamedTuple

from site_builder.articles.source import ARTICLES
from site_builder.build.cache import STATE_FOLDER, Cache, CacheDamaged
from site_builder.build.cache_file import discard_cache, open_cache, peek_cache
from site_builder.build.edition import BLOCKS
from site_builder.build.editions import new_lines
from site_builder.build.explain import Explanation, explain_output
from site_builder.build.inspection import Inspection, inspect_apart, inspect_output
from site_builder.build.settled import Settled
from site_builder.build.work import get_ready
from site_builder.build.workers import Workers
from site_builder.build.write import FileState, OutputTree
from site_builder.change import Change, Wrote, differing, lost_files, tree_name, write
from site_builder.config import Config
from site_builder.darkroom import Darkroom
from site_builder.errors import EnvironmentFault, Problem
from site_builder.pictures.store import FOLDER as PICTURES
from site_builder.publish.ledger import Line, append
from site_builder.reports import Progress, Report, Request
from site_builder.session import Archive, Session
from site_builder.setting import Setting, read_setting

LARGE_RECORD_BYTES = 500_000
"""The record of an output of some 8,000 files, which are worth a process that looks at them."""

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
            return _build(_session(request, setting, cache, workers, progress), tree, note)
    except CacheDamaged:
        discard_cache(request.root)
    cache, _ = open_cache(request.root, setting.version)
    note = "what earlier builds remembered was damaged; building everything anew"
    with cache, Workers(request.jobs) as workers:
        return _build(_session(request, setting, cache, workers, progress), tree, note)


def _session(
    request: Request, setting: Setting, cache: Cache, workers: Workers, progress: Progress
) -> Session:
    """Return the session of a build, which keeps the pictures that it encodes."""
    store = str(request.root / STATE_FOLDER / PICTURES)
    darkroom = Darkroom(store, workers, progress, fills=True)
    return Session(request, setting, cache, workers, progress, darkroom)


def check(request: Request, progress: Progress) -> Report:
    """Look for every fault that a build would find; write nothing."""
    with _peek(request, progress) as session:
        archive = session.plan(session.look())
        made = session.cache.outputs(tree_name(request))
        stale = [
            output
            for output in archive.plan.outputs.values()
            if output.path not in made or made[output.path][0] != output.fingerprint
        ]
        lost = lost_files(session, stale, session.stage(archive, stale, ""))
    return _report(archive, lost=lost)


def preview(request: Request, progress: Progress) -> Report:
    """Report what a build would write and remove; write nothing."""
    with _peek(request, progress) as session:
        archive = session.plan(session.look())
        tree = OutputTree(request.output)
        change = Change(session, archive, tree, _inspect(session, tree))
        staged = session.stage(archive, change.stale, "")
        lost = lost_files(session, change.stale, staged)
    written = differing(change.stale, staged)
    return _report(archive, written, tuple(change.removed), tuple(change.strangers), lost=lost)


def verify(request: Request, progress: Progress) -> Report:
    """Make every file anew without the cache, and report those in `output/` that differ.

    `written` names files that are missing or have other bytes, `removed` files of earlier builds
    that a clean build does not make.
    """
    from tempfile import TemporaryDirectory

    with (
        TemporaryDirectory(prefix="site_builder-") as store,
        _peek(request, progress, store) as session,
    ):
        session.cache.forget_everything()
        archive = session.plan(session.look())
        outputs = archive.plan.outputs
        everything = list(outputs.values())
        staged = session.stage(archive, everything, "")
        lost = lost_files(session, everything, staged)
    tree = OutputTree(request.output)
    present, owned = tree.scan().keys(), tree.owned()
    written = differing(everything, staged)
    removed = tuple(sorted((owned & present) - outputs.keys()))
    strangers = tuple(sorted(present - outputs.keys() - owned))
    return _report(archive, written, removed, strangers, lost=lost)


def explain(request: Request, place: str, progress: Progress) -> Explanation:
    """Say from what one output is made, and why a build would make it again.

    `place` is a path below `output/`, with or without that folder, or a url of the site. Raises
    EnvironmentFault where the site has no such output.
    """
    with _peek(request, progress) as session:
        archive = session.plan(session.look())
        name = tree_name(request)
        made = session.cache.outputs(name)
        present = OutputTree(request.output).scan()
        folders = (f"{request.output.as_posix()}/", f"{name}/")
        return explain_output(
            place, folders, archive.plan.outputs, made, present,
            lambda path: session.cache.inputs(name, path),
        )  # fmt: skip


class Release(NamedTuple):
    """A site whose editions are all in the ledger.

    `files` has size in bytes and mtime_ns of every file of the site by path. `lines` are those of
    the ledger whose editions the site serves, `new` how many of them were added just now.
    """

    report: Report
    config: Config
    files: dict[str, FileState]
    lines: tuple[Line, ...]
    new: int


def release(request: Request, progress: Progress) -> Release:
    """Build the site, and enter every edition in the ledger that is not there yet.

    Raises ContentError or EnvironmentFault as `build` does; then the ledger is as it was.
    """
    report = build(request, progress)
    with _peek(request, progress) as session:
        sight = session.look()
        archive = session.plan(sight)
        config, ledger = archive.published.config, sight.ledger
        if not config.editions:
            raise EnvironmentFault(
                "this site makes no editions: editions is false in the configuration"
            )
        when = session.now(config).astimezone(config.zone).isoformat(timespec="seconds")
        load = session.cache.article
        editions = archive.editions.by_source
        lines = list(new_lines(archive.published, editions, ledger, when, load))
    if lines:
        ledger = append(request.root, ledger, lines)
        report = build(request, progress)
    present = OutputTree(request.output).scan()
    outputs = archive.plan.outputs
    files = {path: state for path, state in present.items() if path in outputs}
    served = [line for line in ledger.lines if f"{BLOCKS}/{line.cid}" in outputs]
    return Release(report, config, files, tuple(served), len(lines))


def survey(request: Request, progress: Progress) -> Archive:
    """Read and plan the archive, and return it; write nothing. Raises ContentError."""
    with _peek(request, progress) as session:
        return session.plan(session.look())


@contextmanager
def _peek(request: Request, progress: Progress, scratch: str = "") -> Iterator[Session]:
    """Yield a session that writes nothing. Raises ContentError for faults of the setting alone.

    `scratch` is a folder for pictures that are to be encoded all the same.
    """
    setting = read_setting(request.root)
    with peek_cache(request.root, setting.version) as cache, Workers(request.jobs) as workers:
        try:
            store = scratch or str(request.root / STATE_FOLDER / PICTURES)
            darkroom = Darkroom(store, workers, progress, fills=bool(scratch))
            yield Session(request, setting, cache, workers, progress, darkroom)
        except CacheDamaged:
            raise EnvironmentFault(_DAMAGED) from None


def _build(session: Session, tree: OutputTree, note: str) -> Report:
    name = tree_name(session.request)
    tree.close_staging()
    before = session.cache.settled(name)
    inspected = _begin_to_inspect(session, tree)
    sight = session.look()
    settled = session.settled(sight, before)
    if settled and inspected().is_as_recorded(settled.strangers):
        return _report_again(settled)
    session.workers.prepare(get_ready)
    try:
        archive = session.plan(sight, tree.open_staging)
        change = Change(session, archive, tree, inspected())
        session.cache.keep_settled(name, None)
        wrote = write(session, archive, tree, change) if change.needed else Wrote((), (), ())
    finally:
        tree.close_staging()
    session.darkroom.forget_others(
        [one.digest for one in archive.published.media.values() if one.facts]
    )
    notes = (*((note,) if note else ()), *wrote.notes)
    strangers = tuple(change.strangers)
    report = _report(archive, wrote.paths, tuple(change.removed), strangers, notes)
    if wrote.absent:  # the next build asks for the bytes again, so the site is not settled
        session.cache.commit()
        return report._replace(warnings=tuple(sorted({*report.warnings, *wrote.absent})))
    _settle(session, archive, report)
    return report


def _begin_to_inspect(session: Session, tree: OutputTree) -> Callable[[], Inspection]:
    """Have a worker look at the output if it is large; return what waits for what it saw."""
    if session.workers.jobs == 1 or tree.record_bytes() < LARGE_RECORD_BYTES:
        return lru_cache(partial(_inspect, session, tree))
    root, name = session.request.root, tree_name(session.request)
    return session.workers.start(partial(inspect_apart, root, name, tree.folder))


def _inspect(session: Session, tree: OutputTree) -> Inspection:
    return inspect_output(tree, session.cache.outputs(tree_name(session.request)))


def _settle(session: Session, archive: Archive, report: Report) -> None:
    """Remember the site as it is now, if whatever changes from here on can be seen."""
    if archive.digest:
        settled = Settled(
            archive=archive.digest,
            since=session.now(archive.published.config),
            until=archive.published.same_until,
            articles=report.articles,
            files=report.files,
            warnings=report.warnings,
            strangers=report.strangers,
            next_change=report.next_change,
        )
        session.cache.keep_settled(tree_name(session.request), settled)
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


def _report(
    archive: Archive,
    written: tuple[str, ...] = (),
    removed: tuple[str, ...] = (),
    strangers: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    lost: tuple[Problem, ...] = (),
) -> Report:
    return Report(
        articles=len(archive.published.entries),
        files=len(archive.plan.outputs),
        written=written,
        removed=removed,
        warnings=archive.warnings + lost,
        strangers=strangers,
        notes=notes,
        next_change=archive.published.next_change,
    )
