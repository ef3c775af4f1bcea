"""A build that is killed at any moment leaves whole files, and the next one ends as a clean one."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.archives import Archive, clean_tree, site_of
from tests.conftest import PROJECT
from tests.processes import (
    NOW,
    WITHIN_SECONDS,
    children_of,
    end,
    finish,
    session_of,
    start,
    start_halting,
    wait_until,
)

STAGING = ".site_builder-staging"
RECORD = ".site_builder-files"
GONE_WITHIN_SECONDS = 1.0

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


class Newsroom:
    """An archive that changes to and fro between two states, each with its clean tree."""

    def __init__(self, folder: Path) -> None:
        self.archive = Archive(folder / "archive")
        self.trees: list[dict[str, bytes]] = []
        for state in (0, 1):
            self.write(state)
            self.trees.append(clean_tree(self.archive))
        self.state = 0
        self.write(0)
        self.archive.build()

    def write(self, state: int) -> None:
        """Bring the sources to a state: other articles, and a template that all pages use."""
        for number in range(170):
            name = f"a{number}"
            if number % 6 == state:
                (self.archive.root / f"articles/{name}.md").unlink(missing_ok=True)
                continue
            self.archive.article(
                name,
                date=f"2025-{number % 3 + 1:02}-{number % 28 + 1:02}",
                categories=f"[C{number % 3}]",
                tags=f"[T{number % 7}, S{number % 5}]",
                aliases=f"[/old/{name}/]",
                body=f"Text {number + state * (number % 2)}.",
            )
        macros = (PROJECT / "theme/templates/_macros.html").read_text()
        macros = macros.replace("<footer", f"<!-- state {state} --><footer")
        self.archive.write("theme/templates/_macros.html", macros)
        self.archive.write("theme/static/state.css", f"p{{margin:{state}}}")

    def change(self) -> None:
        """Bring the sources to the other state."""
        self.state = 1 - self.state
        self.write(self.state)
        time.sleep(0.03)  # as `Archive.build` waits: the kernel's clock moves in steps

    def command(self, jobs: int) -> tuple[str, ...]:
        """Return a command line that builds."""
        return ("build", "--quiet", NOW, f"--jobs={jobs}")

    def check_files(self) -> bool:
        """Check that every file is whole; report whether files of both states are there."""
        sources = set()
        for path, data in site_of(self.archive.output).items():
            if path.startswith(STAGING) or path == f"{RECORD}.new":
                continue
            states = {state for state in (0, 1) if self.trees[state].get(path) == data}
            assert states, f"{path} is neither the old file nor the new one"
            if len(states) == 1:
                sources |= states
        return len(sources) == 2

    def check_end(self, random: Random) -> None:
        """Check that the next build ends with the tree of a clean one, whatever it has to build.

        Now and then the sources are changed back first: then what the killed build put in place
        must go again.
        """
        if random.random() < 0.4:
            self.change()
        if random.random() < 0.5:
            self.archive.build()
        else:
            done = start("-m", "site_builder", *self.command(jobs=2), cwd=self.archive.root)
            out, err = finish(done)
            assert (done.returncode, out, err) == (0, "", "")
        left = self.archive.tree()
        assert left.keys() == self.trees[self.state].keys()
        assert left == self.trees[self.state]

    def count_changes(self, jobs: int) -> int:
        """Return how many changes the program itself makes while it builds the next state."""
        self.change()
        process = start_halting(0, "SIGKILL", *self.command(jobs), cwd=self.archive.root)
        wait_until(lambda: bool(children_of(process.pid)) or process.poll() is not None)
        assert bool(children_of(process.pid)) == (jobs > 1), "there is work for workers"
        return int(finish(process)[1])


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """An archive of many articles, enough for workers, in its first state, built."""
    return Newsroom(tmp_path_factory.mktemp("newsroom"))


def check_gone(process: subprocess.Popen[str], killed_at: float) -> None:
    """Check that all processes of a killed build end."""
    room = max(0.0, killed_at + GONE_WITHIN_SECONDS - time.monotonic())
    assert wait_until(lambda: not session_of(process.pid), room), "a process of the build is left"


def kill(process: subprocess.Popen[str], random: Random) -> None:
    """Kill the build alone, or all of its processes."""
    with suppress(ProcessLookupError):  # it may have come to its end before
        (os.kill if random.random() < 0.5 else os.killpg)(process.pid, signal.SIGKILL)


def check_kills_at_changes(newsroom: Newsroom, moments: int, seed: int) -> None:
    """Kill builds just before one of their changes to the disk, each time another one."""
    random = Random(seed)
    counts = [newsroom.count_changes(jobs) for jobs in (1, 2)]
    assert min(counts) > 150, "a build of all pages makes many changes"
    mixed = 0
    for moment in range(moments):
        newsroom.change()
        jobs, everyone = 1 + moment // 2 % 2, moment % 2 == 1
        count = counts[jobs - 1]
        number = 1 + (moment * count + random.randrange(count)) // moments
        command = newsroom.command(jobs)
        process = start_halting(
            number, "SIGKILL", *command, cwd=newsroom.archive.root, everyone=everyone
        )
        process.wait(WITHIN_SECONDS)
        killed_at = time.monotonic()
        mixed += newsroom.check_files()
        newsroom.check_end(random)
        check_gone(process, killed_at)
        _, words = process.communicate()
        if process.returncode == 0:
            assert number > int(words), "nothing but the signal ends the build early"
        else:
            assert (process.returncode, words) == (-signal.SIGKILL, "")
    assert mixed, "some builds were killed with one part of the site in place"


def check_kills_at_times(newsroom: Newsroom, moments: int, seed: int) -> None:
    """Kill builds at any time, or within milliseconds after they began to write."""
    random = Random(seed)
    started = time.monotonic()
    newsroom.count_changes(jobs=2)
    lasts = time.monotonic() - started
    newsroom.check_end(random)
    for moment in range(moments):
        newsroom.change()
        for process in killed_builds(newsroom, moment, lasts, random):
            kill(process, random)
            killed_at = time.monotonic()
            process.wait(WITHIN_SECONDS)
            newsroom.check_files()
            check_gone(process, killed_at)
        newsroom.check_end(random)


def killed_builds(
    newsroom: Newsroom, moment: int, lasts: float, random: Random
) -> Iterator[subprocess.Popen[str]]:
    """Yield one started build, or two one after the other, at the moment to kill it."""
    archive = newsroom.archive
    for _ in range(random.choice((1, 1, 2))):
        process = start(
            "-m", "site_builder", *newsroom.command(random.choice((1, 2))), cwd=archive.root
        )
        try:
            if moment % 2:
                time.sleep(random.random() * lasts)
            else:
                signs = (archive.output / STAGING, first_file(newsroom))
                sign = signs[moment // 2 % 2]
                wait_until(partial(begun_or_ended, sign, process))
                time.sleep(random.random() * 0.01)
            yield process
        finally:
            end(process)


def begun_or_ended(sign: Path, process: subprocess.Popen[str]) -> bool:
    """Report whether a build has come to where this file exists, or to its end."""
    return sign.exists() or process.poll() is not None


def first_file(newsroom: Newsroom) -> Path:
    """Return a file that is among the first that the next build puts in place."""
    old, new = newsroom.trees[1 - newsroom.state], newsroom.trees[newsroom.state]
    (asset,) = [path for path in new.keys() - old.keys() if path.endswith(".css")]
    return newsroom.archive.output / asset


def test_a_build_killed_before_any_change_leaves_whole_files_and_no_process(
    newsroom: Newsroom,
) -> None:
    check_kills_at_changes(newsroom, 12, seed=1)


@pytest.mark.slow
def test_a_build_killed_at_any_time_leaves_whole_files_and_no_process(newsroom: Newsroom) -> None:
    check_kills_at_times(newsroom, 10, seed=2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_builds_killed_at_many_changes_and_times_leave_whole_files(
    seed: int, newsroom: Newsroom
) -> None:
    check_kills_at_changes(newsroom, 30, seed)
    check_kills_at_times(newsroom, 30, seed)
