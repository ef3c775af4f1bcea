"""Files that articles show: each is looked at once, and every mention of a bad one is named."""

import os
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest

from site_builder.articles.article import Entry, Mention
from site_builder.articles.media import Medium, check_media
from site_builder.articles.read import read_source
from site_builder.articles.source import Rules, stamp_of
from site_builder.articles.validate import validate
from site_builder.build.markup import render_markdown
from site_builder.pictures.look import look_at_all

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
    (root / "articles/2025/map.pdf").write_bytes(b"a map")
    (root / "articles/chart.pdf").write_bytes(b"")
    entries = [entry("a", ("2025/map.pdf", 1), ("chart.pdf", 2)), entry("b", ("chart.pdf", 3))]
    found, problems = check_media(root, entries, {}, LATER, look_at_all)
    assert problems == []
    assert {file: known[1:3] for file, known in found.items()} == {
        "2025/map.pdf": (5, blake2b(b"a map", digest_size=16).digest()),
        "chart.pdf": (0, blake2b(b"", digest_size=16).digest()),
    }


def test_every_mention_of_a_missing_file_is_named(root: Path) -> None:
    entries = [entry("a", ("map.pdf", 4), ("map.pdf", 9)), entry("b", ("map.pdf", 7))]
    found, problems = check_media(root, entries, {}, LATER, look_at_all)
    assert found == {}
    assert [str(problem) for problem in problems] == [
        "articles/a.md:4: map.pdf does not exist (put it at articles/map.pdf)",
        "articles/a.md:9: map.pdf does not exist (put it at articles/map.pdf)",
        "articles/b.md:7: map.pdf does not exist (put it at articles/map.pdf)",
    ]


def test_a_folder_is_no_file(root: Path) -> None:
    _, problems = check_media(root, [entry("a", ("2025", 4))], {}, LATER, look_at_all)
    assert [str(problem) for problem in problems] == [
        "articles/a.md:4: 2025 is no file (name a file beside the article)"
    ]


def test_a_path_through_a_file_does_not_exist(root: Path) -> None:
    (root / "articles/chart.pdf").write_bytes(b"x")
    _, problems = check_media(root, [entry("a", ("chart.pdf/map.pdf", 4))], {}, LATER, look_at_all)
    assert problems[0].what == "chart.pdf/map.pdf does not exist"


def test_a_pipe_is_no_file(root: Path) -> None:
    os.mkfifo(root / "articles/pipe.pdf")
    _, problems = check_media(root, [entry("a", ("pipe.pdf", 4))], {}, LATER, look_at_all)
    assert problems[0].what == "pipe.pdf is no file"


def test_a_folder_that_links_out_of_the_archive_hides_nothing(root: Path) -> None:
    (root / "secret").mkdir()
    (root / "secret/map.pdf").write_bytes(b"x")
    (root / "articles/maps").symlink_to("../secret")
    found, problems = check_media(root, [entry("a", ("maps/map.pdf", 4))], {}, LATER, look_at_all)
    assert found == {}
    assert problems[0].what == "maps/map.pdf is a symbolic link that leaves the archive"


@pytest.mark.parametrize("name", ["x" * 300, "a\0b.pdf"])
def test_a_name_that_no_file_can_have_is_a_problem(name: str, root: Path) -> None:
    found, problems = check_media(root, [entry("a", (name, 4))], {}, LATER, look_at_all)
    assert found == {}
    assert len(problems) == 1


def test_a_known_file_is_not_read_again_unless_it_is_too_new(root: Path) -> None:
    file = root / "articles/map.pdf"
    file.write_bytes(b"12345")
    entries = [entry("a", ("map.pdf", 1))]
    stamp = stamp_of(file.stat(), LATER)
    remembered = {"map.pdf": Medium(stamp, 5, b"remembered")}
    assert (
        check_media(root, entries, remembered, LATER, look_at_all)[0]["map.pdf"][2] == b"remembered"
    )
    digest = blake2b(b"12345", digest_size=16).digest()
    found, _ = check_media(root, entries, remembered, file.stat().st_mtime_ns, look_at_all)
    assert found["map.pdf"] == Medium("", 5, digest), (
        "a file that may change yet is not to be trusted"
    )
    grown = {"map.pdf": Medium(stamp, 4, b"remembered")}
    assert check_media(root, entries, grown, LATER, look_at_all)[0]["map.pdf"][2] == digest
