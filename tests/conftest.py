"""Fixtures that many tests share."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

from site_builder.pipeline import build
from site_builder.reports import Request
from tests.archives import NOON, Archive, Silent
from tests.programs import ALL_PROGRAMS

PROJECT = Path(__file__).parent.parent

# Where a change is let in, property tests try the same cases each time; elsewhere new ones.
settings.register_profile("repeatable", derandomize=True)
if os.environ.get(ALL_PROGRAMS):
    settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but this machine can be found: a build that lacks bytes would ask for them."""
    find = socket.getaddrinfo

    def here(host: object, *arguments: object, **options: object) -> object:
        if host not in ("127.0.0.1", "localhost", "::1"):
            raise socket.gaierror(socket.EAI_NONAME, "tests reach no other machine")
        return find(host, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", here)


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
