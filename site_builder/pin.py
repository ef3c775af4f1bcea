"""What `pin` does: publish editions in the ledger, and have engines keep them and the site.

In: a Request, engines and what is to be reached. Out: a PinReport. The ledger is appended to before
anything is sent; an engine counts as keeping a pin once it said so and gave the bytes back.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from site_builder.build.cache import STATE_FOLDER
from site_builder.config import Config, load_config
from site_builder.errors import EnvironmentFault
from site_builder.pipeline import Release, release
from site_builder.publish.block import Block
from site_builder.publish.car import write_car
from site_builder.publish.cid import Cid, parse_cid
from site_builder.publish.engines.engine import Engine, Pin
from site_builder.publish.engines.kubo import Kubo
from site_builder.publish.pinning import Result, Wish, pin_all
from site_builder.publish.records import Records, open_records
from site_builder.publish.tree import BLOCKS, FileState, SiteDag, read_site
from site_builder.reports import Progress, Report, Request

CAR = "site.car"
LONGEST_NAME_BYTES = 255


class PinReport(NamedTuple):
    """What was pinned.

    `pins` are the site's root, last, and all editions that are here; `absent` are editions of the
    ledger whose bytes are not. `short` are the pins that fewer engines keep than were asked for.
    `names` has the IPNS name that each engine let point to the site.
    """

    report: Report
    root: Cid
    pins: tuple[Pin, ...]
    new_editions: int
    absent: tuple[str, ...]
    result: Result
    short: tuple[Pin, ...]
    names: dict[str, str]
    car: Path | None


class Selection(NamedTuple):
    """The engines to use, maybe none, and by engine the IPNS keys that are to point to the site."""

    engines: Sequence[Engine]
    keys: dict[str, str]


def pin(
    request: Request,
    select: Callable[[Config], Selection],
    quorum: int,
    car: Path | None,
    progress: Progress,
) -> PinReport:
    """Publish and pin the archive. Raises ContentError and EnvironmentFault as `build` does.

    The whole site goes into the file `car`, if one is named; without engines it always goes to one.
    """
    selection = select(load_config(request.root))
    if not selection.engines and car is None:
        car = request.root / CAR
    try:
        released = release(request, progress)
        with open_records(request.root / STATE_FOLDER) as records:
            return _pin(request, released, selection, records, quorum, car, progress)
    finally:
        for engine in selection.engines:
            engine.close()


def _pin(
    request: Request,
    released: Release,
    selection: Selection,
    records: Records,
    quorum: int,
    car: Path | None,
    progress: Progress,
) -> PinReport:
    engines = selection.engines
    dag, root = _read(request, released, records, progress)
    lines = {line.cid: line for line in released.lines}  # under its last address
    here = [line for line in lines.values() if f"{BLOCKS}{line.cid}" in released.files]
    editions = [Pin(parse_cid(line.cid), _named(f"{line.url} r{line.revision}")) for line in here]
    pins = (*editions, Pin(root, _named(released.config.title)))
    roots = [root, *(pin.cid for pin in editions)]
    if car:
        _write_car(car, root, dag.blocks(roots, ()))
    wish = Wish(dag, pins, records.pins(), records.bases())
    result = pin_all(engines, wish, records.keep, progress)
    short = result.short_of(quorum, pins) if engines else ()
    if engines and not short:
        records.keep_base(root, dag.cids(roots, ()))
    return PinReport(
        report=released.report,
        root=root,
        pins=pins,
        new_editions=released.new,
        absent=tuple(cid for cid in lines if f"{BLOCKS}{cid}" not in released.files),
        result=result,
        short=short,
        names={} if short else _publish_names(selection, root),
        car=car,
    )


def _read(
    request: Request, released: Release, records: Records, progress: Progress
) -> tuple[SiteDag, Cid]:
    """Return the DAG of the site as it was built, and its root."""
    tree = str(request.output)
    files = {path: FileState(*state) for path, state in released.files.items()}
    known = records.files(tree)
    learnt: list[tuple[str, FileState, Cid]] = []
    progress.start("hashing", len(files))
    dag, root = read_site(
        request.output, files, known, lambda path, state, cid: learnt.append((path, state, cid))
    )
    records.keep_files(tree, learnt)
    return dag, root.cid


def _write_car(file: Path, root: Cid, blocks: Iterator[Block]) -> None:
    """Write a CAR beside its place and rename it. Raises EnvironmentFault."""
    scratch = file.with_name(f"{file.name}.new")
    try:
        with scratch.open("wb") as stream:
            write_car(stream, [root], blocks)
        scratch.replace(file)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise EnvironmentFault(f"cannot write {file}: {error.strerror}") from error


def _publish_names(selection: Selection, root: Cid) -> dict[str, str]:
    """Let the IPNS names of Kubo nodes point to the site. Raises EngineError."""
    return {
        engine.name: engine.publish_name(root, selection.keys[engine.name])
        for engine in selection.engines
        if isinstance(engine, Kubo) and selection.keys.get(engine.name)
    }


def _named(name: str) -> str:
    """Return a name of a pin that every engine takes."""
    return name.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore")
