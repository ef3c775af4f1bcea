"""Show how far a build is: a bar on a terminal, plain lines in a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from site_builder.reports import Progress

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


class _Bars:
    """A bar for each stage that is worth one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Any = None
        self._drawn = False

    def start(self, stage: str, total: int) -> None:
        self._drawn = total >= MANY
        if self._drawn:
            if self._bar is None:
                from site_builder.bar import Bar  # imports rich, for long runs alone

                self._bar = Bar(self._stream)
            self._bar.start(stage, total)

    def advance(self, steps: int) -> None:
        if self._drawn:
            self._bar.advance(steps)

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
        bar = _Bars(stream)
        try:
            yield bar
        finally:
            bar.stop()
