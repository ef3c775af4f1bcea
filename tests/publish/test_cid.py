"""CIDs: one text and one binary form each, and only those that can be checked."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.publish.cid import (
    DAG_PB,
    IDENTITY,
    MAX_CID_CHARACTERS,
    RAW,
    SHA2_256,
    Cid,
    CidError,
    cid_of,
    parse_cid,
    read_cid,
)

HELLO = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
HELLO_V0 = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"
LONGEST = "bafkqbaab" + "ijbeeqsc" * 25 + "ijbee"
TOO_LONG = "bafkqbaib" + "ifaucqkb" * 25 + "ifaucqi"

CIDS = st.one_of(
    st.builds(cid_of, st.binary(max_size=64), st.sampled_from([RAW, DAG_PB])),
    st.builds(lambda data: cid_of(data, DAG_PB)._replace(version=0), st.binary(max_size=64)),
    st.builds(lambda data: Cid(1, RAW, IDENTITY, data), st.binary(max_size=128)),
)


def test_the_cid_of_bytes_is_their_sha256() -> None:
    cid = cid_of(b"hello world")
    assert str(cid) == HELLO
    assert cid.digest == hashlib.sha256(b"hello world").digest()


@given(CIDS)
def test_text_and_bytes_lead_back_to_the_same_cid(cid: Cid) -> None:
    assert parse_cid(str(cid)) == cid
    assert read_cid(b"xy" + cid.to_bytes() + b"z", 2) == (cid, 2 + len(cid.to_bytes()))
    assert read_cid(memoryview(cid.to_bytes()), 0) == (cid, len(cid.to_bytes()))


def test_a_message_shows_the_text_of_a_cid() -> None:
    assert f"{cid_of(b'hello world')}" == HELLO


@pytest.mark.parametrize(
    "text",
    [
        "f01551220b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
        "zb2rhj7crUKTQYRGCRATFaQ6YFLTde2YzdqbbhAASkL9uRDXn",
    ],
)
def test_other_bases_name_the_same_content(text: str) -> None:
    assert parse_cid(text).digest == cid_of(b"hello world").digest
    assert parse_cid(text).version == 1


def test_well_known_identity_cids_hold_their_content() -> None:
    assert parse_cid("bafkqaaa") == Cid(1, RAW, IDENTITY, b"")
    assert parse_cid("bafyaabakaieac") == Cid(1, DAG_PB, IDENTITY, bytes.fromhex("0a020801"))
    assert parse_cid(LONGEST).digest == b"B" * 128
    assert len(LONGEST) <= MAX_CID_CHARACTERS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        ("hello", "begins with 'h'"),
        ("b", "cut off"),
        (HELLO.upper(), "begins with 'B'"),
        ("b" + HELLO[1:].upper(), "not lower-case base32"),
        (HELLO[:-1] + "f", "not lower-case base32"),  # a bit after the last byte is set
        (HELLO[:-2], "cut off"),
        (HELLO + "aa", "goes on after its digest"),
        (HELLO + "=", "not lower-case base32"),
        (" " + HELLO, "begins with ' '"),
        (HELLO + "\n", "not lower-case base32"),
        ("bé", "not lower-case base32"),
        ("f0155122", "base16"),
        ("f01 55", "base16"),
        ("f0155122" + "F" * 64, "base16"),
        ("fZZ", "base16"),
        ("z0", "'0' is no letter of base58"),
        ("z" + HELLO_V0, "version 0 is written without"),
        (HELLO_V0[:-1], "begins with 'Q'"),
        (HELLO_V0[:-1] + "0", "'0' is no letter"),
        ("k51qzi5uqu5dj2p81ge6v45mg61klp6fyt73q63zbr9eq9hkyl8ntn0nwhn49k", "names of keys"),
        ("mAVUSILlNJ7mTTT4IpS5S19p9q/rEhO/jelOA7pCI96zi783p", "begins with 'm'"),
        ("bafyrei" + "a" * 52, "codec 0x71 is neither"),
        ("bafzbei" + "a" * 52, "codec 0x72 is neither"),
        (TOO_LONG, "129 bytes are too many"),
        ("b" + "a" * MAX_CID_CHARACTERS, "too long"),
    ],
)
def test_other_texts_are_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(CidError, match=words):
        parse_cid(text)


@pytest.mark.parametrize(
    ("encoded", "words"),
    [
        ("", "cut off"),
        ("00551220" + "00" * 32, "no CID version 0"),
        ("02551220" + "00" * 32, "no CID version 2"),
        ("12551220" + "00" * 32, "no CID version 18"),
        ("01711220" + "00" * 32, "codec 0x71"),
        ("01551420" + "00" * 32, "hash 0x14"),
        ("0155b22020" + "00" * 32, "hash 0x1032"),
        ("0155121f" + "00" * 31, "has 32 bytes, not 31"),
        ("01551221" + "00" * 33, "has 32 bytes, not 33"),
        ("01551220" + "00" * 31, "32 bytes expected, 31 there"),
        ("0155008101" + "00" * 129, "129 bytes are too many"),
        ("8100551220" + "00" * 32, "longer than it need be"),
        ("01d5001220" + "00" * 32, "longer than it need be"),
        ("1220" + "00" * 31, "cut off"),
    ],
)
def test_other_bytes_are_refused_in_words(encoded: str, words: str) -> None:
    with pytest.raises(CidError, match=words):
        read_cid(bytes.fromhex(encoded), 0)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_cid_in_its_own_form_or_none(data: bytes) -> None:
    try:
        cid, end = read_cid(data, 0)
    except CidError:
        return
    assert cid.to_bytes() == data[:end]


@given(st.one_of(st.text(max_size=80), st.text("bfzQmak2345", max_size=80)))
def test_any_text_is_a_cid_or_refused(text: str) -> None:
    try:
        cid = parse_cid(text)
    except CidError:
        return
    assert parse_cid(str(cid)) == cid


@given(CIDS, st.integers(0, 300), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_slip_of_one_letter_never_names_the_same_content(
    cid: Cid, place: int, letter: str
) -> None:
    text = str(cid._replace(version=1))
    place = 1 + place % (len(text) - 1)
    slipped = text[:place] + letter + text[place + 1 :]
    if slipped != text:
        try:
            assert parse_cid(slipped) != parse_cid(text)
        except CidError:
            return


def test_codes_are_those_of_the_multicodec_table() -> None:
    assert (RAW, DAG_PB, SHA2_256, IDENTITY) == (0x55, 0x70, 0x12, 0x00)
