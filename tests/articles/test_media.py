"""Files that articles show: each is looked at once, and every mention of a bad one is named."""

import os
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest

from site_builder.articles.article import Entry, Mention
from site_builder.articles.media import check_media
from site_builder.articles.read import read_source
from site_builder.articles.source import Rules, stamp_of
from site_builder.articles.validate import validate
from site_builder.build.markup import render_markdown

LATER = 2**62
RULES = Rules("UTC", "en", sanitize=False)


def entry(name: str, *media: tuple[str, int]) -> Entry:
    text = "---\ntitle: Talks\ndate: 2025-08-20\ncategories: [Diplomacy]\n---\n"
    source = read_source(f"articles/{name}.md", text.encode())
    article = validate(source, render_markdown("", RULES), RULES)
    mentions = tuple(Mention(target, line) for target, line in media)
    return msgspec.structs.replace(article.entry, media_named=mentions)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "articles/2025").mkdir(parents=True)
    return tmp_path


def test_each_file_is_returned_with_its_size_and_digest(root: Path) -> None:
    (root / "articles/2025/map.png").write_bytes(b"a map")
    (root / "articles/chart.png").write_bytes(b"")
    entries = [entry("a", ("2025/map.png", 1), ("chart.png", 2)), entry("b", ("chart.png", 3))]
    found, problems = check_media(root, entries, {}, LATER)
    assert problems == []
    assert {file: known[1:] for file, known in found.items()} == {
        "2025/map.png": (5, blake2b(b"a map", digest_size=16).digest()),
        "chart.png": (0, blake2b(b"", digest_size=16).digest()),
    }


def test_every_mention_of_a_missing_file_is_named(root: Path) -> None:
    entries = [entry("a", ("map.png", 4), ("map.png", 9)), entry("b", ("map.png", 7))]
    found, problems = check_media(root, entries, {}, LATER)
    assert found == {}
    assert [str(problem) for problem in problems] == [
        "articles/a.md:4: map.png does not exist (put it at articles/map.png)",
        "articles/a.md:9: map.png does not exist (put it at articles/map.png)",
        "articles/b.md:7: map.png does not exist (put it at articles/map.png)",
    ]


def test_a_folder_is_no_file(root: Path) -> None:
    _, problems = check_media(root, [entry("a", ("2025", 4))], {}, LATER)
    assert [str(problem) for problem in problems] == [
        "articles/a.md:4: 2025 is no file (name a file beside the article)"
    ]


def test_a_path_through_a_file_does_not_exist(root: Path) -> None:
    (root / "articles/chart.png").write_bytes(b"x")
    _, problems = check_media(root, [entry("a", ("chart.png/map.png", 4))], {}, LATER)
    assert problems[0].what == "chart.png/map.png does not exist"


def test_a_pipe_is_no_file(root: Path) -> None:
    os.mkfifo(root / "articles/pipe.png")
    _, problems = check_media(root, [entry("a", ("pipe.png", 4))], {}, LATER)
    assert problems[0].what == "pipe.png is no file"


def test_a_folder_that_links_out_of_the_archive_hides_nothing(root: Path) -> None:
    (root / "secret").mkdir()
    (root / "secret/map.png").write_bytes(b"x")
    (root / "articles/maps").symlink_to("../secret")
    found, problems = check_media(root, [entry("a", ("maps/map.png", 4))], {}, LATER)
    assert found == {}
    assert problems[0].what == "maps/map.png is a symbolic link that leaves the archive"


@pytest.mark.parametrize("name", ["x" * 300, "a\0b.png"])
def test_a_name_that_no_file_can_have_is_a_problem(name: str, root: Path) -> None:
    found, problems = check_media(root, [entry("a", (name, 4))], {}, LATER)
    assert found == {}
    assert len(problems) == 1


def test_a_known_file_is_not_read_again_unless_it_is_too_new(root: Path) -> None:
    file = root / "articles/map.png"
    file.write_bytes(b"12345")
    entries = [entry("a", ("map.png", 1))]
    stamp = stamp_of(file.stat(), LATER)
    remembered = {"map.png": (stamp, 5, b"remembered")}
    assert check_media(root, entries, remembered, LATER)[0]["map.png"][2] == b"remembered"
    digest = blake2b(b"12345", digest_size=16).digest()
    found, _ = check_media(root, entries, remembered, file.stat().st_mtime_ns)
    assert found["map.png"] == ("", 5, digest), "a file that may change yet is not to be trusted"
    grown = {"map.png": (stamp, 4, b"remembered")}
    assert check_media(root, entries, grown, LATER)[0]["map.png"][2] == digest
