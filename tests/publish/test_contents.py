"""Files and folders are read from blocks that are what their CIDs say, and still lie."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.publish.block import BlockError
from site_builder.publish.cid import DAG_PB, IDENTITY, RAW, Cid, cid_of, parse_cid
from site_builder.publish.contents import (
    MAX_FILE_DEPTH,
    file_bytes,
    folder_entries,
    open_content,
    symlink_target,
)
from site_builder.publish.dag_pb import Link, encode_node
from site_builder.publish.profile import V1_2025
from site_builder.publish.protobuf import encode_bytes, encode_number
from site_builder.publish.unixfs import symlink_blocks
from site_builder.publish.unixfs_data import (
    decode_data,
    encode_directory,
    encode_leaf,
    encode_parent,
    encode_shard,
    encode_symlink,
)
from tests.publish.dags import Store

ENOUGH = 1 << 40
FILE = encode_number(1, 2)


def node(store: Store, links: list[tuple[bytes, Cid]], data: bytes) -> Cid:
    """Keep a dag-pb block of any links and data."""
    return store.raw(encode_node([Link(cid, name, 0) for name, cid in links], data), DAG_PB)


def whole(store: Store, cid: Cid, max_bytes: int = ENOUGH) -> bytes:
    """Return the bytes of a file."""
    return b"".join(file_bytes(open_content(cid, store.fetch), store.fetch, max_bytes))


def entries(store: Store, cid: Cid) -> list[tuple[str, Cid]]:
    """Return the entries of a folder."""
    return list(folder_entries(open_content(cid, store.fetch), store.fetch))


def test_old_forms_of_files_are_read() -> None:
    store = Store()
    raw_kind = encode_number(1, 0) + encode_bytes(2, b"old") + encode_number(3, 3)
    assert whole(store, node(store, [], raw_kind)) == b"old"
    # A node may hold the beginning itself, and have mode and modification time (UnixFS 1.5).
    mixed = FILE + encode_bytes(2, b"ab") + encode_number(3, 5) + encode_number(4, 3)
    mixed += encode_number(7, 0o644) + encode_bytes(8, encode_number(1, 1_700_000_000))
    leaf = store.file(b"cde").cid
    assert whole(store, node(store, [(b"", leaf)], mixed)) == b"abcde"
    assert whole(store, node(store, [], FILE)) == b"", "an absent size is 0"


def test_content_in_identity_cids_is_read() -> None:
    store = Store()
    assert whole(store, Cid(1, RAW, IDENTITY, b"inline")) == b"inline"
    assert entries(store, parse_cid("bafyaabakaieac")) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "without UnixFS data"),
        (encode_number(3, 1), "does not say what it is"),
        (encode_number(1, 6), "6 is not a valid Kind"),
        (encode_bytes(1, b"x"), "field 1 is unknown, repeated or of the wrong type"),
        (FILE + FILE, "field 1 is unknown, repeated"),
        (FILE + encode_number(2, 1), "field 2"),
        (FILE + encode_bytes(2, b"a") * 2, "field 2"),
        (FILE + encode_number(3, 1) * 2, "field 3"),
        (FILE + encode_bytes(4, b"\x01"), "field 4"),
        (FILE + encode_number(8, 1), "field 8"),
        (FILE + encode_number(9, 1), "field 9"),
        (FILE + b"\x18", "cut off"),
        (b"some data", "wire type|cut off"),
    ],
)
def test_malformed_data_is_refused_in_words(data: bytes, words: str) -> None:
    store = Store()
    cid = node(store, [], data)
    with pytest.raises(BlockError, match=f"^{cid}: .*{words}"):
        open_content(cid, store.fetch)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "12240a2212207521fe19c374a97759226dc5c0c8e674e73950e81b211f7dd3b6b30883a08a51",
        "0a050001020304",
        "0a00",
        "120b0a09015500050001020304",
        "12160a090155000500010203041209736f6d65206e616d65",
        "120d0a090155000500010203041200",
        "12140a0901550005000102030418ffffffffffffff0f",
        "0a03010203",
        "120e0a09015500050001020304120161120e0a09015500050001020304120161",
    ],
)
def test_the_invalid_cases_of_the_specification_are_refused(encoded: str) -> None:
    # UnixFS, "Invalid Test Cases"
    store = Store()
    cid = store.raw(bytes.fromhex(encoded), DAG_PB)
    with pytest.raises(BlockError):
        open_content(cid, store.fetch)


@given(st.binary(max_size=40))
def test_any_data_is_read_or_refused(data: bytes) -> None:
    try:
        decode_data(data)
    except ValueError:
        return


def sized(size_bytes: int | None, parts: list[int], held: bytes = b"") -> bytes:
    """Return the message of a file that declares any sizes."""
    declared = encode_number(3, size_bytes) if size_bytes is not None else b""
    sizes = b"".join(encode_number(4, part) for part in parts)
    return FILE + (encode_bytes(2, held) if held else b"") + declared + sizes


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sized(9, [4, 4]), "8 bytes come where 9 are expected and 9 declared"),
        (sized(7, [4, 4]), "8 bytes come where 7 are expected"),
        (sized(None, [4, 4]), "8 bytes come where 0 are expected"),
        (sized(8, [4, 4], b"x"), "9 bytes come where 8 are expected"),
        (sized(8, [8]), "2 parts, but 1 sizes"),
        (sized(8, [4, 2, 2]), "2 parts, but 3 sizes"),
        (sized(9, [4, 5]), "4 bytes come where 5 are expected and 4 declared"),
        (sized(7, [4, 3]), "4 bytes come where 3 are expected"),
        (sized(4, [4, 0]), "a part of a file is empty"),
    ],
)
def test_sizes_that_lie_are_found(data: bytes, words: str) -> None:
    store = Store()
    leaf = store.file(b"four").cid
    cid = node(store, [(b"", leaf), (b"", leaf)], data)
    with pytest.raises(BlockError, match=words):
        whole(store, cid)


def test_a_dag_pb_leaf_that_lies_about_its_size_is_found() -> None:
    store = Store()
    leaf = node(store, [], FILE + encode_bytes(2, b"four") + encode_number(3, 3))
    root = node(store, [(b"", leaf)], encode_parent([3]))
    for cid in (leaf, root):
        with pytest.raises(BlockError, match=f"{leaf}: 4 bytes come where 3 are expected"):
            whole(store, cid)
    honest = node(store, [(b"", leaf)], encode_parent([4]))
    with pytest.raises(BlockError, match=f"{leaf}: .* 4 are expected and 3 declared"):
        whole(store, honest)


def test_a_file_larger_than_wanted_is_refused_before_anything_below_is_fetched() -> None:
    store = Store()
    missing = cid_of(b"missing")
    root = node(store, [(b"", missing)], encode_parent([11]))
    with pytest.raises(BlockError, match=f"{root}: a file of 11 bytes; at most 10 are wanted"):
        whole(store, root, 10)
    with pytest.raises(BlockError, match=f"{missing}: not held"):
        whole(store, root, 11)
    with pytest.raises(BlockError, match="a file of 4 bytes; at most 3 are wanted"):
        whole(store, store.file(b"four").cid, 3)


def test_parts_that_are_no_parts_are_refused() -> None:
    store = Store()
    leaf = store.file(b"four").cid
    for name, part, words in [
        (b"a", leaf, "a part of a file has a name"),
        (b"", store.folder({}).cid, "a folder where a part of a file should be"),
        (b"", symlink_blocks(b"x", V1_2025, store.put).cid, "a symbolic link where a part"),
    ]:
        with pytest.raises(BlockError, match=words):
            whole(store, node(store, [(name, part)], encode_parent([4])))


def test_a_file_has_so_many_levels_and_no_more() -> None:
    store = Store()
    cid = node(store, [], encode_leaf(b"x"))
    for _ in range(MAX_FILE_DEPTH):
        cid = node(store, [(b"", cid)], encode_parent([1]))
    assert whole(store, cid) == b"x"
    cid = node(store, [(b"", cid)], encode_parent([1]))
    with pytest.raises(BlockError, match="more than 32 levels"):
        whole(store, cid)


def test_a_folder_keeps_the_order_of_its_links() -> None:
    store = Store()
    leaf = store.file(b"x").cid
    cid = node(store, [(b"b", leaf), ("é".encode(), leaf), (b"a", leaf)], encode_directory())
    assert [name for name, _ in entries(store, cid)] == ["b", "é", "a"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (b"", "a name is empty"),
        (b".", "leads to another folder"),
        (b"..", "leads to another folder"),
        (b"../x", "is a path"),
        (b"/x", "is a path"),
        (b"a/b", "is a path"),
        (b"a\0", "holds a NUL"),
        (b"\xff", "is not UTF-8"),
        (b"\xed\xb0\x80", "is not UTF-8"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: bytes, words: str) -> None:
    store = Store()
    leaf = store.file(b"x").cid
    cid = node(store, [(b"a", leaf), (name, leaf)], encode_directory())
    with pytest.raises(BlockError, match=f"^{cid}: .*{words}"):
        entries(store, cid)
    if name:
        shard = node(store, [(b"07" + name, leaf)], encode_shard(1 << 7, 256))
        with pytest.raises(BlockError, match=f"^{shard}: .*{words}"):
            entries(store, shard)


def test_a_name_that_comes_twice_is_refused() -> None:
    store = Store()
    leaf = store.file(b"x").cid
    cid = node(store, [(b"a", leaf), (b"a", leaf)], encode_directory())
    with pytest.raises(BlockError, match="the name 'a' comes twice"):
        entries(store, cid)
    shard = node(store, [(b"00a", leaf), (b"01a", leaf)], encode_shard(3, 256))
    with pytest.raises(BlockError, match="the name 'a' comes twice"):
        entries(store, shard)


def test_what_is_no_folder_has_no_entries() -> None:
    store = Store()
    for cid in (store.file(b"x").cid, node(store, [], encode_leaf(b"x"))):
        with pytest.raises(BlockError, match=f"{cid}: a file where a folder should be"):
            entries(store, cid)


def shard_of(fanout: int, field: bytes, hash_code: int = 0x22) -> bytes:
    """Return the message of a shard that says anything."""
    kind = encode_number(1, 5) + encode_bytes(2, field)
    return kind + encode_number(5, hash_code) + encode_number(6, fanout)


@pytest.mark.parametrize(
    ("names", "data", "words"),
    [
        ([b"07a"], shard_of(256, b"\x80", 0x23), "hash 0x23, not murmur3"),
        ([b"07a"], shard_of(0, b"\x80"), "a shard of 0 buckets"),
        ([b"07a"], shard_of(4, b"\x80"), "a shard of 4 buckets"),
        ([b"07a"], shard_of(24, b"\x80"), "a shard of 24 buckets"),
        ([b"07a"], shard_of(2048, b"\x80"), "a shard of 2048 buckets"),
        ([b"07a"], shard_of(256, b"\0" * 32 + b"\x80"), "bit field of a shard is too long"),
        ([b"07a"], shard_of(256, b"\x40"), "b'07a' is in no bucket"),
        ([b"07a", b"07b"], shard_of(256, b"\x80"), "b'07b' is in no bucket, or in one that is"),
        ([b"07a"], shard_of(256, b"\xc0"), "lacks links that its bit field counts"),
        ([b"0aa"], shard_of(256, b"\x04\x00"), "b'0aa' is in no bucket"),
        ([b"+7a"], shard_of(256, b"\x80"), r"b'\+7a' is in no bucket"),
        ([b" 7a"], shard_of(256, b"\x80"), "b' 7a' is in no bucket"),
        ([b"0_7a"], shard_of(1024, b"\x80"), "b'0_7a' is in no bucket"),
        ([b""], shard_of(256, b"\x80"), "b'' is in no bucket"),
    ],
)
def test_unsound_shards_are_refused(names: list[bytes], data: bytes, words: str) -> None:
    store = Store()
    leaf = store.file(b"x").cid
    cid = node(store, [(name, leaf) for name in names], data)
    with pytest.raises(BlockError, match=f"^{cid}: .*{words}"):
        entries(store, cid)


@pytest.mark.parametrize(("fanout", "name"), [(8, b"7a"), (256, b"07a"), (1024, b"007a")])
def test_shards_of_other_fanouts_are_read(fanout: int, name: bytes) -> None:
    store = Store()
    leaf = store.file(b"x").cid
    field = bytes(fanout // 8 - 1) + b"\x80"  # some writers keep the zeros in front
    assert entries(store, node(store, [(name, leaf)], shard_of(fanout, field))) == [("a", leaf)]


def test_unsound_shards_below_others_are_refused() -> None:
    store = Store()
    leaf = store.file(b"x").cid
    for below, words in [
        (leaf, "a file where a shard should be"),
        (node(store, [(b"b", leaf)], encode_directory()), "a folder where a shard should be"),
        (node(store, [], encode_shard(0, 256)), "a shard below another is empty"),
        (node(store, [(b"000b", leaf)], encode_shard(1, 1024)), "a shard of 1024 buckets"),
    ]:
        root = node(store, [(b"00", below)], encode_shard(1, 256))
        with pytest.raises(BlockError, match=f"^{below}: {words}"):
            entries(store, root)


def test_shards_have_so_many_levels_and_no_more() -> None:
    store = Store()
    cid = node(store, [(b"0a", store.file(b"x").cid)], encode_shard(1, 8))
    for _ in range(22):
        cid = node(store, [(b"0", cid)], encode_shard(1, 8))
    assert len(entries(store, cid)) == 1
    cid = node(store, [(b"0", cid)], encode_shard(1, 8))
    with pytest.raises(BlockError, match="more than 22 levels of shards"):
        entries(store, cid)


def test_one_shard_linked_again_and_again_does_not_go_on_for_ever() -> None:
    store = Store()
    cid = node(store, [(b"00a", store.file(b"x").cid)], encode_shard(1, 256))
    for _ in range(20):
        links = [(b"%02X" % bucket, cid) for bucket in range(256)]
        cid = node(store, links, encode_shard(2**256 - 1, 256))
    with pytest.raises(BlockError, match="the name 'a' comes twice"):
        entries(store, cid)


def test_a_large_folder_is_read_from_its_shards() -> None:
    store = Store()
    tiny = dataclasses.replace(V1_2025, hamt_threshold_bytes=1000)
    leaf = store.file(b"x")
    names = {f"{number:04}.html" for number in range(3000)}
    cid = store.folder(dict.fromkeys(sorted(names), leaf), tiny).cid
    read = entries(store, cid)
    assert {name for name, _ in read} == names
    assert len(read) == 3000


def test_a_symbolic_link_is_text_that_is_not_followed() -> None:
    store = Store()
    cid = symlink_blocks(b"../\xff", V1_2025, store.put).cid
    assert symlink_target(open_content(cid, store.fetch)) == "../\\xff"
    odd = node(store, [(b"", cid)], encode_symlink(b"x"))
    with pytest.raises(BlockError, match="a symbolic link with links below it"):
        symlink_target(open_content(odd, store.fetch))
