"""Related articles are earlier ones, and what is published later never changes them."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from site_builder.articles.article import Entry, Words, encode_words
from site_builder.articles.source import digest_of
from site_builder.build.related import MOST_RELATED, WINDOW, related_articles
from site_builder.build.terms import Terms
from site_builder.build.walk import NO_WALK, Walk, order_of, same_digests
from tests.archives import Archive

NAMES = ["Navy", "navy", "NATO", "Treaties", "Radar", "گشت"]
DAY = datetime(2025, 1, 1, tzinfo=UTC)


def entry(number: int, tags: list[str], categories: list[str]) -> Entry:
    """Return the entry of an article, one a day."""
    digest = digest_of(repr((number, tags, categories)).encode())
    return Entry(
        source=f"articles/{number}.md", digest=digest, card=b"", content=b"",
        said=encode_words(Words(str(number), "", "news", "en", None, {})),
        url=f"/{number}/", date=DAY + timedelta(days=number), updated=None,
        categories=tuple(categories), tags=tuple(tags), authors=(), aliases=(),
        draft=False, embargo=None, expires=None, withdrawn=None, ipfs="",
        sources_named=(), media_named=(), urls_named=(),
    )  # fmt: skip


names = st.lists(st.sampled_from(NAMES), max_size=4, unique=True)
archives = st.lists(st.tuples(names, names), max_size=40).map(
    lambda terms: [entry(number, *two) for number, two in enumerate(terms)]
)


def related(entries: list[Entry]) -> list[tuple[Entry, ...]]:
    """Return what each entry is related to."""
    return after_walk(entries, NO_WALK)[0]


def after_walk(entries: list[Entry], walked: Walk) -> tuple[list[tuple[Entry, ...]], Walk]:
    """Return what each entry is related to, found with what an earlier walk found, and the walk."""
    order = order_of(entries)
    same = same_digests(walked.order, order)
    terms = Terms(entries, walked.written, same)
    related = related_articles(entries, terms, walked.related, same)
    walk = Walk(order, b"", terms.written, related.places.tobytes())
    return [related.of(place) for place in range(len(entries))], walk


def urls(entry: Entry) -> set[str]:
    """Return the terms of an entry, whatever their spelling."""
    terms = Terms([entry], {}, 0)
    return {term.url for kind in ("tag", "category") for term in terms.of(entry, kind)}


@given(entries=archives, stop=st.integers(0, 40))
def test_later_articles_change_nothing(entries: list[Entry], stop: int) -> None:
    assert related(entries[:stop]) == related(entries)[:stop]


@given(entries=archives, others=archives, swap=st.integers(0, 40))
def test_what_an_earlier_build_found_is_what_a_clean_one_finds(
    entries: list[Entry], others: list[Entry], swap: int
) -> None:
    walk = NO_WALK
    for archive in (entries, entries[:swap] + others[swap:], others, entries):
        found, walk = after_walk(archive, walk)
        clean, walk_of_clean = after_walk(archive, NO_WALK)
        assert found == clean
        assert walk == walk_of_clean
        for kind, names in walk.written.items():
            assert list(names) == list(walk_of_clean.written[kind]), "in the same order"


@given(entries=archives)
def test_all_are_earlier_and_share_a_tag_or_a_category(entries: list[Entry]) -> None:
    for one, others in zip(entries, related(entries), strict=True):
        assert len(others) <= MOST_RELATED
        assert len({other.source for other in others}) == len(others)
        for other in others:
            assert other.date < one.date
            assert urls(one) & urls(other)


@given(entries=archives, gone=st.integers(0, 39))
def test_an_article_taken_out_changes_few_of_those_after_it(
    entries: list[Entry], gone: int
) -> None:
    if gone >= len(entries):
        return
    left = entries[:gone] + entries[gone + 1 :]
    before = dict(zip((one.source for one in entries), related(entries), strict=True))
    changed = [
        one for one, now in zip(left, related(left), strict=True) if now != before[one.source]
    ]
    spellings = len(entries[gone].tags) + len(entries[gone].categories)
    assert len(changed) <= 2 * WINDOW * spellings  # two spellings of a term fill its window faster


def test_shared_tags_count_before_categories_and_both_before_newness() -> None:
    entries = [
        entry(0, ["NATO", "Radar"], []),
        entry(1, ["NATO"], ["Treaties"]),
        entry(2, ["NATO"], []),
        entry(3, [], ["Treaties"]),
        entry(4, ["Navy"], []),
        entry(5, ["NATO", "Radar"], ["Treaties"]),
    ]
    assert [other.title for other in related(entries)[5]] == ["0", "1", "2"]


def test_the_page_of_an_article_leads_to_earlier_ones_and_stays_as_it_is(archive: Archive) -> None:
    for number in range(1, 5):
        archive.article(f"n{number}", date=f"2025-01-{number:02}", tags="[NATO]")
    archive.build()
    page = archive.page("/2025/01/n3/")
    shown = re.search(r'<section class="block related".*?</section>', page, re.DOTALL)
    assert shown
    assert re.findall(r'card-title"><a href="([^"]+)">', shown[0]) == [
        "../../../2025/01/n2/", "../../../2025/01/n1/",
    ]  # fmt: skip
    assert "related" not in archive.page("/2025/01/n1/")
    archive.article("n5", date="2025-01-05", tags="[NATO]")
    assert "2025/01/n3/index.html" not in archive.build().written
    assert archive.page("/2025/01/n3/") == page


def test_a_new_title_shows_on_the_pages_that_lead_to_the_article(archive: Archive) -> None:
    for number in range(1, 4):
        archive.article(f"n{number}", date=f"2025-01-{number:02}", tags="[NATO]")
    archive.build()
    archive.article("n1", title="Another", slug="n1", date="2025-01-01", tags="[NATO]")
    assert "2025/01/n3/index.html" in archive.build().written
    assert ">Another</a>" in archive.page("/2025/01/n3/")
