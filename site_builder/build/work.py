"""The pure work of a build in batches, as worker processes are given it.

Each function takes and returns plain values that can be pickled, so that any
`concurrent.futures.Executor` can run it. Files are staged here, never put in their final place.
"""

import os
import stat
from pathlib import Path

import msgspec

from site_builder.articles.article import Article
from site_builder.articles.read import read_bytes, read_source
from site_builder.articles.source import SourceFault, digest_of
from site_builder.articles.validate import Rules, validate
from site_builder.build.feeds import render_feed
from site_builder.build.markup import MarkupFault, render_markdown
from site_builder.build.pages import CopyJob, FeedJob, Job, PageJob, SiteInfo
from site_builder.build.render import Renderer, TemplateFault
from site_builder.build.theme import Theme
from site_builder.errors import Problem


class Staged(msgspec.Struct, frozen=True, array_like=True):
    """What became of one job. `file` is '' where the output already has these very bytes."""

    path: str
    file: str
    size_bytes: int
    mtime_ns: int


class RenderTask(msgspec.Struct, frozen=True):
    """Where rendering happens. An empty `staging` renders to nothing, as a check does."""

    site: SiteInfo
    theme: Theme
    output: str
    staging: str


def read_batch(
    root: str, rules: Rules, sources: list[tuple[str, bytes]]
) -> list[Article | list[Problem] | None]:
    """Read, render and validate sources, given with their last known digests.

    For each, return the article, its Problems, or None where its bytes are those of the digest.
    """
    results: list[Article | list[Problem] | None] = []
    for name, known in sources:
        try:
            data = read_bytes(Path(root), name)
            if known and digest_of(data) == known:
                results.append(None)
                continue
            source = read_source(name, data)
            rendered = render_markdown(source.body, rules.sanitize)
            results.append(validate(source, rendered, rules))
        except SourceFault as fault:
            results.append(fault.problems)
        except MarkupFault as fault:
            results.append([Problem(name, source.body_line, fault.what, fault.hint)])
    return results


def stage_batch(
    task: RenderTask, jobs: list[tuple[int, str, Job]]
) -> list[Staged | Problem | OSError]:
    """Render jobs and stage those whose bytes differ from the output.

    A job is its number, which names its staged file, its path, and what to make.
    """
    renderer = renderer_for(task)
    results: list[Staged | Problem | OSError] = []
    for number, path, job in jobs:
        try:
            results.append(_stage(task, renderer, f"{task.staging}/{number}", path, job))
        except TemplateFault as fault:
            results.append(fault.problem)
        except OSError as error:
            error.filename = error.filename or f"{task.output}/{path}"
            results.append(error)
            break
    return results


_renderers: dict[bytes, tuple[SiteInfo, Renderer]] = {}
"""The renderer last used in this process, by its theme's digest: compiling templates is costly."""


def renderer_for(task: RenderTask) -> Renderer:
    """Return a renderer for the task, the same one while site and theme stay the same."""
    known = _renderers.get(task.theme.digest)
    if known is None or known[0] != task.site:
        _renderers.clear()
        known = _renderers[task.theme.digest] = (task.site, Renderer(task.site, task.theme))
    return known[1]


def _stage(task: RenderTask, renderer: Renderer, file: str, path: str, job: Job) -> Staged:
    target = f"{task.output}/{path}"
    if isinstance(job, CopyJob):
        data = Path(job.file).read_bytes()
    elif isinstance(job, PageJob):
        data = renderer.page(job)
    elif isinstance(job, FeedJob):
        data = render_feed(job, task.site)
    else:
        data = job.data
    if not task.staging:
        return Staged(path, "", 0, 0)
    status = _status_if_equal(target, data)
    if status is not None:
        return Staged(path, "", status.st_size, status.st_mtime_ns)
    with open(file, "xb") as stream:
        stream.write(data)
        stream.flush()
        status = os.fstat(stream.fileno())
    return Staged(path, file, status.st_size, status.st_mtime_ns)


def _status_if_equal(target: str, data: bytes) -> os.stat_result | None:
    """Return the status of a regular file that holds exactly `data`, else None."""
    try:
        status = os.lstat(target)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(data):
            return None
        with open(target, "rb") as stream:
            return status if stream.read() == data else None
    except OSError:
        return None
