"""Load a theme: templates and static files of the archive's `theme/` over the default theme.

In: two folders. Out: a Theme, plain data that worker processes can be handed. The archive's own
files replace those of the default theme one by one.
"""

import os
from hashlib import blake2b
from pathlib import Path

import msgspec

from site_builder.articles.source import digest_of
from site_builder.errors import ContentError, EnvironmentFault, Problem

TEMPLATES = "templates"
STATIC = "static"


class Asset(msgspec.Struct, frozen=True):
    """A static file of the theme. `url` carries the digest of its bytes."""

    url: str
    data: bytes


class Template(msgspec.Struct, frozen=True):
    """A template's text, and the file to name when it is at fault."""

    file: str
    text: str


class Look(msgspec.Struct, frozen=True):
    """What rendering needs of a theme: its templates, and the urls of its assets by their names."""

    templates: dict[str, Template]
    assets: dict[str, str]
    digest: bytes


class Theme(msgspec.Struct, frozen=True):
    """A theme in memory. `digest` covers all templates and the names of all assets."""

    templates: dict[str, Template]
    assets: dict[str, Asset]
    digest: bytes

    def look(self) -> Look:
        """Return the theme without the bytes of its assets."""
        urls = {name: asset.url for name, asset in self.assets.items()}
        return Look(self.templates, urls, self.digest)


def default_theme() -> Path:
    """Return the default theme's folder: in the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "theme"
    return installed if installed.is_dir() else package.parent / "theme"


def load_theme(own: Path, default: Path) -> Theme:
    """Read both themes. Raises ContentError for files that cannot be read or are not UTF-8."""
    templates: dict[str, Template] = {}
    assets: dict[str, Asset] = {}
    problems = []
    same = os.path.realpath(own) == os.path.realpath(default)
    for folder in (own,) if same else (default, own):
        for name, file in _files(folder / TEMPLATES).items():
            label = f"theme/{TEMPLATES}/{name}"
            try:
                text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
                templates[name] = Template(label, text)
            except UnicodeDecodeError as error:
                line = error.object[: error.start].count(b"\n") + 1
                problems.append(Problem(label, line, "is not UTF-8", "save it as UTF-8"))
            except OSError as error:
                problems.append(_unreadable(label, error))
        for name, file in _files(folder / STATIC).items():
            try:
                data = file.read_bytes()
            except OSError as error:
                problems.append(_unreadable(f"theme/{STATIC}/{name}", error))
                continue
            stem, dot, suffix = name.rpartition(".")
            digest = blake2b(data, digest_size=6).hexdigest()
            named = f"{stem}.{digest}.{suffix}" if dot else f"{name}.{digest}"
            assets[name] = Asset(f"/assets/{named}", data)
    if problems:
        raise ContentError(problems)
    seen = [(name, templates[name].text) for name in sorted(templates)]
    urls = [(name, assets[name].url) for name in sorted(assets)]
    return Theme(templates, assets, digest_of(msgspec.msgpack.encode([seen, urls])))


def _files(folder: Path) -> dict[str, Path]:
    """Return the files below `folder` by their relative names with `/`, sorted, hidden ones not."""
    found: dict[str, Path] = {}
    try:
        for here, folders, names in os.walk(folder, onerror=_raise):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    file = Path(here, name)
                    found[file.relative_to(folder).as_posix()] = file
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise EnvironmentFault(f"cannot read {folder}: {error.strerror}") from error
    return found


def _unreadable(label: str, error: OSError) -> Problem:
    return Problem(label, 0, f"cannot be read: {error.strerror}", "check its permissions")


def _raise(error: OSError) -> None:
    raise error
