"""Front matter: values stay as written, every line is right, any text is answered."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.articles.front_matter import Parts, split
from site_builder.articles.source import Mapping, Scalar, Sequence, SourceFault, Value

FILE = "articles/one.md"
# Words that YAML 1.1 would read as something else than text.
TRAPS = ["no", "on", "y", "2024", "1.0", "12:30:00", "0o17", "~", "null", "2025-08-20", "=", "1e3"]
KEYS = st.text(string.ascii_lowercase, min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")))
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def faults(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SourceFault) as caught:
        split(text, FILE)
    assert {problem.file for problem in caught.value.problems} == {FILE}
    return [(problem.line, problem.what, problem.hint) for problem in caught.value.problems]


def plain(value: Value) -> Any:
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return {key: plain(item) for key, item in value.items.items()}


def scalar(parts: Parts, key: str) -> Scalar:
    value = parts.fields.items[key]
    assert isinstance(value, Scalar)
    return value


def test_front_matter_and_body_are_taken_apart() -> None:
    parts = split("---\ntitle: Talks\n---\n\nFirst.\n\n---\n\nLast.\n\n", FILE)
    assert plain(parts.fields) == {"title": "Talks"}
    assert parts.body == "First.\n\n---\n\nLast."
    assert parts.body_line == 5


def test_empty_lines_before_the_front_matter_are_counted() -> None:
    parts = split("\n\n---\n\ntitle: Talks\n---\nFirst.", FILE)
    assert parts.fields.lines == {"title": 5}
    assert parts.body_line == 7


@pytest.mark.parametrize("word", TRAPS)
def test_a_word_that_yaml_would_convert_stays_as_written(word: str) -> None:
    assert scalar(split(f"---\ntitle: {word}\n---\n", FILE), "title") == Scalar(word, 2, plain=True)


def test_text_in_quotes_and_in_blocks_is_told_from_plain_text() -> None:
    parts = split("---\na: 'no'\nb: \"no\"\nc: |\n  no\nd: no\n---\n", FILE)
    assert [scalar(parts, key).plain for key in "abcd"] == [False, False, False, True]


def test_every_value_has_the_line_in_which_it_starts() -> None:
    parts = split(
        "---\na: 1\nb:\n  - x\n  - y: 2\n    z: >\n      long\n\nc: [p,\n  q]\n---\n", FILE
    )
    assert parts.fields.lines == {"a": 2, "b": 3, "c": 9}
    b, c = parts.fields.items["b"], parts.fields.items["c"]
    assert isinstance(b, Sequence)
    assert isinstance(c, Sequence)
    inner = b.items[1]
    assert isinstance(inner, Mapping)
    assert [item.line for item in b.items] == [4, 5]
    assert inner.lines == {"y": 5, "z": 6}
    assert [item.line for item in c.items] == [9, 10]


def test_all_keys_that_are_given_twice_are_reported_at_once() -> None:
    assert faults("---\na: 1\nb: 2\na: 3\nb: [x]\nc: 4\n---\n") == [
        (4, "a is given twice, first in line 2", "keep one of them"),
        (5, "b is given twice, first in line 3", "keep one of them"),
    ]


@pytest.mark.parametrize("text", ["a: &x 1", "a: *x", "a: &x {b: *x}", "<<: *x", "a: &x\n  - 1"])
def test_anchors_and_aliases_are_refused(text: str) -> None:
    line, what, _ = faults(f"---\n{text}\n---\n")[0]
    assert line == 2
    assert what.startswith("uses the YAML a")


@pytest.mark.parametrize("text", ["a: !b c", "a: !!binary aGk=", "a: !!!", "a: ! b", "!x a: 1"])
def test_a_tag_is_refused_since_it_would_swallow_a_word(text: str) -> None:
    line, what, _ = faults(f"---\n{text}\n---\n")[0]
    assert line == 2
    assert "tag" in what


@pytest.mark.parametrize("text", ["[a, b]: c", "? {a: b}\n: c", "{{ title }}: x"])
def test_a_key_that_is_no_word_is_refused(text: str) -> None:
    assert faults(f"---\n{text}\n---\n") == [
        (2, "has a key that is a list or mapping", "quote the key")
    ]


def test_nesting_is_allowed_to_a_depth_of_twelve() -> None:
    assert split(f"---\na: {'[' * 11}{']' * 11}\n---\n", FILE).fields.lines == {"a": 2}
    (line, what, _) = faults(f"---\n\na: {'[' * 12}{']' * 12}\n---\n")[0]
    assert (line, what) == (3, "the front matter is nested more than 12 deep")


def test_front_matter_may_have_64_kibibytes() -> None:
    room = 64 * 1024 - len("---\na: \n")
    assert len(scalar(split(f"---\na: {'x' * room}\n---\n", FILE), "a").text) == room
    assert faults(f"---\na: {'x' * (room + 1)}\n---\n")[0][0] == 1


@given(st.text())
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    problems = None
    try:
        split(text, FILE)
    except SourceFault as fault:
        problems = fault.problems
    assert problems != []


@given(st.text(st.sampled_from("ab:- \n\t\"'[]{},#&*!|>%@`?~\\\u0645\u2028\u0085\0")))
def test_any_front_matter_is_read_or_refused_in_a_line_that_it_has(text: str) -> None:
    """The alphabet is what YAML gives a meaning to."""
    whole = f"---\n{text}\n---\n"
    last = whole.count("\n") + 1
    try:
        parts = split(whole, FILE)
        lines = list(parts.fields.lines.values())
    except SourceFault as fault:
        lines = [problem.line for problem in fault.problems]
        assert lines
    assert all(1 <= line <= last for line in lines)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=6), st.integers(0, 3))
def test_whatever_is_written_comes_back_with_its_line(values: dict[str, Any], lead: int) -> None:
    """JSON is YAML, so its encoder writes any value on one line."""
    text = "\n" * lead + "---\n"
    for key, value in values.items():
        text += f'"{key}": {json.dumps(value, ensure_ascii=False)}\n'
    parts = split(f"{text}---\nbody", FILE)
    assert plain(parts.fields) == values
    assert parts.fields.lines == {key: lead + 2 + n for n, key in enumerate(values)}
    assert parts.body_line == lead + 3 + len(values)
