"""The stages in order: what `check` and `build` do.

In: a Request. Out: a Report, or one ContentError with every Problem that could be found. Nothing
below `output/` changes before all of them are known.
"""

from collections.abc import Iterator
from functools import partial
from typing import TypeVar

import msgspec

from site_builder.articles.article import Article, Entry
from site_builder.articles.find import find_sources
from site_builder.articles.media import check_media
from site_builder.articles.source import ARTICLES, Found
from site_builder.build.cache import (
    Cache,
    CacheDamaged,
    Made,
    discard_cache,
    open_cache,
    peek_cache,
)
from site_builder.build.output import Output
from site_builder.build.pages import Job
from site_builder.build.plan.site import Plan, plan_site
from site_builder.build.published import Published, publish
from site_builder.build.task import RenderTask, Staged
from site_builder.build.work import check_templates, read_batch, stage_batch
from site_builder.build.workers import Workers
from site_builder.build.write import OutputTree, parents_of
from site_builder.errors import ContentError, EnvironmentFault, Problem
from site_builder.reports import Progress, Report, Request
from site_builder.setting import Setting, read_setting

READ_BATCH = 40
RENDER_BATCH = 100
ALONE = 150
"""Work on fewer files than this is done before worker processes would have started."""
MOST_TEMPLATE_PROBLEMS = 20


Item = TypeVar("Item")


class _Archive(msgspec.Struct, frozen=True):
    """The archive as read and planned, without a Problem."""

    published: Published
    plan: Plan
    warnings: tuple[Problem, ...]


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
            return _build(request, setting, cache, workers, tree, note, progress)
    except CacheDamaged:
        discard_cache(request.root)
    cache, _ = open_cache(request.root, setting.version)
    note = "what earlier builds remembered was damaged; building everything anew"
    with cache, Workers(request.jobs) as workers:
        return _build(request, setting, cache, workers, tree, note, progress)


def check(request: Request, progress: Progress) -> Report:
    """Do everything but write. Raises ContentError or EnvironmentFault as a build would."""
    setting = read_setting(request.root)
    with peek_cache(request.root, setting.version) as cache, Workers(request.jobs) as workers:
        archive = _read_and_plan(request, setting, cache, workers, progress)
        made = cache.outputs(_tree_name(request))
        stale = [
            output
            for output in archive.plan.outputs.values()
            if output.path not in made or made[output.path].fingerprint != output.fingerprint
        ]
        _stage(request, setting, archive, stale, cache, workers, "", progress)
    return _report(archive, (), 0, (), ())


def _build(
    request: Request,
    setting: Setting,
    cache: Cache,
    workers: Workers,
    tree: OutputTree,
    note: str,
    progress: Progress,
) -> Report:
    name = _tree_name(request)
    archive = _read_and_plan(request, setting, cache, workers, progress)
    outputs = archive.plan.outputs
    made = cache.outputs(name)
    present = tree.scan()
    stale = [one for one in outputs.values() if not _is_fresh(one, made, present)]
    removed = sorted(made.keys() - outputs.keys())
    strangers = sorted(present.keys() - made.keys() - outputs.keys())
    tree.check_way((one.path for one in stale), set(strangers))
    written: list[Staged] = []
    if stale or removed:
        tree.open_staging()
        try:
            staging = str(tree.staging)
            staged = _stage(request, setting, archive, stale, cache, workers, staging, progress)
            ranks = {one.path: one.rank for one in stale}
            written = sorted(
                (one for one in staged if one.file), key=lambda one: (ranks[one.path], one.path)
            )
            cache.claim(name, (one.path for one in written))
            tree.remove(_in_the_way(removed, written))
            tree.put((one.path, one.file) for one in written)
            tree.remove(removed)
        finally:
            tree.close_staging()
        fingerprints = {one.path: one.fingerprint for one in stale}
        settled = {
            one.path: Made(fingerprints[one.path], one.size_bytes, one.mtime_ns) for one in staged
        }
        cache.settle(name, settled, removed)
    paths = tuple(one.path for one in written)
    return _report(archive, paths, len(removed), tuple(strangers), (note,) if note else ())


def _read_and_plan(
    request: Request, setting: Setting, cache: Cache, workers: Workers, progress: Progress
) -> _Archive:
    """Return the archive. Raises ContentError with every Problem of the run."""
    problems = list(setting.problems)
    if cache.good_theme() != setting.theme.digest:
        problems += check_templates(setting.theme)
        if not problems:
            cache.keep_good_theme(setting.theme.digest)
    found, faults = find_sources(request.root)
    entries, at_fault = _read(request, setting, found, cache, workers, progress)
    problems += faults + at_fault
    known = cache.files()
    media, faults = check_media(request.root, entries, known, cache.opened_ns)
    cache.keep_files(dict(media.items() - known.items()))
    cache.commit()
    problems += faults
    if setting.config is None:
        raise ContentError(problems)
    published, warnings = publish(
        setting.config, entries, request.now, request.drafts, setting.version, setting.theme.digest
    )
    plan = plan_site(
        published,
        setting.theme,
        str(request.root / ARTICLES),
        {file: digest for file, (_, _, digest) in media.items()},
        frozenset(problem.file for problem in problems),
    )
    problems += plan.problems
    if request.strict:
        problems += warnings
    if problems:
        raise ContentError(problems)
    return _Archive(published, plan, tuple(sorted(set(warnings))))


def _read(
    request: Request,
    setting: Setting,
    found: list[Found],
    cache: Cache,
    workers: Workers,
    progress: Progress,
) -> tuple[list[Entry], list[Problem]]:
    """Return the entry of every source without fault, in the order of their paths."""
    known = cache.sources()
    entries: dict[str, Entry] = {}
    changed: dict[str, Found] = {}
    digests: list[tuple[str, bytes]] = []
    for file in found:
        remembered = known.get(file.source)
        if remembered and remembered[:2] == (file.mtime_ns, file.size_bytes):
            entries[file.source] = remembered[2]
        else:
            changed[file.source] = file
            digests.append((file.source, remembered[2].digest if remembered else b""))
    problems: list[Problem] = []
    progress.start("reading", len(changed))
    batches = _batches(digests, READ_BATCH)
    reading = partial(read_batch, str(request.root), setting.rules)
    files = iter(changed.values())
    for results in workers.map(reading, batches, alone=len(changed) < ALONE):
        kept: list[tuple[Found, Article]] = []
        touched: list[tuple[Found, Entry]] = []
        for result, seen in zip(results, files, strict=False):
            trusted = seen.mtime_ns < cache.opened_ns
            file = seen if trusted else Found(seen.source, -1, seen.size_bytes)
            if isinstance(result, list):
                problems += result
            elif result is None:
                entries[file.source] = known[file.source][2]
                touched.append((file, known[file.source][2]))
            else:
                entries[file.source] = result.entry
                kept.append((file, result))
        cache.keep_sources(kept)
        cache.touch_sources(touched)
        progress.advance(len(results))
    cache.forget_sources(known.keys() - {file.source for file in found})
    return [entries[source] for source in sorted(entries)], problems


def _stage(
    request: Request,
    setting: Setting,
    archive: _Archive,
    stale: list[Output],
    cache: Cache,
    workers: Workers,
    staging: str,
    progress: Progress,
) -> list[Staged]:
    """Render what is stale into the staging folder, or to nothing where that is ''."""
    task = _task(request, setting, archive.published, staging)
    progress.start("rendering", len(stale))
    staged: list[Staged] = []
    problems: set[Problem] = set()

    def jobs() -> Iterator[list[tuple[int, str, Job]]]:
        for batch in _batches(list(enumerate(stale)), RENDER_BATCH):
            yield [(number, one.path, one.make(cache.article)) for number, one in batch]

    alone = len(stale) < ALONE
    for results in workers.map(partial(stage_batch, task), jobs(), alone):
        for result in results:
            if isinstance(result, Problem):
                problems.add(result)
            elif isinstance(result, OSError):
                reason = result.strerror or str(result)
                raise EnvironmentFault(f"cannot write {result.filename}: {reason}") from result
            else:
                staged.append(result)
        progress.advance(len(results))
    if problems:
        places: dict[tuple[str, int, str], Problem] = {}
        for problem in sorted(problems):
            places.setdefault((problem.file, problem.line, problem.what), problem)
        raise ContentError(list(places.values())[:MOST_TEMPLATE_PROBLEMS])
    return staged


def _task(request: Request, setting: Setting, published: Published, staging: str) -> RenderTask:
    return RenderTask(published.site, setting.theme, str(request.output), staging)


def _tree_name(request: Request) -> str:
    """Return the name under which the cache knows an output folder."""
    output, root = request.output.resolve(), request.root.resolve()
    return output.relative_to(root).as_posix() if root in output.parents else output.as_posix()


def _is_fresh(output: Output, made: dict[str, Made], present: dict[str, tuple[int, int]]) -> bool:
    """Report whether the file is there as an earlier build left it, from these very inputs."""
    known = made.get(output.path)
    if known is None or known.fingerprint != output.fingerprint:
        return False
    return present.get(output.path) == (known.size_bytes, known.mtime_ns)


def _in_the_way(removed: list[str], written: list[Staged]) -> list[str]:
    """Return files of earlier builds that stand where a folder must be, or the other way round."""
    folders = {folder for one in written for folder in parents_of(one.path)}
    files = {one.path for one in written}
    return [path for path in removed if path in folders or not files.isdisjoint(parents_of(path))]


def _batches(items: list[Item], size: int) -> Iterator[list[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _report(
    archive: _Archive,
    written: tuple[str, ...],
    removed: int,
    strangers: tuple[str, ...],
    notes: tuple[str, ...],
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
