"""Plan the archives by date: the whole archive, years, months."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

import msgspec

from site_builder.addresses import month_url, path_of, year_url
from site_builder.articles.article import Entry
from site_builder.articles.source import digest_of
from site_builder.build.chart import MonthFigures, draw_chart
from site_builder.build.jobs import PageJob
from site_builder.build.output import LISTING, Load, Output, output
from site_builder.build.pages import Day, MonthCount, MonthLink, Term, YearCount, YearLink
from site_builder.build.plan.articles import page_info
from site_builder.build.plan.listings import cards_digest
from site_builder.build.published import Published

ARCHIVE_URL = "/archive/"
_ARCHIVE = Term("Archive", ARCHIVE_URL)
MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def plan_archives(published: Published) -> Iterator[Output]:
    """Yield the pages of all months and years, and the one of the whole archive."""
    months: list[tuple[MonthCount, Sequence[Entry]]] = []
    for (year, month), group in groupby(
        published.entries, key=lambda entry: (entry.date.year, entry.date.month)
    ):
        members = list(group)
        count = MonthCount(year, month, month_url(year, month), len(members))
        months.append((count, members))
    for index, (count, shown) in enumerate(months):
        older = _month_link(months[index - 1][0]) if index else None
        newer = _month_link(months[index + 1][0]) if index + 1 < len(months) else None
        inputs = (
            *published.page_inputs,
            ("articles", cards_digest(published, shown)),
            ("neighbours", digest_of(msgspec.msgpack.encode((older, newer)))),
        )
        make = partial(_month_job, published, count, shown, older, newer)
        yield output(path_of(count.url), LISTING, inputs, make, shown)
    years = _years([count for count, _ in months])
    for index, year in enumerate(years):
        older_year = _year_link(years[index + 1]) if index + 1 < len(years) else None
        newer_year = _year_link(years[index - 1]) if index else None
        known = digest_of(msgspec.msgpack.encode((year, older_year, newer_year)))
        make = partial(_year_job, published, year, older_year, newer_year)
        inputs = (*published.page_inputs, ("months", known))
        yield output(path_of(year.url), LISTING, inputs, make)
    figures = [_figures(published, count, members) for count, members in months]
    known = digest_of(msgspec.msgpack.encode(figures))
    make = partial(_archive_job, published, years, figures)
    inputs = (*published.page_inputs, ("months", known))
    yield output(path_of(ARCHIVE_URL), LISTING, inputs, make)


def _figures(published: Published, month: MonthCount, members: Sequence[Entry]) -> MonthFigures:
    """Count the articles of a month by the first category of each."""
    counts: dict[str, int] = {}
    terms: dict[str, Term] = {}
    for name, count in Counter([entry.categories[0] for entry in members]).items():
        term = published.terms.term("category", name)
        terms[term.url] = term
        counts[term.url] = counts.get(term.url, 0) + count
    by_url = tuple([(terms[url], counts[url]) for url in sorted(counts)])
    return MonthFigures(month.year, month.month, month.url, by_url)


def _years(months: list[MonthCount]) -> list[YearCount]:
    """Gather months, sorted from the oldest, into years, newest first."""
    years = []
    for year, group in groupby(months, key=lambda month: month.year):
        members = tuple(group)[::-1]
        count = sum(month.count for month in members)
        years.append(YearCount(year, year_url(year), count, members))
    return years[::-1]


def _month_link(month: MonthCount) -> MonthLink:
    return MonthLink(month.year, month.month, month.url)


def _year_link(year: YearCount) -> YearLink:
    return YearLink(year.year, year.url)


def _month_job(
    published: Published,
    month: MonthCount,
    members: Sequence[Entry],
    older: MonthLink | None,
    newer: MonthLink | None,
    _: Load,
) -> PageJob:
    days = [
        Day(date, tuple(published.card(entry) for entry in group))
        for date, group in groupby(reversed(members), key=lambda entry: entry.date.date())
    ]
    title = f"{MONTH_NAMES[month.month - 1]} {month.year}"
    trail = (_ARCHIVE, Term(str(month.year), year_url(month.year)))
    page = page_info(published, "month", month.url, title, "", trail=trail)
    values = {
        "year": month.year,
        "month": month.month,
        "days": days,
        "count": month.count,
        "older": older,
        "newer": newer,
    }
    return PageJob("month.html", page, values)


def _year_job(
    published: Published,
    year: YearCount,
    older: YearLink | None,
    newer: YearLink | None,
    _: Load,
) -> PageJob:
    values = {
        "year": year.year,
        "months": year.months,
        "count": year.count,
        "older": older,
        "newer": newer,
    }
    page = page_info(published, "year", year.url, str(year.year), "", trail=(_ARCHIVE,))
    return PageJob("year.html", page, values)


def _archive_job(
    published: Published, years: list[YearCount], figures: list[MonthFigures], _: Load
) -> PageJob:
    page = page_info(published, "archive", ARCHIVE_URL, _ARCHIVE.name, "")
    return PageJob("archive.html", page, {"years": years, "chart": draw_chart(figures)})
