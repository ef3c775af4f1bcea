"""The search, as a reader's browser runs it."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.archives import SITE, Archive
from tests.browser.chromium import Browser
from tests.browser.host import hosted

STATE = "document.getElementById('search-state').textContent"
TITLES = "[...document.querySelectorAll('#search-results a')].map((a) => a.textContent)"
FOCUS = "document.activeElement.textContent.trim()"
PLAIN = SITE + 'engine = "commonmark"\neditions = false\n'


def ask(words: str) -> list[list[str]]:
    """Return the steps of a reader in the field who looks for words; they tell state and titles."""
    done = f"/found|No article/.test({STATE})"
    return [["type", words], ["press", "Enter"], ["wait", done], ["tell", STATE], ["tell", TITLES]]


def ask_anew(words: str) -> list[list[str]]:
    """Return the steps of a reader who takes out what is in the field first."""
    return [["tell", "document.getElementById('q').select()"], *ask(words)]


def parts(seen: dict[str, Any]) -> list[str]:
    """Return the parts of the index that were asked for, and check that all went well."""
    wrong = [*seen["errors"], *seen["failed"]]
    assert [one for one in wrong if "/favicon.ico" not in one] == []  # asked for by the browser
    requests = [one.partition("/search/")[2] for one in seen["requests"]]
    return [one for one in requests if one.endswith(".js")]


def test_nothing_is_loaded_before_the_search_is_used(browser: Browser, site: str) -> None:
    home, page = browser.visit_all([{"address": site}, {"address": f"{site}search/"}])
    assert [one for one in home["requests"] if "/search" in one] == []
    assert parts(page) == []


def test_an_article_is_found_and_opened_with_the_keyboard_alone(
    browser: Browser, site: str
) -> None:
    links = "[...document.querySelectorAll('a[href]')].map((a) => a.textContent)"
    place = browser.visit(site, steps=[["tell", links]])["told"][0].index("Search")
    steps = [["press", "Tab"]] * (place + 1)
    steps += [["press", "Enter"], ["wait", "document.activeElement?.id === 'q'"]]
    steps += ask("nato 75 how")
    steps += [["press", "Tab"], ["tell", FOCUS], ["press", "Tab"], ["tell", FOCUS]]
    steps += [["press", "Enter"], ["wait", "location.pathname.endsWith('-grew/')"]]
    steps += [["tell", "document.querySelector('h1').textContent"]]
    state, titles, button, link, heading = browser.visit(site, steps=steps)["told"]
    assert state == "1 article found."
    assert button == "Search"
    assert [link] == titles == [heading]


def test_an_address_with_words_shows_what_they_find(browser: Browser, site: str) -> None:
    steps = [["wait", f"/found/.test({STATE})"], ["tell", TITLES], ["tell", "location.search"]]
    titles, query = browser.visit(f"{site}search/?q=new%20start", steps=steps)["told"]
    assert len(titles) >= 2
    assert all("New START" in title for title in titles[:2])
    assert query == "?q=new%20start"


@pytest.mark.parametrize("base", ["/", "/a/b/"])
def test_results_lead_to_their_articles_below_any_path(
    browser: Browser, sample: Path, base: str
) -> None:
    with hosted(sample, base) as address:
        steps = [["tell", "document.getElementById('q').focus()"], *ask("امن مشن")]
        steps += [["tell", "document.querySelector('#search-results [data-text]').dir"]]
        steps += [["click", "#search-results a"], ["wait", "!location.href.includes('search')"]]
        seen = browser.visit(f"{address}search/", steps=steps)
    assert seen["status"] == 200
    assert seen["told"][1:] == [
        "1 article found.", ["پاکستان اور اقوامِ متحدہ کے امن مشن"], "rtl",
    ]  # fmt: skip
    assert seen["title"] == "پاکستان اور اقوامِ متحدہ کے امن مشن"
    assert all(one.startswith(address) for one in seen["requests"])


def test_the_search_works_from_a_disk(browser: Browser, sample: Path) -> None:
    steps = [["tell", "document.getElementById('q').focus()"], *ask("radar cloud")]
    steps += [["click", "#search-results a"], ["wait", "!location.href.includes('/search/')"]]
    seen = browser.visit((sample / "search/index.html").as_uri(), steps=steps)
    assert seen["told"][2] == ["Radar Satellites That See Through Cloud"]
    assert seen["title"] == "Radar Satellites That See Through Cloud"
    assert "2022.js" in parts(seen)


def test_without_scripts_the_page_says_where_else_to_look(browser: Browser, site: str) -> None:
    seen = browser.visit(f"{site}search/", script=False)
    assert "Searching needs scripts" in seen["text"]
    assert "archive by date" in seen["text"]


SPELLINGS: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("spellings.json").read_text(encoding="utf-8")
)
"""Titles, and words that must find them."""


@pytest.fixture
def spelled(archive: Archive) -> Archive:
    """An archive with a title for each set of spellings."""
    archive.write("site.toml", PLAIN)
    for number, title in enumerate(SPELLINGS):
        archive.article(f"a{number}", title=f'"{title}"', slug=f"a{number}")
    archive.build()
    return archive


def test_every_way_to_write_a_word_finds_it(browser: Browser, spelled: Archive) -> None:
    queries = [(title, query) for title, all_ in SPELLINGS.items() for query in all_]
    steps = [["tell", "document.getElementById('q').focus()"]]
    for _, query in queries:
        steps += ask_anew(query)
    with hosted(spelled.output) as address:
        told = browser.visit(f"{address}search/", steps=steps)["told"]
    found = dict(zip(queries, told[3::3], strict=True))
    assert {query: titles for query, titles in found.items() if query[0] not in titles} == {}
    assert all(len(titles) <= 2 for titles in found.values()), "a word finds nearly everything"


def letters() -> Iterator[str]:
    """Yield every letter, mark and digit of the scripts that are folded."""
    for start, stop in ((0x20, 0x700), (0x1E00, 0x2000), (0xFB1D, 0xFE00), (0xFE70, 0x10000)):
        for point in range(start, stop):
            if unicodedata.category(chr(point))[0] in "LMN":
                yield chr(point)


def test_equal_text_is_folded_equally_and_only_once(browser: Browser, site: str) -> None:
    """Each letter in all normal forms and cases: UAX #15, and what `fold` promises besides."""
    every = sorted(set(letters()))
    forms = [[unicodedata.normalize(form, one) for one in every] for form in ("NFC", "NFD")]
    marked = [f"a{one}" if unicodedata.category(one) == "Mn" else one for one in every]
    texts = [every, *forms, marked]
    steps = [["tell", f"{texts!r}.map((all) => all.map(fold))"]]
    steps += [["tell", f"{every!r}.map((one) => fold(fold(one)))"]]
    seen = browser.visit(f"{site}search/", steps=steps)
    (plain, nfc, nfd, with_marks), twice = seen["told"]
    assert plain == nfc == nfd == twice
    latin = [(one, out) for one, out in zip(marked, with_marks, strict=True) if one != one[0]]
    wrong = [one for one, out in latin if 0x300 <= ord(one[1]) < 0x370 and out != " a "]
    assert wrong == []


def test_titles_come_before_summaries_and_newer_articles_before_older(
    browser: Browser, archive: Archive
) -> None:
    archive.write("site.toml", PLAIN)
    archive.article("old title", title="A Frigate", date="2023-01-01")
    archive.article("new title", title="The Frigate", date="2024-01-01")
    archive.article("longer", title="Frigates at sea", date="2025-01-01")
    archive.article("term", title="Ships", date="2025-02-01", categories="[Frigate]")
    archive.article("summary", title="Boats", date="2025-03-01", summary="Not a frigate.")
    archive.article("none", title="Planes", date="2025-04-01")
    archive.build()
    with hosted(archive.output) as address:
        steps = [["tell", "document.getElementById('q').focus()"]]
        told = browser.visit(f"{address}search/", steps=[*steps, *ask("frigate")])["told"]
    assert told[2] == ["The Frigate", "A Frigate", "Frigates at sea", "Ships", "Boats"]


@pytest.fixture
def long(archive: Archive) -> Archive:
    """An archive of three years with sixty articles each."""
    archive.write("site.toml", PLAIN)
    for year in (2023, 2024, 2025):
        for number in range(60):
            month, day = divmod(number, 5)
            archive.article(f"y{year} n{number:02}", date=f"{year}-{month + 1:02}-{day + 1:02}")
    archive.build()
    return archive


def test_older_parts_are_loaded_when_they_are_asked_for(browser: Browser, long: Archive) -> None:
    steps = [["tell", "document.getElementById('q').focus()"], *ask("text")]
    steps += [["tell", "performance.getEntriesByType('resource').map((one) => one.name)"]]
    steps += [["click", "#search-more"], ["wait", f"/120/.test({STATE})"], ["tell", STATE]]
    steps += [["tell", TITLES], ["tell", FOCUS]]
    with hosted(long.output) as address:
        seen = browser.visit(f"{address}search/", steps=steps)
    _, state, first, loaded, later_state, later, focus = seen["told"]
    newest = [f"y2025 n{number:02}" for number in reversed(range(60))]
    assert state == (
        "60 articles found. The first 50 are shown. Searched back to January 1, 2025 so far."
    )
    assert first == newest[:50]
    assert [one for one in loaded if one.endswith(("2024.js", "2023.js"))] == []
    assert later_state == (
        "120 articles found. The first 100 are shown. Searched back to January 1, 2024 so far."
    )
    assert later[:60] == newest
    assert len(later) == 100
    assert focus == later[50]
    assert parts(seen) == ["2025.js", "2024.js"]


def test_a_rare_word_is_looked_for_in_the_whole_archive(browser: Browser, long: Archive) -> None:
    steps = [["tell", "document.getElementById('q').focus()"], *ask("y2023 n07")]
    with hosted(long.output) as address:
        seen = browser.visit(f"{address}search/", steps=steps)
    assert seen["told"][1:] == ["1 article found.", ["y2023 n07"]]
    assert parts(seen) == ["2025.js", "2024.js", "2023.js"]


def test_a_part_that_does_not_come_is_said_to_be_missing(browser: Browser, long: Archive) -> None:
    (long.output / "search/2024.js").rename(long.output / "search/away")
    steps = [["tell", "document.getElementById('q').focus()"], *ask("n07")]
    with hosted(long.output) as address:
        seen = browser.visit(f"{address}search/", steps=steps)
        (long.output / "search/away").rename(long.output / "search/2024.js")
        again = browser.visit(f"{address}search/", steps=steps)
    assert seen["told"][1:] == [
        "2 articles found. Not everything could be loaded; search again to have another try.",
        ["y2025 n07", "y2023 n07"],
    ]
    assert again["told"][1] == "3 articles found."
