"""The site's configuration: `site.toml`, or `[tool.site_builder]` in pyproject.toml.

In: the archive's folder. Out: a frozen Config. Nothing else of the package reads these files.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from site_builder.characters import CONTROL
from site_builder.config_engines import EngineConfig, read_engines
from site_builder.config_organisation import Organisation, read_organisation, static_name
from site_builder.errors import ContentError, EnvironmentFault, Problem, nearest
from site_builder.languages import LANGUAGE_TAG
from site_builder.zones import zone_of

SITE_FILE = "site.toml"
PROJECT_FILE = "pyproject.toml"
ENGINES = ("markdown", "commonmark")
PROJECT_TABLE = ("tool", "site_builder")

_NO_ADDRESS = 'must be the full address of the site, as in "https://example.org/"'


class Config(msgspec.Struct, frozen=True):
    """Everything that can be configured; `docs/configuration.md` explains each key.

    `url` is absolute and ends with `/`. `file` is the file that it was read
    from, `lines` has the line of each key in it.
    """

    title: str
    url: str
    file: str
    description: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    publisher: str = ""
    navigation: tuple[str, ...] = ()
    page_size: int = 20
    home_size: int = 12
    feed_size: int = 50
    sanitize: bool = False
    engine: str = "markdown"
    editions: bool = True
    share_images: bool = True
    share_image: str = ""
    organisation: Organisation = Organisation()
    gateways: tuple[str, ...] = ("https://ipfs.io/", "https://dweb.link/")
    engines: tuple[EngineConfig, ...] = ()
    extra: dict[str, Any] = {}
    lines: dict[str, int] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return zone_of(self.time_zone)


class _Key(NamedTuple):
    """How one key is checked: `convert` returns the value or raises ValueError with words."""

    convert: Callable[[Any], Any]
    required: bool = False


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError('must be text in quotes, as in key = "text"')
    if CONTROL.search(value):
        raise ValueError("has a control character")
    return value.strip()


def _filled_text(value: Any) -> str:
    if not _text(value):
        raise ValueError("must not be empty")
    return _text(value)


def _address(value: Any) -> str:
    try:
        parts = urlsplit(_filled_text(value))
    except ValueError as error:
        raise ValueError(_NO_ADDRESS) from error
    if (
        re.search(r"[\s\"<>\\^`{|}]", parts.geturl())
        or parts.scheme not in ("http", "https")
        or not parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise ValueError(_NO_ADDRESS)
    return parts.geturl().rstrip("/") + "/"


def _addresses(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('must be a list of addresses, as in ["https://gateway.example/"]')
    return tuple(_address(item) for item in value)


def _language(value: Any) -> str:
    if not LANGUAGE_TAG.fullmatch(_filled_text(value)):
        raise ValueError('must be a language tag, as in "en" or "en-GB"')
    return _text(value)


def _time_zone(value: Any) -> str:
    try:
        zone_of(_filled_text(value))
    except ValueError as error:
        raise ValueError('must be an IANA time zone, as in "Asia/Karachi"') from error
    return _text(value)


def _engine(value: Any) -> str:
    if value not in ENGINES:
        raise ValueError("must be " + " or ".join(f'"{name}"' for name in ENGINES))
    return str(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false, without quotes")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('must be a list of texts, as in ["one", "two"]')
    return tuple(item.strip() for item in value)


def _count(lowest: int, highest: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}")
        return value

    return convert


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table of keys and values")
    try:
        plain = msgspec.to_builtins(value)
        msgspec.msgpack.encode(plain)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError("holds a value that templates cannot be given") from error
    return dict(plain)


KEYS = {
    "title": _Key(_filled_text, required=True),
    "url": _Key(_address, required=True),
    "description": _Key(_text),
    "language": _Key(_language),
    "time_zone": _Key(_time_zone),
    "publisher": _Key(_filled_text),
    "navigation": _Key(_texts),
    "page_size": _Key(_count(1, 500)),
    "home_size": _Key(_count(1, 500)),
    "feed_size": _Key(_count(1, 500)),
    "sanitize": _Key(_truth),
    "engine": _Key(_engine),
    "editions": _Key(_truth),
    "share_images": _Key(_truth),
    "share_image": _Key(static_name),
    "organisation": _Key(read_organisation),
    "gateways": _Key(_addresses),
    "engines": _Key(read_engines),
    "extra": _Key(_table),
}


def load_config(root: Path) -> Config:
    """Read the configuration of the archive in `root`.

    Raises ContentError with every Problem in it, EnvironmentFault where `root` has none.
    """
    name, table, text = _find(root)
    lines = _key_lines(text, () if name == SITE_FILE else PROJECT_TABLE)
    problems = []
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            hint = nearest(key, KEYS) or "the keys are listed in docs/configuration.md"
            problems.append(Problem(name, lines.get(key, 0), f'unknown key "{key}"', hint))
            continue
        try:
            values[key] = KEYS[key].convert(value)
        except ValueError as error:
            problems.append(Problem(name, lines.get(key, 0), f"{key} {error}"))
    for key, rule in KEYS.items():
        if rule.required and key not in table:
            problems.append(Problem(name, 0, f"{key} is missing", f'add a line {key} = "..."'))
    if problems:
        raise ContentError(problems)
    values.setdefault("publisher", values["title"])
    return Config(file=name, lines=lines, **values)


def _find(root: Path) -> tuple[str, dict[str, Any], str]:
    """Return the name, the site's table and the text of the one file that configures `root`."""
    found = []
    for name in (SITE_FILE, PROJECT_FILE):
        text = _read(root / name, name)
        if text is None:
            continue
        try:
            table: Any = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            what = "is not valid TOML: " + re.sub(r" \(at .*\)$", "", str(error))
            number = int(line.group(1)) if line else text.count("\n") + 1
            hint = "check the quotation marks and brackets of this line and the one above"
            raise ContentError([Problem(name, number, what, hint)]) from error
        for part in PROJECT_TABLE if name == PROJECT_FILE else ():
            table = table.get(part) if isinstance(table, dict) else None
        if isinstance(table, dict):
            found.append((name, table, text))
    if not found:
        raise EnvironmentFault(
            f"{root} has no {SITE_FILE} and no [tool.site_builder] in a {PROJECT_FILE}: "
            f'is it the archive\'s folder? A {SITE_FILE} needs two lines: title = "..." and '
            'url = "https://..."'
        )
    if len(found) > 1:
        what = f"the site is configured here and in {PROJECT_FILE}"
        raise ContentError([Problem(SITE_FILE, 0, what, "keep one of the two")])
    return found[0]


def _read(path: Path, name: str) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ContentError([Problem(name, line, "is not UTF-8", "save it as UTF-8")]) from error
    except OSError as error:
        raise EnvironmentFault(f"cannot read {path}: {error.strerror}") from error


def _key_lines(text: str, table: tuple[str, ...]) -> dict[str, int]:
    """Return the line of each key of `table`; tomllib reports none."""
    lines: dict[str, int] = {}
    here: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        assignment = re.match(r"\s*([\w\"'.-]+)\s*=", line)
        if header:
            here = tuple(part.strip(" \"'") for part in header.group(1).split("."))
            key = here[len(table)] if here[: len(table)] == table and len(here) > len(table) else ""
        elif assignment and here == table:
            key = assignment.group(1).split(".")[0].strip("\"'")
        else:
            continue
        if key:
            lines.setdefault(key, number)
    return lines
