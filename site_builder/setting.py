"""What a run reads before the articles: configuration, theme, and the version of the program."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from site_builder import __version__
from site_builder.articles.source import Rules, digest_of
from site_builder.build.theme import Theme, default_theme, load_theme
from site_builder.config import Config, load_config
from site_builder.errors import ContentError, Problem

_LIBRARIES = (
    "jinja2", "markdown", "python-frontmatter", "pyyaml", "feedgen", "lxml", "babel", "nh3",
    "pyromark",
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
    code = _version(rules)
    digest = digest_of(msgspec.msgpack.encode([code, config, theme.digest]))
    return Setting(config, theme, rules, code, digest, tuple(problems))


def _version(rules: Rules) -> bytes:
    """Digest everything besides the sources that decides how they are read and rendered."""
    package = Path(__file__).parent
    code = [(file.name, file.read_bytes()) for file in sorted(package.rglob("*.py"))]
    libraries = []
    for library in _LIBRARIES:
        try:
            libraries.append((library, version(library)))
        except PackageNotFoundError:
            libraries.append((library, ""))
    parts = (__version__, platform.python_version(), code, libraries, rules)
    return digest_of(msgspec.msgpack.encode(parts))
