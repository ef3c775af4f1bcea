"""Dates: every kind that archives have is read, nothing is guessed."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.articles.dates import EARLIEST_YEAR, parse_date

KARACHI = ZoneInfo("Asia/Karachi")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from([ZoneInfo("UTC"), KARACHI, NEW_YORK, ZoneInfo("Pacific/Apia")])
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(
    min_value=datetime(EARLIEST_YEAR, 1, 3),  # noqa: DTZ001 - hypothesis wants naive bounds
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001
    timezones=OFFSETS,
)

READ = {
    "2025-08-20": "2025-08-20T00:00:00+05:00",
    "2025-8-2": "2025-08-02T00:00:00+05:00",
    "2025/08/20": "2025-08-20T00:00:00+05:00",
    " 2025-08-20 ": "2025-08-20T00:00:00+05:00",
    "2025-08-20 09:30": "2025-08-20T09:30:00+05:00",
    "2025-08-20 9:30": "2025-08-20T09:30:00+05:00",
    "2025-08-20T09:30:15": "2025-08-20T09:30:15+05:00",
    "2025-08-20t09:30:15z": "2025-08-20T14:30:15+05:00",
    "2025-08-20T09:30:15.123456Z": "2025-08-20T14:30:15+05:00",
    "2025-08-20 09:30 UTC": "2025-08-20T14:30:00+05:00",
    "2025-08-20 09:30 +05": "2025-08-20T09:30:00+05:00",
    "2014-10-02 9:00:11 -0400": "2014-10-02T18:00:11+05:00",
    "2007-06-05 13:59:08+00:00": "2007-06-05T18:59:08+05:00",
    "20 August 2025": "2025-08-20T00:00:00+05:00",
    "20 Aug. 2025": "2025-08-20T00:00:00+05:00",
    "August 20, 2025": "2025-08-20T00:00:00+05:00",
    "Aug 20 2025 14:30": "2025-08-20T14:30:00+05:00",
    "Wednesday, 20 August 2025": "2025-08-20T00:00:00+05:00",
    "Wed, 20 Aug 2025 14:30:00 GMT": "2025-08-20T19:30:00+05:00",
    "Wed, 20 Aug 2025 14:30:00 -0400": "2025-08-20T23:30:00+05:00",
    "1 may 1998": "1998-05-01T00:00:00+05:00",
    "2024-02-29": "2024-02-29T00:00:00+05:00",
    # Before there was standard time, Karachi was 4:28:12 ahead; no format can write the seconds.
    "1906-01-01": "1906-01-01T00:00:00+04:28",
}

REFUSED = [
    "",
    "tomorrow",
    "2025",
    "2025-08",
    "20250820",
    "03/04/2025",
    "20-08-2025",
    "2021-02-08 16:30-:00+16:30",
    "2025-02-30",
    "2023-02-29",
    "2025-13-01",
    "2025-00-10",
    "2025-08-20 24:30",
    "2025-08-20 12:60",
    "2025-08-20 12:30:61",
    "2025-08-20 12:30 +15:00",
    "2025-08-20 12:30 +05:60",
    "2025-08-20 14",
    "20 Augustus 2025",
    "20 Auguste 2025",
    "0999-12-31",
    "2025-08-20 extra",
    "9999-12-31 23:00 -12:00",
    "0" * 5000,
]


@pytest.mark.parametrize(("text", "moment"), READ.items())
def test_a_date_of_this_kind_is_read(text: str, moment: str) -> None:
    assert parse_date(text, KARACHI).isoformat() == moment


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date|there is no|is before") as caught:
        parse_date(text, KARACHI)
    assert "\n" not in str(caught.value)


def test_a_time_without_offset_follows_summer_time_of_the_site() -> None:
    winter = parse_date("2025-01-20 09:00", NEW_YORK)
    summer = parse_date("2025-07-20 09:00", NEW_YORK)
    assert winter.isoformat() == "2025-01-20T09:00:00-05:00"
    assert summer.isoformat() == "2025-07-20T09:00:00-04:00"


@given(st.text(), ZONES)
def test_any_text_is_read_or_refused_as_no_date(text: str, zone: ZoneInfo) -> None:
    with suppress(ValueError):
        assert parse_date(text, zone).tzinfo is not None


@given(
    st.from_regex(r"[0-9]{1,4}[-/ ][0-9A-Za-z]{1,9}[-/ ,][0-9]{1,4}([T ][0-9:+-]{0,15})?"), ZONES
)
def test_what_looks_like_a_date_is_read_or_refused_as_no_date(text: str, zone: ZoneInfo) -> None:
    with suppress(ValueError):
        assert parse_date(text, zone).year >= EARLIEST_YEAR - 1


@given(MOMENTS, ZONES)
def test_a_moment_written_in_iso_form_is_read_as_that_moment(
    moment: datetime, zone: ZoneInfo
) -> None:
    whole = moment.replace(microsecond=0)
    read = parse_date(whole.isoformat(), zone)
    assert read == whole
    local = whole.astimezone(zone).replace(tzinfo=None)
    assert abs(read.replace(tzinfo=None) - local) < timedelta(minutes=1)
    assert parse_date(read.isoformat(), zone) == whole


@given(MOMENTS)
def test_a_moment_written_in_english_is_read_as_that_moment(moment: datetime) -> None:
    whole = moment.astimezone(UTC).replace(microsecond=0)
    for form in ("%a, %d %b %Y %H:%M:%S +0000", "%d %B %Y %H:%M:%S UTC", "%B %d, %Y %H:%M:%S Z"):
        assert parse_date(whole.strftime(form), KARACHI) == whole
