"""One run over one archive: reading, planning and rendering, with what all of these are given."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import count

import msgspec

from site_builder.addresses import path_of
from site_builder.articles.find import find_sources
from site_builder.articles.media import check_media
from site_builder.articles.source import ARTICLES, Found
from site_builder.build.cache import Cache
from site_builder.build.edition import BLOCKS, NO_EDITIONS, Editions
from site_builder.build.editions import (
    check_assertions,
    check_remembered,
    draft_job,
    draft_pictures,
    sort_editions,
)
from site_builder.build.jobs import DraftJob, Job, Measured
from site_builder.build.output import Output
from site_builder.build.plan.media import PictureFileRecipe
from site_builder.build.plan.site import Plan, plan_site
from site_builder.build.published import Published, publish
from site_builder.build.settled import Settled, archive_digest, media_states
from site_builder.build.task import Absent, RenderTask, Staged
from site_builder.build.work import check_templates, draft_batch, stage_batch
from site_builder.build.workers import ALONE, Workers, batches
from site_builder.config import Config
from site_builder.darkroom import Darkroom
from site_builder.errors import ContentError, EnvironmentFault, Problem
from site_builder.publish.ledger import LEDGER_FILE, Ledger, read_ledger
from site_builder.reading import read_entries
from site_builder.reports import Progress, Request
from site_builder.setting import Setting

RENDER_BATCH = 100
MOST_SHOWN = 2_500
"""Articles that the files of one batch show, since each takes memory in two processes."""
MOST_TEMPLATE_PROBLEMS = 20


class Sight(msgspec.Struct, frozen=True):
    """What can be seen of the archive without reading its articles, and what is wrong there."""

    found: list[Found]
    ledger: Ledger
    problems: list[Problem]


class Archive(msgspec.Struct, frozen=True):
    """The archive as read and planned, without a Problem.

    `compiled` are its templates, `ready` the files that were staged on the way, by path; `digest`
    is its `archive_digest`.
    """

    published: Published
    plan: Plan
    editions: Editions
    compiled: dict[str, bytes]
    ready: dict[str, Staged]
    warnings: tuple[Problem, ...]
    digest: bytes


class Session:
    """One run. Nothing in it changes; what it learns, it returns."""

    def __init__(
        self,
        request: Request,
        setting: Setting,
        cache: Cache,
        workers: Workers,
        progress: Progress,
        darkroom: Darkroom,
    ) -> None:
        self.request = request
        self.setting = setting
        self.cache = cache
        self.workers = workers
        self.progress = progress
        self.darkroom = darkroom

    def look(self) -> Sight:
        """Return what can be seen of the archive without reading it."""
        found, problems = find_sources(self.request.root, self.cache.opened_ns)
        ledger, faults = read_ledger(self.request.root, self._published_ledger())
        return Sight(found, ledger, problems + faults)

    def _published_ledger(self) -> bytes:
        """Return the copy of the ledger in the output, b"" where there is none."""
        try:
            return (self.request.output / LEDGER_FILE).read_bytes()
        except OSError:
            return b""

    def plan(self, sight: Sight, staging: Callable[[], str] = lambda: "") -> Archive:
        """Return the archive. Raises ContentError with every Problem of the run.

        `staging` returns the folder for what is rendered on the way; '' where nothing is staged.
        """
        problems = [*self.setting.problems, *sight.problems]
        compiled = self.cache.compiled(self.setting.theme.digest)
        if compiled is None:
            if len(sight.found) >= ALONE:  # all their pages are to be rendered
                self.workers.gather()
            faults, compiled = check_templates(self.setting.theme.look())
            problems += faults
            if not faults:
                self.cache.keep_compiled(self.setting.theme.digest, compiled)
        entries, refused = read_entries(
            self.request.root, self.setting.rules, sight.found,
            self.cache, self.workers, self.progress,
        )  # fmt: skip
        problems += [problem for one in refused for problem in one.problems]
        known = self.cache.files()
        media, faults = check_media(
            self.request.root, [*entries, *refused], known, self.cache.opened_ns,
            self.darkroom.look_at,
        )  # fmt: skip
        self.cache.change_files(dict(media.items() - known.items()), known.keys() - media.keys())
        self.cache.commit()
        problems += faults
        if self.setting.config is None:
            raise ContentError(problems)
        walked = self.cache.walk()
        published, warnings = publish(
            self.setting.config,
            entries,
            self.now(self.setting.config),
            self.request.drafts,
            self.setting.version,
            self.setting.theme,
            media,
            walked,
        )
        editions = NO_EDITIONS
        ready: dict[str, Staged] = {}
        if self.setting.config.editions and not problems:
            editions, ready, faults = self._editions(published, sight.ledger, compiled, staging)
            problems += faults
        folder = str(self.request.root / ARTICLES)
        at_fault = frozenset(problem.file for problem in problems)
        plan = plan_site(published, self.setting.theme, folder, editions, refused, at_fault)
        problems += plan.problems
        problems += check_remembered(sight.ledger, plan.outputs) if not problems else []
        if self.request.strict:
            problems += warnings
        if problems:
            raise ContentError(problems)
        if plan.walk != walked:
            self.cache.keep_walk(plan.walk)
        states = {file: (one.stamp, one.size_bytes) for file, one in media.items()}
        setting = self.setting.digest + sight.ledger.digest.encode()
        digest = archive_digest(setting, self.request.drafts, sight.found, states)
        told = tuple(sorted(set(warnings)))
        return Archive(published, plan, editions, compiled, ready, told, digest)

    def now(self, config: Config) -> datetime:
        """Return the moment of the run, in the time zone of the site where it has none."""
        now = self.request.now
        return now if now.tzinfo else now.replace(tzinfo=config.zone)

    def settled(self, sight: Sight, settled: Settled | None) -> Settled | None:
        """Return how the last build left the site, if nothing about the archive changed since."""
        if settled is None or self.setting.config is None or sight.problems:
            return None
        if self.request.strict and settled.warnings:
            return None
        media = media_states(self.request.root, list(self.cache.files()), self.cache.opened_ns)
        setting = self.setting.digest + sight.ledger.digest.encode()
        digest = archive_digest(setting, self.request.drafts, sight.found, media)
        return settled if settled.holds(digest, self.now(self.setting.config)) else None

    def _editions(
        self,
        published: Published,
        ledger: Ledger,
        compiled: dict[str, bytes],
        staging: Callable[[], str],
    ) -> tuple[Editions, dict[str, Staged], list[Problem]]:
        """Return the edition of every article, and what was rendered to know their CIDs by path."""
        known = self.cache.editions()
        editions, unknown = sort_editions(published, ledger, known)
        task = self._task(published, compiled, staging() if unknown else "")
        articles = str(self.request.root / ARTICLES)
        self.darkroom.encode(draft_pictures(published, unknown, articles))
        numbered = list(zip(count(step=2), unknown, strict=False))

        def jobs() -> Iterator[list[tuple[int, str, DraftJob]]]:
            load = self.cache.article
            for batch in batches(numbered, RENDER_BATCH):
                yield [
                    (
                        number,
                        path_of(one.entry.url),
                        draft_job(published, ledger, one, articles, load),
                    )
                    for number, one in batch
                ]

        self.progress.start("rendering articles", len(unknown))
        problems: list[Problem] = []
        ready: dict[str, Staged] = {}
        kept: dict[str, tuple[bytes, Measured]] = {}
        waiting = iter(unknown)
        alone = len(unknown) < ALONE
        for results in self.workers.map(partial(draft_batch, task), jobs(), alone):
            for result, draft in zip(results, waiting, strict=False):
                if isinstance(result, Problem):
                    problems.append(result)
                elif isinstance(result, OSError):
                    raise _unwritten(result)
                else:
                    measured = result.measured
                    kept[draft.entry.source] = (draft.fingerprint, measured)
                    editions[draft.entry.source] = draft.edition(measured)
                    ready[path_of(draft.entry.url)] = result.page
                    if result.block:
                        ready[f"{BLOCKS}/{measured.cid}"] = result.block
            self.progress.advance(len(results))
        self.cache.change_editions(kept, known.keys() - editions.keys())
        problems = _first_of_each(problems)
        problems += check_assertions(editions, published.entries)
        return Editions(editions, ledger), ready, problems

    def _task(self, published: Published, compiled: dict[str, bytes], staging: str) -> RenderTask:
        look, output = self.setting.theme.look(), str(self.request.output)
        return RenderTask(published.site, look, compiled, output, staging, self.darkroom.store)

    def stage(self, archive: Archive, stale: list[Output], staging: str) -> list[Staged | Absent]:
        """Render what is stale into the staging folder, or to nothing where that is ''.

        Returns what became of each, in the order given.
        """
        task = self._task(archive.published, archive.compiled, staging)
        recipes = [one.recipe for one in stale if isinstance(one.recipe, PictureFileRecipe)]
        self.darkroom.encode((recipe.original, recipe.variant) for recipe in recipes)
        ready = archive.ready
        first = 2 * len(ready)  # numbers that no draft has
        unmade = [one for one in stale if one.path not in ready] if ready else stale
        self.progress.start("rendering", len(unmade))
        made: list[Staged | Absent] = []
        problems: set[Problem] = set()

        def jobs() -> Iterator[list[tuple[int, str, Job]]]:
            load = self.cache.article
            number = count(first)
            for batch in _rendered_together(unmade):
                yield [(next(number), one.path, one.recipe.make(load)) for one in batch]

        alone = len(unmade) < ALONE
        for results in self.workers.map(partial(stage_batch, task), jobs(), alone):
            for result in results:
                if isinstance(result, Problem):
                    problems.add(result)
                elif isinstance(result, OSError):
                    raise _unwritten(result)
                else:
                    made.append(result)
            self.progress.advance(len(results))
        if problems:
            raise ContentError(_first_of_each(problems))
        rest = iter(made)
        return [ready[one.path] if one.path in ready else next(rest) for one in stale]


def _first_of_each(problems: Iterable[Problem]) -> list[Problem]:
    """Return Problems of templates, each place once: it may show on any number of pages."""
    places: dict[tuple[str, int, str], Problem] = {}
    for problem in sorted(problems):
        places.setdefault((problem.file, problem.line, problem.what), problem)
    return list(places.values())[:MOST_TEMPLATE_PROBLEMS]


def _unwritten(error: OSError) -> EnvironmentFault:
    reason = error.strerror or str(error)
    return EnvironmentFault(f"cannot write {error.filename}: {reason}")


def _rendered_together(outputs: Iterable[Output]) -> Iterator[list[Output]]:
    """Yield batches of outputs that show no more articles than memory should hold."""
    batch: list[Output] = []
    shown = 0
    for one in outputs:
        if batch and (len(batch) == RENDER_BATCH or shown + one.weight > MOST_SHOWN):
            yield batch
            batch, shown = [], 0
        batch.append(one)
        shown += one.weight
    if batch:
        yield batch
