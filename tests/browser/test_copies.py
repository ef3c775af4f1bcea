"""What a reader's browser makes of the copy of an article, the edition, that a host sends."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.archives import Archive
from tests.browser.chromium import Browser, Seen
from tests.browser.host import hosted
from tests.editions import cid_on

ONE = "/2025/08/one/"
CHECKED = "document.querySelector('.edition-check').textContent"
VERIFY = [
    ["click", ".edition-details summary"],
    ["wait", f"/checked just now|could not be checked/.test({CHECKED})"],
    ["tell", CHECKED],
]


def png(width: int) -> bytes:
    """Return a picture of that width, one pixel high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(width + 1))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", pixels),
            chunk(b"IEND", b""),
        )
    )


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
        (archive.root / f"articles/{name}.png").write_bytes(png(width))
    archive.article(
        "one", title="'A title'", slug="one", image="{file: p.png, alt: P}", body="![q](q.png)"
    )
    archive.build()

    with hosted(archive.output) as address:
        yield Host(archive, address.rstrip("/"))


def verified(browser: Browser, host: Host) -> tuple[str, Seen]:
    """Open "Verify this article" of the first article; return what it says, and what was seen."""
    seen = browser.visit(host.address + ONE, steps=VERIFY)
    return seen["told"][0], seen


def test_the_page_says_that_the_copy_is_what_its_name_says(host: Host, browser: Browser) -> None:
    check, seen = verified(browser, host)
    assert check == "checked just now: it is what its name says"
    assert f"{host.address}/ipfs/{host.copy().name}" in seen["requests"]
    assert [one for one in seen["requests"] if not one.startswith(f"{host.address}/")] == []
    assert seen["errors"] == []
    assert seen["failed"] == []


def test_the_page_says_that_a_copy_was_tampered_with(host: Host, browser: Browser) -> None:
    host.copy().write_bytes(host.copy().read_bytes().replace(b"A title", b"B title"))
    check, seen = verified(browser, host)
    assert check == "checked just now: it is NOT what its name says"
    assert seen["errors"] == []


def test_the_page_says_that_a_copy_is_missing(host: Host, browser: Browser) -> None:
    host.copy().unlink()
    check, seen = verified(browser, host)
    assert check == "it could not be checked: the host answers 404"
    assert [one for one in seen["requests"] if not one.startswith(f"{host.address}/")] == []


def test_nothing_is_checked_before_a_reader_asks(host: Host, browser: Browser) -> None:
    seen = browser.visit(host.address + ONE)
    assert [one for one in seen["requests"] if "/ipfs/" in one] == []
    assert seen["errors"] == []


def test_an_edition_is_read_from_disk_without_a_request(
    host: Host, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "alone" / "one.html"
    file.parent.mkdir()
    file.write_bytes(host.copy().read_bytes())
    seen = browser.visit(file.as_uri())
    assert seen["title"] == "A title"
    assert seen["pictures"] == [7, 11]
    assert [one for one in seen["requests"] if not one.startswith("data:")] == [file.as_uri()]
    assert seen["errors"] == []
