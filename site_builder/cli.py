"""The command line: arguments, clock and environment in; words and exit codes out.

Only this module and its neighbours `cli_*` print; it alone exits. Exit codes: 0 done, 1 content at
fault, 2 usage or environment. What is heavy to import is imported by the command that needs it.
"""

import argparse
import gc
import io
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from site_builder import __version__, cli_pin, cli_retrieve
from site_builder.cli_options import add_common, request_of
from site_builder.cli_words import (
    CANNOT_RUN,
    CONTENT_AT_FAULT,
    DONE,
    counted,
    print_findings,
    shown,
)
from site_builder.errors import ContentError, EnvironmentFault


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    # An archive is many values that stay to the end: looking for garbage among them, and giving
    # them back one by one at the end, would take a quarter of the time.
    gc.set_threshold(250_000, 20, 100)
    code = run(sys.argv[1:] if arguments is None else arguments)
    sys.stderr.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name may not fit the terminal
    options = _parser().parse_args(arguments)
    try:
        return _flushed(options.command(options))
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
    except OSError as error:  # the streams, or a folder that went away under us
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"error: {error.strerror or error}", file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return CANNOT_RUN


def _flushed(code: int) -> int:
    """Return the code once all that was printed has reached its reader."""
    sys.stdout.flush()
    return code


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
    add_common(build)
    build.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where the site goes (default: ROOT/output)"
    )
    what = build.add_mutually_exclusive_group()
    what.add_argument(
        "--dry-run",
        action="store_const",
        const=_preview,
        dest="command",
        help="say what would be written and removed, and write nothing",
    )
    what.add_argument(
        "--verify",
        action="store_const",
        const=_verify,
        dest="command",
        help="make every file anew without what earlier builds remember, compare it with the one "
        "in the output folder, and write nothing; exit code 1 where one differs",
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
    add_common(check)
    check.set_defaults(command=_check, output=None)
    explain = commands.add_parser(
        "explain",
        help="say from what a file of the site is made",
        description=(
            "Say from what one file of the site is made, which of these inputs changed since, and "
            "whether the next build would make it again. Nothing is written."
        ),
        epilog="example: site-builder explain output/category/diplomacy/index.html",
    )
    explain.add_argument(
        "place", metavar="PATH", help="a file of the output folder, or an address such as /2025/08/"
    )
    add_common(explain)
    explain.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where the site is (default: ROOT/output)"
    )
    explain.set_defaults(command=_explain)
    cli_pin.add_commands(commands)
    cli_retrieve.add_commands(commands)
    return parser


def _build(options: argparse.Namespace) -> int:
    from site_builder.pipeline import build
    from site_builder.progress import progress_for

    started = time.perf_counter()
    request = request_of(options)
    with progress_for(sys.stderr, options.quiet) as progress:
        report = build(request, progress)
    print_findings(report, quiet=options.quiet)
    if options.quiet:
        return DONE
    if options.verbose:
        for path in sorted(report.written):
            print(f"written: {path}")
    written, removed = len(report.written), len(report.removed)
    seconds = time.perf_counter() - started
    print(
        f"{counted(report.articles, 'article')}, {counted(report.files, 'file')}: "
        f"{written:,} written, {report.files - written:,} unchanged, {removed:,} removed "
        f"in {seconds:.1f} s"
    )
    if report.next_change:
        print(f"with the same articles, the site next changes at {report.next_change.isoformat()}")
    print(f"the site: {shown(request.output / 'index.html')}")
    return DONE


def _preview(options: argparse.Namespace) -> int:
    from site_builder.pipeline import preview
    from site_builder.progress import progress_for

    with progress_for(sys.stderr, options.quiet) as progress:
        report = preview(request_of(options), progress)
    print_findings(report, quiet=options.quiet)
    for path in report.written:
        print(f"would write: {path}")
    for path in report.removed:
        print(f"would remove: {path}")
    if not options.quiet:
        unchanged = report.files - len(report.written)
        print(
            f"{counted(report.articles, 'article')}, {counted(report.files, 'file')}: "
            f"{len(report.written):,} would be written, {unchanged:,} left alone, "
            f"{len(report.removed):,} removed"
        )
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from site_builder.pipeline import verify
    from site_builder.progress import progress_for

    with progress_for(sys.stderr, options.quiet) as progress:
        report = verify(request_of(options), progress)
    print_findings(report, quiet=options.quiet)
    for path in report.written:
        print(f"differs: {path}")
    for path in report.removed:
        print(f"left over: {path}")
    wrong = len(report.written) + len(report.removed)
    if not options.quiet or wrong:
        verdict = f"{wrong:,} differ; site-builder build mends them" if wrong else "all are right"
        print(f"{counted(report.files, 'file')} made anew and compared: {verdict}")
    return CONTENT_AT_FAULT if wrong else DONE


def _explain(options: argparse.Namespace) -> int:
    from site_builder.pipeline import explain
    from site_builder.progress import progress_for

    with progress_for(sys.stderr, options.quiet) as progress:
        explanation = explain(request_of(options), options.place, progress)
    print(f"{explanation.path} is made from")
    width = max(len(name) for name, _ in explanation.inputs)
    for name, state in explanation.inputs:
        print(f"  {name:{width}}  {state}".rstrip())
    if explanation.reasons:
        print("the next build makes it again:")
        for reason in explanation.reasons:
            print(f"  {reason}")
    else:
        print("the next build leaves it alone")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from site_builder.pipeline import check
    from site_builder.progress import progress_for

    started = time.perf_counter()
    with progress_for(sys.stderr, options.quiet) as progress:
        report = check(request_of(options), progress)
    print_findings(report, quiet=options.quiet)
    if not options.quiet:
        seconds = time.perf_counter() - started
        print(f"{counted(report.articles, 'article')} checked in {seconds:.1f} s: no faults")
    return DONE
