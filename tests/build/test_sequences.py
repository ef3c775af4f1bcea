"""Any sequence of edits, each followed by an incremental build, gives the tree of a clean build.

What a clean build cannot have are the bytes of published editions that it would make otherwise: it
is given those that the incremental one has, and each of them must be what its name says.
"""

import re
import shutil
import tempfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from site_builder.errors import ContentError
from site_builder.pipeline import build, check, verify
from site_builder.publish.cid import parse_cid
from site_builder.publish.ledger import read_ledger
from site_builder.reports import Request
from tests.archives import DRAWING_SITE, NOON, Archive, Silent, tree_of
from tests.editions import publish_editions
from tests.imaging import png

NAMES = st.sampled_from(["a", "b", "c", "d", "sub/e", "sub/f", "other/g"])
TITLES = st.sampled_from(["Talks", "Patrol", "Treaty", "Drill", "گشت", "Launch"])
DATES = st.dates(
    min_value=NOON.date() - timedelta(days=70), max_value=NOON.date() + timedelta(days=9)
).map(str)
TERMS = st.lists(
    st.sampled_from(["Navy", "navy", "Air Force", "Army", "NAVY!"]), min_size=1, max_size=3
).map(lambda names: "[" + ", ".join(f"'{name}'" for name in names) + "]")
BODIES = st.sampled_from(
    [
        "Text.",
        "## Part\n\nMore *text*.",
        "![p](p.png)",
        "[p](p.png)",
        "See [all](/category/).",
        "One[^1].\n\n[^1]: N.",
    ]
)
TEMPLATES = st.sampled_from(["missing.html", "redirect.html", "_macros.html", "notice.html"])
VANISHED = re.compile(r"^the address (\S+) of .* was published and would vanish$")
SETTINGS = st.sampled_from(
    [
        "page_size = 1",
        "page_size = 3",
        "home_size = 2",
        'time_zone = "Asia/Karachi"',
        "feed_size = 1",
        'engine = "commonmark"',
        'description = "Another"',
        'navigation = ["Navy"]',
        "sanitize = true",
        "share_images = false",
    ]
)


class Newsroom(RuleBasedStateMachine):
    """An archive that is edited and built, again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.articles: dict[str, dict[str, str]] = {}
        self.archive = Archive(self.folder / "archive")
        self.now = NOON
        self.drafts = False

    @initialize()
    def start(self) -> None:
        self.archive.write("site.toml", DRAWING_SITE + "page_size = 2\n")
        for folder in ("", "sub/", "other/"):
            self.archive.write(f"articles/{folder}p.png", png(folder))
        for name in ("a", "b"):  # so that most sequences have something published to change
            self.articles[name] = {"title": name, "date": "2025-12-01", "body": "Text."}
            self.put(name)
        self.archive.build()
        publish_editions(self.archive)

    def put(self, name: str) -> None:
        """Write an article, with a slug of its own so that addresses never collide."""
        fields = {"slug": f"s-{name.replace('/', '-')}", **self.articles[name]}
        self.archive.article(name, **fields)

    @rule(name=NAMES, title=TITLES, date=DATES, categories=TERMS, tags=TERMS, body=BODIES)
    def add(self, name: str, title: str, date: str, categories: str, tags: str, body: str) -> None:
        keys = {"title": title, "date": date, "categories": categories, "tags": tags, "body": body}
        self.articles[name] = keys
        self.put(name)

    @rule(name=NAMES, key=st.sampled_from(["title", "summary", "authors", "kind"]), title=TITLES)
    def retitle(self, name: str, key: str, title: str) -> None:
        if name in self.articles:
            self.articles[name][key] = "analysis" if key == "kind" else title
            self.put(name)

    @rule(name=NAMES, categories=TERMS)
    def recategorise(self, name: str, categories: str) -> None:
        if name in self.articles:
            self.articles[name]["categories"] = categories
            self.put(name)

    @rule(name=NAMES, date=DATES)
    def backdate(self, name: str, date: str) -> None:
        if name in self.articles:
            self.articles[name]["date"] = date
            self.put(name)

    @rule(name=NAMES, other=NAMES)
    def rename(self, name: str, other: str) -> None:
        if name in self.articles and other not in self.articles:
            self.articles[other] = self.articles.pop(name)
            (self.archive.root / f"articles/{name}.md").unlink()
            self.put(other)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if self.articles.pop(name, None):
            (self.archive.root / f"articles/{name}.md").unlink()

    @rule(
        name=NAMES, state=st.sampled_from(["draft", "embargo", "expires", "withdrawn", "aliases"])
    )
    def change_state(self, name: str, state: str) -> None:
        if name in self.articles:
            day = (NOON + timedelta(days=20)).date()
            value = {
                "draft": "true",
                "embargo": f"{day}",
                "expires": f"{day}",
                "withdrawn": f"{{date: {day}, reason: Wrong.}}",
                "aliases": f"[/old/{name}/]",
            }[state]
            if self.articles[name].pop(state, None) is None:
                self.articles[name][state] = value
            self.put(name)

    @rule(days=st.integers(-25, 25), drafts=st.booleans())
    def let_time_pass(self, days: int, drafts: bool) -> None:
        self.now = NOON + timedelta(days=days)
        self.drafts = drafts

    @rule(template=TEMPLATES, text=st.sampled_from(["", "<!-- one -->", "{# two #}"]))
    def edit_theme(self, template: str, text: str) -> None:
        default = Path(__file__).parents[2] / "theme/templates" / template
        self.archive.write(f"theme/templates/{template}", default.read_text() + text)

    @rule(data=st.sampled_from(["body{}", "p{}"]))
    def edit_styles(self, data: str) -> None:
        self.archive.write("theme/static/site.css", data)

    @rule(setting=SETTINGS)
    def edit_configuration(self, setting: str) -> None:
        self.archive.write("site.toml", DRAWING_SITE + setting + "\n")

    @rule(folder=st.sampled_from(["", "sub/", "other/"]), text=st.text("ab", max_size=3))
    def change_picture(self, folder: str, text: str) -> None:
        self.archive.write(f"articles/{folder}p.png", png(text, width=3 + len(text)))

    @rule()
    def publish(self) -> None:
        if not self.drafts:
            publish_editions(self.archive, now=self.now)

    def keep_addresses(self) -> None:
        """Let one article have every published address that no file would answer.

        What was published once is under no embargo any more: that would be a fault of its own.
        """
        published = [line.url for line in read_ledger(self.archive.root, b"")[0].lines]
        for name, fields in self.articles.items():
            own = f"/s-{name.replace('/', '-')}/"
            if "embargo" in fields and any(url.endswith(own) for url in published):
                del fields["embargo"]
                self.put(name)
        self.archive.article("keeper", date="2020-01-01")
        try:
            check(self.request(), Silent())
        except ContentError as error:
            urls = [VANISHED.sub(r"\1", problem.what) for problem in error.problems]
            self.archive.article("keeper", date="2020-01-01", aliases=f"[{', '.join(urls)}]")

    def request(self) -> Request:
        """Return the request of a build."""
        return Request(self.archive.root, self.archive.output, self.now, drafts=self.drafts)

    def blocks(self) -> dict[str, bytes]:
        """Return the blocks on the host."""
        folder = self.archive.output / "ipfs"
        return tree_of(folder) if folder.exists() else {}

    @rule()
    def lose_the_cache(self) -> None:
        (self.archive.root / ".site_builder/cache.sqlite").unlink(missing_ok=True)

    @rule(path=st.sampled_from(["index.html", "feed.xml", "404.html"]), text=st.text("ab"))
    def deface(self, path: str, text: str) -> None:
        if (self.archive.output / path).exists():
            (self.archive.output / path).write_text(text)

    @invariant()
    def the_incremental_tree_is_the_clean_tree(self) -> None:
        clean = self.folder / "clean"
        before = self.blocks()
        self.keep_addresses()
        request = self.request()
        self.archive.build(now=self.now, drafts=self.drafts)
        blocks = self.blocks()
        self.published_blocks_stay(before, blocks)
        for line in read_ledger(self.archive.root, b"")[0].lines:
            if line.cid in blocks:
                (clean / "ipfs").mkdir(parents=True, exist_ok=True)
                (clean / "ipfs" / line.cid).write_bytes(blocks[line.cid])
        report = verify(request, Silent())
        assert (report.written, report.removed, report.strangers) == ((), (), ())
        build(request._replace(output=clean), Silent())
        ours = tree_of(self.archive.output)
        ours.pop(".site_builder-files")
        theirs = tree_of(clean)
        theirs.pop(".site_builder-files")
        assert ours.keys() == theirs.keys()
        assert [path for path in ours if ours[path] != theirs[path]] == []
        shutil.rmtree(clean)

    def published_blocks_stay(self, before: dict[str, bytes], after: dict[str, bytes]) -> None:
        """Fail where a block is not what its name says, or a published one went without reason."""
        for cid, data in after.items():
            if cid != "bafkqaaa":
                assert parse_cid(cid).digest == sha256(data).digest()
        gone = any(
            key in fields for fields in self.articles.values() for key in ("withdrawn", "expires")
        )
        for line in read_ledger(self.archive.root, b"")[0].lines:
            if line.cid in before and not gone:
                assert after.get(line.cid) == before[line.cid]

    def teardown(self) -> None:
        """Remove the archive."""
        shutil.rmtree(self.folder)


def trying(examples: int) -> settings:
    """Return how many sequences are tried, each of a dozen edits."""
    return settings(
        max_examples=examples,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


TestNewsroom = Newsroom.TestCase
TestNewsroom.settings = trying(5)


@pytest.mark.slow
def test_any_sequence_of_many_more_edits_gives_the_tree_of_a_clean_build() -> None:
    run_state_machine_as_test(Newsroom, settings=trying(40))
