"""Draw the archive at a glance: articles a month, stacked by category, one small panel a year.

In: how many articles each month has in each category. Out: the figures for a table, and the
geometry for a template to write as SVG. All panels have the same scale; a template may stretch
them, so nothing in them is text.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, groupby

import msgspec

from site_builder.build.pages import Term

MOST_KEYS = 6
"""Categories that are told apart; the others are drawn as one."""

MONTH_WIDTH = 10
HEIGHT = 200
WIDTH = 12 * MONTH_WIDTH
_GAP = 2
"""Between two parts of a bar, taken from the upper one where it is high enough."""


class MonthFigures(msgspec.Struct, frozen=True):
    """The articles of a month by category, each article once."""

    year: int
    month: int
    url: str
    categories: tuple[tuple[Term, int], ...]


class ChartKey(msgspec.Struct, frozen=True):
    """What one colour stands for; `category` is None for all categories that share the last."""

    category: Term | None
    count: int


class ChartMonth(msgspec.Struct, frozen=True):
    """A month. `counts` are in the order of the keys; `x` is where its column begins."""

    month: int
    url: str
    count: int
    counts: tuple[int, ...]
    x: int


class ChartYear(msgspec.Struct, frozen=True):
    """A panel, `WIDTH` by `HEIGHT`. `paths` are lines to stroke, one for each key (SVG 2, 9.3)."""

    year: int
    count: int
    counts: tuple[int, ...]
    months: tuple[ChartMonth, ...]
    paths: tuple[str, ...]


class Chart(msgspec.Struct, frozen=True):
    """The whole archive, from its first year. `guide` articles are drawn `guide_y` from the top."""

    keys: tuple[ChartKey, ...]
    years: tuple[ChartYear, ...]
    fullest: int
    guide: int
    guide_y: int


def draw_chart(months: Sequence[MonthFigures]) -> Chart:
    """Return the chart of months, which are sorted from the oldest.

    Keys are sorted from the most articles; of equals, the first name comes first.
    """
    totals: Counter[Term] = Counter()
    for month in months:
        totals.update(dict(month.categories))
    order = sorted(totals, key=lambda term: (-totals[term], term.name, term.url))
    named = order if len(order) <= MOST_KEYS + 1 else order[:MOST_KEYS]
    keys = [ChartKey(term, totals[term]) for term in named]
    rest = totals.total() - sum(key.count for key in keys)
    if rest:
        keys.append(ChartKey(None, rest))
    columns = [_month(month, named, len(keys)) for month in months]
    fullest = max((column.count for column in columns), default=0)
    guide = _guide(fullest)
    pairs = zip(months, columns, strict=True)
    return Chart(
        keys=tuple(keys),
        years=tuple(
            _year(year, [column for _, column in group], fullest)
            for year, group in groupby(pairs, key=lambda pair: pair[0].year)
        ),
        fullest=fullest,
        guide=guide,
        guide_y=HEIGHT - round(HEIGHT * guide / max(1, fullest)),
    )


def _month(month: MonthFigures, named: Sequence[Term], keys: int) -> ChartMonth:
    of = dict(month.categories)
    count = sum(of.values())
    counts = [of.get(term, 0) for term in named]
    if keys > len(named):
        counts.append(count - sum(counts))
    return ChartMonth(month.month, month.url, count, tuple(counts), (month.month - 1) * MONTH_WIDTH)


def _year(year: int, months: Sequence[ChartMonth], fullest: int) -> ChartYear:
    paths: list[list[str]] = [[] for _ in months[0].counts]
    for month in months:
        tops = [round(HEIGHT * sum_ / fullest) for sum_ in accumulate(month.counts)]
        for path, bottom, top in zip(paths, (0, *tops), tops, strict=False):
            low = bottom + _GAP if bottom and top - bottom > 2 * _GAP else bottom
            if top > low:
                path.append(f"M{month.x + MONTH_WIDTH // 2} {HEIGHT - low}v{low - top}")
    counts = tuple(map(sum, zip(*(month.counts for month in months), strict=True)))
    return ChartYear(
        year, sum(counts), counts, tuple(months), tuple("".join(path) for path in paths)
    )


def _guide(fullest: int) -> int:
    """Return the largest of 1, 2, 5, 10, 20, 50 ... that is no more than the fullest month."""
    unit = 10 ** (len(str(fullest)) - 1) if fullest else 0
    return max(step * unit for step in (0, 1, 2, 5) if step * unit <= fullest)
