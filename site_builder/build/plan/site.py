"""Plan the whole site: every output once, and every fault that only the whole archive shows.

In: a Published. Out: the outputs by path, or Problems. Nothing is read or written here.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain

import msgspec

from site_builder.addresses import media_url, normal_url, path_of
from site_builder.articles.article import Entry, Mention, Refused
from site_builder.build.edition import Editions
from site_builder.build.output import Output
from site_builder.build.plan.archives import plan_archives
from site_builder.build.plan.articles import (
    page_fingerprints,
    plan_aliases,
    plan_articles,
    plan_gone,
)
from site_builder.build.plan.editions import plan_editions
from site_builder.build.plan.feeds import plan_feeds, plan_fixed, plan_sitemaps
from site_builder.build.plan.home import plan_home
from site_builder.build.plan.listings import listing_fingerprints, plan_indexes, plan_listings
from site_builder.build.plan.media import plan_media
from site_builder.build.plan.search import plan_search
from site_builder.build.plan.share_images import plan_share_images
from site_builder.build.plan.subscribe import plan_subscribe
from site_builder.build.published import Published
from site_builder.build.theme import Theme
from site_builder.build.walk import Walk
from site_builder.errors import Problem, nearest

MOST_ALIKE = 500
"""Names that are searched for one that is alike: each costs a tenth of a millisecond."""

RESERVED_FOLDERS = ("assets/", "ipfs/", "search/", "sitemaps/")


class Plan:
    """The outputs of a site by path, and the Problems found; `walk` is for the next build."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.outputs: dict[str, Output] = {}
        self.problems: list[Problem] = []
        self._owners: dict[str, Entry] = {}

    def add(self, output: Output, owner: Entry | None = None) -> None:
        """Add an output, or a Problem for each article that claims a path already taken."""
        if output.path in self.outputs:
            self._collide(output, owner)
            return
        self.outputs[output.path] = output
        if owner:
            self._owners[output.path] = owner

    def _collide(self, output: Output, owner: Entry | None) -> None:
        other = self._owners.get(output.path)
        url = "/" + output.path.removesuffix("index.html")
        for one, two in ((owner, other), (other, owner)):
            if one is None:
                continue
            line = _line_of(one, url)
            if one is two:
                what = f"two files would have the address {url}"
                self.problems.append(Problem(one.source, line, what, "rename one of them"))
                continue
            claimed = f"by {two.source}:{_line_of(two, url)}" if two else "by the site itself"
            both = two is not None and url == one.url == two.url
            hint = "give one of them another slug" if both else "choose another address"
            what = f"the address {url} is claimed {claimed} as well"
            self.problems.append(Problem(one.source, line, what, hint))

    def check_folders(self) -> None:
        """Report addresses in reserved folders, and where a file and a folder need one name."""
        for path, owner in self._owners.items():
            if path.startswith(RESERVED_FOLDERS):
                what = "lies in a folder of the site itself"
                self._misplaced(path, owner, what)
        in_order = sorted(path for path in self.outputs if not path.startswith(RESERVED_FOLDERS))
        files = {path for path in in_order if not path.endswith("/index.html")}
        files |= {path.partition("/index.html/")[0] + "/index.html" for path in in_order
                  if "/index.html/" in path}  # fmt: skip
        for file in sorted(files & self.outputs.keys()):
            at = bisect_left(in_order, f"{file}/")
            while at < len(in_order) and in_order[at].startswith(f"{file}/"):
                either = self._owners.get(in_order[at]) or self._owners.get(file)
                if either:
                    self._misplaced(in_order[at], either, "needs a folder where there is a file")
                at += 1

    def _misplaced(self, path: str, owner: Entry, what: str) -> None:
        url = "/" + path.removesuffix("index.html")
        what = f"the address {url} {what}"
        line = _line_of(owner, url)
        self.problems.append(Problem(owner.source, line, what, "choose another address"))


def _line_of(entry: Entry, url: str) -> int:
    """Return the line that makes `entry` claim `url`."""
    if url == entry.url:
        return entry.lines["slug" if "slug" in entry.lines else "title"]
    if any(path_of(url) == path_of(alias) for alias in entry.aliases):
        return entry.lines["aliases"]
    lines = [
        named.line
        for named in entry.media_named
        if media_url(entry.source, entry.url, named.target) == url
    ]
    return max(lines, default=0)


def plan_site(
    published: Published,
    theme: Theme,
    articles_folder: str,
    editions: Editions,
    refused: Sequence[Refused],
    at_fault: frozenset[str],
) -> Plan:
    """Plan every file of the site.

    `articles_folder` is the absolute path of `articles/`. `refused` are the sources that have
    Problems of their own; `at_fault` names every file that has one, so that links to them are not
    reported on top.
    """
    walk = msgspec.structs.replace(
        published.walk,
        pages=page_fingerprints(published),
        listings=listing_fingerprints(published),
    )
    plan = Plan(walk)
    owned = chain(
        plan_media(published, articles_folder),
        plan_articles(published, editions, walk.pages),
        plan_share_images(published),
        plan_gone(published),
    )
    ours = chain(
        plan_listings(published, walk.listings),
        plan_indexes(published),
        plan_home(published),
        plan_subscribe(published),
        plan_archives(published),
        plan_search(published),
        plan_sitemaps(published),
        plan_feeds(published, editions),
    )
    for output in plan_fixed(published, theme):
        plan.add(output)
    for entry, output in owned:
        plan.add(output, entry)
    for output in ours:
        plan.add(output)
    if published.config.editions:
        for output in plan_editions(published, editions, articles_folder):
            plan.outputs[output.path] = output  # equal CIDs are equal bytes
    for entry, output in plan_aliases(published):
        plan.add(output, entry)
    plan.check_folders()
    _check_links(published, plan, refused, at_fault)
    return plan


def _check_links(
    published: Published, plan: Plan, refused: Sequence[Refused], at_fault: frozenset[str]
) -> None:
    """Report links in bodies that lead to nothing that is public."""
    for entry in published.waiting:
        _check_waiting(published, plan, entry, at_fault)
    if not at_fault:
        _check_policies(published, plan)
    naming: list[Entry | Refused] = [one for one in published.entries if one.sources_named]
    for one in (*naming, *refused):
        for mention in one.sources_named:
            if mention.target not in published.by_source and mention.target not in at_fault:
                _report(plan, one, mention, *_missing_source(published, one, mention.target))
    entries = [] if at_fault else [one for one in published.entries if one.urls_named]
    named = {mention.target for entry in entries for mention in entry.urls_named}
    missing = {url for url in named if path_of(url) not in plan.outputs}  # few are left, if any
    missing = {url for url in missing if path_of(normal_url(url)) not in plan.outputs}
    for entry in entries if missing else ():
        for mention in entry.urls_named:
            if mention.target in missing:
                hint = "to link to an article, name its file, as in [text](other.md)"
                _report(plan, entry, mention, "which is no page of this site", hint)


def _check_policies(published: Published, plan: Plan) -> None:
    """Report pages that the configuration names as the publisher's policies and that are none."""
    config = published.config
    for key, address in config.organisation.policies.items():
        if address.startswith("/") and path_of(normal_url(address)) not in plan.outputs:
            what = f"{key} of the organisation is {address}, which is no page of this site"
            line = config.lines.get("organisation", 0)
            plan.problems.append(Problem(config.file, line, what, "check the address"))


def _check_waiting(
    published: Published, plan: Plan, entry: Entry, at_fault: frozenset[str]
) -> None:
    """Report now what would stop a build on its own once an embargo ends."""
    if path_of(entry.url) in plan.outputs:
        what = f"the address {entry.url} is claimed by something that is published already"
        line = _line_of(entry, entry.url)
        plan.problems.append(Problem(entry.source, line, what, "choose another slug"))
    expected = {one.source for one in published.waiting} | published.by_source.keys() | at_fault
    for mention in entry.sources_named:
        if mention.target not in expected:
            _report(plan, entry, mention, *_missing_source(published, entry, mention.target))


def _missing_source(published: Published, entry: Entry | Refused, target: str) -> tuple[str, str]:
    """Return why a link to a source cannot be followed, and what to do."""
    why = published.hidden.get(target)
    if why:
        return why, "publish it, or take the link out"
    return "which does not exist", _likely(published, entry.source, target)


def _likely(published: Published, origin: str, target: str) -> str:
    """Guess which source was meant: one of that name elsewhere, or of a name alike beside it."""
    folder, _, name = target.rpartition("/")
    others = [source for source in published.by_source if source != origin]
    moved = [source for source in others if source.endswith(f"/{name}")]
    if moved:
        return f'did you mean "{moved[0]}"?'
    beside = [source for source in others if source.rpartition("/")[0] == folder]
    return nearest(target, beside[:MOST_ALIKE]) or "check the spelling of the file"


def _report(plan: Plan, entry: Entry | Refused, mention: Mention, why: str, hint: str) -> None:
    what = f"links to {mention.target}, {why}"
    plan.problems.append(Problem(entry.source, mention.line, what, hint))
