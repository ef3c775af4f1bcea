"""The browser of the tests sees what is wrong with a page: without that, no fault means nothing."""

from pathlib import Path

import pytest

from tests.browser.chromium import Browser, Seen
from tests.browser.host import hosted
from tests.browser.pages import WCAG

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Faulty</title><link rel="icon" href="data:,">
<style>
.plain:focus, .plain:focus-visible { outline: none }
.row { display: flex; flex-direction: row-reverse; list-style: none }
.lid { position: fixed; bottom: 0; left: 0; width: 100px; height: 60px; background: #fff }
.under { position: fixed; bottom: 20px; left: 10px }
</style></head>
<body><main>
<h1>Faulty</h1>
<p><a class="plain" href="#a">No sign of the focus</a></p>
<ul class="row"><li><a href="#b">Shown last</a></li><li><a href="#c">Shown first</a></li></ul>
<p><a href="#d" tabindex="2">Out of order</a></p>
<p><a class="under" href="#e">Covered</a></p><div class="lid"></div>
<p><img src="missing.png"><span style="color: #bbb">Faint</span></p>
<p style="width: 700px">Wide</p>
<p id="moves">Moves</p>
</main>
<script>
console.error('said in the console')
setTimeout(() => document.querySelector('h1').style.paddingTop = '300px', 50)
window.late = new Promise((done) => setTimeout(done, 300))
fetch('http://localhost:9/elsewhere').catch(() => {})
</script></body></html>
"""


@pytest.fixture(scope="module")
def seen(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What was seen of a page with many faults."""
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "404.html").write_text("<!doctype html><title>None</title>", encoding="utf-8")
    with hosted(folder) as address:
        return browser.visit(address, width=360, steps=[["tell", "late"]], walk=True, axe=WCAG)


def test_what_reaches_past_the_sides_is_seen(seen: Seen) -> None:
    assert seen["wide"][0].endswith(" in 360")
    assert "P." in seen["wide"]


def test_what_moves_is_seen(seen: Seen) -> None:
    assert sum(one["value"] for one in seen["shifts"]) > 0.02


def test_errors_and_requests_are_seen(seen: Seen) -> None:
    assert any("said in the console" in one for one in seen["errors"])
    assert {one.rpartition("/")[2] for one in seen["failed"]} == {"missing.png", "elsewhere"}
    assert "http://localhost:9/elsewhere" in seen["requests"]
    assert seen["pictures"] == [0]


def test_rules_of_wcag_that_are_broken_are_seen(seen: Seen) -> None:
    broken = {one["rule"] for one in seen["violations"]}
    assert {"image-alt", "color-contrast"} <= broken


def test_faults_of_the_focus_are_seen(seen: Seen) -> None:
    stops = {one["name"].split('"')[1]: one for one in seen["stops"]}
    assert [name for name, one in stops.items() if not one["seen"]] == ["No sign of the focus"]
    assert [name for name, one in stops.items() if one["covered"]] == ["Covered"]
    assert stops["Shown first"]["order"] == "is shown before the last stop"
    assert stops["No sign of the focus"]["order"] == "comes before the last stop in the document"


def test_a_page_that_lacks_its_address_is_seen_as_such(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "404.html").write_text("<!doctype html><h1>None</h1>", encoding="utf-8")
    with hosted(tmp_path) as address:
        found = browser.visit(address + "none/")
    assert (found["status"], found["title"]) == (404, "None")
