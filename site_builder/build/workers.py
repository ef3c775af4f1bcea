"""Run batches in worker processes, in order, a bounded number at a time.

What starts them is imported when they are first wanted: most builds want none.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from site_builder.errors import EnvironmentFault

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

_WORKER_DIED = (
    "a worker process ended before its work was done, most often for want of memory; "
    "try fewer with --jobs"
)

ALONE = 150
"""Work on fewer files than this is done before worker processes would have started."""

Batch = TypeVar("Batch")
Item = TypeVar("Item")
Result = TypeVar("Result")


def usable_cpus() -> int:
    """Return the number of CPUs that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Workers:
    """Worker processes that start when they are first worth it.

    `jobs` is their number; with 1 everything runs in this process. Another Executor can be given in
    their place. Use it as a context.
    """

    def __init__(self, jobs: int, executor: "Executor | None" = None) -> None:
        self.jobs = jobs
        self._given = executor
        self._executor = executor
        self._helper: Executor | None = None
        self._prepared: Future[None] | None = None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor is not None and self._given is None:
            self._executor.shutdown(cancel_futures=True)
        if self._helper is not None:
            self._helper.shutdown(cancel_futures=True)

    def gather(self) -> None:
        """Start the processes now, while this one is small: forked later they would hold more."""
        if self.jobs > 1:
            self._ready().submit(_nothing)

    def start(self, function: Callable[[], Result]) -> Callable[[], Result]:
        """Begin one piece of work in a process of its own; return what waits for its result."""
        from concurrent.futures import ProcessPoolExecutor

        self._helper = ProcessPoolExecutor(1, initializer=_end_with_parent)
        return partial(_result, self._helper.submit(function))

    def prepare(self, function: Callable[[], None]) -> None:
        """Have the process that was started do this next, to be ready for work that is small."""
        if self._helper:
            self._prepared = self._helper.submit(function)

    def map(
        self, function: Callable[[Batch], Result], batches: Iterable[Batch], alone: bool
    ) -> Iterator[Result]:
        """Yield the results of all batches in order; `alone` when workers are not worth starting.

        Batches are taken from the iterable only as workers become free, so memory holds few. What
        is done `alone` is done by the process that was prepared, if it is ready by then and nothing
        was done in this one before. Raises EnvironmentFault where a worker dies.
        """
        if alone or (self.jobs == 1 and self._given is None):
            for batch in batches:
                if self._helper and self._prepared and self._prepared.done():
                    yield _result(self._helper.submit(function, batch))
                else:
                    self._prepared = None  # this process has the tools from now on
                    yield function(batch)
            return
        from concurrent.futures import BrokenExecutor

        executor = self._ready()
        waiting: deque[Future[Result]] = deque()
        try:
            for batch in batches:
                waiting.append(executor.submit(function, batch))
                if len(waiting) > 2 * self.jobs:
                    yield _result(waiting.popleft())
        except BrokenExecutor as error:
            raise EnvironmentFault(_WORKER_DIED) from error
        while waiting:
            yield _result(waiting.popleft())

    def _ready(self) -> "Executor":
        if self._executor is None:
            from concurrent.futures import ProcessPoolExecutor

            self._executor = ProcessPoolExecutor(self.jobs, initializer=_end_with_parent)
        return self._executor


def batches(items: list[Item], size: int) -> Iterator[list[Item]]:
    """Yield items in lists of `size`, the last one maybe shorter."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _result(future: "Future[Result]") -> Result:
    from concurrent.futures import BrokenExecutor

    try:
        return future.result()
    except BrokenExecutor as error:
        raise EnvironmentFault(_WORKER_DIED) from error


def _nothing() -> None:
    pass


def _end_with_parent() -> None:
    """Make this worker end when the process that started it is killed, instead of waiting on."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
