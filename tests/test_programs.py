"""A test whose program is missing is skipped, or fails where all programs must be there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.programs import ALL_PROGRAMS

MISSING = "needs_program('no-program-of-this-name')"
OTHER_REASON = "pytest.skip('only root can do this')"


def outcome(folder: Path, body: str, all_programs: str | None) -> str:
    """Run one test in a session of its own and return pytest's last line."""
    text = "import pytest\nfrom tests.programs import needs_program\n"
    (folder / "test_it.py").write_text(f"{text}def test_it():\n    {body}\n")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    environment.pop(ALL_PROGRAMS, None)
    if all_programs is not None:
        environment[ALL_PROGRAMS] = all_programs
    command = [sys.executable, "-m", "pytest", "-q", "-rsf", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.mark.parametrize("all_programs", [None, ""])
def test_a_missing_program_skips_the_test_and_is_named(
    all_programs: str | None, tmp_path: Path
) -> None:
    said = outcome(tmp_path, MISSING, all_programs)
    assert "1 skipped" in said
    assert "the program no-program-of-this-name is missing" in said


def test_a_missing_program_fails_the_test_where_all_must_be_there(tmp_path: Path) -> None:
    said = outcome(tmp_path, MISSING, "1")
    assert "1 failed" in said
    assert f"the program no-program-of-this-name is missing, and {ALL_PROGRAMS} is set" in said


def test_another_reason_to_skip_stays_one(tmp_path: Path) -> None:
    assert "1 skipped" in outcome(tmp_path, OTHER_REASON, "1")


@pytest.mark.parametrize("all_programs", [None, "1"])
def test_a_program_that_is_there_lets_the_test_run(
    all_programs: str | None, tmp_path: Path
) -> None:
    assert "1 passed" in outcome(
        tmp_path, "assert needs_program('sh').endswith('/sh')", all_programs
    )


def test_no_test_looks_for_a_program_by_itself() -> None:
    own = re.compile(r"shutil\.which|except FileNotFoundError:\s+pytest\.skip")
    asking = [
        file.name for file in (PROJECT / "tests").rglob("*.py") if own.search(file.read_text())
    ]
    assert sorted(asking) == ["programs.py"]
