"""Validation: the front matter of one source becomes a typed article, or all of its faults."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.articles.article import KINDS, Article, Notice, Picture, SourceLink
from site_builder.articles.read import read_source
from site_builder.articles.source import Rules, SourceFault
from site_builder.articles.validate import KEYS, validate
from site_builder.build.markup import render_markdown

RULES = Rules("Asia/Karachi", "en", sanitize=False)
SOURCE = "articles/2025/talks.md"
NEEDED = {"title": "Talks", "date": "2025-08-20", "categories": "Diplomacy"}


def article(body: str = "", source: str = SOURCE, **keys: str) -> Article:
    lines = "".join(f"{key}: {value}\n" for key, value in {**NEEDED, **keys}.items())
    read = read_source(source, f"---\n{lines}---\n{body}\n".encode())
    return validate(read, render_markdown(read.body, RULES), RULES)


def faults(body: str = "", **keys: str) -> list[str]:
    with pytest.raises(SourceFault) as caught:
        article(body, **keys)
    return [str(problem).removeprefix(SOURCE) for problem in sorted(caught.value.problems)]


def test_an_article_needs_three_keys_and_has_defaults_for_all_others() -> None:
    whole = article("The talks resumed.")
    entry = whole.entry
    assert (entry.title, entry.url) == ("Talks", "/2025/08/talks/")
    assert entry.date.isoformat() == "2025-08-20T00:00:00+05:00"
    assert (entry.categories, entry.tags, entry.authors) == (("Diplomacy",), (), ())
    assert (entry.words.summary, entry.words.kind, entry.words.language) == (
        "The talks resumed.",
        "news",
        "en",
    )
    assert (entry.words.image, entry.aliases, entry.draft) == (None, (), False)
    assert (entry.updated, entry.embargo, entry.expires, entry.withdrawn) == (None,) * 4
    assert (whole.dateline, whole.entry.ipfs, whole.sources, whole.corrections) == ("", "", (), ())
    assert (whole.extra, whole.words) == ({}, 3)
    assert entry.lines == {"title": 2, "date": 3, "categories": 4}


def test_every_key_can_be_given() -> None:
    cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
    whole = article(
        summary="What  was\n  said.",
        tags="[NATO, 'Arms, Control']",
        authors="A. Khan, B. Malik",
        slug="the-talks",
        updated="2025-08-21",
        language="ur",
        dateline="ISLAMABAD",
        kind="Analysis",
        image="{file: map.png, alt: A map, caption: The border, credit: APP}",
        sources="[{title: Report, url: https://example.org/a?b#c}]",
        corrections="[{date: 2025-08-21, text: The number was wrong.}]",
        aliases="[/old/address, /old.html]",
        draft="yes",
        embargo="2025-08-20 06:00",
        expires="2026-01-01",
        withdrawn="{date: 2025-09-01, reason: A legal order.}",
        ipfs=cid,
        extra="{colour: red}",
    )
    entry = whole.entry
    assert set(entry.lines) == set(KEYS)
    assert entry.words.summary == "What was said."
    assert entry.tags == ("NATO", "Arms, Control")
    assert entry.authors == ("A. Khan", "B. Malik")
    assert entry.url == "/2025/08/the-talks/"
    assert entry.words.language == "ur"
    assert entry.words.kind == "analysis"
    assert entry.words.image == Picture("2025/map.png", "A map", "The border", "APP")
    assert [mention.target for mention in entry.media_named] == ["2025/map.png"]
    assert entry.aliases == ("/old/address/", "/old.html")
    assert entry.draft is True
    assert str(entry.updated) == "2025-08-21 00:00:00+05:00"
    assert str(entry.embargo) == "2025-08-20 06:00:00+05:00"
    assert str(entry.expires) == "2026-01-01 00:00:00+05:00"
    assert isinstance(entry.withdrawn, Notice)
    assert entry.withdrawn.text == "A legal order."
    assert whole.dateline == "ISLAMABAD"
    assert whole.sources == (SourceLink("Report", "https://example.org/a?b#c"),)
    assert [notice.text for notice in whole.corrections] == ["The number was wrong."]
    assert whole.entry.ipfs == cid
    assert whole.extra == {"colour": "red"}


@pytest.mark.parametrize("value", ["", "''", "~", "null"])
@pytest.mark.parametrize("key", [key for key in KEYS if key not in NEEDED])
def test_an_optional_key_may_be_empty(key: str, value: str) -> None:
    empty, absent = article(**{key: value}), article()
    assert empty.entry.url == absent.entry.url
    assert getattr(empty.entry, key, None) == getattr(absent.entry, key, None)
    assert getattr(empty, key, None) == getattr(absent, key, None)


@pytest.mark.parametrize("value", ["", "''", "~", "null", "' '"])
@pytest.mark.parametrize("key", NEEDED)
def test_a_required_key_may_not_be_empty(key: str, value: str) -> None:
    assert [fault for fault in faults(**{key: value}) if f"{key} is empty" in fault]


@pytest.mark.parametrize("value", ["no", "2024", "on", "1.50", "0o17", "12:30", "'null'"])
def test_a_title_is_what_was_written(value: str) -> None:
    assert article(title=value).entry.title == value.strip("'")


@pytest.mark.parametrize("key", ["categories", "tags", "authors"])
@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("[One, Two]", ("One", "Two")),
        ("One, Two", ("One", "Two")),
        ("' One ,, Two,'", ("One", "Two")),
        ("\n  - One\n  - 'Two, Three'", ("One", "Two, Three")),
        ("2024", ("2024",)),
        ("[no, 1.50]", ("no", "1.50")),
        ("[NATO, nato, Nato!]", ("NATO",)),
        ("'Defence & Security'", ("Defence & Security",)),
    ],
)
def test_names_come_as_a_list_or_with_commas(key: str, value: str, names: tuple[str]) -> None:
    assert getattr(article(**{key: value}).entry, key) == names


@pytest.mark.parametrize("word", ["true", "yes", "on", "True", "YES", "'true'"])
def test_a_draft_is_marked_by_any_word_for_true(word: str) -> None:
    assert article(draft=word).entry.draft is True


@pytest.mark.parametrize("word", ["false", "no", "off", "False", "NO"])
def test_no_draft_is_marked_by_any_word_for_false(word: str) -> None:
    assert article(draft=word).entry.draft is False


@pytest.mark.parametrize("word", ["maybe", "1", "0", "y", "[true]", "{a: b}"])
def test_a_draft_is_marked_by_no_other_word(word: str) -> None:
    assert faults(draft=word) == [":5: draft must be true or false (as in draft: true)"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_in_any_case(kind: str) -> None:
    assert article(kind=kind.upper()).entry.words.kind == kind


@pytest.mark.parametrize("tag", ["en", "ur", "no", "zh-Hant-TW", "sr-Latn", "es-419"])
def test_a_language_tag_is_taken(tag: str) -> None:
    assert article(language=tag).entry.words.language == tag


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("red", "red"),
        ("true", True),
        ("false", False),
        ("no", "no"),
        ("7", 7),
        ("-7", -7),
        ("1.50", 1.5),
        ("007", "007"),
        ("'7'", "7"),
        ("'true'", "true"),
        ("null", None),
        ("''", ""),
        ("2025-08-20", "2025-08-20"),
        ("1e400", "1e400"),
        (".5", ".5"),
        ("99999999999999999999", "99999999999999999999"),
        ("[1, a, [true]]", [1, "a", [True]]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
    ],
)
def test_free_values_are_typed_as_json_types_them(written: str, value: object) -> None:
    found = article(extra=f"{{value: {written}}}").extra["value"]
    assert (found, type(found)) == (value, type(value))


def test_a_single_mapping_may_stand_for_a_list_of_one() -> None:
    whole = article(
        sources="{title: Report, url: https://example.org/}",
        corrections="{date: 2025-08-21, text: Wrong.}",
        aliases="/old/",
    )
    assert len(whole.sources) == len(whole.corrections) == len(whole.entry.aliases) == 1


@pytest.mark.parametrize(
    "url", ["http://e.org", "https://e.org/a", "ipfs://bafy/a", "HTTPS://E.ORG"]
)
def test_a_source_may_have_this_address(url: str) -> None:
    assert article(sources=f"[{{title: Report, url: '{url}'}}]").sources[0].url == url


@pytest.mark.parametrize(
    "url",
    [
        "/a",
        "e.org",
        "//e.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://[e",
        "https:/e.org",
        "doi:1/2",
    ],
)
def test_a_source_may_not_have_this_address(url: str) -> None:
    assert faults(sources=f"[{{title: Report, url: '{url}'}}]") == [
        f':5: "{url}" is not a full address (as in https://example.org/report)'
    ]


@pytest.mark.parametrize(
    ("alias", "url"),
    [
        ("/old/", "/old/"),
        ("/old", "/old/"),
        ("/old.html", "/old.html"),
        ("/a/OLD.HTM", "/a/OLD.HTM"),
        ("/2014/%D9%BE/", "/2014/\u067e/"),
        ("/caf\u00e9 noir/", "/caf\u00e9 noir/"),
    ],
)
def test_an_alias_becomes_a_url(alias: str, url: str) -> None:
    assert article(aliases=f"['{alias}']").entry.aliases == (url,)


@pytest.mark.parametrize(
    "alias",
    [
        "old/",
        "/",
        "//e.org/",
        "https://e.org/old/",
        "/a//b/",
        "/../a/",
        "/a/..",
        "/a/./b/",
        "/%2e%2e/a/",
        "/a%00b/",
        "/a%0ab/",
        "/?p=12",
        "/a#b",
        "/a\\b",
        "/old.php",
        f"/{'a' * 256}/",
        f"/{'%D9%BE' * 128}/",
    ],
)
def test_an_alias_that_no_static_host_can_answer_is_refused(alias: str) -> None:
    (fault,) = faults(aliases=f"['{alias}']")
    assert fault.startswith(":5: ")
    assert "cannot be an alias" in fault


def test_the_slug_decides_the_address_and_the_title_need_not() -> None:
    assert article(title="'!!!'", slug="talks").entry.url == "/2025/08/talks/"


@pytest.mark.parametrize("slug", ["talks", "talks-2", "a_b", "2025", "\u067e\u0627\u06a9"])
def test_a_slug_is_taken_as_written(slug: str) -> None:
    assert article(slug=slug).entry.url == f"/2025/08/{slug}/"


@pytest.mark.parametrize(
    "slug", ["A", "a b", "a/b", "..", ".", "a.b", "a--b", "caf\u00e9", "a" * 81, "feed.xml", "tag"]
)
def test_a_slug_that_is_no_plain_segment_is_refused(slug: str) -> None:
    (fault,) = faults(slug=slug)
    assert fault.startswith(":5: ")
    assert "slug" in fault


def test_the_month_of_an_address_is_that_of_the_site() -> None:
    assert article(date="2025-07-31 20:00 +0000").entry.url == "/2025/08/talks/"


def test_references_are_sorted_by_what_they_lead_to() -> None:
    whole = article(
        "[a](other.md) [b](../2024/x.md#part) [c](/category/?q#f) ![d](map.png)\n"
        "[e](#here) [f](https://e.org/) [g](mailto:a@e.org) [h](paper%20one.pdf) [i](?q=1)"
    )
    references = [(one.kind, one.target, one.suffix) for one in whole.body.references]
    assert references == [
        ("source", "articles/2025/other.md", ""),
        ("source", "articles/2024/x.md", "#part"),
        ("url", "/category/", "?q#f"),
        ("picture", "2025/map.png", ""),
        ("page", "", "#here"),
        ("media", "2025/paper one.pdf", ""),
        ("page", "", "?q=1"),
    ]
    assert len(whole.body.parts) == len(references) + 1


def test_what_a_body_names_is_known_with_its_line() -> None:
    whole = article("One.\n\n[a](other.md)\n\n![b](map.png)\n[c](/feed.xml)")
    entry = whole.entry
    assert [(one.target, one.line) for one in entry.sources_named] == [
        ("articles/2025/other.md", 8)
    ]
    assert [(one.target, one.line) for one in entry.media_named] == [("2025/map.png", 10)]
    assert [(one.target, one.line) for one in entry.urls_named] == [("/feed.xml", 11)]


def test_a_change_that_no_listing_shows_leaves_the_card_as_it_was() -> None:
    one, two = article("The talks.\n\nOne."), article("The talks.\n\nTwo.", tags="NATO")
    assert one.entry.card == two.entry.card
    assert one.entry.digest != two.entry.digest


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "Other"),
        ("summary", "Other."),
        ("date", "2025-08-20 01:00"),
        ("categories", "[Other]"),
        ("authors", "Other"),
        ("kind", "opinion"),
        ("language", "ur"),
        ("updated", "2025-09-01"),
        ("slug", "other"),
        ("image", "{file: a.png, alt: ''}"),
    ],
)
def test_a_change_that_a_listing_shows_changes_the_card(key: str, value: str) -> None:
    assert article(**{key: value}).entry.card != article().entry.card


SCALARS = st.sampled_from(
    [
        "",
        "a",
        "no",
        "~",
        "2025-08-20",
        "/old/",
        "x.png",
        "https://e.org",
        "..",
        "!!!",
        "7",
        "\u067e",
    ]
)
ANY = st.recursive(
    SCALARS.map(lambda text: f"'{text}'") | SCALARS.filter(lambda text: "!" not in text),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.dictionaries(
            st.sampled_from(["file", "alt", "title", "url", "date", "text", "reason", "x"]),
            inner,
            max_size=4,
        ).map(lambda items: "{" + ", ".join(f"{key}: {item}" for key, item in items.items()) + "}")
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*KEYS, "embrago"]), ANY, max_size=8))
def test_any_values_of_any_keys_are_an_article_or_faults_in_their_lines(
    keys: dict[str, Any],
) -> None:
    lines = [2]
    try:
        assert article(**keys).entry.title
    except SourceFault as fault:
        lines = [problem.line for problem in fault.problems]
    assert lines
    assert all(2 <= line <= 4 + len(keys) for line in lines)
