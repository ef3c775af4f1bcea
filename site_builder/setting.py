"""What a run reads before the articles: configuration, theme, and the version of the program."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from site_builder import __version__
from site_builder.articles.source import Rules, digest_of
from site_builder.build.theme import STATIC, Theme, default_theme, load_theme
from site_builder.config import Config, load_config
from site_builder.errors import ContentError, Problem, nearest

_LIBRARIES = (
    "jinja2", "markdown", "python-frontmatter", "pyyaml", "feedgen", "lxml", "babel", "nh3",
    "pyromark", "uharfbuzz", "python-bidi", "pillow",
)  # fmt: skip


class Setting(msgspec.Struct, frozen=True):
    """What one run reads before the articles. `config` is None where it is at fault.

    `version` covers the program and the rules of reading, `digest` the configuration and the theme
    as well.
    """

    config: Config | None
    theme: Theme
    rules: Rules
    version: bytes
    digest: bytes
    problems: tuple[Problem, ...]


def read_setting(root: Path) -> Setting:
    """Read the configuration and the theme, and compile every template."""
    problems: list[Problem] = []
    config = None
    try:
        config = load_config(root)
    except ContentError as error:
        problems += error.problems
    rules = Rules(
        time_zone=config.time_zone if config else "UTC",
        language=config.language if config else "en",
        sanitize=config.sanitize if config else False,
        engine=config.engine if config else "markdown",
    )
    theme = Theme({}, {}, b"")
    try:
        theme = load_theme(root / "theme", default_theme())
    except ContentError as error:
        problems += error.problems
    else:
        problems += _missing_files(config, theme) if config else []
    code = _version(rules)
    digest = digest_of(msgspec.msgpack.encode([code, config, theme.digest]))
    return Setting(config, theme, rules, code, digest, tuple(problems))


def _missing_files(config: Config, theme: Theme) -> list[Problem]:
    """Report static files that the configuration names and the theme does not have."""
    named = (("share_image", config.share_image), ("organisation", config.organisation.logo))
    problems = []
    for key, name in named:
        if name and name not in theme.assets:
            what = f'{key} names "{name}", which is no file in theme/{STATIC}/'
            hint = nearest(name, theme.assets) or "put the file there"
            problems.append(Problem(config.file, config.lines.get(key, 0), what, hint))
    return problems


def _version(rules: Rules) -> bytes:
    """Digest everything besides the sources that decides how they are read and rendered."""
    package = Path(__file__).parent
    code = [(file.name, file.read_bytes()) for file in sorted(package.rglob("*.py"))]
    parts = (__version__, sys.version, code, _library_versions(), rules)
    return digest_of(msgspec.msgpack.encode(parts))


def _library_versions() -> list[str]:
    """Return the versions of the libraries that have a part in what is made.

    They are read from the names of the folders that record them (PyPA, "Recording installed
    projects"), as `importlib.metadata` takes a third of the time that all else needs to start; what
    has none is left to it.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                project, _, version = name.removesuffix(".dist-info").partition("-")
                if name.endswith(".dist-info"):
                    found.setdefault(project.lower().replace("_", "-"), version)
    return [found.get(library) or _version_elsewhere(library) for library in _LIBRARIES]


def _version_elsewhere(library: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    with suppress(PackageNotFoundError):
        return version(library)
    return ""
