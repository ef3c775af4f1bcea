"""The five builds that are timed, and the trial of one tool that goes through them.

In: a Tool and a folder. Out: a Result for each case. An archive is written once and grows by one
article a round, so that no round finds what an earlier one left behind.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.archive import make_article
from bench.generate import FORMS, write_article
from bench.measure import Measure, measure
from bench.tools import Tool, environment

COLD = "cold build"
UNCHANGED = "nothing changed"
NEW = "one new article"
EDITED = "one edited article"
TEMPLATE = "article template edited"
COPY = "cp -r of the output"
CASES = (COLD, UNCHANGED, NEW, EDITED, TEMPLATE, COPY)

SEED = 1


@dataclass(frozen=True)
class Result:
    """One measured build. `rewritten` counts files that are new or were written again."""

    tool: str
    case: str
    measure: Measure
    rewritten: int


@dataclass(frozen=True)
class Tree:
    """What a tool makes: the number of files, all their bytes, and the mean article page."""

    files: int
    size_bytes: int
    page_bytes: int


class Trial:
    """One tool with its own archive of `count` articles in `folder`."""

    def __init__(self, tool: Tool, folder: Path, count: int) -> None:
        self.tool = tool
        self.folder = folder
        self.count = count
        self.form = FORMS[tool.generator]
        tool.prepare(folder, count)

    def run(self, number: int, copy: bool) -> list[Result]:
        """Go through all cases, round `number` (from 0); `copy` copies the output as well."""
        self.tool.forget(self.folder)
        results = [self._build(COLD)]
        if copy:
            results.append(self._copy())
        results.append(self._build(UNCHANGED))
        self._add(number)
        results.append(self._build(NEW))
        self._edit(number)
        results.append(self._build(EDITED))
        self.tool.edit_template(self.folder, number)
        results.append(self._build(TEMPLATE))
        return results

    def tree(self) -> Tree:
        """Describe the output as the last build left it."""
        sizes = [path.stat().st_size for path in _files(self.output)]
        pages = [self._page(number).stat().st_size for number in range(0, self.count, 97)]
        return Tree(len(sizes), sum(sizes), sum(pages) // len(pages))

    @property
    def output(self) -> Path:
        """The folder of the built site."""
        return self.folder / self.tool.output

    def _page(self, number: int) -> Path:
        url = make_article(number, self.count, SEED).url
        return self.output / url.strip("/") / "index.html"

    def _build(self, case: str) -> Result:
        before = _state(self.output)
        found = measure(self.tool.words(self.folder), self.folder, environment())
        after = _state(self.output)
        rewritten = sum(1 for path, state in after.items() if before.get(path) != state)
        return Result(self.tool.name, case, found, rewritten)

    def _copy(self) -> Result:
        target = self.folder / "copy"
        found = measure(["cp", "-r", str(self.output), str(target)])
        copied = len(_files(target))
        shutil.rmtree(target)
        return Result(self.tool.name, COPY, found, copied)

    def _add(self, number: int) -> None:
        """Write an article that is newer than all others."""
        write_article(self.folder, self.form, make_article(self.count + number, self.count, SEED))

    def _edit(self, number: int) -> None:
        """Add a paragraph to an old article; its title, date and summary stay."""
        article = make_article(self.count // 10 + number, self.count, SEED)
        file = write_article(self.folder, self.form, article)
        with file.open("a", encoding="utf-8") as stream:
            stream.write("\nThis paragraph was added later.\n")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _state(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return inode, time of change and size of every file; a rewritten file differs in one."""
    found = {}
    for path in _files(folder):
        status = os.lstat(path)
        found[str(path)] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return found
