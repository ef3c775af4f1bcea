"""Publish the editions of an archive as pinning does: by lines at the end of its ledger."""

import re
from datetime import datetime
from html import unescape

from site_builder.build.cache_file import peek_cache
from site_builder.build.editions import new_lines
from site_builder.build.workers import Workers
from site_builder.darkroom import Darkroom
from site_builder.publish.ledger import Line, append, read_ledger
from site_builder.reports import Request
from site_builder.session import Session
from site_builder.setting import read_setting
from tests.archives import NOON, Archive, Silent

PUBLISHED = "2026-01-01T12:00:00+00:00"


def publish_editions(
    archive: Archive, when: str = PUBLISHED, now: datetime = NOON
) -> tuple[Line, ...]:
    """Add a line to the ledger for each edition that it does not have; return all lines."""
    request = Request(archive.root, archive.output, now)
    setting = read_setting(archive.root)
    with peek_cache(archive.root, setting.version) as cache, Workers(1) as workers:
        darkroom = Darkroom(
            str(archive.root / ".site_builder/pictures"), workers, Silent(), fills=False
        )
        session = Session(request, setting, cache, workers, Silent(), darkroom)
        made = session.plan(session.look())
        ledger, problems = read_ledger(archive.root, b"")
        assert problems == []
        editions = made.editions.by_source
        lines = list(new_lines(made.published, editions, ledger, when, cache.article))
        return append(archive.root, ledger, lines).lines


def cid_on(archive: Archive, url: str) -> str:
    """Return the CID that the page at `url` names."""
    found = re.search(r'<a class="cid" href="ipfs://(\w+)">\1</a>', archive.page(url))
    assert found
    return found[1]


def block(archive: Archive, cid: str) -> bytes:
    """Return a block as the site has it."""
    return (archive.output / "ipfs" / cid).read_bytes()


def edition(archive: Archive, url: str) -> str:
    """Return the edition of the article at `url`, which must be one block."""
    return block(archive, cid_on(archive, url)).decode()


def details(page: str) -> str:
    """Return what a page says of its article's edition."""
    found = re.search(r'<section class="record"[^>]*>(.*?)</section>', page, re.DOTALL)
    assert found
    return unescape(found[1])
