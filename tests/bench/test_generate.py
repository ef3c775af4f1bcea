"""The archive of the benchmark: the same for everyone, without faults, and of the size it says."""

from pathlib import Path

import pytest

from bench.archive import AUTHORS, CATEGORIES, TAGS, WORDS, make_article
from bench.generate import FORMS, main
from site_builder.cli import run
from tests.archives import tree_of


def generated(folder: Path, *arguments: str) -> dict[str, bytes]:
    """Write an archive of 60 articles and return its files."""
    assert main([str(folder), "--articles", "60", *arguments]) == 0
    return tree_of(folder)


@pytest.mark.parametrize("generator", FORMS)
def test_equal_arguments_give_equal_files(generator: str, tmp_path: Path) -> None:
    one = generated(tmp_path / "one", "--for", generator)
    assert one == generated(tmp_path / "two", "--for", generator)
    assert sum(path.startswith(FORMS[generator].content) for path in one) >= 60


def test_another_seed_gives_another_text(tmp_path: Path) -> None:
    one, two = generated(tmp_path / "1"), generated(tmp_path / "2", "--seed", "2")
    assert one == generated(tmp_path / "3", "--seed", "1"), "it is the seed that is used"
    texts = [{data for path, data in tree.items() if path.endswith(".md")} for tree in (one, two)]
    assert len(texts[0]) == len(texts[1]) == 60
    assert not texts[0] & texts[1]
    assert make_article(5, 60, 1).summary != make_article(5, 60, 2).summary


def test_the_archive_has_no_fault_and_no_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generated(tmp_path)
    assert run(["check", "--strict", "--root", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("60 articles checked in ")
    assert "warning" not in err


def test_sources_bear_the_time_of_their_article(tmp_path: Path) -> None:
    generated(tmp_path)
    article = make_article(7, 60, 1)
    file = tmp_path / f"articles/{article.date.year}/{article.slug}.md"
    assert file.stat().st_mtime == article.date.timestamp()


def test_articles_are_what_the_document_says() -> None:
    articles = [make_article(number, 300, 1) for number in range(300)]
    assert (len(set(CATEGORIES)), len(set(TAGS)), len(set(AUTHORS))) == (12, 200, 40)
    words = [len(article.body.split()) for article in articles]
    assert WORDS == 480
    assert 480 <= sum(words) / len(words) < 560
    assert {len(article.categories) for article in articles} == {1, 2}
    assert {len(article.tags) for article in articles} == {3, 4}
    assert len({article.date.year for article in articles}) == 10
    assert len({article.url for article in articles}) == 300


def test_an_article_is_the_same_whatever_was_made_before() -> None:
    last = make_article(299, 300, 1)
    for number in range(5):
        make_article(number, 300, 1)
    assert make_article(299, 300, 1) == last
    assert make_article(300, 300, 1).date > last.date, "the next new one is the newest"
