"""Folders: order, names, and when one becomes a HAMT."""

import dataclasses
from random import Random

import mmh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.publish.cid import DAG_PB
from site_builder.publish.contents import folder_entries, open_content
from site_builder.publish.dag_pb import decode_node
from site_builder.publish.directory import directory_blocks
from site_builder.publish.hamt import HamtFault
from site_builder.publish.names import NameFault
from site_builder.publish.profile import V0_2015, V1_2025, Profile
from site_builder.publish.unixfs_data import Kind
from tests.publish.dags import Store, drop

NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=20
).filter(lambda name: name not in {".", ".."})


@given(
    st.dictionaries(NAMES, st.binary(max_size=5), max_size=30),
    st.sampled_from([V1_2025, V0_2015]),
    st.integers(0, 900),
)
def test_a_folder_is_read_back_from_its_blocks(
    files: dict[str, bytes], profile: Profile, threshold: int
) -> None:
    small = dataclasses.replace(profile, hamt_threshold_bytes=threshold)
    store = Store()
    entries = {name: store.file(content, small) for name, content in files.items()}
    folder = store.folder(entries, small)
    read = dict(folder_entries(open_content(folder.cid, store.fetch), store.fetch))
    assert read == {name: node.cid for name, node in entries.items()}
    assert folder.size_bytes == sum(len(content) for content in files.values())


@given(st.lists(NAMES, unique=True, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(names: list[str], random: Random) -> None:
    leaf = Store().file(b"x")
    entries = [(name, leaf) for name in names]
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert directory_blocks(entries, V1_2025, drop) == directory_blocks(shuffled, V1_2025, drop)


def test_names_are_sorted_as_bytes() -> None:
    store = Store()
    leaf = store.file(b"x")
    # As UTF-16, which some languages sort by, the second would come before the first.
    node = store.folder(dict.fromkeys(["\U0001f4f0", "\uffe0", "é", "z", "Z", "a-b", "a"], leaf))
    names = [link.name.decode() for link in decode_node(store.held[node.cid]).links]
    assert names == ["Z", "a", "a-b", "z", "é", "\uffe0", "\U0001f4f0"]


def test_only_the_blocks_of_the_folder_itself_are_made() -> None:
    store = Store()
    leaf = store.file(b"x")
    store.folder({"a": leaf, "b": leaf})
    assert len(store.blocks) == 2


@pytest.mark.parametrize("profile", [V1_2025, V0_2015], ids=lambda profile: profile.name)
def test_a_folder_of_exactly_the_threshold_stays_flat(profile: Profile) -> None:
    store = Store()
    entries = {"one": store.file(b"1", profile), "three": store.file(b"3", profile)}
    flat = store.folder(entries, profile)
    if profile is V1_2025:
        size_bytes = len(store.held[flat.cid].data)
    else:
        size_bytes = len("one") + len("three") + 2 * 34
    kinds = []
    for threshold in (size_bytes, size_bytes - 1):
        node = store.folder(entries, dataclasses.replace(profile, hamt_threshold_bytes=threshold))
        kinds.append(open_content(node.cid, store.fetch).data.kind)
    assert kinds == [Kind.DIRECTORY, Kind.HAMT_SHARD]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "empty"),
        (".", "another folder"),
        ("..", "another folder"),
        ("a/b", "is a path"),
        ("/a", "is a path"),
        ("a\0b", "NUL"),
        ("a\udcff", "not Unicode"),
    ],
)
def test_names_that_no_reader_could_take_are_refused(name: str, words: str) -> None:
    with pytest.raises(NameFault, match=words):
        directory_blocks([(name, Store().file(b"x"))], V1_2025, drop)


def test_a_name_that_comes_twice_is_refused() -> None:
    leaf = Store().file(b"x")
    with pytest.raises(NameFault, match="'same' comes twice"):
        directory_blocks([("same", leaf), ("other", leaf), ("same", leaf)], V1_2025, drop)


def test_names_of_one_hash_are_refused_and_not_sharded_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def constant(_: bytes, *, signed: bool) -> tuple[int, int]:
        assert not signed
        return (0x1122334455667788, 0)

    monkeypatch.setattr(mmh3, "hash64", constant)
    leaf = Store().file(b"x")
    tiny = dataclasses.replace(V1_2025, hamt_threshold_bytes=0)
    with pytest.raises(HamtFault, match=r"b'one' and b'two' have the same hash"):
        directory_blocks([("two", leaf), ("one", leaf)], tiny, drop)


def test_names_that_share_most_of_their_hash_go_down_to_the_last_level(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hashed(name: bytes, *, signed: bool) -> tuple[int, int]:
        assert not signed
        return (0x1122334455667700 + name[0], 0)

    monkeypatch.setattr(mmh3, "hash64", hashed)
    store = Store()
    leaf = store.file(b"x")
    tiny = dataclasses.replace(V1_2025, hamt_threshold_bytes=0)
    node = store.folder({"a": leaf, "b": leaf}, tiny)
    assert len([cid for cid in store.held if cid.codec == DAG_PB]) == 8
    names = []
    cid = node.cid
    while len(links := decode_node(store.held[cid]).links) == 1:
        names.append(links[0].name)
        cid = links[0].cid
    assert names == [b"11", b"22", b"33", b"44", b"55", b"66", b"77"]
    assert [link.name for link in links] == [b"61a", b"62b"]
