"""What the program does with an archive: `build`, `check`, `preview`, `verify` and `explain`.

In: a Request. Out: a Report, or one ContentError with every Problem that could be found. Nothing
below `output/` changes before all of them are known.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from site_builder.articles.source import ARTICLES
from site_builder.build.cache import CacheDamaged, discard_cache, open_cache, peek_cache
from site_builder.build.explain import Explanation, explain_output
from site_builder.build.output import is_fresh
from site_builder.build.task import Staged
from site_builder.build.workers import Workers
from site_builder.build.write import OutputTree, parents_of
from site_builder.errors import EnvironmentFault
from site_builder.reports import Progress, Report, Request
from site_builder.session import Archive, Session
from site_builder.setting import read_setting

MOST_NAMED = 10
"""Files that one message names."""

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
        archive = session.plan()
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
        archive = session.plan()
        change = _Change(session, archive, OutputTree(request.output))
        staged = session.stage(archive, change.stale, "")
    written = tuple(sorted(one.path for one in staged if one.differs))
    return _report(archive, written, tuple(change.removed), tuple(change.strangers))


def verify(request: Request, progress: Progress) -> Report:
    """Make every file anew without the cache, and report those in `output/` that differ.

    `written` names files that are missing or have other bytes, `removed` files of earlier builds
    that a clean build does not make.
    """
    with _peek(request, progress) as session:
        session.cache.forget_everything()
        archive = session.plan()
        outputs = archive.plan.outputs
        staged = session.stage(archive, list(outputs.values()), "")
    tree = OutputTree(request.output)
    present, owned = tree.scan().keys(), tree.owned()
    written = tuple(sorted(one.path for one in staged if one.differs))
    removed = tuple(sorted((owned & present) - outputs.keys()))
    return _report(archive, written, removed, tuple(sorted(present - outputs.keys() - owned)))


def explain(request: Request, place: str, progress: Progress) -> Explanation:
    """Say from what one output is made, and why a build would make it again.

    `place` is a path below `output/`, with or without that folder, or a url of the site. Raises
    EnvironmentFault where the site has no such output.
    """
    with _peek(request, progress) as session:
        archive = session.plan()
        name = _tree_name(request)
        made = session.cache.outputs(name)
        present = OutputTree(request.output).scan()
        folders = (f"{request.output.as_posix()}/", f"{name}/")
        return explain_output(
            place, folders, archive.plan.outputs, made, present,
            lambda path: session.cache.inputs(name, path),
        )  # fmt: skip


class _Change:
    """What a build has to do: which outputs are stale, which files go, which are not ours.

    `foreign` are files at places that the site needs, and that no build made.
    """

    def __init__(self, session: Session, archive: Archive, tree: OutputTree) -> None:
        outputs = archive.plan.outputs
        made = session.cache.outputs(_tree_name(session.request))
        self.present = tree.scan()
        self.owned = tree.owned()
        self.stale = [one for one in outputs.values() if not is_fresh(one, made, self.present)]
        self.removed = sorted(self.owned - outputs.keys())
        self.strangers = sorted(self.present.keys() - self.owned - outputs.keys())
        self.foreign = (self.present.keys() & outputs.keys()) - self.owned
        ours = self.owned | outputs.keys()
        tree.check_way((one.path for one in self.stale), self.present, ours)


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
    archive = session.plan()
    change = _Change(session, archive, tree)
    removed = change.removed
    written: list[Staged] = []
    if change.stale or removed or change.foreign:
        try:
            staged = session.stage(archive, change.stale, tree.open_staging())
            ranks = {one.path: one.rank for one in change.stale}
            written = sorted(
                (one for one in staged if one.differs), key=lambda one: (ranks[one.path], one.path)
            )
            _refuse_foreign(tree, change.foreign.intersection(one.path for one in written))
            tree.adopt(sorted(change.foreign))
            session.cache.claim(name, (one.path for one in written))
            first = set(_in_the_way(removed, written))
            tree.remove(sorted(first), change.present)
            tree.put([(one.path, one.file) for one in written], change.owned)
            tree.remove([path for path in removed if path not in first], change.present)
        finally:
            tree.close_staging()
        by_path = {one.path: one for one in change.stale}
        settled = ((by_path[one.path], one.size_bytes, one.mtime_ns) for one in staged)
        session.cache.settle(name, settled, removed)
    paths = tuple(one.path for one in written)
    notes = (note,) if note else ()
    return _report(archive, paths, tuple(removed), tuple(change.strangers), notes)


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


def _in_the_way(removed: list[str], written: list[Staged]) -> list[str]:
    """Return files of earlier builds that stand where a folder must be, or the other way round."""
    folders = {folder for one in written for folder in parents_of(one.path)}
    files = {one.path for one in written}
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
