"""Decide which edition each article has: the one that is frozen in the ledger, or a new one.

In: the published articles and the ledger. Out: an Edition for each article, and a Draft for each
whose bytes have to be made to know their CID. Nothing is rendered or read here.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec

from site_builder.addresses import path_of
from site_builder.articles.article import Entry, decode_article
from site_builder.articles.media import Media
from site_builder.articles.source import DIGEST_BYTES
from site_builder.build.edition import Edition, Editions, reason_of
from site_builder.build.jobs import DraftJob, Measured
from site_builder.build.output import Load, fingerprint_of
from site_builder.build.plan.articles import ArticlePage, links_digest
from site_builder.build.plan.editions import edition_job
from site_builder.build.plan.media import original_of
from site_builder.build.published import Published
from site_builder.errors import Problem
from site_builder.pictures.facts import VECTOR, Variant, alone
from site_builder.pictures.order import Original
from site_builder.publish.ledger import LEDGER_FILE, Ledger, Line

_NOTHING = bytes(DIGEST_BYTES)
"""Stands for a digest of nothing, so that each part of a fingerprint has its place."""


class Draft(msgspec.Struct, frozen=True):
    """An edition that no ledger has, not yet rendered; `fingerprint` covers all it is made of.

    `place` is that of its entry among the published ones.
    """

    entry: Entry
    place: int
    content: bytes
    revision: int
    previous: str
    fingerprint: bytes

    def edition(self, measured: Measured) -> Edition:
        """Return the edition, once its bytes are known."""
        return Edition(
            measured=measured,
            revision=self.revision,
            previous=self.previous,
            content=self.content,
        )


def sort_editions(
    published: Published, ledger: Ledger, known: Mapping[str, tuple[bytes, Measured]]
) -> tuple[dict[str, Edition], list[Draft]]:
    """Return the editions whose CIDs are known by source, and the drafts of all others.

    `known` are those that were rendered before, with their fingerprints; the ledger has the frozen.
    """
    editions: dict[str, Edition] = {}
    drafts: list[Draft] = []
    entries = published.entries
    shared = fingerprint_of(published.page_inputs)
    spellings = published.spellings
    for place, entry in enumerate(entries):
        source = entry.source
        content = content_of(entry, published.media)
        line = ledger.find((entry.url, *entry.aliases)) if ledger.lines else None
        if line and line.content == content.hex():
            editions[source] = _frozen(line)
        else:
            revision, previous = (line.revision + 1, line.cid) if line else (1, "")
            links = links_digest(published, entry) or _NOTHING
            spelling = spellings.get(source, _NOTHING)
            parts = (shared, entry.digest, spelling, links, content, previous.encode())
            fingerprint = b"".join(parts)
            made, measured = known.get(source, (b"", None))
            if measured and made == fingerprint:
                editions[source] = Edition(measured, revision, previous, content)
            else:
                drafts.append(Draft(entry, place, content, revision, previous, fingerprint))
    return editions, drafts


def content_of(entry: Entry, media: Media) -> bytes:
    """Return the digest of what an article says and shows; without files it is that of its words.

    It is SHA-256 over the digest of its words and that of each file it shows, in the order in which
    the article names them.
    """
    if not entry.media_named:
        return entry.content
    files = [media.get(mention.target) for mention in entry.media_named]
    shown = [file.digest for file in files if file]
    return sha256(entry.content + b"".join(shown)).digest()


def _frozen(line: Line) -> Edition:
    return Edition(
        measured=Measured(line.cid, line.size, line.blocks),
        revision=line.revision,
        previous=line.previous,
        content=bytes.fromhex(line.content),
        frozen=True,
    )


def draft_job(
    published: Published, ledger: Ledger, draft: Draft, articles_folder: str, load: Load
) -> DraftJob:
    """Return the job that renders a draft and the page of its article."""
    gateway = published.config.gateways[0]
    editions = Editions({}, ledger)
    page = ArticlePage(published, editions, draft.place).make(load)
    return DraftJob(
        edition=edition_job(
            draft.entry, page, draft.revision, draft.previous, articles_folder, published.media
        ),
        gateway=gateway,
        earlier=editions.before(draft.previous, page.article, gateway),
    )


def draft_pictures(
    published: Published, drafts: Sequence[Draft], articles_folder: str
) -> Iterator[tuple[Original, Variant]]:
    """Yield the files of pictures that drafts hold."""
    for draft in drafts:
        for mention in draft.entry.media_named:
            known = published.media.get(mention.target)
            original = known and original_of(known, articles_folder, mention.target)
            if original and original.facts.kind != VECTOR:
                yield original, alone(original.facts)


def check_assertions(editions: Mapping[str, Edition], entries: Sequence[Entry]) -> list[Problem]:
    """Report articles whose front matter asserts another CID than their edition has."""
    problems = []
    for entry in [one for one in entries if one.ipfs]:
        edition = editions.get(entry.source)
        if edition and entry.ipfs != edition.cid:
            what = f"ipfs: {entry.ipfs} is asserted, but the edition has {edition.cid}"
            hint = "put the article back as it was published, or take the line out"
            problems.append(Problem(entry.source, entry.lines["ipfs"], what, hint))
    return problems


def check_remembered(ledger: Ledger, paths: Mapping[str, object]) -> list[Problem]:
    """Report every address that was ever published and that no file answers now."""
    problems = []
    for number, line in enumerate(ledger.lines, start=1):
        if path_of(line.url) not in paths and ledger.latest[line.url] is line:
            what = f'the address {line.url} of "{line.title}" was published and would vanish'
            hint = "add it to the aliases of the article in its place, or keep it with withdrawn:"
            problems.append(Problem(LEDGER_FILE, number, what, hint))
    return problems


def new_lines(
    published: Published, editions: Mapping[str, Edition], ledger: Ledger, when: str, load: Load
) -> Iterator[Line]:
    """Yield a line for each edition, and each new address of one, that the ledger does not have.

    The oldest article comes first.

    `when` is the moment of publishing, as RFC 3339 has it.
    """
    for entry in published.entries:
        edition = editions[entry.source]
        if edition.frozen:
            if entry.url not in ledger.latest:
                line = ledger.by_cid[edition.cid]
                yield msgspec.structs.replace(line, url=entry.url, published=when)
            continue
        corrections = decode_article(load(entry.source)).corrections
        yield Line(
            url=entry.url,
            revision=edition.revision,
            cid=edition.cid,
            size=edition.measured.size_bytes,
            content=edition.content.hex(),
            published=when,
            title=entry.title,
            previous=edition.previous,
            reason=reason_of(corrections, ledger.by_cid.get(edition.previous)),
            corrections=len(corrections),
            blocks=edition.measured.blocks,
        )
