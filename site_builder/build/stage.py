"""Render jobs and stage what differs from the output: the work that a worker process does.

In: jobs, with the site and the theme. Out: staged files, or Problems. Nothing is put in its final
place here.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from site_builder.build.edition import BLOCKS, edition_view
from site_builder.build.edition_bytes import edition_blocks, edition_bytes, measure
from site_builder.build.feeds import render_feed
from site_builder.build.jobs import (
    ArticleJob,
    CopyJob,
    DraftJob,
    EditionJob,
    FeedJob,
    Job,
    KeptJob,
    PageJob,
    PictureJob,
    ShareImageJob,
    TextJob,
)
from site_builder.build.pages import SiteInfo
from site_builder.build.render import Renderer, TemplateFault
from site_builder.build.task import Absent, Drafted, RenderTask, Staged
from site_builder.build.views import article_page, with_edition
from site_builder.errors import Problem
from site_builder.pictures.fault import PictureFault
from site_builder.pictures.made import picture_bytes
from site_builder.pictures.store import load
from site_builder.publish.block import BlockError, verify_block
from site_builder.publish.cid import parse_cid

One = TypeVar("One")
Result = TypeVar("Result")


def stage_all(
    task: RenderTask, jobs: list[tuple[int, str, Job]]
) -> list[Staged | Absent | Problem | OSError]:
    """Render jobs and stage those whose bytes differ from the output.

    A job is its number, which names its staged file, its path, and what to make.
    """
    return _each(task, jobs, _stage)


def _each(
    task: RenderTask,
    jobs: list[tuple[int, str, One]],
    make: Callable[[RenderTask, Renderer, int, str, One], Result],
) -> list[Result | Problem | OSError]:
    """Make each job; a template's fault costs its own job, one of the disk all that follow."""
    renderer = renderer_for(task)
    results: list[Result | Problem | OSError] = []
    for number, path, job in jobs:
        try:
            results.append(make(task, renderer, number, path, job))
        except TemplateFault as fault:
            results.append(fault.problem)
        except PictureFault as fault:
            results.append(Problem(fault.file, 0, fault.what, fault.hint))
        except OSError as error:
            error.filename = error.filename or f"{task.output}/{path}"
            results.append(error)
            break
    return results


_renderers: dict[bytes, tuple[SiteInfo, Renderer]] = {}
"""The renderer last used in this process, by its theme's digest: compiling templates is costly."""


def renderer_for(task: RenderTask) -> Renderer:
    """Return a renderer for the task, the same one while site and theme stay the same."""
    known = _renderers.get(task.look.digest)
    if known is None or known[0] != task.site:
        _renderers.clear()
        known = _renderers[task.look.digest] = (
            task.site,
            Renderer(task.site, task.look, task.compiled),
        )
    return known[1]


def _stage(
    task: RenderTask, renderer: Renderer, number: int, path: str, job: Job
) -> Staged | Absent:
    target = f"{task.output}/{path}"
    if isinstance(job, EditionJob | KeptJob):
        frozen = _frozen(target, job)
        if frozen is not None:
            return Staged(number, False, frozen.st_size, frozen.st_mtime_ns)  # noqa: FBT003
        data = b"" if isinstance(job, KeptJob) else _edition_part(task, renderer, job)
        if not data:
            return Absent(number)
    elif isinstance(job, CopyJob):
        data = Path(job.file).read_bytes()
    elif isinstance(job, PictureJob):
        if not task.staging and load(task.store, job.original.digest, job.variant) is None:
            return Staged(number, True, 0, 0)  # noqa: FBT003 - not worth encoding to compare
        data = picture_bytes(task.store, job.original, job.variant)
    else:
        data = _rendered(renderer, job)
    return _put(task, number, path, data)


def _rendered(
    renderer: Renderer, job: PageJob | ArticleJob | FeedJob | ShareImageJob | TextJob
) -> bytes:
    """Return what is made of values alone."""
    if isinstance(job, ArticleJob):
        return renderer.page(article_page(job))
    if isinstance(job, PageJob):
        return renderer.page(job)
    if isinstance(job, FeedJob):
        return render_feed(job, renderer.site)
    if isinstance(job, ShareImageJob):
        from site_builder.build.share_image import draw_share_image

        return draw_share_image(job)
    return job.data


def _put(task: RenderTask, number: int, path: str, data: bytes) -> Staged:
    """Stage bytes, unless the output has them or nothing is to be staged."""
    status = _status_if_equal(f"{task.output}/{path}", data)
    if status is not None:
        return Staged(number, False, status.st_size, status.st_mtime_ns)  # noqa: FBT003
    if not task.staging:
        return Staged(number, True, 0, 0)  # noqa: FBT003
    with open(f"{task.staging}/{number}", "xb") as stream:
        stream.write(data)
        stream.flush()
        status = os.fstat(stream.fileno())
    return Staged(number, True, status.st_size, status.st_mtime_ns)  # noqa: FBT003


def _frozen(target: str, job: EditionJob | KeptJob) -> os.stat_result | None:
    """Return the status of the file that holds the very block that is wanted, else None."""
    part = job.cid if isinstance(job, KeptJob) else job.part
    try:
        status = os.lstat(target)
        if not stat.S_ISREG(status.st_mode):
            return None
        data = Path(target).read_bytes()
        if part:
            verify_block(parse_cid(part), data)
            return status
    except (OSError, BlockError):
        return None
    return status if measure(data).cid == job.cid else None


def _edition_part(task: RenderTask, renderer: Renderer, job: EditionJob) -> bytes:
    """Return the wanted part of an edition, b"" where the theme of today makes another one."""
    data = edition_bytes(renderer, job, article_page(job.page), task.store)
    blocks = edition_blocks(data)
    if job.cid not in blocks:
        return b""
    return blocks.get(job.part, b"") if job.part else data


def draft_all(
    task: RenderTask, jobs: list[tuple[int, str, DraftJob]]
) -> list[Drafted | Problem | OSError]:
    """Render editions to know their CIDs, and the pages that name them; stage both.

    A job is a number, after which comes one that is free, the path of the page, and what to make.
    """
    return _each(task, jobs, _draft)


def _draft(task: RenderTask, renderer: Renderer, number: int, path: str, job: DraftJob) -> Drafted:
    plain = article_page(job.edition.page)
    data = edition_bytes(renderer, job.edition, plain, task.store)
    measured = measure(data)
    edition = edition_view(measured, job.edition.revision, plain.page.url, job.gateway, job.earlier)
    page = renderer.page(with_edition(plain, edition))
    block = None
    if not measured.blocks:
        block = _put(task, number + 1, f"{BLOCKS}/{measured.cid}", data)
    return Drafted(measured, _put(task, number, path, page), block)


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
