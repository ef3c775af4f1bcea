"""`explain` says from what a file is made, and what made it stale."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder.cli import run
from tests.archives import SITE, Archive, tree_of
from tests.conftest import PROJECT
from tests.processes import NOW

ONE = "2025/01/one/index.html"


@pytest.fixture
def built(archive: Archive) -> Archive:
    """An archive of three articles that was built."""
    archive.article("one", date="2025-01-01")
    archive.article("two", date="2025-02-01", categories="[Trade]", body="See [one](one.md).")
    archive.article("three", date="2025-03-01", categories="[Trade]")
    archive.build()
    return archive


class Told:
    """What `explain` said of one file."""

    def __init__(self, archive: Archive, capsys: pytest.CaptureFixture[str], place: str) -> None:
        capsys.readouterr()
        self.code = run(["explain", place, NOW, "--root", str(archive.root)])
        out, self.err = capsys.readouterr()
        self.first, *rest = out.splitlines() or [""]
        stale = "the next build makes it again:"
        made = rest[: rest.index(stale)] if stale in rest else rest[:-1]
        self.reasons = [line.strip() for line in rest[len(made) + 1 :]]
        self.verdict = rest[len(made)] if rest else ""
        pairs = (re.split(r"  +", line.strip()) for line in made)
        self.inputs = {pair[0]: pair[1] if len(pair) > 1 else "" for pair in pairs}


def test_a_fresh_file_is_explained_by_inputs_that_did_not_change(
    built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree_of(built.root)
    told = Told(built, capsys, ONE)
    assert told.code == 0
    assert told.first == f"{ONE} is made from"
    assert {"theme", "configuration", "article", "next article"} <= told.inputs.keys()
    assert set(told.inputs.values()) == {"unchanged"}
    assert told.verdict == "the next build leaves it alone"
    assert tree_of(built.root) == before


@pytest.mark.parametrize(
    "place", [ONE, f"output/{ONE}", f"./output/{ONE}", f"/{ONE}", "/2025/01/one/", "/2025/01/one"]
)
def test_a_file_is_found_by_its_path_and_by_its_url(
    place: str, built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Told(built, capsys, place).first == f"{ONE} is made from"


@pytest.mark.parametrize("place", ["/", "index.html", "output/index.html"])
def test_the_home_page_is_found(
    place: str, built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told(built, capsys, place)
    assert told.first == "index.html is made from"
    assert told.inputs["articles/one.md"] == "unchanged"


def test_a_file_is_found_by_where_it_lies(
    built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Told(built, capsys, str(built.output / ONE)).first == f"{ONE} is made from"


def test_an_edited_article_is_named(built: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    built.article("one", date="2025-01-01", body="Other.", summary="New words.")
    told = Told(built, capsys, ONE)
    assert told.verdict == "the next build makes it again:"
    assert told.reasons == ["article: changed", "edition: changed"]
    home = Told(built, capsys, "/")
    assert "articles/one.md: changed" in home.reasons
    assert "articles/two.md: changed" not in home.reasons
    assert Told(built, capsys, "/2025/03/three/").verdict == "the next build leaves it alone"


def test_a_neighbour_and_a_moved_target_of_a_link_are_named(
    built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    built.article("one", date="2025-01-01", slug="first")
    told = Told(built, capsys, "/2025/02/two/")
    assert set(told.reasons) == {"links: changed", "previous article: changed", "edition: changed"}


def test_a_new_and_a_deleted_article_are_named_for_a_listing(
    built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    built.article("four", date="2025-04-01", categories="[Trade]")
    (built.root / "articles/three.md").unlink()
    told = Told(built, capsys, "/category/trade/")
    assert {"articles/four.md: new", "articles/three.md: gone"} <= set(told.reasons)
    assert told.inputs["articles/two.md"] == "unchanged"


def test_an_edited_theme_is_named(built: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    text = (PROJECT / "theme/templates/missing.html").read_text()
    built.write("theme/templates/missing.html", text + "<!-- other -->")
    assert Told(built, capsys, ONE).reasons == ["theme: changed"]


def test_an_edited_configuration_is_named(
    built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    built.write("site.toml", SITE + 'description = "Other"\n')
    assert Told(built, capsys, ONE).reasons == ["configuration: changed"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Path.unlink, "the file is missing"),
        (lambda file: file.write_text("defaced"), "the file was changed since it was made"),
    ],
    ids=["deleted", "defaced"],
)
def test_a_file_changed_by_hand_is_told(
    change: Callable[[Path], object],
    reason: str,
    built: Archive,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(built.output / ONE)
    told = Told(built, capsys, ONE)
    assert told.reasons == [reason]
    assert set(told.inputs.values()) == {"unchanged"}


def test_a_file_that_no_build_made_yet_is_told(
    built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    built.article("four", date="2025-04-01")
    told = Told(built, capsys, "/2025/04/four/")
    assert told.reasons == ["no build has made it yet"]
    assert set(told.inputs.values()) == {""}


def test_every_reason_is_one_that_the_next_build_follows(
    built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    built.article("two", date="2025-02-01", categories="[Trade]", body="Other.")
    stale = {path for path in built.tree() if Told(built, capsys, path).reasons}
    written = set(built.build().written)
    assert {path for path in written if not path.startswith("ipfs/")} <= stale
    assert "2025/02/two/index.html" in written
    assert "robots.txt" not in stale


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/2025/01/won/", 'error: the site has no file 2025/01/won/. did you mean "'),
        ("catgory/index.html", 'did you mean "category/index.html"?'),
        ("zzz", "error: the site has no file zzz.\n"),
    ],
)
def test_an_unknown_path_ends_with_2_and_a_hint(
    place: str, words: str, built: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told(built, capsys, place)
    assert told.code == 2
    assert words in told.err
    assert told.first == ""
