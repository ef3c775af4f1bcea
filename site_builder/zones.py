"""Time zones from the locked package of zone data, so that every machine has the same."""

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata

_FOLDER = Path(tzdata.__file__).parent / "zoneinfo"


@lru_cache(maxsize=8)
def zone_of(name: str) -> ZoneInfo:
    """Return an IANA time zone. Raises ValueError where there is none of that name."""
    parts = name.split("/")
    if not name or any(not part or part.startswith(".") for part in parts):
        raise ValueError(f"there is no time zone {name!r}")
    try:
        with _FOLDER.joinpath(*parts).open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    except (OSError, ValueError) as error:
        raise ValueError(f"there is no time zone {name!r}") from error
