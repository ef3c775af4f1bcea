"""The command line as a person meets it."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from site_builder.cli import run
from tests.archives import Archive
from tests.conftest import PROJECT
from tests.processes import site_builder


def test_a_build_ends_with_a_summary_and_the_way_to_the_site(archive: Archive) -> None:
    archive.article("one")
    result = site_builder("build", cwd=archive.root)
    assert result.returncode == 0
    first, last = result.stdout.splitlines()
    pattern = r"1 article, (\d+) files: \1 written, 0 unchanged, 0 removed in \d+\.\d s"
    assert re.fullmatch(pattern, first)
    assert last == "the site: output/index.html"
    assert result.stderr == ""


def test_the_summary_counts_what_was_left_alone_and_removed(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.article("one")
    archive.article("two", date="2024-01-01")
    run(["build", "--root", str(archive.root)])
    (archive.root / "articles/two.md").unlink()
    capsys.readouterr()
    run(["build", "--root", str(archive.root), "--verbose"])
    out = capsys.readouterr().out
    written = re.search(r"(\d+) written, (\d+) unchanged, (\d+) removed", out)
    assert written
    assert out.count("written: ") == int(written[1])
    assert int(written[3]) >= 3


def test_quiet_prints_nothing_when_all_is_well(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.article("one")
    assert run(["build", "--quiet", "--root", str(archive.root)]) == 0
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_faults_end_with_1_and_their_number(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.article("one", date="never")
    archive.article("two", colour="red")
    assert run(["build", "--root", str(archive.root)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("error: articles/one.md:3: ")
    assert lines[1].startswith("error: articles/two.md:5: ")
    assert lines[2] == "2 faults found; nothing was written"
    assert not archive.output.exists()


def test_a_check_finds_what_a_build_finds_and_writes_nothing(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.article("one")
    before = sorted(archive.root.rglob("*"))
    assert run(["check", "--root", str(archive.root)]) == 0
    assert "1 article checked" in capsys.readouterr().out
    archive.write("theme/templates/missing.html", "{{ nothing_of_this_name }}")
    assert run(["check", "--root", str(archive.root)]) == 1
    assert "theme/templates/missing.html:1: " in capsys.readouterr().err
    assert not (archive.root / "output").exists()
    assert not (archive.root / ".site_builder").exists()
    assert set(archive.root.rglob("*")) - set(before) == set(
        (archive.root / "theme").rglob("*")
    ) | {archive.root / "theme"}


def test_a_check_reads_but_never_changes_what_a_build_remembers(archive: Archive) -> None:
    archive.article("one")
    archive.build()
    state = (archive.root / ".site_builder/cache.sqlite").read_bytes()
    archive.article("two")
    assert run(["check", "--quiet", "--root", str(archive.root)]) == 0
    assert (archive.root / ".site_builder/cache.sqlite").read_bytes() == state


@pytest.mark.parametrize(
    "arguments",
    [["build", "--jobs", "0"], ["build", "--now", "tomorrow"], ["bild"], []],
    ids=["no jobs", "no time", "no such command", "no command"],
)
def test_a_wrong_command_line_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    result = site_builder(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_a_folder_without_configuration_ends_with_2_and_says_what_is_needed(tmp_path: Path) -> None:
    result = site_builder("build", cwd=tmp_path)
    assert result.returncode == 2
    assert "site.toml" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_next_change_by_itself_is_told(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.article("one", embargo="2030-01-01 09:00")
    run(["build", "--root", str(archive.root), "--now", "2029-01-01"])
    assert "next changes at 2030-01-01T09:00:00+00:00" in capsys.readouterr().out


def test_a_long_build_shows_a_bar_on_a_terminal_and_lines_in_a_log(archive: Archive) -> None:
    for number in range(320):
        archive.article(f"a{number}", date=f"2025-01-{number % 28 + 1:02}")
    log = site_builder("build", cwd=archive.root)
    assert log.stderr.splitlines()[0] == "reading 320 files"
    (archive.root / ".site_builder/cache.sqlite").unlink()
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "site_builder", "build"],
        cwd=archive.root,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=follower,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(leader)
    process.communicate()
    assert process.returncode == 0
    assert b"reading" in shown
    assert b"100%" in shown


def test_help_starts_without_loading_what_only_a_build_needs() -> None:
    heavy = "jinja2 markdown feedgen lxml babel yaml msgspec rich sqlite3"
    code = (
        "import sys\nfrom site_builder import cli\n"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
