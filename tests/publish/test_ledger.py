"""The ledger: what is added, what is noticed, and what can never be half written."""

import hashlib
import json
import os
import resource
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.errors import EnvironmentFault
from site_builder.publish.cid import cid_of
from site_builder.publish.ledger import LEDGER_FILE, Ledger, Line, append, read_ledger


def cid(name: str) -> str:
    """Return a CID that is made from a name."""
    return str(cid_of(name.encode()))


def line(name: str, revision: int = 1, **fields: Any) -> Line:
    """Return the line of a revision of the article of that name."""
    values = {
        "url": f"/2025/08/{name}/",
        "revision": revision,
        "cid": cid(f"{name} {revision}"),
        "size": 1000 + revision,
        "content": hashlib.sha256(f"{name} {revision}".encode()).hexdigest(),
        "published": "2025-08-20T12:00:00+00:00",
        "title": f"The {name}",
        "previous": cid(f"{name} {revision - 1}") if revision > 1 else "",
    }
    return Line(**{**values, **fields})


LINES = [line("one"), line("two"), line("one", 2, reason="Wrong: گشت."), line("three")]


def empty(folder: Path) -> Ledger:
    """Return the ledger of an archive that has published nothing."""
    return read_ledger(folder, b"")[0]


def written(folder: Path) -> bytes:
    """Write a ledger of four lines and return its bytes."""
    append(folder, empty(folder), LINES)
    return (folder / LEDGER_FILE).read_bytes()


@pytest.fixture(scope="module")
def four_lines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder, and the bytes of a ledger of four lines."""
    folder = tmp_path_factory.mktemp("ledger")
    return folder, written(folder)


def chained(*values: dict[str, Any]) -> bytes:
    """Return lines of JSON, each with the digest of the one before: a forger takes that trouble."""
    data, before = b"", ""
    for value in values:
        text = json.dumps({**value, "before": before} if before else value).encode() + b"\n"
        before = hashlib.sha256(text).hexdigest()
        data += text
    return data


def plain(one: Line) -> dict[str, Any]:
    """Return the fields of a line."""
    return {name: getattr(one, name) for name in one.__struct_fields__ if name != "before"}


def faults(folder: Path, data: bytes, published: bytes = b"") -> list[tuple[int, str]]:
    """Return line and words of each Problem of a ledger; each must say how to restore it."""
    (folder / LEDGER_FILE).write_bytes(data)
    _, problems = read_ledger(folder, published)
    assert {problem.file for problem in problems} <= {LEDGER_FILE}
    assert all("restore" in problem.hint for problem in problems)
    return [(problem.line, problem.what) for problem in problems]


def test_a_missing_ledger_is_an_empty_one(tmp_path: Path) -> None:
    ledger, problems = read_ledger(tmp_path, b"")
    assert (ledger.lines, ledger.data, ledger.digest, problems) == ((), b"", "", [])
    assert ledger.find(["/2025/08/one/"]) is None


def test_what_is_added_is_read_again(tmp_path: Path) -> None:
    first = append(tmp_path, empty(tmp_path), LINES[:2])
    second = append(tmp_path, first, LINES[2:])
    read, problems = read_ledger(tmp_path, first.data)
    assert problems == []
    assert read == second
    assert [(one.url, one.revision, one.cid) for one in read.lines] == [
        (one.url, one.revision, one.cid) for one in LINES
    ]
    assert read.find(["/nowhere/", "/2025/08/one/"]) == read.lines[2]
    assert read.history(cid("one 2")) == [read.lines[2], read.lines[0]]


def test_adding_changes_no_byte_that_is_there(tmp_path: Path) -> None:
    before = written(tmp_path)
    append(tmp_path, read_ledger(tmp_path, b"")[0], [line("four")])
    after = (tmp_path / LEDGER_FILE).read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == 5


def test_each_line_holds_the_hash_of_the_one_before(tmp_path: Path) -> None:
    lines = written(tmp_path).splitlines(keepends=True)
    assert "before" not in json.loads(lines[0])
    for above, below in pairwise(lines):
        assert json.loads(below)["before"] == hashlib.sha256(above).hexdigest()


def test_an_altered_line_is_named_by_the_one_below_it(tmp_path: Path) -> None:
    data = written(tmp_path).replace(b"The two", b"The twO")
    assert faults(tmp_path, data) == [
        (3, "is not a line as it was written: the line above it was altered or taken out")
    ]


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_removed_line_is_noticed(tmp_path: Path, gone: int) -> None:
    lines = written(tmp_path).splitlines(keepends=True)
    del lines[gone]
    assert [number for number, _ in faults(tmp_path, b"".join(lines))] == [gone + 1]


def test_swapped_lines_are_noticed(tmp_path: Path) -> None:
    lines = written(tmp_path).splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    assert [number for number, _ in faults(tmp_path, b"".join(lines))] == [2]


def test_a_repeated_line_is_noticed(tmp_path: Path) -> None:
    data = written(tmp_path)
    last = data.splitlines(keepends=True)[-1]
    assert [number for number, _ in faults(tmp_path, data + last)] == [5]


@pytest.mark.parametrize("bytes_left", [1, 40, -2, -1])
def test_a_last_line_without_its_end_is_noticed(tmp_path: Path, bytes_left: int) -> None:
    lines = written(tmp_path).splitlines(keepends=True)
    data = b"".join(lines[:-1]) + lines[-1][:bytes_left]
    assert [number for number, _ in faults(tmp_path, data)] == [4]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "red"}, "unknown field"),
        ({"revision": 2}, "revision 2 does not follow"),
        ({"revision": 0}, "revision 0 does not follow"),
        ({"revision": "1"}, "Expected `int`"),
        ({"previous": cid("nothing"), "revision": 2}, "is missing"),
        ({"previous": cid("one 1"), "revision": 3}, "revision 3 does not follow"),
        ({"cid": cid("one 1")}, "stands in the ledger already"),
        ({"cid": "../../escape"}, "is no CID"),
        ({"blocks": ["../../escape"]}, "is no CID"),
        ({"url": "https://elsewhere.example/"}, "is no address"),
        ({"published": "yesterday"}, "yesterday"),
        ({"published": "2025-08-20T12:00:00"}, "2025-08-20T12:00:00"),
    ],
)
def test_a_line_that_could_not_have_been_written_is_a_fault_even_when_chained(
    tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    good = [plain(LINES[0]), plain(LINES[1])]
    assert faults(tmp_path, chained(*good)) == []
    found = faults(tmp_path, chained(good[0], {**good[1], **change}))
    assert [number for number, _ in found] == [2]
    assert words in found[0][1]


@pytest.mark.parametrize("junk", [b"\n", b"{}\n", b"null\n", b"\xff\n", b"<<<<<<< HEAD\n"])
def test_what_is_no_line_is_a_fault(tmp_path: Path, junk: bytes) -> None:
    lines = written(tmp_path).splitlines(keepends=True)
    data = b"".join([*lines[:2], junk, *lines[2:]])
    assert [number for number, _ in faults(tmp_path, data)] == [3]


def test_the_published_copy_must_be_its_beginning(tmp_path: Path) -> None:
    data = written(tmp_path)
    lines = data.splitlines(keepends=True)
    what = "a line that has been published is altered or missing"
    assert faults(tmp_path, data, b"".join(lines[:2])) == []
    assert faults(tmp_path, b"".join(lines[:2]), data) == [(3, what)]
    assert faults(tmp_path, b"", data) == [(1, what)]
    (tmp_path / LEDGER_FILE).unlink()
    forged = append(tmp_path, empty(tmp_path), [LINES[0], line("two", title="Another")]).data
    assert faults(tmp_path, forged) == []
    assert faults(tmp_path, forged, data) == [(2, what)]
    (tmp_path / LEDGER_FILE).unlink()
    assert [problem.line for problem in read_ledger(tmp_path, data)[1]] == [1]


@settings(max_examples=400, deadline=None)
@given(place=st.integers(0, 10**6), value=st.integers(0, 255))
def test_any_byte_that_is_changed_above_the_last_line_is_noticed(
    four_lines: tuple[Path, bytes], place: int, value: int
) -> None:
    folder, data = four_lines[0], bytearray(four_lines[1])
    last_line = data[:-1].rindex(b"\n") + 1
    place %= last_line
    if data[place] != value:
        data[place] = value
        assert faults(folder, bytes(data)), bytes(data)


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 10**6), value=st.integers(0, 255))
def test_any_byte_that_is_changed_is_noticed_once_the_ledger_is_published(
    four_lines: tuple[Path, bytes], place: int, value: int
) -> None:
    folder, published = four_lines
    data = bytearray(published)
    place %= len(data)
    if data[place] != value:
        data[place] = value
        assert faults(folder, bytes(data), published)


def test_the_second_of_two_additions_to_one_ledger_is_refused(tmp_path: Path) -> None:
    ledger = empty(tmp_path)
    append(tmp_path, ledger, [line("one")])
    before = (tmp_path / LEDGER_FILE).read_bytes()
    with pytest.raises(EnvironmentFault, match="was changed by another program"):
        append(tmp_path, ledger, [line("two")])
    assert (tmp_path / LEDGER_FILE).read_bytes() == before


def test_of_additions_at_the_same_moment_one_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = empty(tmp_path)
    meeting = threading.Barrier(8)
    refused: list[str] = []
    look = os.fstat

    def slow(number: int) -> os.stat_result:
        """Take a while after looking at the file, so that others come meanwhile."""
        status = look(number)
        time.sleep(0.05)
        return status

    def add(name: str) -> None:
        meeting.wait()
        try:
            append(tmp_path, ledger, [line(name)])
        except EnvironmentFault as fault:
            refused.append(str(fault))

    monkeypatch.setattr("site_builder.publish.ledger.os.fstat", slow)
    threads = [threading.Thread(target=add, args=(f"a{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read, problems = read_ledger(tmp_path, b"")
    assert problems == []
    assert (len(read.lines), len(refused)) == (1, 7)


def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    before = written(tmp_path)
    ledger, _ = read_ledger(tmp_path, b"")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, limits[1]))
    try:
        with pytest.raises(EnvironmentFault, match=r"cannot write .*editions\.jsonl"):
            append(tmp_path, ledger, [line("four"), line("five")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / LEDGER_FILE).read_bytes() == before
    append(tmp_path, ledger, [line("four")])
    assert read_ledger(tmp_path, before)[1] == []


def test_a_disk_that_fails_at_the_last_moment_leaves_the_ledger_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written(tmp_path)
    ledger, _ = read_ledger(tmp_path, b"")

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("site_builder.publish.ledger.os.fsync", fail)
        with pytest.raises(EnvironmentFault, match="Input/output error"):
            append(tmp_path, ledger, [line("four")])
    assert (tmp_path / LEDGER_FILE).read_bytes() == before


def test_a_ledger_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / LEDGER_FILE).mkdir()
    with pytest.raises(EnvironmentFault, match=r"cannot read .*editions\.jsonl"):
        read_ledger(tmp_path, b"")
