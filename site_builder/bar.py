"""A progress bar, drawn by rich. A module of its own, since rich is slow to import."""

from typing import TextIO

from rich.console import Console
from rich.progress import Progress, TaskID


class Bar:
    """One bar for each stage, below each other."""

    def __init__(self, stream: TextIO) -> None:
        self._progress = Progress(console=Console(file=stream), auto_refresh=False)
        self._progress.start()
        self._task = TaskID(0)

    def start(self, stage: str, total: int) -> None:
        """Draw a new bar."""
        self._task = self._progress.add_task(stage, total=total)

    def advance(self, steps: int) -> None:
        """Lengthen the bar."""
        self._progress.advance(self._task, steps)
        self._progress.refresh()

    def stop(self) -> None:
        """Leave the bars as they are and give the terminal back."""
        self._progress.stop()
