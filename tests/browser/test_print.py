"""What comes out of the printer: the text, without what only a screen can use."""

import subprocess
from pathlib import Path

import pytest

from tests.browser.chromium import Browser
from tests.browser.pages import CORRECTED, PLAIN, RICH, URDU
from tests.programs import needs_program

pytestmark = pytest.mark.slow


def printed(browser: Browser, address: str, file: Path) -> tuple[str, str]:
    """Print a page on A4 paper; return its first heading, and the words of the PDF in one line."""
    program = needs_program("pdftotext")
    seen = browser.visit(address, pdf=str(file))
    done = subprocess.run([program, str(file), "-"], capture_output=True, text=True, check=True)
    return seen["title"], " ".join(done.stdout.split())


@pytest.mark.parametrize("path", ["", PLAIN, RICH, CORRECTED])
def test_a_page_is_printed_whole_and_without_its_navigation(
    browser: Browser, site: str, artefacts: Path, path: str
) -> None:
    file = artefacts / f"printed-{path.strip('/').rpartition('/')[2] or 'home'}.pdf"
    title, text = printed(browser, site + path, file)
    assert title in text
    assert "Skip to content" not in text
    if path:
        assert len(text) > 1500
        assert "Sources" in text
        assert "Verify this article" not in text


def test_an_article_in_urdu_is_printed_with_its_letters(
    browser: Browser, site: str, artefacts: Path
) -> None:
    _, text = printed(browser, site + URDU, artefacts / "printed-urdu.pdf")
    assert sum("\u0600" <= letter <= "\u06ff" or letter >= "\ufb50" for letter in text) > 1000
