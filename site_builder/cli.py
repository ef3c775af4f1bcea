"""The command line: arguments, clock and environment in; words and exit codes out.

The only module that prints or exits. Exit codes: 0 done, 1 content at fault, 2 usage or
environment. What is heavy to import is imported by the command that needs it.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from site_builder import __version__
from site_builder.errors import ContentError, EnvironmentFault
from site_builder.reports import Report, Request

DONE, CONTENT_AT_FAULT, CANNOT_RUN = 0, 1, 2
LISTED = 20
"""Files that no build made which are named one by one."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except ContentError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        count = len(error.problems)
        faults = "1 fault" if count == 1 else f"{count} faults"
        print(f"{faults} found; nothing was written", file=sys.stderr)
        return CONTENT_AT_FAULT
    except EnvironmentFault as error:
        print(f"error: {error}", file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return CANNOT_RUN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="site-builder",
        description="Build a permanent news archive: Markdown articles in, a static site out.",
        epilog="Each command explains itself: site-builder build --help",
    )
    parser.add_argument("--version", action="version", version=f"site-builder {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    build = commands.add_parser(
        "build",
        help="build the site into output/",
        description=(
            "Build the archive in the current folder into output/: every article's page, the "
            "listings, archives by date, feeds and sitemaps. Only what changed is written. When "
            "anything is at fault, all faults are listed and output/ stays as it was."
        ),
        epilog="example: site-builder build --root ~/archive --jobs 4",
    )
    _add_common(build)
    build.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where the site goes (default: ROOT/output)"
    )
    build.set_defaults(command=_build)
    check = commands.add_parser(
        "check",
        help="look for faults without writing anything",
        description=(
            "Check everything that a build would: configuration, every article, links, pictures "
            "and templates. Nothing is written."
        ),
        epilog="example: site-builder check --strict",
    )
    _add_common(check)
    check.set_defaults(command=_check, output=None)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
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
        "without an offset in UTC (default: the clock)",
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
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not a time; write it as 2025-08-20T09:00:00+05:00'
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to 256')
    return int(text)


def _build(options: argparse.Namespace) -> int:
    from site_builder.pipeline import build
    from site_builder.progress import progress_for

    started = time.perf_counter()
    request = _request(options)
    with progress_for(sys.stderr, options.quiet) as progress:
        report = build(request, progress)
    _print_findings(report, quiet=options.quiet)
    if options.quiet:
        return DONE
    if options.verbose:
        for path in sorted(report.written):
            print(f"written: {path}")
    written, seconds = len(report.written), time.perf_counter() - started
    print(
        f"{_count(report.articles, 'article')}, {_count(report.files, 'file')}: "
        f"{written:,} written, {report.files - written:,} unchanged, {report.removed:,} removed "
        f"in {seconds:.1f} s"
    )
    if report.next_change:
        print(f"with the same articles, the site next changes at {report.next_change.isoformat()}")
    print(f"the site: {_shown(request.output / 'index.html')}")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from site_builder.pipeline import check
    from site_builder.progress import progress_for

    started = time.perf_counter()
    with progress_for(sys.stderr, options.quiet) as progress:
        report = check(_request(options), progress)
    _print_findings(report, quiet=options.quiet)
    if not options.quiet:
        seconds = time.perf_counter() - started
        print(f"{_count(report.articles, 'article')} checked in {seconds:.1f} s: no faults")
    return DONE


def _request(options: argparse.Namespace) -> Request:
    from site_builder.build.workers import usable_cpus

    root = options.root.absolute()
    return Request(
        root=root,
        output=(options.output or root / "output").absolute(),
        now=options.now or datetime.now(UTC),
        drafts=options.drafts,
        strict=options.strict,
        jobs=options.jobs or usable_cpus(),
    )


def _print_findings(report: Report, *, quiet: bool) -> None:
    """Print what a person should know, on standard error; warnings even when asked to be quiet."""
    for warning in report.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if quiet:
        return
    for note in report.notes:
        print(f"note: {note}", file=sys.stderr)
    for path in report.strangers[:LISTED]:
        print(f"note: {path} was not made by this site; it is kept", file=sys.stderr)
    if len(report.strangers) > LISTED:
        rest = len(report.strangers) - LISTED
        print(f"note: {rest:,} more files were not made by this site", file=sys.stderr)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _shown(path: Path) -> str:
    """Return a path as short as it can be said from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
