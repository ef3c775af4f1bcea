"""Run the command `pin` and say what came of it."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from site_builder.cli_options import request_of
from site_builder.cli_words import CANNOT_RUN, DONE, counted, print_findings, shown
from site_builder.config import Config
from site_builder.config_engines import EngineConfig
from site_builder.engines_from import make_engines
from site_builder.errors import EnvironmentFault
from site_builder.pin import PinReport, Selection, pin
from site_builder.progress import progress_for
from site_builder.publish.http import Clock

MOST_FAULTS = 20
CLOCK_SECONDS = 60
"""So far ahead a clock may be; a moment later than that is one that was asked for."""


def run(options: argparse.Namespace) -> int:
    """Pin what the options ask for; return the exit code."""
    request = request_of(options)
    if request.drafts:
        raise EnvironmentFault("pin publishes for good, so it takes no --drafts")
    if request.now.timestamp() > time.time() + CLOCK_SECONDS:
        raise EnvironmentFault("pin publishes for good, so --now cannot lie in the future")
    clock = Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep)

    def select(config: Config) -> Selection:
        chosen = _chosen(config.engines, options.to, options.quorum)
        keys = {engine.name: engine.key for engine in chosen}
        return Selection(make_engines(chosen, os.environ, clock), keys)

    with progress_for(sys.stderr, options.quiet) as progress:
        report = pin(request, select, options.quorum, options.car, progress)
    print_findings(report.report, quiet=options.quiet)
    return _tell(report, options)


def _chosen(engines: Sequence[EngineConfig], to: str | None, quorum: int) -> list[EngineConfig]:
    """Return the engines to use. Raises EnvironmentFault where that makes no sense."""
    names = [engine.name for engine in engines]
    if to and to not in names:
        known = f"the engines are: {', '.join(names)}" if names else "no engine is configured"
        raise EnvironmentFault(f'there is no engine "{to}"; {known}')
    chosen = [engine for engine in engines if to in (None, engine.name)]
    if chosen and quorum > len(chosen):
        raise EnvironmentFault(f"--quorum {quorum} needs as many engines; {len(chosen)} to be used")
    return chosen


def _tell(report: PinReport, options: argparse.Namespace) -> int:
    """Print what was pinned; return the exit code."""
    _print_faults(report)
    if not options.quiet:
        _print_work(report, verbose=options.verbose)
    print(f"the site: ipfs://{report.root}")
    if report.short:
        print(
            f"error: {counted(len(report.short), 'pin')} kept by fewer engines than asked for "
            f"({options.quorum}); run pin again once they answer",
            file=sys.stderr,
        )
    return CANNOT_RUN if report.short or report.result.faults else DONE


def _print_faults(report: PinReport) -> None:
    for cid in report.absent:
        print(f"warning: the bytes of {cid} are not here, so nobody was sent them", file=sys.stderr)
    faults = report.result.faults
    for fault in faults[:MOST_FAULTS]:
        place = f"{fault.engine}: {fault.pin.name}: {fault.pin.cid}"
        print(f"error: {place}: {fault.reason}", file=sys.stderr)
    if len(faults) > MOST_FAULTS:
        print(f"error: {len(faults) - MOST_FAULTS:,} more of this kind", file=sys.stderr)


def _print_work(report: PinReport, *, verbose: bool) -> None:
    added = counted(report.new_editions, "new edition")
    print(f"{counted(len(report.pins) - 1, 'edition')} in the ledger, {added}")
    for pinned in report.pins if verbose else ():
        print(f"{pinned.cid}  {pinned.name}")
    for name, sent in report.result.sent.items():
        kept = [one for one in report.result.kept if one.engine == name]
        unread = "" if all(one.read_back for one in kept) else "; no gateway to read back by"
        print(
            f"{name}: keeps {len(kept):,} of {len(report.pins):,}; sent {sent.blocks:,} blocks, "
            f"{sent.size_bytes:,} bytes{unread}"
        )
    for name, address in report.names.items():
        print(f"{name}: /ipns/{address} points to the site")
    if report.car:
        print(f"the whole site as a CAR: {shown(report.car)}")
    if report.car and not report.result.sent:
        print(f"any IPFS node can take it: ipfs dag import {shown(report.car)}")
