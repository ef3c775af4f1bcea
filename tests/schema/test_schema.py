"""Structured data keeps to schema.org: types, the properties they have, and the values of these."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_builder.articles.article import KINDS
from site_builder.build.share_image import draw_share_image
from site_builder.config_organisation import POLICIES
from tests.archives import SITE, Archive
from tests.build.test_share_images import JOB
from tests.programs import needs_module, needs_program

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
WITHIN_SECONDS = 120
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)

Check = Callable[[dict[str, Any]], dict[str, list[str]]]


@pytest.fixture
def faults(tmp_path: Path) -> Check:
    """Checks graphs by name; returns what is wrong with each that is at fault."""
    needs_module("schema-dts", MODULES)
    node = needs_program("node")

    def check(graphs: dict[str, Any]) -> dict[str, list[str]]:
        folder = tmp_path / "checked"
        folder.mkdir()
        (tmp_path / "graphs.json").write_text(json.dumps(graphs))
        places = (FOLDER / "check.mjs", MODULES, folder, tmp_path / "graphs.json")
        command = [node, *map(str, places)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=WITHIN_SECONDS
        )
        found: dict[str, list[str]] = json.loads(done.stdout)
        return found

    return check


def graphs_of(output: Path) -> dict[str, Any]:
    """Return the structured data of every page that has some by its path."""
    found = {}
    for page in sorted(output.rglob("*.html")):
        data = DATA.findall(page.read_text())
        if data:
            (only,) = data
            found[page.relative_to(output).as_posix()] = json.loads(only)
    return found


def test_every_page_of_the_sample_keeps_to_the_vocabulary(sample: Path, faults: Check) -> None:
    graphs = graphs_of(sample)
    pages = [page for page in sample.rglob("index.html") if "noindex" not in page.read_text()]
    assert len(graphs) == len(pages) > 80
    assert faults(graphs) == {}


def test_all_that_can_be_told_keeps_to_the_vocabulary(archive: Archive, faults: Check) -> None:
    policies = "".join(f'{key} = "https://x.example/{key}"\n' for key in POLICIES)
    (archive.root / "theme/static").mkdir(parents=True)
    (archive.root / "theme/static/logo.png").write_bytes(draw_share_image(JOB))
    (archive.root / "articles/p.png").write_bytes(draw_share_image(JOB))
    organisation = 'logo = "logo.png"\nsame_as = ["https://social.example/@us"]\n' + policies
    archive.write("site.toml", f"{SITE}[organisation]\n{organisation}")
    for kind in KINDS:
        archive.article(
            kind,
            slug=kind,
            kind=kind,
            updated="2025-08-22",
            summary="In short.",
            dateline="ISLAMABAD",
            tags="[One, Two]",
            authors="[Amina Varga, Bela Brandt]",
            image="{file: p.png, alt: A map, caption: The map, credit: The office}",
            sources="[{title: The treaty, url: 'https://example.org/treaty'}]",
            corrections="[{date: 2025-08-21, text: The year was wrong.}]",
        )
    archive.build()
    graphs = graphs_of(archive.output)
    article = graphs["2025/08/reportage/index.html"]["@graph"][0]
    assert set(POLICIES.values()) <= article["publisher"].keys()
    assert article["publisher"]["logo"]["url"].startswith("https://news.example/assets/logo.")
    assert faults(graphs) == {}


@pytest.mark.parametrize(
    "thing",
    [
        {"@type": "NewsArtcle"},
        {"@type": "Person", "headline": "x"},
        {"@type": "NewsArticle", "wordCount": "many words"},
        {"@type": "NewsArticle", "publisher": {"@type": "NewsArticle"}},
        {"@type": "NewsArticle", "author": [{"@type": "Person", "ethicsPolicy": "x"}]},
        {"@type": "NewsArticle", "correction": [{"@type": "CorrectionComment", "txt": "x"}]},
    ],
)
def test_what_is_not_in_the_vocabulary_is_seen(thing: dict[str, Any], faults: Check) -> None:
    good = {"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "headline": "x"}]}
    found = faults({"good": good, "bad": {**good, "@graph": [thing]}})
    assert found.keys() == {"bad"}
