"""A file or folder of a disk gets the CID that other programs give it."""

import os
import subprocess
from pathlib import Path

import pytest

from site_builder.errors import ContentError, EnvironmentFault
from site_builder.publish.disk import MAX_DEPTH, DiskNames, forget
from site_builder.publish.profile import V0_2015, V1_2025, Profile
from tests.programs import needs_program
from tests.publish.dags import Store


def name(path: Path, profile: Profile = V1_2025) -> str:
    """Return the CID of a path."""
    return str(DiskNames(profile, forget).node(str(path)).cid)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an empty one, a large file, a hidden one and symbolic links."""
    folder = tmp_path / "folder"
    (folder / "empty").mkdir(parents=True)
    (folder / "b" / "c").mkdir(parents=True)
    (folder / "b" / "c" / "large").write_bytes(bytes(range(256)) * 12_000)
    (folder / "b" / "é.txt").write_text("accent")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "file").write_text("secret")
    (folder / "link").symlink_to("b/é.txt")
    (folder / "nowhere").symlink_to("/no/such/place")
    return folder


@pytest.mark.parametrize(
    ("profile", "cid"),
    [
        (V1_2025, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"),
        (V0_2015, "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"),
    ],
)
def test_a_file_has_the_cid_of_the_official_vector(
    profile: Profile, cid: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("hello world")
    assert name(tmp_path / "file", profile) == cid


@pytest.mark.parametrize("profile", [V1_2025, V0_2015], ids=lambda profile: profile.name)
def test_a_folder_has_the_cid_that_kubo_gives_it(
    profile: Profile, folder: Path, tmp_path: Path
) -> None:
    environment = {"IPFS_PATH": str(tmp_path / "kubo"), "HOME": str(tmp_path)}
    ipfs = needs_program("ipfs")
    subprocess.run([ipfs, "init", "--empty-repo"], env=environment, check=True, capture_output=True)
    told = subprocess.run(
        [
            ipfs, "add", "--recursive", "--only-hash", "--quieter",
            f"--cid-version={profile.cid_version}", f"--raw-leaves={profile.raw_leaves}",
            f"--chunker=size-{profile.chunk_bytes}", str(folder),
        ],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert name(folder, profile) == told.stdout.strip()


def test_hidden_names_are_left_out_and_counted(folder: Path) -> None:
    names = DiskNames(V1_2025, forget)
    whole = names.node(str(folder))
    assert names.hidden == 1
    (folder / ".hidden" / "file").unlink()
    (folder / ".hidden").rmdir()
    assert name(folder) == str(whole.cid)


def test_a_symbolic_link_is_named_and_not_followed(folder: Path) -> None:
    before = name(folder)
    (folder / "b" / "é.txt").write_text("other")
    after = name(folder)
    assert name(folder / "link") != name(folder / "nowhere") != before != after
    (folder / "link").unlink()
    (folder / "link").symlink_to("..")
    assert name(folder) != after


def test_every_block_goes_to_the_sink_and_no_more_than_one_chunk_at_a_time(folder: Path) -> None:
    store = Store()
    node = DiskNames(V1_2025, store.put).node(str(folder))
    assert max(len(block.data) for block in store.blocks) == V1_2025.chunk_bytes
    assert node.cid == store.blocks[-1].cid
    assert node.size_bytes == 256 * 12_000 + 6


def test_all_that_no_cid_can_name_is_told_at_once(folder: Path) -> None:
    os.mkfifo(folder / "b" / "pipe")
    os.mkfifo(folder / "pipe")
    with pytest.raises(ContentError) as caught:
        name(folder)
    files = [problem.file for problem in caught.value.problems]
    assert files == [str(folder / "b" / "pipe"), str(folder / "pipe")]


def test_a_name_that_is_not_unicode_is_told_with_its_folder(folder: Path) -> None:
    (folder / "b" / os.fsdecode(b"\xff")).write_text("x")
    with pytest.raises(ContentError, match="is not Unicode text") as caught:
        name(folder)
    assert [problem.file for problem in caught.value.problems] == [str(folder / "b")]


def test_folders_without_end_are_told(tmp_path: Path) -> None:
    place = tmp_path
    for _ in range(MAX_DEPTH + 2):
        place /= "a"
    place.mkdir(parents=True)
    with pytest.raises(ContentError, match=f"more than {MAX_DEPTH} deep"):
        name(tmp_path)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"cannot read .*nothing: No such file"):
        name(tmp_path / "nothing")
