"""Make small archives and build them, for tests."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from site_builder.pipeline import build
from site_builder.reports import Report, Request

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DRAWING_SITE = 'title = "The Site"\nurl = "https://news.example/"\n'
SITE = DRAWING_SITE + "share_images = false\n"


class Silent:
    """A Progress that shows nothing."""

    def start(self, stage: str, total: int) -> None:
        """Show nothing."""

    def advance(self, steps: int) -> None:
        """Show nothing."""


class Archive:
    """An archive in a folder."""

    def __init__(self, root: Path, site: str = SITE) -> None:
        self.root = root
        self.output = root / "output"
        self._writes = 0
        self._written_at = 0.0
        (root / "articles").mkdir(parents=True)
        self.write("site.toml", site)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the archive; its mtime is past, so that a cache may trust it soon."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        self._writes += 1
        long_ago_ns = NOON.timestamp() * 1e9 - 1e14 + self._writes * 1e9
        os.utime(file, ns=(int(long_ago_ns), int(long_ago_ns)))
        self._written_at = time.monotonic()
        return file

    def article(
        self,
        name: str,
        *,
        date: str = "2025-08-20",
        categories: str = "[Defence]",
        body: str = "Text.",
        **fields: str,
    ) -> Path:
        """Write the article `articles/<name>.md`; its title is its name unless one is given."""
        front = {"title": name, "date": date, "categories": categories, **fields}
        lines = "\n".join(f"{key}: {value}" for key, value in front.items())
        return self.write(f"articles/{name}.md", f"---\n{lines}\n---\n{body}\n")

    def build(self, **options: Any) -> Report:
        """Build the site, once the clock of the file system has moved on from the last write."""
        time.sleep(max(0.0, self._written_at + 0.03 - time.monotonic()))
        request = {"root": self.root, "output": self.output, "now": NOON, **options}
        return build(Request(**request), Silent())

    def page(self, url: str) -> str:
        """Return the page at a url."""
        path = url.strip("/") + "/index.html" if url.endswith("/") else url.strip("/")
        return (self.output / path.lstrip("/")).read_text(encoding="utf-8")

    def tree(self) -> dict[str, bytes]:
        """Return every file of the site in `output/`."""
        return site_of(self.output)


def clean_tree(archive: Archive) -> dict[str, bytes]:
    """Return the tree that a build without any memory makes of the same sources."""
    twin = Archive(archive.root.parent / f"clean-{time.monotonic_ns()}")
    (twin.root / "articles").rmdir()
    (twin.root / "site.toml").unlink()
    for name in ("articles", "site.toml", "theme"):
        if (archive.root / name).exists():
            (twin.root / name).symlink_to(archive.root / name)
    twin.build()
    return twin.tree()


def site_of(folder: Path) -> dict[str, bytes]:
    """Return the tree below a folder without the record of past builds, which has a history."""
    tree = tree_of(folder)
    tree.pop(".site_builder-files", None)
    return tree


def tree_of(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder by its relative path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
