"""The commands `get`, `cid` and `verify`: their arguments, and what they print.

In: parsed arguments. Out: words and an exit code. What is heavy to import is imported by the
command that needs it.
"""

import argparse
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from site_builder.cli_options import add_common, request_of
from site_builder.errors import EnvironmentFault, Problem

DONE, AT_FAULT = 0, 1
MIB = 1024 * 1024
DEFAULT_MIB = 4096
PROFILES = ("unixfs-v1-2025", "unixfs-v0-2015")

Commands = argparse._SubParsersAction


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add the commands of this module to the command line."""
    _add_get(commands)
    _add_cid(commands)
    _add_verify(commands)


def _add_get(commands: "Commands[argparse.ArgumentParser]") -> None:
    get = commands.add_parser(
        "get",
        help="fetch a file or folder by its CID",
        description=(
            "Fetch the file or folder that a CID names, from the site's own address and the "
            "configured gateways, in turn. Every block is checked; what does not have the hash "
            "that its CID says is refused. Works outside an archive, too. Symbolic links are named "
            "and not written."
        ),
        epilog="example: site-builder get bafkrei... -o article.html --from https://ipfs.io/",
    )
    get.add_argument("cid", metavar="CID", help="what to fetch, also as ipfs://CID")
    get.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE",
        help="the file or folder to write; nothing may be there yet",
    )  # fmt: skip
    get.add_argument(
        "--from", action="append", dest="sources", metavar="ADDRESS",
        help="ask this trustless gateway or site and no other; may be given several times",
    )  # fmt: skip
    get.add_argument(
        "--max-mib", type=_mebibytes, default=DEFAULT_MIB, metavar="N",
        help=f"refuse more than so many MiB of content (default: {DEFAULT_MIB})",
    )  # fmt: skip
    get.add_argument(
        "--root", type=Path, default=Path(), metavar="FOLDER",
        help="the archive whose address and gateways are asked (default: this folder)",
    )  # fmt: skip
    get.set_defaults(command=_get)


def _add_cid(commands: "Commands[argparse.ArgumentParser]") -> None:
    cid = commands.add_parser(
        "cid",
        help="say by which CID a file or folder is known",
        description=(
            "Print the CID of a file or folder, and the parameters that made it. Names that begin "
            "with a dot are left out of folders; symbolic links are kept as such and not followed."
        ),
        epilog="example: site-builder cid output",
    )
    cid.add_argument("path", metavar="PATH", help="a file or folder of any size")
    cid.add_argument(
        "--profile", choices=PROFILES, default=PROFILES[0],
        help=f"the parameters, by their name in IPIP-499 (default: {PROFILES[0]}); the other is "
        "that of old CIDs, for comparing",
    )  # fmt: skip
    cid.add_argument("--quiet", action="store_true", help="print the CID alone")
    cid.set_defaults(command=_cid)


def _add_verify(commands: "Commands[argparse.ArgumentParser]") -> None:
    verify = commands.add_parser(
        "verify",
        help="check that what was published is there and agrees",
        description=(
            "Check the built site against the ledger: every page names its edition, every edition "
            "and block is there with the bytes of its CID, and nothing is left over. With --site "
            "or --gateway, fetch every edition from there instead and check the bytes. It makes "
            "nothing anew: to compare output/ with a clean build, use site-builder build --verify. "
            "Exit code 1 where anything is wrong."
        ),
        epilog="example: site-builder verify --site --gateway https://ipfs.io/",
    )
    verify.add_argument(
        "--site", nargs="?", const="", metavar="URL",
        help="fetch every edition from the site itself (default: its url in the configuration)",
    )  # fmt: skip
    verify.add_argument(
        "--gateway", action="append", default=[], metavar="URL",
        help="fetch every edition from this trustless gateway; may be given several times",
    )  # fmt: skip
    add_common(verify)
    verify.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where the site is (default: ROOT/output)"
    )
    verify.set_defaults(command=_verify)


def _mebibytes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:8]) <= 10_000_000:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number of MiB')
    return int(text[:8])


def _needs_network() -> None:
    """Raise EnvironmentFault where the library that speaks HTTP is not installed."""
    if find_spec("httpx") is None:
        raise EnvironmentFault("this needs httpx: pip install site-builder[ipfs]")


def _get(options: argparse.Namespace) -> int:
    _needs_network()
    from site_builder.publish.cid import CidError, parse_cid
    from site_builder.publish.sources import SYSTEM_CLOCK
    from site_builder.retrieval import get

    try:
        cid = parse_cid(options.cid.removeprefix("ipfs://").removeprefix("/ipfs/"))
    except CidError as error:
        raise EnvironmentFault(str(error)) from error
    addresses = options.sources or _configured(options.root)
    found = get(cid, options.output, addresses, SYSTEM_CLOCK, _note, options.max_mib * MIB)
    for link in found.symlinks:
        _note(f"{link.path} is a symbolic link to {link.target!r}; it was not written")
    print(f"{options.output}: {_count(found.files, 'file')}, {found.size_bytes:,} bytes, verified")
    return DONE


def _configured(root: Path) -> list[str]:
    """Return the site's address and gateways; outside an archive the gateways of all archives."""
    import msgspec

    from site_builder.config import SITE_FILE, Config, load_config

    try:
        config = load_config(root)
    except EnvironmentFault:
        if (root / SITE_FILE).exists() or not root.is_dir():
            raise  # it cannot be read, or the folder is misspelt
        fields = {field.name: field.default for field in msgspec.structs.fields(Config)}
        return list(fields["gateways"])
    return [config.url, *config.gateways]


def _cid(options: argparse.Namespace) -> int:
    from site_builder.publish.disk import DiskNames, forget
    from site_builder.publish.profile import V0_2015, V1_2025

    profile = next(one for one in (V1_2025, V0_2015) if one.name == options.profile)
    names = DiskNames(profile, forget)
    node = names.node(options.path)
    print(node.cid)
    if not options.quiet:
        print(profile.described())
    if names.hidden:
        left = "1 hidden name was" if names.hidden == 1 else f"{names.hidden:,} hidden names were"
        _note(f"{left} left out")
    return DONE


def _verify(options: argparse.Namespace) -> int:
    hosts = list(options.gateway)
    if hosts or options.site is not None:
        return _verify_hosts(options, hosts)
    from site_builder.agreement import disagreements, editions_of
    from site_builder.pipeline import survey
    from site_builder.progress import progress_for

    request = request_of(options)
    with progress_for(sys.stderr, options.quiet) as progress:
        archive = survey(request, progress)
    faults = disagreements(archive, request.output)
    _print_problems("error", faults)
    lines = _count(len(archive.editions.ledger.lines), "line")
    count = _count(len(editions_of(archive)), "edition")
    return _verdict(f"{count} and {lines} of the ledger checked", len(faults), quiet=options.quiet)


def _verify_hosts(options: argparse.Namespace, hosts: list[str]) -> int:
    _needs_network()
    from site_builder.agreement import editions_of
    from site_builder.pipeline import survey
    from site_builder.progress import progress_for
    from site_builder.publish.cid import parse_cid
    from site_builder.publish.sources import SYSTEM_CLOCK
    from site_builder.retrieval import Wanted, verify_host

    with progress_for(sys.stderr, options.quiet) as progress:
        archive = survey(request_of(options), progress)
        if options.site is not None:
            hosts.insert(0, options.site or archive.published.config.url)
        wanted = [Wanted(parse_cid(cid), size) for cid, size in editions_of(archive).items()]
        found = [verify_host(host, wanted, SYSTEM_CLOCK, progress) for host in dict.fromkeys(hosts)]
    faults = sorted(fault for one in found for fault in one.faults)
    _print_problems("warning", sorted(warning for one in found for warning in one.warnings))
    _print_problems("error", faults)
    right = sum(one.right for one in found)
    asked = f"{_count(len(wanted), 'edition')} asked of {_count(len(found), 'host')}"
    return _verdict(f"{asked}, {right:,} served rightly", len(faults), quiet=options.quiet)


def _verdict(summary: str, faults: int, *, quiet: bool) -> int:
    """Print the summary, and return the exit code."""
    if faults or not quiet:
        print(f"{summary}: " + (_count(faults, "fault") if faults else "no faults"))
    return AT_FAULT if faults else DONE


def _print_problems(label: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        print(f"{label}: {problem}", file=sys.stderr)


def _note(words: str) -> None:
    print(f"note: {words}", file=sys.stderr, flush=True)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
