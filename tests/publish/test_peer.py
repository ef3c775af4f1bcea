"""Another implementation builds the same blocks from the same files."""

import dataclasses
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.publish.node import Node
from site_builder.publish.profile import V0_2015, V1_2025, Profile
from tests.publish.dags import Keystream, Store
from tests.publish.peer.importer import Answer, Importer, running

# The other one takes a backslash for an escape, and `.` and `..` for ways.
NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0"), min_size=1, max_size=40
).filter(lambda name: name not in {".", ".."})
PROFILES = st.sampled_from([V1_2025, V0_2015])


@pytest.fixture(scope="module")
def peer() -> Iterator[Importer]:
    """The other implementation, running."""
    with running() as importer:
        yield importer


def agree(store: Store, node: Node, answer: Answer) -> None:
    """Fail where two results differ in the root, its Tsize or any block."""
    assert str(node.cid) == answer.cid
    assert node.tsize_bytes == answer.tsize_bytes
    assert store.texts() == answer.blocks


@settings(max_examples=200, deadline=None)
@given(
    profile=PROFILES,
    chunk_bytes=st.integers(1, 12),
    max_links=st.integers(2, 6),
    size_bytes=st.integers(0, 700),
)
def test_trees_of_files_are_the_same_at_every_size(
    peer: Importer, profile: Profile, chunk_bytes: int, max_links: int, size_bytes: int
) -> None:
    small = dataclasses.replace(profile, chunk_bytes=chunk_bytes, max_links=max_links)
    content = Keystream("tree", size_bytes).read(size_bytes)
    store = Store()
    node = store.file(content, small)
    agree(store, node, peer.build(small, [("", content)]))


@pytest.mark.parametrize("profile", [V1_2025, V0_2015], ids=lambda profile: profile.name)
@pytest.mark.parametrize("size_bytes", [0, 1, 262144, 262145, 1048576, 1048577, 3 * 1048576 + 7])
def test_files_of_real_sizes_are_the_same(
    peer: Importer, profile: Profile, size_bytes: int
) -> None:
    content = Keystream("file", size_bytes).read(size_bytes)
    store = Store()
    agree(store, store.file(content, profile), peer.build(profile, [("", content)]))


@settings(max_examples=150, deadline=None)
@given(
    profile=PROFILES,
    threshold=st.integers(0, 1500),
    files=st.dictionaries(NAMES, st.binary(max_size=60), min_size=1, max_size=40),
)
def test_folders_flat_and_sharded_are_the_same(
    peer: Importer, profile: Profile, threshold: int, files: dict[str, bytes]
) -> None:
    small = dataclasses.replace(profile, hamt_threshold_bytes=threshold)
    store = Store()
    entries = {name: store.file(content, small) for name, content in files.items()}
    agree(store, store.folder(entries, small), peer.build(small, files.items()))


@pytest.mark.parametrize("profile", [V1_2025, V0_2015], ids=lambda profile: profile.name)
@pytest.mark.parametrize("count", [2000, 4400, 4600, 4900, 5200, 6000])
def test_folders_around_the_real_threshold_are_the_same(
    peer: Importer, profile: Profile, count: int
) -> None:
    files = {f"article-{number:05}.html": b"%d" % (number % 50) for number in range(count)}
    store = Store()
    entries = {name: store.file(content, profile) for name, content in files.items()}
    agree(store, store.folder(entries, profile), peer.build(profile, files.items()))


@settings(max_examples=60, deadline=None)
@given(profile=PROFILES, years=st.lists(st.integers(1, 12), min_size=1, max_size=4))
def test_folders_in_folders_are_the_same(
    peer: Importer, profile: Profile, years: list[int]
) -> None:
    small = dataclasses.replace(profile, hamt_threshold_bytes=400)
    store, files, folders = Store(), {}, {}
    for year, count in enumerate(years, start=2020):
        inside = {}
        for number in range(count):
            content = f"{year} {number % 3}".encode()
            files[f"{year}/{number}.html"] = content
            inside[f"{number}.html"] = store.file(content, small)
        folders[str(year)] = store.folder(inside, small)
    agree(store, store.folder(folders, small), peer.build(small, files.items()))
