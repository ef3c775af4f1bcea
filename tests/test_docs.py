"""The documentation says what the program does: every key, option, value and link of it."""

import argparse
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from site_builder import cli
from site_builder.articles.article import KINDS
from site_builder.articles.validate import KEYS
from site_builder.build import pages
from site_builder.build.render import Renderer
from site_builder.config import KEYS as CONFIGURATION_KEYS
from site_builder.config import Config
from tests.archives import Archive
from tests.conftest import PROJECT

DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "CHANGELOG.md",
    *sorted((PROJECT / "docs").glob("*.md")),
]


def documented(name: str) -> list[str]:
    """Return the first column of the tables of a document."""
    return re.findall(r"^\| `([\w.]+)` \|", (PROJECT / "docs" / name).read_text(), re.MULTILINE)


def test_every_configuration_key_is_documented_and_no_other() -> None:
    assert documented("configuration.md") == list(CONFIGURATION_KEYS)


def test_every_documented_default_is_the_one_in_force() -> None:
    text = (PROJECT / "docs/configuration.md").read_text()
    defaults = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|", text, re.MULTILINE))
    told = {"required": None, "empty": None, "the title": None}
    for field in msgspec.structs.fields(Config):
        if field.name in defaults and defaults[field.name] not in told:
            told_value = msgspec.json.decode(defaults[field.name].strip("`"))
            assert told_value == msgspec.json.decode(msgspec.json.encode(field.default))


def test_every_front_matter_key_is_documented_and_no_other() -> None:
    assert sorted(documented("front-matter.md")) == sorted(KEYS)


def test_every_kind_is_documented() -> None:
    text = (PROJECT / "docs/front-matter.md").read_text()
    assert all(f"`{kind}`" in text for kind in KINDS)


VALUES: dict[str, tuple[type[msgspec.Struct], ...]] = {
    "term": (pages.Term, pages.TermCount),
    "block": (pages.HomeBlock,),
    "picture": (pages.PictureView,),
    "file of a picture": (pages.PictureFile,),
    "shared image": (pages.SharedImage,),
    "card": (pages.Card,),
    "edition": (pages.EditionView,),
    "revision": (pages.RevisionView,),
    "neighbour": (pages.Neighbour,),
    "pager": (pages.Pager,),
    "`site`": (pages.SiteInfo,),
    "`page`": (pages.PageInfo,),
}


def told(first: str) -> set[str]:
    """Return the names that the row of docs/themes.md which begins with `first` lists.

    Those in brackets are the fields of the one before them.
    """
    text = (PROJECT / "docs/themes.md").read_text()
    row = re.search(rf"^\| {re.escape(first)} \| (.*) \|$", text, re.MULTILINE)
    assert row, first
    return set(re.findall(r"`(\w+)`", re.sub(r"\([^()]*\)", "", row[1])))


@pytest.mark.parametrize("value", VALUES)
def test_every_field_of_a_value_is_documented_and_no_other(value: str) -> None:
    assert told(value) == {name for view in VALUES[value] for name in view.__struct_fields__}


def test_what_an_article_has_besides_a_card_is_documented() -> None:
    own = set(pages.ArticleView.__struct_fields__) - set(pages.Card.__struct_fields__)
    assert told("article") == own


def test_every_template_is_given_what_is_documented_and_no_more(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, set[str]] = {}
    render = Renderer._render

    def spy(self: Renderer, name: str, values: dict[str, Any], page: pages.PageInfo) -> str:
        given[name] = set(values)
        return render(self, name, values, page)

    monkeypatch.setattr(Renderer, "_render", spy)
    archive.article("one", aliases="[/old/]")
    archive.article("two", withdrawn="{date: 2025-09-01, reason: Wrong.}")
    archive.build(jobs=1)
    named = {file.name for file in (PROJECT / "theme/templates").glob("[!_b]*.html")}
    assert set(given) == named
    assert {name: told(f"`{name}`") for name in named} == given


def test_every_command_and_option_says_what_it_does() -> None:
    parser = cli._parser()
    commands = next(
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    )
    for name, command in commands.choices.items():
        assert command.description, name
        assert "example: site-builder" in (command.epilog or ""), name
        for action in command._actions:
            assert action.help, action


def test_every_command_is_in_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text()
    for command in ("make site", "make test", "site-builder build", "site-builder check"):
        assert command in readme


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.name))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", strip_code(document.read_text())):
        assert (document.parent / link).exists(), link


def strip_code(text: str) -> str:
    """Return Markdown without its code."""
    return re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)


def test_the_template_of_the_documentation_changes_its_page_alone(archive: Archive) -> None:
    archive.article("one")
    archive.build()
    before = archive.tree()
    text = (PROJECT / "docs/themes.md").read_text()
    example = re.findall(r"```html\n(.*?)```", text, re.DOTALL)[0]
    archive.write("theme/templates/listing.html", example)
    archive.build()
    after = archive.tree()
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert changed == {"category/defence/index.html"}
    assert ">one</a></li>" in archive.page("/category/defence/")
    assert 'class="masthead"' in archive.page("/category/defence/")


def test_the_macros_of_the_theme_are_documented_and_no_others() -> None:
    text = (PROJECT / "theme/templates/_macros.html").read_text()
    written = re.findall(r"{% macro (\w+\(.*?\)) %}", text)
    section = (PROJECT / "docs/themes.md").read_text().split("| macro |")[1].split("\n\n")[0]
    rows = [row.split("|")[1] for row in section.splitlines()[2:]]
    assert sorted(re.findall(r"`(\w+\(.*?\))`", " ".join(rows))) == sorted(written)


def test_the_smallest_configuration_of_the_documentation_builds(tmp_path: Path) -> None:
    text = (PROJECT / "docs/configuration.md").read_text()
    example = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0]
    archive = Archive(tmp_path / "archive", site=example)
    archive.article("one")
    assert archive.build().articles == 1


def test_the_articles_of_the_documentation_build(tmp_path: Path) -> None:
    for name, pattern in (("README.md", "markdown"), ("docs/front-matter.md", "yaml")):
        archive = Archive(tmp_path / pattern)
        example = re.findall(rf"```{pattern}\n(.*?)```", (PROJECT / name).read_text(), re.DOTALL)[0]
        archive.write("articles/example.md", example)
        assert archive.build().articles == 1
        assert archive.page("/2025/08/pakistan-us-counterterrorism-alliance-gains-momentum/")
