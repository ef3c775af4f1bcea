"""What a reader's browser makes of a page and of an edition."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.archives import Archive
from tests.editions import cid_on
from tests.imaging import png
from tests.programs import needs_module, needs_program
from tests.publish.fakes.server import Answer, Call, serving

BROWSER = Path(__file__).parent / "browser"
MODULES = BROWSER / "node_modules"
WITHIN_SECONDS = 60.0
ONE = "/2025/08/one/"
TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".png": "image/png",
    ".svg": "image/svg+xml", ".ico": "image/x-icon",
}  # fmt: skip

Visit = Callable[..., dict[str, Any]]


class Host(NamedTuple):
    """An archive, and the address at which a static server sends its output."""

    archive: Archive
    address: str

    def copy(self) -> Path:
        """Return the file that is the edition of the first article."""
        return self.archive.output / "ipfs" / cid_on(self.archive, ONE)


@pytest.fixture
def host(archive: Archive) -> Iterator[Host]:
    """A host of a site with pictures."""
    for name, width in (("p", 7), ("q", 11)):
        (archive.root / f"articles/{name}.png").write_bytes(png(width=width, height=1))
    archive.article(
        "one", title="'A title'", slug="one", image="{file: p.png, alt: P}", body="![q](q.png)"
    )
    archive.build()

    def answer(call: Call) -> Answer:
        path = call.path.lstrip("/")
        file = archive.output / (path + "index.html" if call.path.endswith("/") else path)
        if call.path == "/favicon.ico":  # browsers ask for it by themselves
            return Answer(204)
        if not file.is_file():
            return Answer(404)
        kind = TYPES.get(file.suffix, "application/octet-stream")
        return Answer(body=file.read_bytes(), headers={"Content-Type": kind})

    with serving(answer) as server:
        yield Host(archive, server.address)


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    """Opens an address in a browser; returns what a reader sees."""
    needs_module("playwright-core", MODULES)
    command = [needs_program("node"), str(BROWSER / "visit.mjs"), str(MODULES)]
    command += [needs_program("chromium"), str(tmp_path / "profile")]

    def run(address: str, *, verify: bool = False) -> dict[str, Any]:
        done = subprocess.run(
            [*command, address, "open" if verify else ""],
            env={**os.environ, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
            timeout=WITHIN_SECONDS,
        )
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    return run


def test_the_page_says_that_the_copy_is_what_its_name_says(host: Host, visit: Visit) -> None:
    seen = visit(host.address + ONE, verify=True)
    assert seen["check"] == "checked just now: it is what its name says"
    assert f"{host.address}/ipfs/{host.copy().name}" in seen["requests"]
    assert [one for one in seen["requests"] if not one.startswith(f"{host.address}/")] == []
    assert seen["errors"] == []
    assert seen["failed"] == []


def test_the_page_says_that_a_copy_was_tampered_with(host: Host, visit: Visit) -> None:
    host.copy().write_bytes(host.copy().read_bytes().replace(b"A title", b"B title"))
    seen = visit(host.address + ONE, verify=True)
    assert seen["check"] == "checked just now: it is NOT what its name says"
    assert seen["errors"] == []


def test_the_page_says_that_a_copy_is_missing(host: Host, visit: Visit) -> None:
    host.copy().unlink()
    seen = visit(host.address + ONE, verify=True)
    assert seen["check"] == "it could not be checked: the host answers 404"
    assert [one for one in seen["requests"] if not one.startswith(f"{host.address}/")] == []


def test_nothing_is_checked_before_a_reader_asks(host: Host, visit: Visit) -> None:
    seen = visit(host.address + ONE)
    assert [one for one in seen["requests"] if "/ipfs/" in one] == []
    assert seen["errors"] == []


def test_an_edition_is_read_from_disk_without_a_request(
    host: Host, visit: Visit, tmp_path: Path
) -> None:
    file = tmp_path / "alone" / "one.html"
    file.parent.mkdir()
    file.write_bytes(host.copy().read_bytes())
    seen = visit(file.as_uri())
    assert seen["title"] == "A title"
    assert seen["pictures"] == [7, 11]
    assert [one for one in seen["requests"] if not one.startswith("data:")] == [file.as_uri()]
    assert seen["errors"] == []
