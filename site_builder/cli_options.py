"""Options that several commands have, and the Request that they make."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from site_builder.reports import Request


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command that reads an archive."""
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the archive: the folder that holds articles/ and site.toml (default: this folder)",
    )
    parser.add_argument(
        "--now",
        type=_moment,
        metavar="TIME",
        help="the moment that decides embargoes and expiry, as 2025-08-20T09:00:00+05:00; "
        "without an offset in the time zone of the site (default: the clock)",
    )
    parser.add_argument("--drafts", action="store_true", help="publish drafts as well")
    parser.add_argument("--strict", action="store_true", help="treat warnings as faults")
    parser.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="worker processes (default: the CPUs that this process may use)",
    )
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument("--quiet", action="store_true", help="print faults and warnings alone")
    volume.add_argument("--verbose", action="store_true", help="name every file that is written")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not a time; write it as 2025-08-20T09:00:00+05:00'
        ) from error


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to 256')
    return int(text)


def request_of(options: argparse.Namespace) -> Request:
    """Return what a command is asked for; the one place that reads the clock."""
    from site_builder.build.workers import usable_cpus  # keeps the start of every command fast

    root = options.root.absolute()
    return Request(
        root=root,
        output=(options.output or root / "output").absolute(),
        now=options.now or datetime.now(UTC),
        drafts=options.drafts,
        strict=options.strict,
        jobs=options.jobs or usable_cpus(),
    )
