"""The chart of the archive tells what the archive holds, and can be told apart by everyone."""

import math
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.build.chart import HEIGHT, MOST_KEYS, MonthFigures, draw_chart
from site_builder.build.pages import Term
from tests.archives import SITE, Archive, clean_tree
from tests.conftest import PROJECT

TERMS = [Term(f"Category {number}", f"/category/{number}/") for number in range(12)]
COUNTS = st.dictionaries(st.sampled_from(TERMS), st.integers(1, 4000), min_size=1)
ARCHIVES = st.dictionaries(
    st.tuples(st.integers(1990, 2030), st.integers(1, 12)), COUNTS, max_size=40
).map(
    lambda months: [
        MonthFigures(*when, f"/{when[0]}/{when[1]:02}/", tuple(counts.items()))
        for when, counts in sorted(months.items())
    ]
)
LINE = re.compile(r"M(\d+) (\d+)v-(\d+)")


@given(ARCHIVES)
def test_every_article_is_counted_once_whichever_way_it_is_added_up(
    months: list[MonthFigures],
) -> None:
    chart = draw_chart(months)
    total = sum(count for month in months for _, count in month.categories)
    assert sum(key.count for key in chart.keys) == total
    assert sum(year.count for year in chart.years) == total
    shown = [month for year in chart.years for month in year.months]
    assert [(one.url, one.count) for one in shown] == [
        (month.url, sum(count for _, count in month.categories)) for month in months
    ]
    assert all(sum(month.counts) == month.count for month in shown)
    for place, key in enumerate(chart.keys):
        assert sum(year.counts[place] for year in chart.years) == key.count


@given(ARCHIVES)
def test_the_largest_categories_have_a_colour_and_the_rest_share_one(
    months: list[MonthFigures],
) -> None:
    keys = draw_chart(months).keys
    assert len(keys) <= MOST_KEYS + 1
    named = [key for key in keys if key.category]
    assert [key.count for key in named] == sorted([key.count for key in named], reverse=True)
    categories = {term for month in months for term, _ in month.categories}
    assert len(named) == len(categories) if len(categories) <= MOST_KEYS + 1 else MOST_KEYS
    assert all(key.category is None for key in keys[len(named) :])


@given(ARCHIVES)
def test_bars_stand_on_one_another_in_their_own_column_and_none_leaves_the_panel(
    months: list[MonthFigures],
) -> None:
    chart = draw_chart(months)
    for year in chart.years:
        for month in year.months:
            below = HEIGHT
            for path in year.paths:
                for x, low, length in LINE.findall(path):
                    if month.x < int(x) < month.x + 10:
                        assert int(low) <= below
                        below = int(low) - int(length)
            assert abs(HEIGHT - below - HEIGHT * month.count / chart.fullest) <= 0.5
        assert "".join(year.paths) == "".join(
            f"M{x} {low}v-{length}" for x, low, length in LINE.findall("".join(year.paths))
        )


@given(st.integers(1, 10**6))
def test_the_guide_stands_at_a_round_number_in_the_upper_half(count: int) -> None:
    chart = draw_chart([MonthFigures(2025, 1, "/2025/01/", ((TERMS[0], count),))])
    assert chart.guide <= count < chart.guide * 2.5 + 1
    assert chart.guide_y == HEIGHT - round(HEIGHT * chart.guide / count)


def test_an_archive_without_articles_has_a_page_without_a_chart(archive: Archive) -> None:
    archive.build()
    assert "<svg" not in archive.page("/archive/")
    assert draw_chart([]).years == ()


def test_an_article_counts_in_its_first_category_under_the_spelling_used_most(
    archive: Archive,
) -> None:
    archive.article("a", date="2025-08-01", categories="[Navy, Air]")
    archive.article("b", date="2025-08-02", categories="[Navy]")
    archive.article("c", date="2025-09-02", categories="[NAVY]")
    archive.build()
    page = archive.page("/archive/")
    assert 'href="../category/navy/">Navy</a> <span class="count">3</span>' in page
    assert 'href="../2025/08/" tabindex="-1"><title>August 2025: 2</title>' in page
    assert '<th scope="rowgroup">2025</th><td>3</td><td>3</td>' in page
    assert '<th scope="row">September</th><td>1</td><td>1</td>' in page


def test_a_category_has_its_colour_in_years_without_the_others(archive: Archive) -> None:
    for number, names in enumerate(["Navy", "Navy", "Army", "Army", "Army"]):
        archive.article(f"a{number}", date=f"{2021 + number}-08-01", categories=f"[{names}]")
    archive.build()
    used = re.findall(r'<path class="bar-(\d)" d="M75 ', archive.page("/archive/"))
    assert used == ["2", "2", "1", "1", "1"]


def test_an_article_that_changes_its_category_changes_the_chart(archive: Archive) -> None:
    archive.article("a", categories="[Navy]")
    archive.build()
    archive.article("a", categories="[Army]")
    assert "archive/index.html" in archive.build().written
    assert archive.tree() == clean_tree(archive)


class Elements(HTMLParser):
    """Collects the attributes of every element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.all.append((tag, dict(attrs)))


def test_the_chart_of_thirty_years_needs_no_inline_style_and_is_light(archive: Archive) -> None:
    archive.write("site.toml", SITE + 'engine = "commonmark"\neditions = false\n')
    for year in range(1996, 2026):
        for month in range(1, 13):
            archive.article(
                f"{year}-{month}", date=f"{year}-{month:02}-01", categories=f"[C{month % 9}]"
            )
    archive.build()
    page = archive.page("/archive/")
    elements = Elements(page).all
    assert [tag for tag, attributes in elements if "style" in attributes or tag == "style"] == []
    drawn = [attributes for tag, attributes in elements if attributes.get("tabindex") == "-1"]
    assert len(drawn) == 360 + 1, "the bars, and the place that the skip link leads to"
    assert len(page.encode()) < 160_000


def channels(colour: str) -> tuple[float, ...]:
    """Return the linear channels of `#rrggbb` (IEC 61966-2-1)."""
    levels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels
    )


def dot(one: Iterable[float], two: Iterable[float]) -> float:
    """Return the sum of products."""
    return sum(a * b for a, b in zip(one, two, strict=True))


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, "contrast ratio")."""
    weights = (0.2126, 0.7152, 0.0722)
    dark, light = sorted(dot(weights, channels(colour)) for colour in (one, two))
    return (light + 0.05) / (dark + 0.05)


# How a reader without one kind of cone sees linear channels (Machado et al. 2009, severity 1).
SIGHTS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    """Return a colour in the space Oklab, in which distances are as large as they look."""
    red, green, blue = (min(1, max(0, dot(row, channels(colour)))) for row in SIGHTS[sight])
    long, middle, short = (
        (a * red + b * green + c * blue) ** (1 / 3)
        for a, b, c in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def colours(place: int) -> list[str]:
    """Return the colours of the chart: in the light (0) or in the dark (1)."""
    text = (PROJECT / "theme/static/chart.css").read_text()
    found = re.findall(r"\.bar-\d \{ stroke: light-dark\(#(\w{3}), #(\w{3})\); \}", text)
    return ["#" + "".join(digit * 2 for digit in pair[place]) for pair in found]


@pytest.mark.parametrize("place", [0, 1])
def test_the_colours_stand_out_from_the_paper(place: int) -> None:
    styles = (PROJECT / "theme/static/site.css").read_text()
    papers = re.findall(r"#\w{6}", " ".join(re.findall("--paper:[^;]*;", styles)))
    paper = sorted(papers, key=lambda colour: contrast(colour, "#000000"))[0 if place else -1]
    assert len(colours(place)) == MOST_KEYS + 1
    assert min(contrast(colour, paper) for colour in colours(place)) >= 3


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("place", [0, 1])
def test_the_colours_differ_to_every_kind_of_sight(place: int, sight: str) -> None:
    pairs = combinations(colours(place), 2)
    assert min(math.dist(seen(one, sight), seen(two, sight)) for one, two in pairs) >= 0.085
