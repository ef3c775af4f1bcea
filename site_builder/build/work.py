"""The work of a build that worker processes are given, in batches.

Each function takes and returns plain values that can be pickled, so that any
`concurrent.futures.Executor` can run it. What does the work is imported when the work is done: a
build that finds nothing to do loads no parser, no template engine and no feed writer.
"""

from site_builder.articles.article import Encoded, Refused
from site_builder.articles.source import Rules
from site_builder.build.jobs import DraftJob, Job
from site_builder.build.task import Absent, Drafted, RenderTask, Staged
from site_builder.build.theme import Look
from site_builder.errors import Problem
from site_builder.pictures.order import Order
from site_builder.pictures.seen import Seen, Unfit


def get_ready() -> None:
    """Load what rendering needs."""
    import site_builder.build.feeds
    import site_builder.build.stage  # noqa: F401


def read_batch(
    root: str, rules: Rules, sources: list[tuple[str, bytes]]
) -> list[Encoded | Refused | None]:
    """Read sources; see `articles.read_batch.read_all`."""
    from site_builder.articles.read_batch import read_all

    return read_all(root, rules, sources)


def look_batch(files: list[str]) -> list[Seen | Unfit]:
    """Look at files that articles show; see `pictures.look.look_at_all`."""
    from site_builder.pictures.look import look_at_all

    return look_at_all(files)


def fill_batch(store: str, orders: list[Order]) -> list[Problem | OSError | None]:
    """Encode pictures; see `pictures.encode.fill`."""
    from site_builder.pictures.encode import fill

    return fill(store, orders)


def stage_batch(
    task: RenderTask, jobs: list[tuple[int, str, Job]]
) -> list[Staged | Absent | Problem | OSError]:
    """Render and stage jobs; see `build.stage.stage_all`."""
    from site_builder.build.stage import stage_all

    return stage_all(task, jobs)


def draft_batch(
    task: RenderTask, jobs: list[tuple[int, str, DraftJob]]
) -> list[Drafted | Problem | OSError]:
    """Render editions and the pages that name them; see `build.stage.draft_all`."""
    from site_builder.build.stage import draft_all

    return draft_all(task, jobs)


def check_templates(look: Look) -> tuple[list[Problem], dict[str, bytes]]:
    """Compile every template; see `build.render.compile_all`."""
    from site_builder.build.render import compile_all

    return compile_all(look)
