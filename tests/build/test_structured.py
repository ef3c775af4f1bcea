"""What machines read of an article."""

import json
import re
from typing import Any

from tests.archives import Archive
from tests.imaging import png


def data(archive: Archive, url: str) -> dict[str, Any]:
    """Return the JSON-LD of the page at a url."""
    (found,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', archive.page(url), re.DOTALL
    )
    told: dict[str, Any] = json.loads(found)
    return told


def test_an_article_says_who_wrote_what_when_and_what_its_edition_is_called(
    archive: Archive,
) -> None:
    archive.write("articles/p.png", png())
    archive.article(
        "one",
        slug="one",
        title="Talks & more",
        date="2025-01-01 09:00 +0500",
        updated="2025-01-03",
        kind="analysis",
        authors="[Amina Varga, Bela Brandt]",
        image="{file: p.png, alt: A map}",
        sources="[{title: The treaty, url: 'https://example.org/treaty'}]",
        corrections="[{date: 2025-01-03, text: The year was wrong.}]",
    )
    archive.build()
    told = data(archive, "/2025/01/one/")
    assert told["@type"] == "AnalysisNewsArticle"
    assert told["headline"] == "Talks & more"
    assert told["datePublished"] == "2025-01-01T04:00:00+00:00"
    assert [author["name"] for author in told["author"]] == ["Amina Varga", "Bela Brandt"]
    assert told["author"][0]["url"].endswith("/author/amina-varga/")
    assert re.search(r"/2025/01/one/p-3\.\w+\.png\Z", told["image"])
    assert told["isBasedOn"][0]["url"] == "https://example.org/treaty"
    assert told["correction"][0]["text"] == "The year was wrong."
    ipfs, sha256 = told["identifier"]
    assert (archive.output / "ipfs" / ipfs["value"].removeprefix("ipfs://")).is_file()
    assert re.fullmatch("[0-9a-f]{64}", sha256["value"])


def test_nothing_in_it_ends_the_script_element(archive: Archive) -> None:
    title = "</script><script>alert(1)</script><!--"
    archive.article("one", date="2025-01-01", slug="one", title=f"'{title}'")
    archive.build()
    assert data(archive, "/2025/01/one/")["headline"] == title


def test_what_an_article_does_not_have_is_left_out(archive: Archive) -> None:
    archive.write("site.toml", 'title = "S"\nurl = "https://s.example/"\neditions = false\n')
    archive.article("one", date="2025-01-01")
    archive.build()
    assert (
        not {"image", "identifier", "correction", "isBasedOn"}
        & data(archive, "/2025/01/one/").keys()
    )
