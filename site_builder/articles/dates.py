"""Read dates as archives have them.

In: the text of a date. Out: an aware datetime with a fixed offset, which encodings keep. Never
guesses: `03/04/2025` is refused, since it names two different days.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_CLOCK = r"""
    (?:(?:\s*,?\s+|[Tt])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?
       (?:\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2}(?::\d{2})?)?))?)?
"""
_FORMS = tuple(
    re.compile(rf"^{day}{_CLOCK}$", re.VERBOSE)
    for day in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        r"(?:(?P<weekday>[A-Za-z]{3,9}),?\s+)?(?P<day>\d{1,2})\s+(?P<name>[A-Za-z]{3,9})\.?,?\s+(?P<year>\d{4})",
        r"(?:(?P<weekday>[A-Za-z]{3,9}),?\s+)?(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})",
    )
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MAX_OFFSET = timedelta(hours=14)
EARLIEST_YEAR = 1000


def parse_date(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment that `text` names, in the time zone `zone`.

    Accepts RFC 3339 and its looser ISO 8601 relatives (`2014-10-02 9:00:11 -0400`,
    `2007-06-05 13:59:08+00:00`, `2025/08/20`), and English long dates (`20 August 2025`,
    `Aug 20, 2025 14:30`), which RFC 5322 dates are a case of. A time without offset is in `zone`.
    Raises ValueError with words for the author.
    """
    for form in _FORMS:
        match = form.match(text.strip())
        if match:
            return _moment(match.groupdict(), zone)
    raise ValueError(f'"{text}" is not a date')


def _moment(found: dict[str, str | None], zone: ZoneInfo) -> datetime:
    year, day = int(found["year"] or 0), int(found["day"] or 0)
    month = _month(found["name"]) if found.get("name") else int(found["month"] or 0)
    if year < EARLIEST_YEAR:
        raise ValueError(f"the year {year} is before {EARLIEST_YEAR}")
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    offset = _offset(found["zone"]) if found["zone"] else None
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=offset or zone)
    except ValueError as error:
        raise ValueError("there is no such day or time") from error
    try:
        _check_weekday(found.get("weekday"), moment)
        local = moment.astimezone(zone)
        # Before standard time offsets had seconds, which RFC 3339 (section 4.2) cannot write.
        minutes = round((local.utcoffset() or timedelta()) / timedelta(minutes=1))
        shown = timezone(timedelta(minutes=minutes))
        return moment.astimezone(shown) if offset else moment.replace(tzinfo=shown)
    except OverflowError as error:
        raise ValueError("there is no such day or time") from error


def _check_weekday(name: str | None, moment: datetime) -> None:
    weekday = _WEEKDAYS[moment.weekday()]
    if name and not weekday.startswith(name.lower()):
        raise ValueError(f"that day is a {weekday.capitalize()}, not {name}")


def _month(name: str | None) -> int:
    for number, month in enumerate(_MONTHS, start=1):
        if name and month.startswith(name.lower()):
            return number
    raise ValueError(f"there is no month {name}")


def _offset(text: str) -> timezone:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    ahead = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if ahead > _MAX_OFFSET or max(minutes, seconds) > 59:
        raise ValueError(f"there is no time zone {text}")
    return timezone(-ahead if text[0] == "-" else ahead)
