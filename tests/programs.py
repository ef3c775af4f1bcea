"""Programs besides Python that some tests need.

Such a test asks here for its program. Where it is missing the test is skipped, or fails when
SITE_BUILDER_ALL_PROGRAMS is set, as it is where a change is let in: there nothing may go untried.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

ALL_PROGRAMS = "SITE_BUILDER_ALL_PROGRAMS"
PROGRAMS = "SITE_BUILDER_PROGRAMS"
"""A folder of programs that come before those on PATH."""


def needs_program(name: str) -> str:
    """Return the path of a program; without it the test ends here."""
    folder = os.environ.get(PROGRAMS, "")
    return shutil.which(name, path=folder or None) or shutil.which(name) or _missing(name)


def needs_module(name: str, folder: Path) -> Path:
    """Return the folder of an installed npm package; without it the test ends here."""
    module = folder / name
    if not module.is_dir():
        _missing(f"{name} (in {folder})")
    return module


def _missing(what: str) -> NoReturn:
    if os.environ.get(ALL_PROGRAMS):
        pytest.fail(f"the program {what} is missing, and {ALL_PROGRAMS} is set", pytrace=False)
    pytest.skip(f"the program {what} is missing")
