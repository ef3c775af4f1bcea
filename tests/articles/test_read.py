"""Reading sources: what is found below `articles/`, and bytes to a Source."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.articles.find import find_sources
from site_builder.articles.read import MAX_SOURCE_BYTES, read_bytes, read_source
from site_builder.articles.source import Source, SourceFault, digest_of

SOURCE = "articles/one.md"
LATER = 2**62
TEXT = "---\ntitle: Talks\n---\n\nFirst.\n\nLast.\n"


def without_digest(source: Source) -> tuple[object, str, int]:
    return source.fields, source.body, source.body_line


def test_all_markdown_files_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    names = ["b.md", "a/z.markdown", "a/B.MD", "a.md", "2025/08/deep/x.md"]
    for name in [*names, "notes.txt", "map.png", ".hidden.md", ".git/x.md", "a/.md", "md"]:
        file = tmp_path / "articles" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    found, problems = find_sources(tmp_path, LATER)
    assert [one.source for one in found] == sorted(f"articles/{name}" for name in names)
    assert {one.size_bytes for one in found} == {1}
    assert problems == []


def test_a_folder_may_be_named_like_a_source(tmp_path: Path) -> None:
    (tmp_path / "articles/talks.md").mkdir(parents=True)
    (tmp_path / "articles/talks.md/one.md").write_text("x")
    found, problems = find_sources(tmp_path, LATER)
    assert [one.source for one in found] == ["articles/talks.md/one.md"]
    assert problems == []


def test_a_symbolic_link_to_a_source_of_the_archive_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/a.md").write_text("12345")
    (tmp_path / "articles/b.md").symlink_to("a.md")
    found, problems = find_sources(tmp_path, LATER)
    assert [(one.source, one.size_bytes) for one in found] == [
        ("articles/a.md", 5),
        ("articles/b.md", 5),
    ]
    assert problems == []


def test_a_folder_whose_name_begins_like_articles_is_outside(tmp_path: Path) -> None:
    for folder in ("articles", "articles-old"):
        (tmp_path / folder).mkdir()
    (tmp_path / "articles-old/a.md").write_text("x")
    (tmp_path / "articles/a.md").symlink_to("../articles-old/a.md")
    found, problems = find_sources(tmp_path, LATER)
    assert found == []
    assert [problem.what for problem in problems] == ["is a symbolic link that leaves the archive"]


def test_articles_may_itself_be_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere/2025").mkdir(parents=True)
    (tmp_path / "elsewhere/2025/a.md").write_text("x")
    (tmp_path / "articles").symlink_to("elsewhere")
    found, problems = find_sources(tmp_path, LATER)
    assert [one.source for one in found] == ["articles/2025/a.md"]
    assert problems == []


def test_a_source_may_have_four_mebibytes_and_not_one_byte_more(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / SOURCE).write_bytes(b"x" * MAX_SOURCE_BYTES)
    assert len(read_bytes(str(tmp_path), SOURCE)) == MAX_SOURCE_BYTES
    (tmp_path / SOURCE).write_bytes(b"x" * (MAX_SOURCE_BYTES + 1))
    with pytest.raises(SourceFault) as caught:
        read_bytes(str(tmp_path), SOURCE)
    assert "an article has at most 4 MiB" in caught.value.problems[0].what


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_make_no_difference(end: str, mark: str) -> None:
    written = read_source(SOURCE, (mark + TEXT.replace("\n", end)).encode())
    assert without_digest(written) == without_digest(read_source(SOURCE, TEXT.encode()))


def test_the_digest_is_that_of_the_bytes() -> None:
    data = b"\xef\xbb\xbf" + TEXT.encode()
    assert read_source(SOURCE, data).digest == digest_of(data)


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    files = {SOURCE}
    try:
        read_source(SOURCE, data)
    except SourceFault as fault:
        files = {problem.file for problem in fault.problems}
    assert files == {SOURCE}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")))))
def test_the_body_starts_in_the_line_that_is_told(lines: list[str]) -> None:
    text = "---\ntitle: Talks\n---\n" + "\n".join(lines) + "\nEnd."
    source = read_source(SOURCE, text.encode())
    rest = text.split("\n")[source.body_line - 1 :]
    assert "\n".join(rest).rstrip() == source.body
