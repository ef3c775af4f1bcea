"""Every kind of page in a real browser: on telephones, tablets and desks, in light and in dark.

What a reader would see is kept as screenshots in the folder of artefacts.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.browser.chromium import Browser, Seen
from tests.browser.host import hosted
from tests.browser.pages import NARROW, PAGES, PLAIN, VIEWS, WCAG, addresses, faults

LARGEST_SHIFT = 0.02
LATE_SECONDS = 0.4
NARROWEST = 320
"""A window 1,280 pixels wide at 400 % (WCAG 1.4.10)."""
BASE = "/deep/er/"

Looks = Mapping[str, Seen]


@pytest.fixture(scope="session")
def places(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The addresses of all pages by name, on a host whose pictures come after the page is shown."""
    with hosted(sample, picture_seconds=LATE_SECONDS) as site:
        yield addresses(site, sample, tmp_path_factory.mktemp("editions"))


@pytest.fixture(
    scope="module", params=["narrow", pytest.param("every view", marks=pytest.mark.slow)]
)
def looks(
    request: pytest.FixtureRequest,
    browser: Browser,
    places: Mapping[str, str],
    artefacts: Path,
) -> Looks:
    """What was seen of all pages, in one view of them or in all."""
    every = request.param == "every view"
    visits = {}
    for name, address in places.items():
        for view in VIEWS if every else [NARROW]:
            visits[f"{name}, {view.width} {view.scheme}"] = visit = {
                "address": address,
                **view._asdict(),
                "axe": WCAG,
            }
            if every:
                file = f"{name.replace(' ', '-')}-{view.width}-{view.scheme}.jpeg"
                visit["screenshot"] = str(artefacts / file)
    return dict(zip(visits, browser.visit_all(list(visits.values())), strict=True))


def test_every_page_is_there_and_has_a_heading(looks: Looks) -> None:
    for name, seen in looks.items():
        assert seen["title"].strip(), name
        wanted = 404 if name.startswith("missing") else 200
        assert name.startswith("edition") or seen["status"] == wanted, name


def test_no_page_reaches_past_the_sides_of_the_window(looks: Looks) -> None:
    assert not faults({name: seen["wide"] for name, seen in looks.items()})


def test_no_page_has_an_error_in_the_console(looks: Looks) -> None:
    assert not faults({name: seen["errors"] for name, seen in looks.items()})


def test_no_page_asks_for_anything_elsewhere_or_that_is_not_there(
    looks: Looks, places: Mapping[str, str]
) -> None:
    found = {}
    for name, seen in looks.items():
        own = ("data:",) if name.startswith("edition") else ("data:", places["home"])
        found[name] = seen["failed"] + [
            address for address in seen["requests"][1:] if not address.startswith(own)
        ]
    assert not faults(found)


def test_nothing_moves_while_a_page_loads(looks: Looks) -> None:
    found = {}
    for name, seen in looks.items():
        shifts = seen["shifts"]
        found[name] = shifts if sum(one["value"] for one in shifts) >= LARGEST_SHIFT else []
    assert not faults(found)


def test_every_picture_is_shown(looks: Looks) -> None:
    assert not faults({name: 0 in seen["pictures"] for name, seen in looks.items()})


def test_no_page_breaks_a_rule_of_wcag_2_2_a_or_aa(looks: Looks) -> None:
    assert not faults({name: seen["violations"] for name, seen in looks.items()})


@pytest.mark.slow
def test_no_page_reaches_past_the_sides_at_four_times_its_size(
    browser: Browser, places: Mapping[str, str]
) -> None:
    visits = [{"address": address, "width": NARROWEST} for address in places.values()]
    seen = browser.visit_all(visits)
    assert not faults({name: one["wide"] for name, one in zip(places, seen, strict=True)})


@pytest.mark.slow
def test_every_page_is_read_without_javascript(browser: Browser, places: Mapping[str, str]) -> None:
    visits = [
        {"address": address, "script": script}
        for address in places.values()
        for script in (True, False)
    ]
    seen = browser.visit_all(visits)
    for name, usual, without in zip(places, seen[::2], seen[1::2], strict=True):
        assert without["errors"] == [], name
        assert without["title"] == usual["title"], name
        if not name.startswith("search"):  # of what the search says then, test_search.py tells
            assert len(without["text"]) >= 0.9 * len(usual["text"]), name


def test_the_site_works_below_a_folder_of_its_host(sample: Path, browser: Browser) -> None:
    pages = ["", PAGES["listing"], PLAIN, PAGES["archive"]]
    with hosted(sample, BASE) as address:
        for path, seen in zip(
            pages, browser.visit_all([{"address": address + path} for path in pages]), strict=True
        ):
            assert seen["status"] == 200, path
            assert seen["failed"] == seen["errors"] == [], path
            assert all(one.startswith(("data:", address)) for one in seen["requests"]), path
