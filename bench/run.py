"""Compare site_builder with other generators: `python -m bench.run`, which is `make bench`.

In: the sizes and peers to compare. Out: a report on standard output, and in the documentation when
asked. Everything happens in scratch folders, in memory where that is possible.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.cases import COLD, NEW, Result, Trial
from bench.chart import Panel, draw
from bench.machine import describe, memory_folder
from bench.measure import CommandFailed
from bench.report import Section, median_seconds, write_report
from bench.tools import PEERS, Tool, install, site_builders

SLOW_SECONDS = 60.0
"""A tool that takes longer than this for one build has one round only."""


def main(arguments: list[str]) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        ours = site_builders(options.work)
        tools = [*ours, *(install(name, options.work) for name in options.peers)]
        sections = _sections(options, ours, tools)
    except (CommandFailed, subprocess.CalledProcessError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(write_report(describe(), tools, sections))
    if options.write:
        picture = options.write.with_suffix(".svg")
        picture.write_text(_chart(sections[: len(options.sizes)]), encoding="utf-8")
        report = write_report(describe(), tools, sections, picture.name)
        options.write.write_text(report, encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=_numbers,
        default=(1_000, 10_000),
        metavar="N,N",
        help="archives that all tools build (default: 1000,10000)",
    )
    parser.add_argument(
        "--alone",
        type=_numbers,
        default=(),
        metavar="N,N",
        help="archives that site_builder builds alone, as 100000 (default: none)",
    )
    parser.add_argument(
        "--rounds", type=int, default=3, metavar="N", help="how often each case (default: 3)"
    )
    parser.add_argument(
        "--peers",
        type=_peers,
        default=PEERS,
        metavar="NAME,NAME",
        help=f"whom to compare with (default: {','.join(PEERS)}; none: an empty text)",
    )
    parser.add_argument(
        "--disk",
        action="store_true",
        help="build the largest of the sizes once more on disk, beside a copy of the same tree",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir(), "site_builder-bench"),
        metavar="FOLDER",
        help="where the peers are installed; kept (default: in the folder for temporary files)",
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the report here and a chart beside it"
    )
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part)


def _peers(text: str) -> tuple[str, ...]:
    names = tuple(part for part in text.split(",") if part)
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f'there is no "{name}"; known: {", ".join(PEERS)}')
    return names


def _sections(options: argparse.Namespace, ours: list[Tool], tools: list[Tool]) -> list[Section]:
    """Run all that was asked for: sizes, the sizes of ours alone, and the one on disk."""
    plan = [(count, tools, options.rounds, False) for count in options.sizes]
    plan += [(count, ours, options.rounds, False) for count in options.alone]
    if options.disk and options.sizes:
        plan.append((max(options.sizes), tools, 1, True))
    return [_section(*step, options.work) for step in plan]


def _section(count: int, tools: list[Tool], rounds: int, disk: bool, work: Path) -> Section:
    """Let the tools take turns at one archive size."""
    memory = None if disk else memory_folder(count)
    place = "in memory (tmpfs)" if memory else "on disk"
    _say(f"{count:,} articles, {place}")
    folder = Path(tempfile.mkdtemp(prefix="site_builder-bench-", dir=memory or work))
    try:
        trials = [Trial(tool, folder / str(index), count) for index, tool in enumerate(tools)]
        results: list[Result] = []
        slow: set[str] = set()
        for number in range(rounds):
            for trial in trials:
                name = trial.tool.name
                if name in slow:
                    continue
                found = trial.run(number, copy=disk)
                results += found
                longest = max(one.measure.wall_seconds for one in found)
                if longest > SLOW_SECONDS:
                    slow.add(name)
                _say(f"round {number + 1}, {name}: {found[0].measure.wall_seconds:.1f} s cold")
        trees = {trial.tool.name: trial.tree() for trial in trials}
    finally:
        shutil.rmtree(folder)
    return Section(count, place, results, trees)


def _chart(sections: list[Section]) -> str:
    """Draw cold builds and the arrival of one article for the largest archive of all tools."""
    section = max(sections, key=lambda one: one.count)
    panels = []
    for case in (COLD, NEW):
        found = ((tool, median_seconds(section, tool, case)) for tool in section.trees)
        bars = tuple((tool, seconds) for tool, seconds in found if seconds is not None)
        panels.append(Panel(f"{section.count:,} articles: {case}", bars))
    return draw(panels, "Seconds that each generator takes; the tables below say the same")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
