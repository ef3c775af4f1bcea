"""What other people's checkers say of the sample archive, and what its pages weigh."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import FOLDER, MODULES
from tests.browser.pages import PAGES, PLAIN, RICH
from tests.programs import needs_module, needs_program

LARGEST_PAGE_BYTES = 30_000
LARGEST_STYLES_BYTES = 15_000
"""Of all the style sheets of a page."""
LARGEST_SCRIPTS_BYTES = 10_000
"""Of all the scripts of the theme together."""
STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
TRIES = 3
"""A machine that does other work takes points of performance away; none can add them."""


def test_the_nu_html_checker_finds_no_error_on_any_page_or_edition(
    sample: Path, tmp_path: Path
) -> None:
    jar = needs_module("vnu-jar", MODULES) / "build/dist/vnu.jar"
    java = needs_program("java")
    editions = [file for file in (sample / "ipfs").iterdir() if file.stat().st_size]
    for edition in editions:  # the block without bytes is what gateways are asked for as a test
        shutil.copy(edition, tmp_path / f"{edition.name}.html")
    files = [*sorted(sample.rglob("*.html")), *sorted(tmp_path.glob("*.html"))]
    assert len(files) > 100 + len(editions)
    command = [java, "-Xss8m", "-jar", str(jar), "--format", "json", "--exit-zero-always"]
    done = subprocess.run(
        [*command, "--errors-only", *map(str, files)], capture_output=True, text=True, check=True
    )
    messages = json.loads(done.stderr)["messages"]
    assert [(one.get("url"), one.get("lastLine"), one["message"]) for one in messages] == []


def test_pages_styles_and_scripts_are_as_light_as_promised(sample: Path) -> None:
    articles = [
        file
        for file in sample.glob("[0-9]*/[0-9]*/*/index.html")
        if '<article class="article"' in file.read_text(encoding="utf-8")
    ]
    assert len(articles) > 30
    assert max(file.stat().st_size for file in articles) <= LARGEST_PAGE_BYTES
    styles = {
        file: sum((file.parent / link).stat().st_size for link in STYLES.findall(file.read_text()))
        for file in sample.rglob("index.html")
    }
    assert 10_000 < max(styles.values()) <= LARGEST_STYLES_BYTES
    scripts = sum(file.stat().st_size for file in (sample / "assets").glob("*.js"))
    assert 1_000 < scripts <= LARGEST_SCRIPTS_BYTES


def lighthouse(addresses: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    """Return what Lighthouse says of pages, as of a slow telephone."""
    needs_module("lighthouse", MODULES)
    command = [needs_program("node"), str(FOLDER / "lighthouse.mjs"), str(MODULES)]
    done = subprocess.run(
        [*command, needs_program("chromium"), str(folder), *addresses],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "least"),
    [(PLAIN, 100), (RICH, 100), (PAGES["listing"], 100), ("", 98)],
    ids=["article", "article with a picture", "listing", "home"],
)
def test_lighthouse_gives_full_marks(site: str, tmp_path: Path, path: str, least: int) -> None:
    for number in range(TRIES):
        folder = tmp_path / str(number)
        folder.mkdir()
        (found,) = lighthouse([site + path], folder)
        if min(found["scores"].values()) >= least:
            return
    pytest.fail("\n".join([str(found["scores"]), *found["lacking"], *found["warnings"]]))
