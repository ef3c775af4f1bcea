"""What a build knows of the archive as a whole: which entries are public, in which order.

In: all entries, the configuration and a moment. Out: a Published that every part of the plan
reads. Time enters the build here and nowhere else.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import takewhile

import msgspec

from site_builder.addresses import term_url
from site_builder.articles.article import Entry, Picture
from site_builder.articles.media import Media
from site_builder.articles.source import DIGEST_BYTES, digest_of
from site_builder.build.pages import Card, Neighbour, PictureView, SharedImage, SiteInfo, Term
from site_builder.build.pictures import picture_view
from site_builder.build.related import Related, related_articles
from site_builder.build.terms import Terms
from site_builder.build.theme import Theme
from site_builder.build.walk import Walk, order_of, same_digests
from site_builder.config import Config
from site_builder.errors import Problem
from site_builder.languages import direction_of


class Published(msgspec.Struct, frozen=True):
    """The public archive at one moment.

    `entries` are sorted from the oldest; `related` has, by the place of each, the earlier ones that
    its page leads to. `gone` are withdrawn or expired and keep their address, `waiting` are under
    embargo. `by_source` has `entries` and `gone`; `hidden` has the other sources, with words for
    why. `spellings` has, by source, digests of how the terms of an entry are shown where that is
    not as written, `looks` of what its card shows where that is more than `Entry.card` covers.
    `walked` is what an earlier build found, which holds before the place `same`; `walk` is for the
    next one. `cards` returns what listings show of a source. `media` are the files that articles
    name.
    `page_inputs` are the inputs that every page has in common.
    `next_change` is when the site would next be another by itself, `same_until` when that or a
    warning would.
    """

    config: Config
    site: SiteInfo
    entries: tuple[Entry, ...]
    related: Related
    gone: tuple[Entry, ...]
    waiting: tuple[Entry, ...]
    by_source: dict[str, Entry]
    hidden: dict[str, str]
    terms: Terms
    spellings: dict[str, bytes]
    looks: dict[str, bytes]
    walked: Walk
    same: int
    walk: Walk
    cards: Callable[[str], Card]
    media: Media
    builder: bytes
    page_inputs: tuple[tuple[str, bytes], ...]
    next_change: datetime | None
    same_until: datetime | None

    def card(self, entry: Entry) -> Card:
        """Return what a listing shows of an entry."""
        return self.cards(entry.source)

    def card_digests(self, entries: Sequence[Entry]) -> list[bytes]:
        """Return digests of what the cards of entries show, each of `DIGEST_BYTES`."""
        return _card_digests(entries, self.looks)

    def file_digest(self, file: str) -> bytes:
        """Return the digest of a file that an article names, b"" for one that is not there."""
        known = self.media.get(file)
        return known.digest if known else b""


def publish(
    config: Config,
    entries: Sequence[Entry],
    now: datetime,
    drafts: bool,
    builder: bytes,
    theme: Theme,
    media: Media,
    walked: Walk,
) -> tuple[Published, list[Problem]]:
    """Decide what is public at `now`; return it with warnings.

    `builder` is the digest of the program. `media` has the files that the entries name, `walked`
    is what an earlier build found.
    """
    public, gone, waiting = [], [], []
    changes: list[datetime] = []
    hidden: dict[str, str] = {}
    for entry in entries:
        if entry.draft and not drafts:
            hidden[entry.source] = "which is a draft"
            continue
        if entry.embargo or entry.expires:
            moments = (entry.embargo, entry.expires)
            changes.extend(moment for moment in moments if moment and moment > now)
        if entry.embargo and entry.embargo > now:
            hidden[entry.source] = "which is under embargo"
            waiting.append(entry)
        elif entry.withdrawn or (entry.expires and entry.expires <= now):
            gone.append(entry)
        else:
            public.append(entry)
    public.sort(key=lambda entry: (entry.date.timestamp(), entry.url))
    ahead = list(takewhile(lambda entry: entry.date > now, reversed(public)))
    warnings = [_dated_ahead(entry) for entry in ahead]
    order = order_of(public)
    same = same_digests(walked.order, order)
    terms = Terms(public, walked.written, same)
    related = related_articles(public, terms, walked.related, same)
    spellings = terms.spellings(public)
    looks = _looks(public, spellings, media)
    shown = b"".join(_card_digests(public, looks))
    site, left_out = _site(config, terms, theme)
    site_digest = digest_of(msgspec.msgpack.encode((site, config.share_images)))
    by_source = {entry.source: entry for entry in (*public, *gone)}
    published = Published(
        config=config,
        site=site,
        entries=tuple(public),
        related=related,
        gone=tuple(gone),
        waiting=tuple(waiting),
        by_source=by_source,
        hidden=hidden,
        terms=terms,
        spellings=spellings,
        looks=looks,
        walked=walked,
        same=min(same, same_digests(walked.looks, shown)),
        walk=Walk(order, shown, terms.written, related.places.tobytes()),
        cards=lru_cache(maxsize=4000)(lambda source: _card(by_source[source], terms, media)),
        media=media,
        builder=builder,
        page_inputs=(("builder", builder), ("theme", theme.digest), ("configuration", site_digest)),
        next_change=min(changes, default=None),
        same_until=min([*changes, *(entry.date for entry in ahead)], default=None),
    )
    return published, warnings + left_out + terms.warnings


def _card_digests(entries: Sequence[Entry], looks: dict[str, bytes]) -> list[bytes]:
    if not looks:
        return [entry.card for entry in entries]
    return [looks.get(entry.source, entry.card) for entry in entries]


def _looks(entries: Sequence[Entry], spellings: dict[str, bytes], media: Media) -> dict[str, bytes]:
    """Digest what the cards of entries show, by source, where more than the entry says itself."""
    looks = {}
    for entry in entries:
        if entry.media_named or entry.source in spellings:
            spelling = spellings.get(entry.source, bytes(DIGEST_BYTES))
            leads = [media.get(mention.target) for mention in entry.media_named if mention.lead]
            shown = b"".join([lead.digest for lead in leads if lead])
            looks[entry.source] = digest_of(entry.card + spelling + shown)
    return looks


def _dated_ahead(entry: Entry) -> Problem:
    what = f"is dated in the future, {entry.date:%Y-%m-%d %H:%M}, and public all the same"
    hint = "to hold it back until then, set embargo to that date"
    return Problem(entry.source, entry.lines.get("date", 0), what, hint)


def _site(config: Config, terms: Terms, theme: Theme) -> tuple[SiteInfo, list[Problem]]:
    navigation = []
    warnings = []
    for name in config.navigation:
        term = terms.by_url["category"].get(term_url("category", name))
        if term:
            navigation.append(Term(name, term.url))
        else:
            what = f'navigation: no published article has the category "{name}"; it is left out'
            warnings.append(Problem(config.file, config.lines.get("navigation", 0), what))
    logo = theme.assets.get(config.organisation.logo)
    image = theme.assets.get(config.share_image)
    site = SiteInfo(
        title=config.title,
        description=config.description,
        url=config.url,
        language=config.language,
        direction=direction_of(config.language),
        publisher=config.publisher,
        navigation=tuple(navigation),
        extra=config.extra,
        organisation=msgspec.structs.replace(config.organisation, logo=logo.url if logo else ""),
        share_image=SharedImage(image.url, config.title) if image else None,
    )
    return site, warnings


def _card(entry: Entry, terms: Terms, media: Media) -> Card:
    words = entry.words
    return Card(
        url=entry.url,
        title=words.title,
        summary=words.summary,
        date=entry.date,
        updated=entry.updated,
        kind=words.kind,
        language=words.language,
        direction=direction_of(words.language),
        categories=terms.of(entry, "category"),
        authors=terms.of(entry, "author"),
        image=_picture(entry, words.image, media),
    )


def _picture(entry: Entry, image: Picture | None, media: Media) -> PictureView | None:
    if image is None:
        return None
    return picture_view(media, entry, image.file, image.alt, image.caption, image.credit)


def neighbour_of(entry: Entry) -> Neighbour:
    """Return what the article before or after shows of this one."""
    words = entry.words
    direction = direction_of(words.language)
    return Neighbour(entry.url, words.title, entry.date, words.language, direction)
