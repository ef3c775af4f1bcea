"""The edition of an article, as the plan knows it: its CID, and which revision it is."""

from datetime import datetime

import msgspec

from site_builder.addresses import escape
from site_builder.articles.article import Entry
from site_builder.articles.source import digest_of
from site_builder.build.pages import EditionView, RevisionView
from site_builder.publish.cid import RAW, parse_cid
from site_builder.publish.ledger import Ledger, Line

BLOCKS = "ipfs"
"""The folder of the site that holds blocks, as trustless gateways have it."""


class Edition(msgspec.Struct, frozen=True, gc=False):
    """One edition. `content` is the digest of what the article says, in hexadecimal.

    `blocks` are the CIDs of the blocks below the root of an edition of more than one. `frozen` ones
    are in the ledger; their bytes may be such as the theme of today would not make.
    """

    cid: str
    size_bytes: int
    revision: int
    previous: str
    content: str
    frozen: bool
    blocks: tuple[str, ...]


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

    def earlier(self, edition: Edition) -> list[Line]:
        """Return the revisions before this one, newest first."""
        return self.ledger.history(edition.previous)

    def story(self, edition: Edition) -> bytes:
        """Digest what a page says of an edition and of those before it."""
        lines = [(line.cid, line.published, line.reason) for line in self.earlier(edition)]
        return digest_of(repr((edition.cid, edition.size_bytes, edition.revision, lines)).encode())


def edition_view(
    editions: Editions, edition: Edition | None, url: str, gateway: str
) -> EditionView | None:
    """Return what the page of the article at `url` says of its edition.

    `gateway` is the address of the gateway that links lead to.
    """
    if edition is None:
        return None
    cid = parse_cid(edition.cid)
    filename = f"{url.rstrip('/').rpartition('/')[2]}.html"
    return EditionView(
        cid=edition.cid,
        revision=edition.revision,
        size_bytes=edition.size_bytes,
        sha256=cid.digest.hex() if cid.codec == RAW else "",
        filename=filename,
        download=f"{gateway}ipfs/{edition.cid}?filename={escape(filename)}&download=true",
        address=f"ipfs://{edition.cid}",
        copy=f"/{BLOCKS}/{edition.cid}{'.html' if edition.blocks else ''}",
        earlier=tuple(
            RevisionView(
                number=line.revision,
                cid=line.cid,
                date=datetime.fromisoformat(line.published),
                reason=line.reason,
                url=f"{gateway}ipfs/{line.cid}",
            )
            for line in editions.earlier(edition)
        ),
    )


NO_EDITIONS = Editions({}, Ledger((), {}, {}, b"", ""))
