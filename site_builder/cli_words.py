"""Words and exit codes that several commands have."""

import sys
from pathlib import Path

from site_builder.reports import Report

DONE, CONTENT_AT_FAULT, CANNOT_RUN = 0, 1, 2
LISTED = 20
"""Files that no build made which are named one by one."""


def print_findings(report: Report, *, quiet: bool) -> None:
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


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, as `1 file` or `2 files`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def shown(path: Path) -> str:
    """Return a path as short as it can be said from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
