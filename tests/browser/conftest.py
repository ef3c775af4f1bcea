"""The sample archive on a host, and a browser to visit it with."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Browser, browsing
from tests.browser.host import hosted
from tests.conftest import PROJECT


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The one browser of the run."""
    with browsing(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="session")
def site(sample: Path) -> Iterator[str]:
    """The address of the sample archive."""
    with hosted(sample) as address:
        yield address


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots and printed pages are kept: see docs/accessibility.md."""
    folder = Path(os.environ.get("SITE_BUILDER_ARTEFACTS") or PROJECT / ".ci/artefacts") / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
