"""Know a site again in which nothing changed since a build, without planning it.

In: everything that a run can see of the archive and of the output. Out: a digest of it. Where that
is the digest with which a build ended, and no moment in between changes what is public, the build
has nothing to do and reports what that one did.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from site_builder.articles.source import ARTICLES, Found, digest_of, stamp_of
from site_builder.errors import Problem


class Settled(msgspec.Struct, frozen=True):
    """A site as a build left it, in the words of its report.

    `archive` is a digest of what could be seen of it; it holds from `since` on, up to `until` where
    there is such a moment. The output is as the cache has it, with the `strangers`.
    """

    archive: bytes
    since: datetime
    until: datetime | None
    articles: int
    files: int
    warnings: tuple[Problem, ...]
    strangers: tuple[str, ...]
    next_change: datetime | None

    def holds(self, archive: bytes, now: datetime) -> bool:
        """Report whether the same archive would be planned the same at `now`."""
        in_time = self.since <= now and (self.until is None or now < self.until)
        return in_time and self.archive == archive


def archive_digest(
    setting: bytes, drafts: bool, found: Sequence[Found], media: Mapping[str, tuple[str, int]]
) -> bytes:
    """Digest what can be seen of an archive, b"" where a file may still change unseen.

    `setting` is a digest of program, configuration and theme; `media` has stamp and size in bytes
    of each file that articles show.
    """
    if "" in {one.stamp for one in found} or "" in {stamp for stamp, _ in media.values()}:
        return b""
    return digest_of(msgspec.msgpack.encode([setting, drafts, found, sorted(media.items())]))


def media_states(root: Path, files: Sequence[str], opened_ns: int) -> dict[str, tuple[str, int]]:
    """Return stamp and size in bytes of files below `articles/`, ("", 0) for what is not there."""
    states = {}
    for file in files:
        try:
            status = os.stat(f"{root}/{ARTICLES}/{file}")
            states[file] = (stamp_of(status, opened_ns), status.st_size)
        except OSError:
            states[file] = ("", 0)
    return states
