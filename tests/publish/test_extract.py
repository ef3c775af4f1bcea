"""What a CID names comes to a disk whole and in its place, or not at all."""

import dataclasses
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.errors import EnvironmentFault
from site_builder.publish.block import Block, BlockError
from site_builder.publish.car import CarFile, write_car
from site_builder.publish.cid import DAG_PB, Cid, cid_of
from site_builder.publish.dag_pb import Link, encode_node
from site_builder.publish.extract import (
    Extracted,
    ExtractError,
    Limits,
    Symlink,
    extract,
)
from site_builder.publish.node import Node
from site_builder.publish.profile import V0_2015, V1_2025, Profile
from site_builder.publish.protobuf import encode_number
from site_builder.publish.unixfs import symlink_blocks
from site_builder.publish.unixfs_data import encode_directory, encode_parent
from tests.archives import tree_of
from tests.publish.dags import Keystream, Store

SMALL = dataclasses.replace(V1_2025, chunk_bytes=50, max_links=3, hamt_threshold_bytes=400)

Tree = dict[str, "bytes | Tree"]
TREES: st.SearchStrategy[Any] = st.recursive(
    st.dictionaries(st.text("abcé.", min_size=3, max_size=5), st.binary(max_size=120), max_size=9),
    lambda inner: st.dictionaries(st.text("xyz", min_size=1, max_size=2), inner, max_size=4),
    max_leaves=6,
)


def build(store: Store, tree: Tree, profile: Profile) -> Node:
    """Keep a folder of files and folders."""
    entries = {
        name: store.file(inside, profile)
        if isinstance(inside, bytes)
        else build(store, inside, profile)
        for name, inside in tree.items()
    }
    return store.folder(entries, profile)


def read(folder: Path) -> Tree:
    """Return what lies in a folder of a disk."""
    return {
        file.name: read(file) if file.is_dir() else file.read_bytes() for file in folder.iterdir()
    }


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder to write to, in which nothing but what a test keeps may be left over."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "mine").write_text("kept")
    yield folder
    assert (folder / "mine").read_text() == "kept"
    left = {file.name for file in folder.iterdir()} - {"mine", "out"}
    assert not left, "something half written was left"
    assert [file.name for file in tmp_path.iterdir()] == ["here"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(TREES, st.sampled_from([SMALL, V1_2025, V0_2015]))
def test_a_folder_comes_back_as_it_was(place: Path, tree: Tree, profile: Profile) -> None:
    store = Store()
    (place / "out").mkdir(exist_ok=True)
    target = Path(tempfile.mkdtemp(dir=place / "out")) / "tree"
    extract(build(store, tree, profile).cid, store.fetch, target)
    assert read(target) == tree


@pytest.mark.parametrize("size_bytes", [0, 1, 50, 51, 5000])
def test_a_file_comes_back_as_it_was(place: Path, size_bytes: int) -> None:
    store = Store()
    content = Keystream("x", size_bytes).read(size_bytes)
    done = extract(store.file(content, SMALL).cid, store.fetch, place / "out")
    assert (place / "out").read_bytes() == content
    assert done == Extracted(1, size_bytes, ())


def test_a_folder_comes_out_of_a_car(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store()
    tree: Tree = {"a": b"1", "deep": {"er": {"b": b"2" * 500}}, "none": {}}
    root = build(store, tree, SMALL)
    path = tmp_path_factory.mktemp("car") / "site.car"
    with path.open("wb") as file:
        write_car(file, [root.cid], store.blocks)
    with path.open("rb") as file:
        kept = CarFile(file, path.stat().st_size)
        done = extract(root.cid, kept.fetch, place / "out")
    assert read(place / "out") == tree
    assert done == Extracted(2, 501, ())


def test_what_is_written_may_be_read_by_whom_the_system_lets(place: Path) -> None:
    store = Store()
    before = os.umask(0o022)
    try:
        extract(build(store, {"a": b"1"}, SMALL).cid, store.fetch, place / "out")
    finally:
        os.umask(before)
    assert (place / "out").stat().st_mode & 0o777 == 0o755
    assert (place / "out" / "a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("there", ["file", "folder", "empty folder", "dangling link"])
def test_what_is_there_is_not_replaced(place: Path, there: str) -> None:
    store = Store()
    out = place / "out"
    if there == "file":
        out.write_text("old")
    elif there == "dangling link":
        out.symlink_to("nowhere")
    else:
        out.mkdir()
        if there == "folder":
            (out / "old").write_text("old")
    before = tree_of(place)
    for node in (store.file(b"new"), build(store, {"new": b"new"}, SMALL)):
        with pytest.raises(EnvironmentFault, match="out is there already"):
            extract(node.cid, store.fetch, out)
    assert tree_of(place) == before
    assert out.is_symlink() == (there == "dangling link")


def test_what_appears_while_blocks_come_is_not_replaced(place: Path) -> None:
    store = Store()
    root = store.file(b"new")

    def fetch(cid: Cid) -> Block:
        (place / "out").write_text("old")
        return store.fetch(cid)

    with pytest.raises(EnvironmentFault, match="out is there already"):
        extract(root.cid, fetch, place / "out")
    assert (place / "out").read_text() == "old"


def test_a_place_that_cannot_be_written_is_told_in_words(place: Path) -> None:
    store = Store()
    cid = store.file(b"x").cid
    with pytest.raises(EnvironmentFault, match=r"cannot write .*/none/out: No such file"):
        extract(cid, store.fetch, place / "none" / "out")
    with pytest.raises(EnvironmentFault, match=r"cannot write .*out: File name too long"):
        extract(build(store, {"n" * 256: b"x"}, SMALL).cid, store.fetch, place / "out")


def folder(store: Store, links: list[tuple[bytes, Cid]]) -> Cid:
    """Keep a folder with any names."""
    data = encode_node([Link(cid, name, 0) for name, cid in links], encode_directory())
    return store.raw(data, DAG_PB)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (b"../mine", "is a path"),
        (b"../../escaped", "is a path"),
        (b"/tmp/escaped", "is a path"),
        (b"..", "leads to another folder"),
        (b".", "leads to another folder"),
        (b"", "is empty"),
        (b"mine\0.html", "holds a NUL"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_name_that_leads_elsewhere_writes_nothing(place: Path, name: bytes, words: str) -> None:
    store = Store()
    leaf = store.file(b"evil").cid
    inner = folder(store, [(b"fine", leaf), (name, leaf)])
    root = folder(store, [(b"a", leaf), (b"in", inner)])
    with pytest.raises(ExtractError, match=f"^{root}: 'in': {inner}: .*{words}"):
        extract(root, store.fetch, place / "out")
    assert not (place / "out").exists()


def test_names_that_a_disk_takes_for_one_are_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = os.path.lexists
    monkeypatch.setattr(os.path, "lexists", lambda path: exists(str(path).replace("A", "a")))
    store = Store()
    leaf = store.file(b"x").cid
    root = folder(store, [(b"a", leaf), (b"A", leaf)])
    with pytest.raises(ExtractError, match="'A': this file system takes two"):
        extract(root, store.fetch, place / "out")


def test_symbolic_links_are_told_and_not_made(place: Path) -> None:
    store = Store()
    link = symlink_blocks(b"/etc/passwd", V1_2025, store.put).cid
    root = folder(store, [(b"a", store.file(b"1").cid), (b"in", folder(store, [(b"link", link)]))])
    done = extract(root, store.fetch, place / "out")
    assert done == Extracted(1, 1, (Symlink("in/link", "/etc/passwd"),))
    assert read(place / "out") == {"a": b"1", "in": {}}


def test_a_symbolic_link_cannot_lead_what_comes_after_it_elsewhere(place: Path) -> None:
    store = Store()
    link = symlink_blocks(b"..", V1_2025, store.put).cid
    evil = folder(store, [(b"mine", store.file(b"evil").cid)])
    root = folder(store, [(b"a", link), (b"a", evil)])
    with pytest.raises(ExtractError, match="'a' comes twice"):
        extract(root, store.fetch, place / "out")


def test_a_symbolic_link_alone_is_refused(place: Path) -> None:
    store = Store()
    link = symlink_blocks(b"elsewhere", V1_2025, store.put).cid
    with pytest.raises(ExtractError, match=f"^{link}: a symbolic link to 'elsewhere'"):
        extract(link, store.fetch, place / "out")


def test_a_metadata_node_is_refused(place: Path) -> None:
    store = Store()
    cid = store.raw(encode_node([], encode_number(1, 3)), DAG_PB)
    with pytest.raises(ExtractError, match="a metadata node"):
        extract(cid, store.fetch, place / "out")


def test_a_block_that_fails_late_leaves_nothing(place: Path) -> None:
    store = Store()
    root = build(store, {"a": b"1", "b": {"long": b"x" * 49 + b"y" * 49}}, SMALL)
    for missing in store.held:

        def fetch(cid: Cid, missing: Cid = missing) -> Block:
            if cid == missing:
                raise BlockError(f"{cid}: nobody has it")
            return store.fetch(cid)

        with pytest.raises(ExtractError, match=f"^{root.cid}: .*{missing}: nobody has it"):
            extract(root.cid, fetch, place / "out")
        assert not (place / "out").exists()


def test_an_interruption_leaves_nothing(place: Path) -> None:
    store = Store()
    root = build(store, {"a": b"1", "b": b"2"}, SMALL)

    def fetch(cid: Cid) -> Block:
        if cid == cid_of(b"2"):
            raise KeyboardInterrupt
        return store.fetch(cid)

    with pytest.raises(KeyboardInterrupt):
        extract(root.cid, fetch, place / "out")
    assert not (place / "out").exists()


def test_sizes_that_lie_leave_nothing(place: Path) -> None:
    store = Store()
    leaf = store.file(b"four").cid
    data = encode_node([Link(leaf, b"", 4), Link(leaf, b"", 4)], encode_parent([4, 5]))
    root = folder(store, [(b"page", store.raw(data, DAG_PB))])
    with pytest.raises(ExtractError, match=f"^{root}: 'page': {leaf}: 4 bytes come where 5"):
        extract(root, store.fetch, place / "out")


def test_all_files_together_have_a_limit(place: Path) -> None:
    store = Store()
    root = build(store, {"a": b"12345", "b": b"12345"}, SMALL).cid
    with pytest.raises(ExtractError, match=r"'b': .* a file of 5 bytes; at most 4 are wanted"):
        extract(root, store.fetch, place / "out", Limits(max_bytes=9))
    extract(root, store.fetch, place / "out", Limits(max_bytes=10))


def test_entries_have_a_limit(place: Path) -> None:
    store = Store()
    root = build(store, {"a": b"1", "in": {"b": b"2"}}, SMALL).cid
    with pytest.raises(ExtractError, match="'in/b': more than 3 entries"):
        extract(root, store.fetch, place / "out", Limits(max_entries=3))
    extract(root, store.fetch, place / "out", Limits(max_entries=4))


def test_folders_in_folders_have_a_limit(place: Path) -> None:
    store = Store()
    root = build(store, {"a": {"b": {"c": {}}}}, SMALL).cid
    with pytest.raises(ExtractError, match="'a/b/c': folders lie more than 2 deep"):
        extract(root, store.fetch, place / "out", Limits(max_depth=2))
    extract(root, store.fetch, place / "out", Limits(max_depth=3))


def test_a_small_dag_that_becomes_a_giant_is_stopped(place: Path) -> None:
    store = Store()
    size_bytes, cid = 1000, store.file(bytes(1000)).cid
    for _ in range(5):
        links = [Link(cid, b"", 0)] * 1000
        cid = store.raw(encode_node(links, encode_parent([size_bytes] * 1000)), DAG_PB)
        size_bytes *= 1000
    with pytest.raises(ExtractError, match="a file of 1000000000000000000 bytes; at most"):
        extract(cid, store.fetch, place / "out")
