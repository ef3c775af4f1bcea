"""Show dates to readers, in the words of a language."""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    """Return the locale of a BCP 47 tag, or English where none is known."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        try:
            return Locale.parse(language.split("-", maxsplit=1)[0])
        except (UnknownLocaleError, ValueError):
            return Locale("en", "US")


def long_date(moment: date, language: str) -> str:
    """Return a day as `August 20, 2025`, in `language`."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return _long_day(day, language)


@lru_cache(maxsize=4096)
def _long_day(day: date, language: str) -> str:
    return format_date(day, format="long", locale=_locale(language))


@lru_cache(maxsize=4096)
def month_name(year: int, month: int, language: str) -> str:
    """Return a month as `August 2025`, in `language`."""
    return format_skeleton("yMMMM", date(year, month, 1), locale=_locale(language))
