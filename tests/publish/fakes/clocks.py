"""Clocks for tests: one that stands still, and the real one."""

import time
from datetime import UTC, datetime, timedelta

from site_builder.publish.http import Clock

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Stopped:
    """A clock that moves only when somebody sleeps; `slept` has for how long, in seconds."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    @property
    def clock(self) -> Clock:
        """The clock."""
        return Clock(
            lambda: NOON + timedelta(seconds=sum(self.slept)),
            lambda: sum(self.slept),
            self._sleep,
        )


REAL = Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep)
