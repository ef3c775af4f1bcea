"""Front matter of plain lines: what is taken without YAML is what YAML makes of it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.articles.plain_fields import plain_fields
from site_builder.articles.source import Mapping, Scalar, Sequence, SourceFault
from site_builder.articles.yaml_fields import compose

FILE = "articles/one.md"
SIGNS = [
    *"abz09 -.,:;#'\"[]{}()&*!|>%@`\\?=<~/+_\t\n\x85\xa0\u2028\ufeff\U0001f600\u00e9",
    ": ",
    " #",
]
WORDS = st.lists(st.sampled_from(SIGNS), max_size=12).map("".join)
VALUES = st.one_of(
    WORDS,
    st.text(max_size=8),
    WORDS.map(lambda text: f'"{text}"'),
    WORDS.map(lambda text: f"'{text}'"),
    st.lists(WORDS, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    st.lists(WORDS, max_size=3).map(lambda items: f"[{','.join(items)}]"),
)
LINES = st.one_of(
    st.builds("{}: {}".format, st.sampled_from(["title", "date", "a_b", "no"]), VALUES),
    st.just(""),
    WORDS,
)


@given(st.lists(LINES, max_size=4).map("\n".join))
@example("title: a:b")
@example("title: a\n\n b")
@example("title: a - b ? c")
@example("title: 'a''b'")
@example("tags: [a b, c ]")
@example("tags: [a?, b-]")
@example("title: a:")
def test_plain_lines_are_read_as_yaml_reads_them(text: str) -> None:
    found = plain_fields("\n" + text, 1)
    if found is None:
        return
    assert found == compose("\n" + text, FILE, 1)


def test_the_lines_of_an_everyday_article_need_no_yaml() -> None:
    text = """
title: "Convoys: a history"
date: 2025-08-20 14:30 +0500
categories: [Defence & Security, Maritime Security]
tags: [NATO, arms control]
summary: It's said that 5% of it is done - or isn't.
kind: analysis
"""
    found = plain_fields(text, 1)
    assert found is not None
    assert list(found.lines) == ["title", "date", "categories", "tags", "summary", "kind"]
    assert list(found.lines.values()) == [2, 3, 4, 5, 6, 7]
    assert found.items["title"] == Scalar("Convoys: a history", 2, plain=False)
    assert found.items["tags"] == Sequence(
        [Scalar("NATO", 5, plain=True), Scalar("arms control", 5, plain=True)], 5
    )


@pytest.mark.parametrize(
    "line", ["title: x\ntitle: y", "title: &a b", "title: *a", "title: !t b", "title: a #3", "- a"]
)
def test_what_has_to_be_reported_is_left_to_the_composer(line: str) -> None:
    assert plain_fields(line, 1) is None
    with pytest.raises(SourceFault):
        compose(line, FILE, 1)


def test_nothing_is_left_to_the_composer() -> None:
    assert plain_fields("\n\n", 1) is None
    assert compose("\n\n", FILE, 1) == Mapping({}, {}, 1)
