"""Plan the files of editions: the block of each, and what makes the host a source of blocks.

Specification: trustless-gateway, "Trustless Gateway": `/ipfs/{cid}?format=raw` is the block itself,
and `/ipfs/bafkqaaa`, the empty block, tells that the host answers such requests.
"""

from collections.abc import Iterator
from functools import partial

import msgspec

from site_builder.articles.article import Entry
from site_builder.articles.media import Media
from site_builder.build.edition import BLOCKS, Edition, Editions
from site_builder.build.jobs import ArticleJob, EditionJob, KeptJob
from site_builder.build.output import ASSET, FEED, Inputs, Load, Output, known_output, output
from site_builder.build.pictures import file_url
from site_builder.build.plan.articles import article_job
from site_builder.build.plan.media import original_of
from site_builder.build.published import Published
from site_builder.publish.ledger import LEDGER_FILE, Ledger

PROBE = "bafkqaaa"
HEADERS = """/ipfs/*
  Content-Type: application/vnd.ipld.raw
  Content-Disposition: attachment
  Cache-Control: public, max-age=29030400, immutable
  Access-Control-Allow-Origin: *
/editions.jsonl
  Content-Type: application/jsonl; charset=utf-8
"""
"""The rules of `_headers` for editions; those for the whole site add to them."""


def plan_editions(
    published: Published, editions: Editions, articles_folder: str
) -> Iterator[Output]:
    """Yield the blocks of all editions, the copy of the ledger and the probe.

    `articles_folder` is the absolute path of `articles/`.
    """
    planned: set[str] = set()
    for entry in published.entries:
        edition = editions.of(entry.source)
        if edition is None:
            continue
        root, blocks = edition.measured.cid, edition.measured.blocks
        planned.add(root)
        parts = [(f"{BLOCKS}/{root}", root)]
        if blocks:
            parts += [(f"{BLOCKS}/{cid}", cid) for cid in blocks]
            parts.append((f"{BLOCKS}/{root}.html", ""))
        for path, part in parts:
            block = EditionBlock(published, edition, entry, articles_folder, part)
            yield Output(path, ASSET, root.encode(), block)  # the path says the rest
    gone = _gone(published, editions.ledger)
    for line in editions.ledger.lines:
        if line.cid not in planned and line.cid not in gone:
            for cid in (line.cid, *line.blocks):
                inputs = (("block", cid.encode()),)
                yield output(f"{BLOCKS}/{cid}", ASSET, inputs, partial(_kept_job, cid))
    for path, data in ((LEDGER_FILE, editions.ledger.data), (f"{BLOCKS}/{PROBE}", b"")):
        yield known_output(path, FEED, "text", data)


def _gone(published: Published, ledger: Ledger) -> set[str]:
    """Return the CIDs of all revisions of articles that are gone, under whichever addresses."""
    last = (ledger.find((entry.url, *entry.aliases)) for entry in published.gone)
    return {line.cid for one in last if one for line in ledger.history(one.cid)}


class EditionBlock(msgspec.Struct, frozen=True, gc=False):
    """The recipe of a block of an edition, or of the whole of one that has several."""

    published: Published
    edition: Edition
    entry: Entry
    articles_folder: str
    part: str

    def inputs(self) -> Inputs:
        """Return the inputs: the CID says everything."""
        return (("edition", self.edition.cid.encode()), ("block", self.part.encode()))

    def shown(self) -> tuple[Entry, ...]:
        """Return nothing: each input stands for itself."""
        return ()

    def make(self, load: Load) -> EditionJob:
        """Return the job of the block."""
        edition = self.edition
        page = article_job(self.published, self.entry, load)
        job = edition_job(
            self.entry, page, edition.revision, edition.previous,
            self.articles_folder, self.published.media,
        )  # fmt: skip
        return msgspec.structs.replace(job, cid=edition.cid, part=self.part)


def edition_job(
    entry: Entry,
    page: ArticleJob,
    revision: int,
    previous: str,
    articles_folder: str,
    files: Media,
) -> EditionJob:
    """Return the job that renders the edition of the article whose page is `page`.

    `files` are those that articles show.
    """
    media = {}
    for mention in entry.media_named:
        known = files.get(mention.target)
        original = known and original_of(known, articles_folder, mention.target)
        if original:
            media[file_url(files, entry, mention.target)] = original
    return EditionJob(page=page, media=media, revision=revision, previous=previous)


def _kept_job(cid: str, _: Load) -> KeptJob:
    return KeptJob(cid)
