"""Say in Markdown what was measured.

In: Sections. Out: text. Times are medians over the rounds; ratios compare wall time with Hugo's for
the same case in the same section.
"""

from dataclasses import dataclass
from statistics import median

from bench.cases import CASES, COPY, Result, Tree
from bench.tools import Tool

REFERENCE = "Hugo"

METHOD = """\
Every tool builds the same articles of about 480 words, with 1 or 2 of 12 categories, 3 or 4 of 200
tags and 1 of 40 authors, into article pages with links to the previous and next one, listings of 20
articles a page for each category, tag and author, a feed of 50 whole articles for the site and for
each category, and a home page. Tools take turns, case by case as listed, for several rounds; the
tables give medians. Wall time is that of the whole process, CPU time that of all its processes, and
memory the largest sum over all of them at one moment (PSS, looked at every 20 ms). "Files" counts
the files that the build wrote or wrote again. What is unfair to whom: `bench/README.md`."""


@dataclass(frozen=True)
class Section:
    """The results of one archive size in one place; `place` is words, as "in memory"."""

    count: int
    place: str
    results: list[Result]
    trees: dict[str, Tree]


def median_seconds(section: Section, tool: str, case: str) -> float | None:
    """Return the median wall time of one tool in one case, or None where it was not run."""
    found = [
        result.measure.wall_seconds
        for result in section.results
        if result.tool == tool and result.case == case
    ]
    return median(found) if found else None


def write_report(machine: str, tools: list[Tool], sections: list[Section], chart: str = "") -> str:
    """Return the whole report; `chart` is the name of a picture to show in it."""
    versions = ", ".join(f"{tool.name} {tool.version}" for tool in tools)
    parts = [
        "# Benchmarks",
        "Made by `make bench`. Times depend on the machine; ratios far less.",
        f"- Machine: {machine}\n- Versions: {versions}",
        METHOD,
    ]
    if chart:
        parts.append(f"![Build times as bars]({chart})")
    for section in sections:
        parts.append(f"## {section.count:,} articles, {section.place}")
        parts.append(_times(section))
        parts.append(_trees(section))
    return "\n\n".join(parts) + "\n"


def _times(section: Section) -> str:
    lines = [
        "| case | tool | wall | against Hugo | CPU | peak memory | files | rounds |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for case in CASES:
        reference = median_seconds(section, REFERENCE, case)
        for tool in section.trees:
            found = [one for one in section.results if (one.tool, one.case) == (tool, case)]
            if not found:
                continue
            wall = median(one.measure.wall_seconds for one in found)
            cpu = median(one.measure.cpu_seconds for one in found)
            peak = median(one.measure.peak_bytes for one in found)
            files = median(one.rewritten for one in found)
            ratio = f"{wall / reference:.2f}" if reference else ""
            memory = "" if case == COPY else f"{peak / 1e6:.0f} MB"
            lines.append(
                f"| {case} | {tool} | {wall:.2f} s | {ratio} | {cpu:.2f} s | {memory} | "
                f"{files:,.0f} | {len(found)} |"
            )
    return "\n".join(lines)


def _trees(section: Section) -> str:
    lines = [
        "| tool | files in the output | size | an article page |",
        "| --- | ---: | ---: | ---: |",
    ]
    for tool, tree in section.trees.items():
        lines.append(
            f"| {tool} | {tree.files:,} | {tree.size_bytes / 1e6:.1f} MB | {tree.page_bytes:,} B |"
        )
    return "\n".join(lines)
