"""See whether a built site agrees with itself: pages, ledger, editions and blocks.

In: the archive as planned, and the output folder. Out: a Problem for each disagreement. Unlike
`pipeline.verify` it renders nothing: what was published is compared, not what would be made today.
"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from site_builder.addresses import path_of
from site_builder.articles.article import Entry
from site_builder.build.edition import BLOCKS, Edition
from site_builder.errors import Problem
from site_builder.publish.block import MAX_BLOCK_BYTES, BlockError, verify_block
from site_builder.publish.cid import RAW, Cid, CidError, parse_cid
from site_builder.publish.disk import forget
from site_builder.publish.ledger import LEDGER_FILE
from site_builder.publish.profile import V1_2025
from site_builder.publish.unixfs import file_blocks
from site_builder.session import Archive

_MEND = "run site-builder build"
_WHOLE = ".html"  # the whole of an edition of several blocks

_LINKS = re.compile(rf'"(?:\.\./)*{BLOCKS}/([A-Za-z0-9]+(?:\.html)?)"')
_DIGESTS = re.compile(r'\bdata-sha256="([0-9a-f]*)"')


def editions_of(archive: Archive) -> dict[str, int]:
    """Return the size in bytes of every edition that the site serves, by its CID, sorted.

    These are the current ones, and those in the ledger whose articles are not withdrawn.
    """
    paths = archive.plan.outputs
    sizes = {line.cid: line.size for line in archive.editions.ledger.lines}
    sizes |= {one.cid: one.measured.size_bytes for one in archive.editions.by_source.values()}
    return {cid: sizes[cid] for cid in sorted(sizes) if f"{BLOCKS}/{cid}" in paths}


def disagreements(archive: Archive, output: Path) -> tuple[Problem, ...]:
    """Return every fault of the built site, sorted."""
    found = _Agreement(archive, output)
    problems = [*found.pages(), *found.blocks(), *found.strangers(), *found.copy()]
    return tuple(sorted(set(problems)))


class _Agreement:
    def __init__(self, archive: Archive, output: Path) -> None:
        self._archive, self._output = archive, output
        self._places = sorted(
            path for path in archive.plan.outputs if path.startswith(f"{BLOCKS}/")
        )

    def _problem(self, path: str, what: str, hint: str = "") -> Problem:
        return Problem(f"{self._output.name}/{path}", 0, what, hint)

    def pages(self) -> Iterator[Problem]:
        """Yield what is wrong with the pages of articles."""
        for entry in self._archive.published.entries:
            edition = self._archive.editions.of(entry.source)
            if edition is not None:
                yield from self._page(entry, edition)

    def _page(self, entry: Entry, edition: Edition) -> Iterator[Problem]:
        path = path_of(entry.url)
        try:
            page = (self._output / path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            yield self._problem(path, "the page of an article cannot be read", _MEND)
            return
        if edition.cid not in page:
            yield self._problem(path, f"does not name its edition {edition.cid}", _MEND)
        for name in sorted(set(_LINKS.findall(page))):
            if f"{BLOCKS}/{name}" not in self._archive.plan.outputs:
                yield self._problem(path, f"links to {name}, which is no edition of this site")
        cid = parse_cid(edition.cid)
        for digest in sorted(set(_DIGESTS.findall(page))):
            if cid.codec != RAW or digest != cid.digest.hex():
                yield self._problem(path, f"gives a SHA-256 that is not that of {edition.cid}")

    def blocks(self) -> Iterator[Problem]:
        """Yield what is wrong with the files that hold editions and their blocks."""
        for path in self._places:
            name = path.removeprefix(f"{BLOCKS}/")
            try:
                cid = parse_cid(name.removesuffix(_WHOLE))
                what = _fault(self._output / path, cid, whole=name.endswith(_WHOLE))
            except CidError as error:
                what = str(error)
            if what:
                yield self._problem(path, what, _MEND)

    def strangers(self) -> Iterator[Problem]:
        """Yield the blocks that nothing names."""
        try:
            names = sorted(os.listdir(self._output / BLOCKS))
        except OSError:
            return
        for name in names:
            path = f"{BLOCKS}/{name}"
            if path not in self._archive.plan.outputs:
                yield self._problem(path, "no page and no line of the ledger names this")

    def copy(self) -> Iterator[Problem]:
        """Yield what is wrong with the published copy of the ledger.

        That the ledger begins with it was seen before: see `read_ledger`.
        """
        missing = not (self._output / LEDGER_FILE).is_file()
        if missing and LEDGER_FILE in self._archive.plan.outputs:
            yield self._problem(LEDGER_FILE, "the published copy of the ledger is missing", _MEND)


def _fault(file: Path, cid: Cid, *, whole: bool) -> str:
    """Return what is wrong with the file of a block, or of a whole edition; "" for nothing."""
    try:
        status = os.lstat(file)
        if not stat.S_ISREG(status.st_mode):
            return "is not a file of its own"
        with open(file, "rb") as stream:
            if whole:
                named = file_blocks(stream, V1_2025, forget).cid
                return "" if named == cid else f"has other bytes; their CID is {named}"
            verify_block(cid, stream.read(MAX_BLOCK_BYTES + 1))
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except BlockError as error:
        return f"has other bytes: {error}"
    return ""
