"""The same site whatever does the work: processes of each kind, threads, or another Executor."""

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from site_builder import pipeline
from site_builder.build.workers import Workers
from tests.archives import Archive, clean_tree, site_of
from tests.conftest import PROJECT
from tests.processes import NOW, children_of, finish, start, wait_until

WITH_METHOD = """
import multiprocessing, sys
multiprocessing.set_start_method(sys.argv[1])
from site_builder.cli import main
main(sys.argv[2:])
"""


class Far(Executor):
    """An Executor that runs at once what it is given, but only what can travel to a machine."""

    def __init__(self) -> None:
        self.given = 0
        self.ended = False

    def submit(self, function: Callable[..., Any], /, *values: Any, **named: Any) -> "Future[Any]":
        """Run a function as another machine would: from its pickle, to its pickle."""
        self.given += 1
        future: Future[Any] = Future()
        there, those, these = pickle.loads(pickle.dumps((function, values, named)))  # noqa: S301
        future.set_result(pickle.loads(pickle.dumps(there(*those, **these))))  # noqa: S301
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Remember to have been ended."""
        self.ended = True


def fill(archive: Archive) -> None:
    """Write so many articles that reading and rendering are worth workers."""
    for number in range(170):
        archive.article(
            f"a{number}",
            date=f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}",
            tags=f"[T{number % 9}]",
            body=f"Text *{number}*.",
        )


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive whose build is worth workers, built without any."""
    archive = Archive(tmp_path_factory.mktemp("large") / "archive")
    fill(archive)
    archive.build(jobs=1)
    return archive


def twin_of(archive: Archive, folder: Path) -> Path:
    """Return a folder with the same sources and nothing built."""
    folder.mkdir()
    for name in ("articles", "site.toml"):
        (folder / name).symlink_to(archive.root / name)
    return folder


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_each_kind_of_worker_process_makes_the_same_site(
    method: str, jobs: int, large: Archive, tmp_path: Path
) -> None:
    root = twin_of(large, tmp_path / "twin")
    command = ("build", "--quiet", NOW, f"--jobs={jobs}")
    process = start("-c", WITH_METHOD, method, *command, cwd=root)
    wait_until(lambda: bool(children_of(process.pid)) or process.poll() is not None)
    assert bool(children_of(process.pid)) == (jobs > 1), "workers start where they are asked for"
    assert finish(process) == ("", "")
    assert process.returncode == 0
    assert site_of(root / "output") == large.tree()


@pytest.mark.parametrize("kind", ["threads", "far"])
def test_another_executor_makes_the_same_site_and_is_not_ended(
    kind: str, large: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = Archive(tmp_path / "twin")
    fill(twin)
    far = Far()
    with ThreadPoolExecutor(2) as threads:
        executor = far if kind == "far" else threads
        monkeypatch.setattr(pipeline, "Workers", lambda jobs: Workers(jobs, executor))
        twin.build(jobs=2)
        assert executor.submit(int, "7").result() == 7
    assert twin.tree() == large.tree()
    assert not far.ended
    assert (far.given > 5) == (kind == "far")


def test_results_come_in_order_and_batches_are_taken_as_workers_become_free() -> None:
    taken: list[int] = []

    def batches() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    far = Far()
    results = Workers(2, far).map(abs, batches(), alone=False)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    assert len(taken) < 12
    assert list(results) == list(range(3, 100))
    assert far.given == 100


@pytest.mark.parametrize("stage", ["reading", "rendering"])
def test_a_worker_that_dies_ends_the_build_in_words_and_leaves_the_old_site(
    stage: str, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "archive")
    fill(archive)
    archive.build()
    before = archive.tree()
    if stage == "reading":
        for number in range(170):
            archive.article(f"b{number}", date=f"2024-01-{number % 28 + 1:02}")
    else:
        base = (PROJECT / "theme/templates/base.html").read_text()
        archive.write("theme/templates/base.html", base.replace("<main", "<!-- 2 --><main"))
    command = ("build", "--quiet", NOW, "--jobs=2", "--root", str(archive.root))
    process = start("-c", WITH_METHOD, "fork", *command, cwd=tmp_path)
    assert wait_until(lambda: bool(children_of(process.pid)) or process.poll() is not None)
    os.kill(children_of(process.pid)[0], signal.SIGKILL)
    out, err = finish(process)
    assert process.returncode == 2
    assert out == ""
    assert err == (
        "error: a worker process ended before its work was done, most often for want of memory; "
        "try fewer with --jobs\n"
    )
    assert archive.tree() == before
    assert archive.build().written, "the next build goes on"


def test_a_large_output_is_looked_at_by_a_process_that_then_renders_what_is_little(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "LARGE_RECORD_BYTES", 1)
    for number in range(1, 5):
        archive.article(f"n{number}", date=f"2025-01-0{number}", tags="[T]")
    archive.build(jobs=2)
    archive.article("n5", date="2025-01-05", tags="[T]")
    page = archive.output / "2025/01/n1/index.html"
    page.unlink()
    (archive.output / "mine.txt").write_text("kept")
    report = archive.build(jobs=2)
    assert "2025/01/n1/index.html" in report.written
    assert "2025/01/n5/index.html" in report.written
    assert report.strangers == ("mine.txt",)
    (archive.output / "mine.txt").unlink()
    assert archive.tree() == clean_tree(archive)
    assert archive.build(jobs=2).written == ()


def test_what_is_little_is_done_where_the_tools_for_it_are_loaded() -> None:
    for waits in (True, False):
        with Workers(2) as workers:
            there = workers.start(os.getpid)()
            workers.prepare(_nothing)
            if waits:
                assert workers._prepared
                workers._prepared.result()
            else:
                workers._prepared = Future()
            places = [list(workers.map(_place_of, ["a"], alone=True)) for _ in range(2)]
            assert places == [[there if waits else os.getpid()]] * 2


def _place_of(_: str) -> int:
    return os.getpid()


def _nothing() -> None:
    pass
