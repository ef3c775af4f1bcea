"""The suite itself: no file of tests is passed over, whatever its folder is called."""

import subprocess
import sys

from tests.conftest import PROJECT


def test_every_file_of_tests_is_collected() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    collected = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}
    files = {
        file.relative_to(PROJECT).as_posix() for file in (PROJECT / "tests").rglob("test_*.py")
    }
    assert files - collected == set()
