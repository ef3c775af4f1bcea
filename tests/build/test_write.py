"""What stands in the output folder: ours is restored, a stranger's is kept and never replaced."""

import os
import signal
from pathlib import Path

import pytest

from site_builder.errors import EnvironmentFault
from tests.archives import Archive, clean_tree, tree_of
from tests.processes import NOW, end, site_builder, start_halting, state_of, wait_until

CACHE = ".site_builder/cache.sqlite"


@pytest.fixture
def built(archive: Archive) -> Archive:
    """An archive of two articles that was built."""
    archive.article("one", date="2025-01-01")
    archive.article("two", date="2024-02-01")
    archive.build()
    return archive


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder outside of the archive with files of the names that the site has."""
    folder = tmp_path / "outside"
    for name in ("02/two/index.html", "02/index.html", "index.html", "mine.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    return folder


def refused(archive: Archive, words: str) -> None:
    """Check that a build is refused in these words and changes nothing."""
    before = tree_of(archive.output)
    with pytest.raises(EnvironmentFault, match=words):
        archive.build()
    assert tree_of(archive.output) == before


def replace_with_link(place: Path, target: Path) -> None:
    """Put a symbolic link to `target` where a folder of the site is, which moves away."""
    place.rename(target.with_name("moved"))
    place.symlink_to(target)


def test_a_second_build_is_refused_while_the_first_one_lasts(built: Archive) -> None:
    built.article("three", date="2025-03-01")
    first = start_halting(5, "SIGSTOP", "build", "--quiet", NOW, cwd=built.root)
    try:
        assert wait_until(lambda: state_of(first.pid) == "T")
        second = site_builder("build", NOW, cwd=built.root)
        assert second.returncode == 2
        assert second.stdout == ""
        assert second.stderr == (
            "error: another build of this archive is running; wait until it has ended\n"
        )
        assert site_builder("check", NOW, cwd=built.root).returncode == 0, "a check may look"
        os.kill(first.pid, signal.SIGCONT)
        first.communicate()
    finally:
        end(first)
    assert first.returncode == 0
    assert built.tree() == clean_tree(built)


def test_a_folder_of_a_stranger_is_kept_also_when_it_is_empty(built: Archive) -> None:
    (built.output / "2024/mine").mkdir()
    (built.output / "theirs/deeper").mkdir(parents=True)
    (built.output / "theirs/deeper/note.txt").write_text("mine")
    (built.root / "articles/two.md").unlink()
    report = built.build()
    assert report.strangers == ("theirs/deeper/note.txt",)
    assert (built.output / "2024/mine").is_dir()
    assert (built.output / "theirs/deeper/note.txt").read_text() == "mine"
    assert not (built.output / "2024/02").exists()


def test_a_stranger_beside_a_page_that_goes_is_kept_with_its_folder(built: Archive) -> None:
    (built.output / "2024/02/two/mine.txt").write_text("mine")
    (built.root / "articles/two.md").unlink()
    built.build()
    assert [path.name for path in (built.output / "2024/02/two").iterdir()] == ["mine.txt"]


def test_a_page_deleted_by_hand_with_its_folder_is_restored(built: Archive) -> None:
    (built.output / "2024/02/two/index.html").unlink()
    (built.output / "2024/02/two").rmdir()
    assert built.build().written == ("2024/02/two/index.html",)
    assert built.tree() == clean_tree(built)


def test_a_file_of_a_stranger_at_a_place_of_ours_is_refused(built: Archive) -> None:
    (built.output / "2023/01/old").mkdir(parents=True)
    (built.output / "2023/01/old/index.html").write_text("mine")
    built.article("old", date="2023-01-01")
    refused(built, "old/index.html: no build of this site made what stands there; move it away")


@pytest.mark.parametrize("inside", ["", "mine.txt", "deeper/mine.txt"])
def test_a_folder_of_a_stranger_at_a_place_of_ours_is_refused(inside: str, built: Archive) -> None:
    folder = built.output / "2023/01/old/index.html"
    folder.mkdir(parents=True)
    if inside:
        (folder / inside).parent.mkdir(exist_ok=True)
        (folder / inside).write_text("mine")
    built.article("old", date="2023-01-01")
    refused(built, "index.html stands where the site needs 2023/01/old/index.html")


def test_an_empty_folder_of_a_stranger_in_a_folder_of_ours_is_not_replaced_by_a_file(
    archive: Archive,
) -> None:
    archive.article("one", aliases="[/old.html/deeper/]")
    archive.build()
    (archive.output / "old.html/mine").mkdir()
    archive.article("one", aliases="[/old.html]")
    refused(archive, "old.html stands where the site needs old.html")


def test_a_file_of_ours_that_became_a_link_is_replaced_and_its_target_kept(
    built: Archive, outside: Path
) -> None:
    right = built.tree()
    (built.output / "index.html").unlink()
    (built.output / "index.html").symlink_to(outside / "index.html")
    (built.output / "feed.xml").unlink()
    (built.output / "feed.xml").symlink_to("nowhere")
    assert set(built.build().written) == {"index.html", "feed.xml"}
    assert not (built.output / "index.html").is_symlink()
    assert built.tree() == right
    assert (outside / "index.html").read_text() == "mine"


def test_a_file_of_ours_that_became_a_link_to_equal_bytes_is_replaced(
    built: Archive, outside: Path
) -> None:
    (built.output / "index.html").rename(outside / "index.html")
    (built.output / "index.html").symlink_to(outside / "index.html")
    assert built.build().written == ("index.html",)
    assert not (built.output / "index.html").is_symlink()


def test_nothing_is_written_through_a_link_to_a_folder(built: Archive, outside: Path) -> None:
    replace_with_link(built.output / "2024", outside)
    before = tree_of(outside)
    built.article("two", date="2024-02-01", body="Other.")
    refused(built, "2024 stands where the site needs 2024/")
    assert tree_of(outside) == before


def test_nothing_is_removed_through_a_link_to_a_folder(built: Archive, outside: Path) -> None:
    replace_with_link(built.output / "2024", outside)
    before = tree_of(outside)
    (built.root / "articles/two.md").unlink()
    assert built.build().strangers == ("2024",)
    assert tree_of(outside) == before
    assert (built.output / "2024").is_symlink()


def test_nothing_is_staged_through_a_link_to_a_folder(built: Archive, outside: Path) -> None:
    (built.output / ".site_builder-staging").symlink_to(outside)
    before = sorted(outside.rglob("*"))
    built.article("three", date="2025-03-01")
    built.build()
    assert sorted(outside.rglob("*")) == before
    assert not (built.output / ".site_builder-staging").is_symlink()
    assert built.tree() == clean_tree(built)


def test_which_files_are_ours_is_known_without_the_cache(built: Archive) -> None:
    (built.output / "2024/02/mine.html").write_text("mine")
    (built.root / "articles/two.md").unlink()
    (built.root / CACHE).unlink()
    report = built.build()
    assert "2024/02/two/index.html" in report.removed
    assert not (built.output / "2024/02/two").exists()
    assert (built.output / "2024/02/mine.html").read_text() == "mine"


def test_an_output_folder_that_moved_with_its_record_is_known(
    built: Archive, tmp_path: Path
) -> None:
    built.output.rename(tmp_path / "elsewhere")
    (built.root / "articles/two.md").unlink()
    report = built.build(output=tmp_path / "elsewhere")
    assert "2024/02/two/index.html" in report.removed
    assert not (tmp_path / "elsewhere/2024").exists()


def test_without_a_record_equal_files_become_ours_and_others_stay_strangers(
    built: Archive,
) -> None:
    (built.root / CACHE).unlink()
    (built.output / ".site_builder-files").unlink()
    (built.output / "mine.html").write_text("mine")
    report = built.build()
    assert (report.written, report.strangers) == ((), ("mine.html",))
    (built.root / "articles/two.md").unlink()
    assert "2024/02/two/index.html" in built.build().removed, "it is ours again"


def test_without_a_record_files_with_other_bytes_are_refused(built: Archive) -> None:
    (built.root / CACHE).unlink()
    (built.output / ".site_builder-files").unlink()
    (built.output / "index.html").write_text("mine")
    (built.output / "feed.xml").write_text("mine")
    refused(built, r"feed.xml, .*index.html: no build of this site made what stands there")


def test_a_record_cut_off_in_its_last_line_is_read_up_to_it(built: Archive) -> None:
    record = built.output / ".site_builder-files"
    with record.open("a") as file:
        file.write("+mine.html")
    (built.output / "mine.html").write_text("mine")
    built.article("three", date="2025-03-01")
    assert built.build().strangers == ("mine.html",)
    (built.root / "articles/three.md").unlink()
    assert "2025/03/three/index.html" in built.build().removed
    assert (built.output / "mine.html").read_text() == "mine"
