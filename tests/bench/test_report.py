"""The report of the benchmark from given numbers: medians, ratios, and a picture."""

import re
from xml.etree import ElementTree

import pytest

from bench.cases import COLD, COPY, NEW, UNCHANGED, Result, Tree
from bench.chart import Panel, draw
from bench.measure import Measure
from bench.report import Section, median_seconds, write_report
from bench.tools import Tool

SVG = "{http://www.w3.org/2000/svg}"


def result(tool: str, case: str, wall: float, files: int = 7) -> Result:
    """Return a result with CPU time twice the wall time, and 50 MB."""
    return Result(tool, case, Measure(wall, 2 * wall, 50_000_000), files)


def tool(name: str) -> Tool:
    """Return a tool of version 1.2 that is never run."""
    return Tool(name, "hugo", "1.2", ("true",), "output", (), "template")


@pytest.fixture
def section() -> Section:
    """Three rounds of two tools; the third round of ours is an outlier."""
    results = [result("Hugo", COLD, wall) for wall in (4.0, 2.0, 3.0)]
    results += [result("site_builder", COLD, wall, 1234) for wall in (1.5, 1.4, 90.0)]
    results += [result("site_builder", UNCHANGED, 0.25), result("Hugo", NEW, 0.5)]
    results += [result("site_builder", NEW, 0.05), result("site_builder", COPY, 0.75)]
    trees = {"Hugo": Tree(10, 1_000_000, 900), "site_builder": Tree(1200, 2_500_000, 1050)}
    return Section(1000, "in memory", results, trees)


def rows(report: str) -> list[list[str]]:
    """Return the cells of every row of the tables."""
    lines = [line for line in report.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_times_are_medians_and_ratios_compare_with_hugo(section: Section) -> None:
    found = rows(write_report("A machine", [], [section]))
    assert [COLD, "Hugo", "3.00 s", "1.00", "6.00 s", "50 MB", "7", "3"] in found
    ours = [COLD, "site_builder", "1.50 s", "0.50", "3.00 s", "50 MB", "1,234", "3"]
    assert ours in found
    assert [NEW, "site_builder", "0.05 s", "0.10", "0.10 s", "50 MB", "7", "1"] in found


def test_a_case_that_hugo_did_not_run_has_no_ratio(section: Section) -> None:
    found = rows(write_report("A machine", [], [section]))
    assert [UNCHANGED, "site_builder", "0.25 s", "", "0.50 s", "50 MB", "7", "1"] in found
    assert [UNCHANGED, "Hugo"] not in [row[:2] for row in found]
    assert median_seconds(section, "Hugo", UNCHANGED) is None


def test_copying_has_a_time_and_no_memory(section: Section) -> None:
    found = rows(write_report("A machine", [], [section]))
    assert [COPY, "site_builder", "0.75 s", "", "1.50 s", "", "7", "1"] in found


def test_ratios_stay_within_their_section(section: Section) -> None:
    other = [result("Hugo", COLD, 30.0), result("site_builder", COLD, 3.0)]
    report = write_report("A", [], [section, Section(10_000, "on disk", other, section.trees)])
    first, second = report.split("## 10,000 articles, on disk")
    assert "## 1,000 articles, in memory" in first
    assert "| 1.50 s | 0.50 |" in first
    assert "| 3.00 s | 0.10 |" in second


def test_the_report_names_machine_versions_trees_and_the_picture(section: Section) -> None:
    tools = [tool("Hugo"), tool("site_builder")]
    report = write_report("Two cores", tools, [section], "chart.svg")
    assert "- Machine: Two cores\n- Versions: Hugo 1.2, site_builder 1.2" in report
    assert "![Build times as bars](chart.svg)" in report
    assert ["site_builder", "1,200", "2.5 MB", "1,050 B"] in rows(report)
    assert "![" not in write_report("Two cores", tools, [section])


def test_the_picture_is_xml_with_bars_in_proportion() -> None:
    panels = [
        Panel("1,000 articles: cold", (("site_builder, markdown", 1.5), ("Hugo", 3.0))),
        Panel('A & B <"c">', (("D & E", 0.5),)),
    ]
    picture = draw(panels, 'Seconds, "all" & <more>')
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own text
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == 'Seconds, "all" & <more>'
    bars = root.findall(f"{SVG}rect")
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert widths[0] / widths[1] == pytest.approx(0.5, abs=0.01)
    assert widths[1] == widths[2], "each panel has its own scale"
    assert [bar.get("class") for bar in bars] == ["bar ours", "bar", "bar"]
    words = [text.text for text in root.findall(f"{SVG}text")]
    assert {"1.50 s", "3.00 s", "Hugo", 'A & B <"c">', "D & E"} <= set(words)


def test_the_picture_holds_all_that_it_draws() -> None:
    panels = [Panel(f"Panel {number}", (("a", 1.0), ("b", 0.0))) for number in range(4)]
    root = ElementTree.fromstring(draw(panels, "Words"))  # noqa: S314 - our own text
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    assert root.get("viewBox") == f"0 0 {width:.0f} {height:.0f}"
    bars = root.findall(f"{SVG}rect")
    assert len(bars) == 8
    for bar in bars:
        x, y, wide, high = (float(bar.attrib[name]) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert x + wide <= width
        assert y + high <= height
    assert not re.search("https?://(?!www.w3.org)", draw(panels, "Words"))


def test_a_picture_of_nothing_is_a_picture() -> None:
    assert ElementTree.fromstring(draw([Panel("None", ())], "Words")).tag == f"{SVG}svg"  # noqa: S314
