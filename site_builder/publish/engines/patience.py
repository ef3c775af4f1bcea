"""Wait until pins are kept, up to a deadline: some services queue for ever and never say so.

In: pins, and how to look. Out: what became of each, as soon as it is known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from site_builder.publish.cid import Cid
from site_builder.publish.engines.engine import Confirmed, Failed, Outcome, Pin
from site_builder.publish.http import Clock

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 15.0


class Seen(NamedTuple):
    """How a pin stands: `kept`; else `why` not, which is for good where it is `final`."""

    kept: bool
    why: str = ""
    final: bool = False


KEPT = Seen(kept=True)


def wait_for_pins(
    clock: Clock,
    pins: Sequence[Pin],
    patience_seconds: float,
    look: Callable[[Sequence[Pin]], Mapping[Cid, Seen]],
) -> Iterator[Outcome]:
    """Yield what became of each pin. `look` is asked, at growing intervals, for those still open.

    It leaves out what is not listed at all. What is open after `patience_seconds` has failed.
    """
    end = clock.monotonic() + patience_seconds
    pause, waiting = _FIRST_PAUSE_SECONDS, list(pins)
    while waiting:
        seen = look(waiting)
        late = clock.monotonic() >= end
        still = []
        for pin in waiting:
            state = seen.get(pin.cid, Seen(kept=False, why="it is not listed"))
            if state.kept:
                yield Confirmed(pin)
            elif state.final:
                yield Failed(pin, state.why)
            elif late:
                yield Failed(pin, f"{state.why}, after {patience_seconds:g} seconds")
            else:
                still.append(pin)
        waiting = still
        if waiting:
            clock.sleep(min(pause, max(0.0, end - clock.monotonic())))
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
