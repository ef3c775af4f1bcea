"""One run over all engines: send what each lacks, and call pinned only what was read back.

In: engines, pins and the DAG that holds them. Out: what became of each pin at each engine. Each
pin that an engine confirmed, and that came back with the right bytes, is handed to `record` at
once: so a run that is killed goes on where it stopped, and one more run sends nothing. An engine
that is down does not stop the others. Nothing is written here.
"""

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid
from site_builder.publish.engines.engine import Confirmed, Dag, Engine, Failed, Pin, grouped
from site_builder.publish.http_errors import EngineError
from site_builder.reports import Progress

READ_BACK_BLOCKS = 8
"""So many blocks of each pin are read back: an edition of up to 7 MiB whole, of a site the root and
the first below it."""


class Kept(NamedTuple):
    """An engine keeps a pin. `read_back` is how many blocks came back and were hashed.

    It is 0 where the engine has no other way to read by, so that its word is all there is.
    """

    engine: str
    pin: Pin
    read_back: int


class Fault(NamedTuple):
    """An engine does not keep a pin, or did not prove it."""

    engine: str
    pin: Pin
    reason: str


class Sent(NamedTuple):
    """What went out to an engine, without the frame of CARs and requests."""

    blocks: int
    size_bytes: int


class Result(NamedTuple):
    """What became of a run: by pin and engine, in the order in which they were given."""

    kept: tuple[Kept, ...]
    faults: tuple[Fault, ...]
    sent: Mapping[str, Sent]

    def engines_of(self, pin: Pin) -> tuple[str, ...]:
        """Return the names of the engines that keep a pin."""
        return tuple(kept.engine for kept in self.kept if kept.pin == pin)

    def short_of(self, quorum: int, pins: Sequence[Pin]) -> tuple[Pin, ...]:
        """Return the pins that fewer than `quorum` engines keep."""
        counts: dict[Pin, set[str]] = {pin: set() for pin in pins}
        for kept in self.kept:
            counts[kept.pin].add(kept.engine)
        return tuple(pin for pin in pins if len(counts[pin]) < quorum)


class Wish(NamedTuple):
    """What is to be pinned, and what is known already.

    `recorded` are the pins that earlier runs recorded, by engine: they are read back no more, as
    long as the engine lists them. `bases` are roots of earlier sites with all blocks below them: an
    engine that still lists such a root has those blocks.
    """

    dag: Dag
    pins: Sequence[Pin]
    recorded: Mapping[str, Mapping[Cid, int]]
    bases: Mapping[Cid, Collection[Cid]]


def pin_all(
    engines: Sequence[Engine],
    wish: Wish,
    record: Callable[[Kept], None],
    progress: Progress,
) -> Result:
    """Pin everything at every engine. Raises what `record` raises; faults of engines are returned.

    `record` is called for each pin that is newly proved, in no order to rely on.
    """
    kept: list[Kept] = []
    faults: list[Fault] = []
    sent: dict[str, Sent] = {}
    for engine in engines:
        run = _Run(engine, wish, record, progress)
        run.run()
        kept += [run.kept[pin] for pin in wish.pins if pin in run.kept]
        faults += [
            Fault(engine.name, pin, run.reasons.get(pin, run.broken))
            for pin in wish.pins
            if pin not in run.kept
        ]
        sent[engine.name] = Sent(run.sent_blocks, run.sent_bytes)
    return Result(tuple(kept), tuple(faults), sent)


class _Run:
    """A run at one engine."""

    def __init__(
        self, engine: Engine, wish: Wish, record: Callable[[Kept], None], progress: Progress
    ) -> None:
        self._engine, self._wish, self._record, self._progress = engine, wish, record, progress
        self._recorded = wish.recorded.get(engine.name, {})
        self._known: set[Cid] = set()
        self._held: set[Cid] = set()
        self.kept: dict[Pin, Kept] = {}
        self.reasons: dict[Pin, str] = {}
        self.broken = ""
        self.sent_blocks = self.sent_bytes = 0

    def run(self) -> None:
        """Do it; what is in the way of all is `broken` at the end."""
        try:
            missing = self._look()
            self._progress.start(
                f"pin at {self._engine.name}", len(missing) + self._blocks_of(missing)
            )
            for batch in grouped(missing, self._engine.batch):
                self._do(batch)
        except EngineError as error:
            self.broken = error.what + (f" ({error.hint})" if error.hint else "")

    def _look(self) -> list[Pin]:
        """Find out what the engine has, and return the pins that are still to be proved."""
        pins, bases = self._wish.pins, self._wish.bases
        asked = {pin.cid: pin for pin in (*pins, *(Pin(base, "") for base in bases))}
        held = self._engine.held(list(asked.values()))
        if self._engine.takes_deltas:
            self._known |= held
            for base in held & bases.keys():
                self._known.update(bases[base])
        for pin in pins:
            if pin.cid in held and pin.cid in self._recorded:
                self.kept[pin] = Kept(self._engine.name, pin, self._recorded[pin.cid])
        self._held = held
        return [pin for pin in pins if pin not in self.kept]

    def _blocks_of(self, missing: Sequence[Pin]) -> int:
        """Return how many blocks will go out."""
        count, lacking = self._wish.dag.count, [p.cid for p in missing if p.cid not in self._held]
        if self._engine.takes_deltas:
            return count(lacking, self._known)
        return sum(count([cid], ()) for cid in lacking)

    def _do(self, batch: Sequence[Pin]) -> None:
        """Send what is lacking of some pins, and prove them all."""
        self._send([pin for pin in batch if pin.cid not in self._held], self._known)
        self._prove([pin for pin in batch if pin not in self.reasons])
        again = [pin for pin in batch if pin in self.reasons and pin.cid not in self._held]
        if again and self._known and self._engine.takes_deltas:
            # Something was known that is there no more: once more, with every block.
            for pin in again:
                del self.reasons[pin]
            self._send(again, frozenset())
            self._prove([pin for pin in again if pin not in self.reasons])

    def _send(self, pins: Sequence[Pin], known: Container[Cid]) -> None:
        if pins:
            refused = self._engine.send(self._wish.dag, pins, known, self._note)
            self.reasons |= {pin: refused[pin.cid] for pin in pins if pin.cid in refused}

    def _note(self, block: Block) -> None:
        self.sent_blocks += 1
        self.sent_bytes += len(block.data)
        self._progress.advance(1)

    def _prove(self, pins: Sequence[Pin]) -> None:
        for outcome in self._engine.confirm(pins):
            match outcome:
                case Confirmed(pin):
                    self._read_back(pin)
                case Failed(pin, reason):
                    self.reasons[pin] = reason
            self._progress.advance(1)

    def _read_back(self, pin: Pin) -> None:
        """Fetch some blocks of a pin from elsewhere, and record the pin if they are right."""
        name = self._engine.name
        came = 0
        try:
            for block in islice(self._wish.dag.blocks([pin.cid], ()), READ_BACK_BLOCKS):
                if self._engine.read_back(block.cid) is None:
                    break
                came += 1
        except EngineError as error:
            self.reasons[pin] = f"it says it is pinned, but reading it back failed: {error.what}"
            return
        self.kept[pin] = Kept(name, pin, came)
        if self._engine.takes_deltas:
            self._known.add(pin.cid)
        self._record(self.kept[pin])
