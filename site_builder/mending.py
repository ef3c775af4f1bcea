"""Fetch the bytes of frozen editions that are missing here: a build's only use of the network.

In: what a build could not make, because only the bytes that were published have these CIDs. Out:
the same, staged like all the rest, or a warning for each edition whose bytes nobody gave. A page
keeps its CID in any case.
"""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from site_builder.build.edition import BLOCKS
from site_builder.build.output import Output
from site_builder.build.task import Absent, Staged
from site_builder.config import Config
from site_builder.errors import EnvironmentFault, Problem
from site_builder.publish.block import Block, BlockError, verify_block
from site_builder.publish.cid import Cid, CidError, parse_cid
from site_builder.publish.contents import file_bytes, open_content
from site_builder.publish.dag import Fetch
from site_builder.publish.ledger import LEDGER_FILE, Ledger
from site_builder.reports import Progress

PATIENCE_SECONDS = 5.0
"""How long a host may take without giving anything."""
_WHOLE = ".html"


class Mended(NamedTuple):
    """What became of all outputs, in the order given; what is still absent; and why."""

    staged: list[Staged | Absent]
    warnings: tuple[Problem, ...]
    notes: tuple[str, ...]


def mend(
    outputs: Sequence[Output],
    staged: list[Staged | Absent],
    folders: tuple[Path, str],
    config: Config,
    ledger: Ledger,
    progress: Progress,
) -> Mended:
    """Fetch what is absent from the site's own address and the gateways, and stage it.

    `folders` are the output and the staging folder. Raises EnvironmentFault where a file cannot be
    staged.
    """
    absent = {
        output.path: one.number
        for output, one in zip(outputs, staged, strict=True)
        if isinstance(one, Absent)
    }
    notes: list[str] = []
    progress.start("fetching missing editions", len(absent))
    with ExitStack() as stack:
        fetch = _source(config, notes, stack)
        run = _Mending(absent, folders, ledger, fetch)
        for path in sorted(absent, key=lambda path: (path.endswith(_WHOLE), path)):
            run.fetch(path)
            progress.advance(1)
    pairs = zip(outputs, staged, strict=True)
    whole = [run.made.get(output.path, one) for output, one in pairs]
    return Mended(whole, run.warnings(), tuple(notes))


def _source(config: Config, notes: list[str], stack: ExitStack) -> Fetch:
    """Return the way to blocks that are not here."""
    if find_spec("httpx") is None:
        notes.append("to fetch editions that are missing here: pip install site-builder[ipfs]")
        return _nothing
    from site_builder.publish.sources import HASTY, SYSTEM_CLOCK, Sources

    try:
        sources = Sources(
            (config.url, *config.gateways), SYSTEM_CLOCK, notes.append,
            limits=HASTY, patience_seconds=PATIENCE_SECONDS,
        )  # fmt: skip
    except EnvironmentFault as error:  # an address with a password in it
        notes.append(str(error))
        return _nothing
    return stack.enter_context(sources).fetch


def _nothing(cid: Cid) -> Block:
    raise BlockError(f"{cid}: nobody can be asked")


class _Mending:
    """One run. `made` has what was staged, by path."""

    def __init__(
        self, absent: dict[str, int], folders: tuple[Path, str], ledger: Ledger, fetch: Fetch
    ) -> None:
        self._absent, self._ledger, self._fetch = absent, ledger, fetch
        self._output, self._staging = folders
        self._failed: set[str] = set()
        self.made: dict[str, Staged] = {}

    def fetch(self, path: str) -> None:
        """Stage one file, or note that its bytes are nowhere."""
        name = path.removeprefix(f"{BLOCKS}/")
        number = self._absent[path]
        try:
            cid = parse_cid(name.removesuffix(_WHOLE))
            self.made[path] = self._staged(cid, number, whole=name.endswith(_WHOLE))
        except OSError as error:
            place = f"{self._staging}/{number}"
            raise EnvironmentFault(f"cannot write {place}: {error.strerror}") from error
        except (CidError, BlockError, EnvironmentFault):
            self._failed.add(name.removesuffix(_WHOLE))

    def _staged(self, cid: Cid, number: int, *, whole: bool) -> Staged:
        if whole:
            size_bytes = self._ledger.by_cid[str(cid)].size
            pieces = file_bytes(open_content(cid, self._held), self._held, size_bytes)
        else:
            pieces = iter((self._fetch(cid).data,))
        first = next(pieces, b"")
        with open(f"{self._staging}/{number}", "xb") as stream:
            stream.write(first)
            stream.writelines(pieces)
            stream.flush()
            status = os.fstat(stream.fileno())
        return Staged(number, True, status.st_size, status.st_mtime_ns)  # noqa: FBT003

    def _held(self, cid: Cid) -> Block:
        """Return a block that is in the output, or that was fetched before."""
        path = f"{BLOCKS}/{cid}"
        made = self.made.get(path)
        file = f"{self._staging}/{made.number}" if made else self._output / path
        try:
            return verify_block(cid, Path(file).read_bytes())
        except OSError as error:
            raise BlockError(f"{cid}: not here") from error

    def warnings(self) -> tuple[Problem, ...]:
        """Return a warning for each edition some of whose bytes are absent."""
        found = []
        for number, line in enumerate(self._ledger.lines, start=1):
            lacking = self._failed.intersection((line.cid, *line.blocks))
            if lacking:
                parts = f" ({len(lacking)} of its blocks)" if line.blocks else ""
                what = (
                    f"the bytes of {line.cid}, revision {line.revision} of {line.url}, "
                    f"are absent{parts}: neither the site nor a gateway gave them"
                )
                hint = f"put {BLOCKS}/ back into the output folder from a copy of the site"
                found.append(Problem(LEDGER_FILE, number, what, hint))
        return tuple(found)
