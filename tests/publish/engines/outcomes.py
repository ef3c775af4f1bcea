"""Send pins to an engine and say what became of them, for tests."""

from collections.abc import Container, Sequence

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid
from site_builder.publish.engines.engine import Confirmed, Dag, Engine, Failed, Pin


def confirmed(engine: Engine, pins: Sequence[Pin]) -> dict[str, str]:
    """Return 'kept', or the reason why not, by the name of each pin."""
    found = {}
    for outcome in engine.confirm(pins):
        match outcome:
            case Confirmed(pin):
                found[pin.name] = "kept"
            case Failed(pin, reason):
                found[pin.name] = reason
    return found


def sent_by(
    engine: Engine, dag: Dag, pins: Sequence[Pin], known: Container[Cid] = ()
) -> tuple[dict[str, str], list[Cid]]:
    """Send pins; return the refusals by name, and the CIDs of the blocks that went out."""
    blocks: list[Block] = []
    refused = engine.send(dag, pins, known, blocks.append)
    names = {pin.name: refused[pin.cid] for pin in pins if pin.cid in refused}
    return names, [block.cid for block in blocks]
