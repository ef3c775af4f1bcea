"""Show how far a build is: a bar on a terminal, plain lines in a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from site_builder.pipeline import Progress

MANY = 300
"""Fewer steps than this are over before a reader would look."""
LOG_EVERY_SECONDS = 10.0


class _Silent:
    def start(self, stage: str, total: int) -> None:
        pass

    def advance(self, steps: int) -> None:
        pass


class _Lines:
    """A line for each stage, and one more now and then while it lasts."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""
        self._done = self._total = 0
        self._said_at = 0.0

    def start(self, stage: str, total: int) -> None:
        self._stage, self._total, self._done = stage, total, 0
        self._said_at = time.monotonic()
        if total >= MANY:
            print(f"{stage} {total:,} files", file=self._stream, flush=True)

    def advance(self, steps: int) -> None:
        self._done += steps
        if time.monotonic() - self._said_at >= LOG_EVERY_SECONDS:
            self._said_at = time.monotonic()
            line = f"{self._stage} {self._done:,} of {self._total:,}"
            print(line, file=self._stream, flush=True)


class _Bar:
    """A bar for each stage that is worth one. rich is imported when the first of them is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: "RichProgress | None" = None
        self._task: TaskID | None = None

    def start(self, stage: str, total: int) -> None:
        self._task = None
        if total < MANY:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress as RichProgress

            self._bar = RichProgress(console=Console(file=self._stream), auto_refresh=False)
            self._bar.start()
        self._task = self._bar.add_task(stage, total=total)

    def advance(self, steps: int) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, steps)
            self._bar.refresh()

    def stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def progress_for(stream: TextIO, quiet: bool) -> Iterator[Progress]:
    """Yield the Progress that suits where `stream` leads."""
    if quiet:
        yield _Silent()
    elif not stream.isatty():
        yield _Lines(stream)
    else:
        bar = _Bar(stream)
        try:
            yield bar
        finally:
            bar.stop()
