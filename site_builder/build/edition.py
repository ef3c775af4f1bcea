"""The edition of an article, as the plan knows it: its CID, and which revision it is."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from site_builder.addresses import escape
from site_builder.articles.article import Entry, Notice, decode_article
from site_builder.articles.source import digest_of
from site_builder.build.jobs import Measured
from site_builder.build.pages import EditionView, RevisionView
from site_builder.publish.cid import RAW, parse_cid
from site_builder.publish.ledger import Ledger, Line

BLOCKS = "ipfs"
"""The folder of the site that holds blocks, as trustless gateways have it."""


class Edition(msgspec.Struct, frozen=True, gc=False):
    """One edition. `content` is the digest of what the article says.

    `frozen` ones are in the ledger; their bytes may be such as the theme of today would not make.
    """

    measured: Measured
    revision: int
    previous: str
    content: bytes
    frozen: bool = False

    @property
    def cid(self) -> str:
        """The CID of the whole edition."""
        return self.measured.cid


class Editions(msgspec.Struct, frozen=True):
    """The edition of each published article by its source, and the ledger behind them."""

    by_source: dict[str, Edition]
    ledger: Ledger

    def of(self, source: str) -> Edition | None:
        """Return the edition of an article, None where editions are not made."""
        return self.by_source.get(source)

    def cid(self, source: str) -> bytes:
        """Return the CID of an article's edition, b"" without one."""
        edition = self.by_source.get(source)
        return edition.cid.encode() if edition else b""

    def first_url(self, entry: Entry) -> str:
        """Return the url under which an article was first published, by which feeds know it."""
        edition = self.by_source.get(entry.source)
        cid = edition.cid if edition and edition.frozen else edition.previous if edition else ""
        history = self.ledger.history(cid)
        return history[-1].url if history else entry.url

    def before(self, cid: str, article: bytes, gateway: str) -> tuple[RevisionView, ...]:
        """Return the revision that `cid` names and those before it, newest first.

        Each has the reason why another one followed; `article` is the article now, encoded.
        """
        if not cid:
            return ()
        views = []
        reason = reason_of(decode_article(article).corrections, self.ledger.by_cid.get(cid))
        for line in self.ledger.history(cid):
            views.append(
                RevisionView(
                    number=line.revision,
                    cid=line.cid,
                    date=datetime.fromisoformat(line.published),
                    reason=reason,
                    url=f"{gateway}{BLOCKS}/{line.cid}",
                )
            )
            reason = line.reason
        return tuple(views)

    def stories(self, entries: Sequence[Entry]) -> list[bytes]:
        """Return what pages of articles say of their editions, b"" for one without."""
        if not self.by_source:
            return [b""] * len(entries)
        editions = [self.by_source.get(entry.source) for entry in entries]
        return [self.story(edition) if edition else b"" for edition in editions]

    def story(self, edition: Edition) -> bytes:
        """Digest what a page says of an edition and of those before it."""
        if not edition.previous:
            return edition.cid.encode()  # which says all of it
        before = self.ledger.history(edition.previous)
        lines = [(line.cid, line.published, line.reason) for line in before]
        return digest_of(
            repr((edition.cid, edition.measured.size_bytes, edition.revision, lines)).encode()
        )


def reason_of(corrections: Sequence[Notice], before: Line | None) -> str:
    """Return the newest correction that the revision `before` did not have yet, "" without one."""
    if before is None or len(corrections) <= before.corrections:
        return ""
    return max(reversed(corrections), key=lambda one: one.date.timestamp()).text


def edition_view(
    measured: Measured, revision: int, url: str, gateway: str, earlier: tuple[RevisionView, ...]
) -> EditionView:
    """Return what the page of the article at `url` says of its edition.

    `gateway` is the address of the gateway that links lead to.
    """
    cid = parse_cid(measured.cid)
    filename = f"{url.rstrip('/').rpartition('/')[2]}.html"
    return EditionView(
        cid=measured.cid,
        revision=revision,
        size_bytes=measured.size_bytes,
        sha256=cid.digest.hex() if cid.codec == RAW else "",
        filename=filename,
        download=f"{gateway}{BLOCKS}/{measured.cid}?filename={escape(filename)}&download=true",
        address=f"ipfs://{measured.cid}",
        copy=f"/{BLOCKS}/{measured.cid}{'.html' if measured.blocks else ''}",
        earlier=earlier,
    )


NO_EDITIONS = Editions({}, Ledger((), {}, {}, b"", ""))
