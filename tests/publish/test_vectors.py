"""The official test vectors of IPIP-499 ("Test fixtures") and of the UnixFS specification."""

from collections.abc import Iterator

import pytest

from site_builder.publish.block import Block
from site_builder.publish.cid import DAG_PB, cid_of
from site_builder.publish.directory import directory_blocks
from site_builder.publish.profile import V0_2015, V1_2025, Profile
from site_builder.publish.unixfs import bytes_blocks, file_blocks, symlink_blocks
from tests.publish.dags import Keystream, drop

LETTERS = b"abcdefghijklmnopqrstuvwxyz01234567890-_"


def names(seed: str, count: int, length: int, last: int) -> Iterator[str]:
    """Yield `count` names of `length` letters from the keystream of a seed, the last of `last`."""
    stream = Keystream(seed, count * length + last)
    for number in range(1, count + 1):
        data = stream.read(last if number == count else length)
        yield bytes(LETTERS[byte % len(LETTERS)] for byte in data).decode()


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (V1_2025, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
        (V0_2015, "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_short_file(profile: Profile, expected: str) -> None:
    assert str(bytes_blocks(b"hello world", profile, drop).cid) == expected


@pytest.mark.parametrize(
    ("profile", "seed", "size_bytes", "expected"),
    [
        (
            V1_2025,
            "chunk-v1-seed",
            1024 * 1024,
            "bafkreiacndfy443ter6qr2tmbbdhadvxxheowwf75s6zehscklu6ezxmta",
        ),
        (
            V1_2025,
            "chunk-v1-seed",
            1024 * 1024 + 1,
            "bafybeigmix7t42i6jacydtquhet7srwvgpizfg7gjbq7627d35mjomtu64",
        ),
        (
            V1_2025,
            "v1-2025-seed",
            1024 * 1024 * 1024,
            "bafybeihmf37wcuvtx4hpu7he5zl5qaf2ineo2lqlfrapokkm5zzw7zyhvm",
        ),
        (
            V1_2025,
            "v1-2025-seed",
            1024 * 1024 * 1024 + 1,
            "bafybeibdsi225ugbkmpbdohnxioyab6jsqrmkts3twhpvfnzp77xtzpyhe",
        ),
        (V0_2015, "chunk-v0-seed", 262144, "QmWmRj3dFDZdb6ABvbmKhEL6TmPbAfBZ1t5BxsEyJrcZhE"),
        (V0_2015, "chunk-v0-seed", 262145, "QmYyLxtzZyW22zpoVAtKANLRHpDjZtNeDjQdJrcQNWoRkJ"),
        (V0_2015, "v0-seed", 174 * 262144, "QmUbBALi174SnogsUzLpYbD4xPiBSFANF4iztWCsHbMKh2"),
        (V0_2015, "v0-seed", 174 * 262144 + 1, "QmV81WL765sC8DXsRhE5fJv2rwhS4icHRaf3J9Zk5FdRnW"),
    ],
)
def test_a_file_at_and_over_a_limit(
    profile: Profile, seed: str, size_bytes: int, expected: str
) -> None:
    node = file_blocks(Keystream(seed, size_bytes), profile, drop)
    assert str(node.cid) == expected
    assert node.size_bytes == size_bytes


@pytest.mark.parametrize(
    ("profile", "seed", "count", "length", "last", "expected"),
    [
        (
            V1_2025,
            "hamt-unixfs-v1-2025",
            4766,
            11,
            21,
            "bafybeic3h7rwruealwxkacabdy45jivq2crwz6bufb5ljwupn36gicplx4",
        ),
        (
            V1_2025,
            "hamt-unixfs-v1-2025",
            4766,
            11,
            22,
            "bafybeiegvuterwurhdtkikfhbxcldohmxp566vpjdofhzmnhv6o4freidu",
        ),
        (
            V0_2015,
            "hamt-unixfs-v0-2015",
            4096,
            30,
            30,
            "QmX5GtRk3TSSEHtdrykgqm4eqMEn3n2XhfkFAis5fjyZmN",
        ),
        (
            V0_2015,
            "hamt-unixfs-v0-2015",
            4033,
            31,
            31,
            "QmeMiJzmhpJAUgynAcxTQYek5PPKgdv3qEvFsdV3XpVnvP",
        ),
    ],
    ids=["v1 flat", "v1 HAMT", "v0 flat", "v0 HAMT"],
)
def test_a_folder_at_and_over_the_threshold(
    profile: Profile, seed: str, count: int, length: int, last: int, expected: str
) -> None:
    leaf = bytes_blocks(b"x", profile, drop)
    entries = [(name, leaf) for name in names(seed, count, length, last)]
    assert str(directory_blocks(entries, profile, drop).cid) == expected


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (V1_2025, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        (V0_2015, "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"),
    ],
    ids=["v1", "v0"],
)
def test_an_empty_file(profile: Profile, expected: str) -> None:
    assert str(bytes_blocks(b"", profile, drop).cid) == expected


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (V1_2025, "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"),
        (V0_2015, "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"),
    ],
    ids=["v1", "v0"],
)
def test_an_empty_folder(profile: Profile, expected: str) -> None:
    assert str(directory_blocks([], profile, drop).cid) == expected


def test_a_folder_with_a_symbolic_link() -> None:
    content = bytes_blocks(b"content\n", V0_2015, drop)
    link = symlink_blocks(b"foo", V0_2015, drop)
    assert str(link.cid) == "QmTB8BaCJdCH5H3k7GrxJsxgDNmNYGGR71C58ERkivXoj5"
    assert (link.tsize_bytes, content.tsize_bytes) == (9, 16)
    folder = directory_blocks([("foo", content), ("bar", link)], V0_2015, drop)
    assert str(folder.cid) == "QmWvY6FaqFMS89YAQ9NAPjVP4WZKA1qbHbicc9HeSKQTgt"


def test_nested_folders_of_the_gateway_fixtures() -> None:
    text = bytes_blocks(b"hello application/vnd.ipld.car\n", V1_2025, drop)
    hello = bytes_blocks(b"hello world\n", V1_2025, drop)
    assert str(text.cid) == "bafkreifkam6ns4aoolg3wedr4uzrs3kvq66p4pecirz6y2vlrngla62mxm"
    assert str(hello.cid) == "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"
    inner = directory_blocks([("ascii.txt", text), ("hello.txt", hello)], V1_2025, drop)
    assert str(inner.cid) == "bafybeiggghzz6dlue3m6nb2dttnbrygxh3lrjl5764f2m4gq7dgzdt55o4"
    outer = directory_blocks([("subdir", inner)], V1_2025, drop)
    assert str(outer.cid) == "bafybeietjm63oynimmv5yyqay33nui4y4wx6u3peezwetxgiwvfmelutzu"


def test_a_dag_pb_file_in_one_block_under_version_1() -> None:
    content = b"Hello from IPFS Gateway Checker\n"
    blocks: list[Block] = []
    bytes_blocks(content, V0_2015, blocks.append)
    cid = cid_of(blocks[0].data, DAG_PB)
    assert str(cid) == "bafybeifx7yeb55armcsxwwitkymga5xf53dxiarykms3ygqic223w5sk3m"
