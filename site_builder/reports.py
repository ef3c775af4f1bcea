"""What a run is asked for, what it tells while it lasts, and what it reports at its end.

Plain and quick to import, since the command line needs these before anything else.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from site_builder.errors import Problem


class Progress(Protocol):
    """Told how far a run is; shows it or does not."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage that will take `total` steps."""

    def advance(self, steps: int) -> None:
        """Count so many more steps of the stage as done."""


class Request(NamedTuple):
    """What a run is asked for.

    `root` and `output` are absolute. A `now` without offset is in the time zone of the site.
    """

    root: Path
    output: Path
    now: datetime
    drafts: bool = False
    strict: bool = False
    jobs: int = 1


class Report(NamedTuple):
    """What a run did.

    `files` counts all of the site, `written` names those that changed. `strangers` are files below
    `output/` that no build made. `next_change` is when the same sources would next give another
    site, by an embargo or an expiry.
    """

    articles: int
    files: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    warnings: tuple[Problem, ...]
    strangers: tuple[str, ...]
    notes: tuple[str, ...]
    next_change: datetime | None
