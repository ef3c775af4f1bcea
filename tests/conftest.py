"""Fixtures that many tests share."""

from pathlib import Path

import pytest

from site_builder.pipeline import build
from site_builder.reports import Request
from tests.archives import NOON, Archive, Silent

PROJECT = Path(__file__).parent.parent


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive without articles."""
    return Archive(tmp_path / "archive")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the sample archive, built once from a copy."""
    root = tmp_path_factory.mktemp("sample")
    for name in ("articles", "theme", "pyproject.toml"):
        (root / name).symlink_to(PROJECT / name)
    build(Request(root=root, output=root / "output", now=NOON), Silent())
    return root / "output"
