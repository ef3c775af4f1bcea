"""What a browser makes of the policy: no page breaks it, and nothing that is slipped in runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archives import DRAWING_SITE, Archive
from tests.browser.chromium import Browser
from tests.browser.host import hosted

ARTICLE = "2025/08/one/"
OTHERS = [
    "", "2025/08/two/", "category/defence/", "category/defence/page/1/", "category/", "archive/",
    "2025/", "2025/08/", "2025/08/three/", "search/", "subscribe/", "no/such/page/",
]  # fmt: skip
COPY = "document.querySelector('.edition-check').textContent"
VERIFY = [
    ["click", ".edition-details summary"],
    ["wait", f"/checked just now|could not be checked/.test({COPY})"],
    ["tell", COPY],
]
ELSEWHERE = "https://elsewhere.example/"
RAN = "document.querySelector('h1').textContent = 'ran'"
RAW = f"""
<script>{RAN}</script>
<p onclick="{RAN}" style="color: rgb(1, 2, 3)" id="styled">x</p>
<img src="{ELSEWHERE}x.png" onerror="{RAN}" alt="">
<style>#styled {{ background: rgb(1, 2, 3) }}</style>
<iframe srcdoc="<script>parent.{RAN}</script>"></iframe>
<iframe src="{ELSEWHERE}"></iframe>
<object data="{ELSEWHERE}x.swf"></object>
<script src="{ELSEWHERE}x.js"></script>
<link rel="stylesheet" href="{ELSEWHERE}x.css">
<base href="{ELSEWHERE}">
<form action="{ELSEWHERE}"><button id="send">Send</button></form>
"""
LOOK = [
    ["tell", "document.querySelector('#send').click()"],
    ["tell", "document.querySelector('h1').textContent"],
    ["tell", "getComputedStyle(document.querySelector('#styled')).color"],
    ["tell", "getComputedStyle(document.querySelector('#styled')).backgroundColor"],
    ["tell", "new URL('x', document.baseURI).host == location.host"],
    ["tell", "location.pathname"],
]


@pytest.fixture
def news(tmp_path: Path) -> Archive:
    """An archive with a page of every kind."""
    archive = Archive(tmp_path / "archive", DRAWING_SITE + "page_size = 1\n")
    table = "| a | b |\n| - | -: |\n| 1 | 2 |\n\nText[^1].\n\n[^1]: Note."
    archive.article("one", slug="one", title="Talks", body=table)
    archive.article("two", slug="two", tags="[T]", authors="[A]", date="2025-08-22")
    archive.article("three", slug="three", withdrawn="{date: 2025-08-23, reason: Wrong.}")
    archive.build()
    return archive


@pytest.fixture(params=["with headers", pytest.param("without headers", marks=pytest.mark.slow)])
def site(news: Archive, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of that archive on a host that reads `_headers`, and on one that does not."""
    if request.param == "without headers":
        (news.output / "_headers").unlink()
    with hosted(news.output) as address:
        yield address


def test_no_page_breaks_the_policy_or_asks_another_host(site: str, browser: Browser) -> None:
    visits = [{"address": site + ARTICLE, "steps": VERIFY}]
    visits += [{"address": site + path} for path in OTHERS]
    for visit, seen in zip(visits, browser.visit_all(visits), strict=True):
        assert seen["errors"] == [], visit
        assert seen["failed"] == [], visit
        assert [one for one in seen["requests"] if not one.startswith(site)] == [], visit


def test_a_page_keeps_the_policy_when_it_is_read_from_disk(news: Archive, browser: Browser) -> None:
    seen = browser.visit((news.output / ARTICLE / "index.html").as_uri())
    assert seen["errors"] == []
    assert seen["failed"] == []


def test_nothing_that_is_slipped_into_an_article_runs_loads_or_sends(
    news: Archive, site: str, browser: Browser
) -> None:
    page = news.output / ARTICLE / "index.html"
    page.write_text(page.read_text().replace("</h1>", f"</h1>{RAW}", 1))
    seen = browser.visit(site + ARTICLE, steps=LOOK)
    _, title, colour, background, same_base, place = seen["told"]
    assert title == "Talks"
    assert "rgb(1, 2, 3)" not in (colour, background)
    assert same_base
    assert place == f"/{ARTICLE}"
    asked = {one for one in seen["requests"] if one.startswith(ELSEWHERE)}
    assert asked <= set(seen["failed"])
    told = "\n".join(seen["errors"])
    for directive in (
        "script-src", "style-src", "img-src", "default-src", "base-uri", "form-action",
    ):  # fmt: skip
        assert directive in told, told


@pytest.mark.parametrize("sanitize", [True, False])
def test_what_the_policy_refuses_does_not_reach_it_from_a_sanitized_body(
    news: Archive, browser: Browser, sanitize: bool
) -> None:
    news.write("site.toml", DRAWING_SITE + f"sanitize = {str(sanitize).lower()}\n")
    # What would be loaded from elsewhere by its src is refused before.
    body = "\n".join(line for line in RAW.splitlines() if f'src="{ELSEWHERE}' not in line)
    news.article("one", slug="one", title="Talks", body=body)
    news.build()
    with hosted(news.output) as site:
        seen = browser.visit(site + ARTICLE)
    assert (seen["errors"] == []) == sanitize
    assert seen["title"] == "Talks"
