"""The site is used with the keyboard alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.browser.chromium import Browser
from tests.browser.pages import PAGES, PLAIN, RICH, URDU, faults

FOCUS = "document.activeElement.id || document.activeElement.outerHTML.slice(0, 200)"

INSIDE = "document.activeElement.matches('.edition-details :not(summary)')"


def walked(browser: Browser, visits: Mapping[str, Mapping[str, Any]]) -> None:
    """Go through pages with the Tab key: each stop is seen, in reading order, none left out."""
    found = {}
    seen_all = browser.visit_all([{**visit, "walk": True} for visit in visits.values()])
    for name, seen in zip(visits, seen_all, strict=True):
        found[name] = [f"never reached: {one}" for one in seen["passedOver"]]
        for stop in seen["stops"]:
            said = [stop["order"], f"covered by {stop['covered']}" if stop["covered"] else ""]
            said += ["" if stop["seen"] else "looks the same with the focus"]
            said += ["" if stop["shown"] else "is outside of the window"]
            found[name] += [f"{stop['name']} {one}" for one in said if one]
        assert len(seen["stops"]) > 5, name
    assert not faults(found)


def test_an_article_is_walked_through_on_a_telephone(browser: Browser, site: str) -> None:
    walked(browser, {"narrow": {"address": site + PLAIN, "width": 360}})


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_is_walked_through(browser: Browser, site: str, width: int) -> None:
    walked(
        browser,
        {
            f"{name}, {width} {scheme}": {"address": site + path, "width": width, "scheme": scheme}
            for name, path in PAGES.items()
            for scheme in ("light", "dark")
        },
    )


@pytest.mark.parametrize("path", [RICH, URDU])
def test_the_first_stop_skips_to_the_content(browser: Browser, site: str, path: str) -> None:
    steps = [["press", "Tab"], ["tell", FOCUS], ["press", "Enter"], ["tell", FOCUS]]
    skip, content, first = browser.visit(
        site + path,
        steps=[*steps, ["press", "Tab"], ["tell", "document.activeElement.closest('main')?.id"]],
    )["told"]
    assert "Skip to content" in skip
    assert content == first == "page-main"


def test_a_disclosure_opens_and_shuts_with_the_keyboard(browser: Browser, site: str) -> None:
    opened = "document.querySelector('.edition-details').open"
    steps = [["tell", "document.querySelector('.edition-details summary').focus()"]]
    steps += [["press", "Enter"], ["tell", opened], ["press", "Space"], ["tell", opened]]
    assert browser.visit(site + PLAIN, steps=steps)["told"][1:] == [True, False]


def test_a_link_inside_a_disclosure_is_reached_once_it_is_open(browser: Browser, site: str) -> None:
    steps = [["tell", "document.querySelector('.edition-details summary').focus()"]]
    steps += [["press", "Enter"], ["press", "Tab"], ["tell", INSIDE]]
    assert browser.visit(site + PLAIN, steps=steps)["told"][1] is True


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_are_switched_and_stay_so(browser: Browser, site: str, scheme: str) -> None:
    ground = ["tell", "getComputedStyle(document.body).backgroundColor"]
    pressed = ["tell", "document.querySelector('.switch button').getAttribute('aria-pressed')"]
    switch = [["tell", "document.querySelector('.switch button').focus()"], ["press", "Enter"]]
    steps = [ground, pressed, *switch, ground, pressed, ["visit", site], ground, pressed]
    steps += [*switch, ground, pressed]
    told = browser.visit(site + PLAIN, scheme=scheme, steps=steps)["told"]
    first, then = ["false", "true"] if scheme == "light" else ["true", "false"]
    assert [one for one in told if one in ("true", "false")] == [first, then, then, first]
    grounds = [one for one in told if one and one.startswith("rgb")]
    assert grounds[0] != grounds[1]
    assert grounds == [grounds[0], grounds[1], grounds[1], grounds[0]]
