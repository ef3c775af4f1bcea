"""The options of the command `pin`; `cli_pin_run` does it and is loaded only then."""

import argparse
from pathlib import Path
from typing import Any

from site_builder.cli_options import add_common
from site_builder.errors import EnvironmentFault


def add_commands(commands: Any) -> None:
    """Add `pin` to the subcommands of a parser."""
    pin = commands.add_parser(
        "pin",
        help="publish editions, and have IPFS engines keep them and the site",
        description=(
            "Build the site, enter new editions in the ledger editions.jsonl, and have each "
            "configured engine keep every edition and the whole site. An engine is sent only what "
            "it lacks, and counts once it gave the bytes back. A run that was interrupted goes on "
            "where it stopped. Without any engine, the site is written to a CAR file."
        ),
        epilog="example: site-builder pin --quorum 2",
    )
    add_common(pin)
    pin.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where the site goes (default: ROOT/output)"
    )
    pin.add_argument(
        "--to", metavar="NAME", help="use this engine alone, for the archive with all revisions"
    )
    pin.add_argument(
        "--quorum", type=_number, default=1, metavar="N",
        help="how many engines must keep each edition and the site (default: 1)",
    )  # fmt: skip
    pin.add_argument(
        "--car", type=Path, metavar="FILE",
        help="write the whole site to this CAR file (default without engines: ROOT/site.car)",
    )  # fmt: skip
    pin.set_defaults(command=_pin)


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to 64')
    return int(text)


def _pin(options: argparse.Namespace) -> int:
    try:
        from site_builder.cli_pin_run import run
    except ModuleNotFoundError as error:
        raise EnvironmentFault(
            f"{error.name} is not installed; pip install 'site-builder[ipfs]'"
        ) from error
    return run(options)
