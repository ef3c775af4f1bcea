"""Make the bytes of an edition: one HTML file that needs no other, and its blocks.

In: an EditionJob. Out: bytes and CIDs that depend on the article, the site and the theme alone.
Pictures stand in the file as `data:` addresses; nothing in it runs.
"""

import re
from base64 import b64encode
from pathlib import Path

from site_builder.build.jobs import BodyLinks, EditionJob, Measured, PageJob
from site_builder.build.markup import sanitized
from site_builder.build.render import Renderer, link_to, linked_body
from site_builder.build.tags import written
from site_builder.pictures.facts import TYPES, VECTOR, alone
from site_builder.pictures.made import picture_bytes
from site_builder.pictures.order import Original
from site_builder.publish.block import Block
from site_builder.publish.profile import V1_2025
from site_builder.publish.unixfs import bytes_blocks

_TEXT = (
    "a|abbr|b|blockquote|br|caption|cite|code|dd|del|dfn|div|dl|dt|em|figcaption|figure|h[2-6]|hr|i"
    "|img|ins|kbd|li|mark|ol|p|pre|q|s|samp|small|span|strong|sub|sup|table|tbody|td|tfoot|th"
    "|thead|time|tr|u|ul|var"
)
_ACTIVE = re.compile(
    rf"<(?!(?:{_TEXT})[\s/>])[a-z]"
    r"|[\s/\"'](?:on\w+|srcset|background|ping)\s*="
    r"|[\s/\"'](?:href|src)\s*=\s*[\"']?(?!https?://|mailto:|#|data:image/|\x02)"
    r"|[\s/\"']href\s*=\s*[\"']?data:",
    re.IGNORECASE,
)
"""What is not known to be text alone; a body in which it is found is sanitized."""

_TOLD = ("alt", "title", "id", "class", "lang", "dir")
"""Attributes of a picture that its edition keeps: an edition shows it in one size."""

_SOURCE = re.compile(r"\ssrc\s*=\s*[\"']?\Z", re.IGNORECASE)


def edition_bytes(renderer: Renderer, job: EditionJob, page: PageJob, store: str) -> bytes:
    """Return the edition of the article whose page is `page`, without what that says of editions.

    `store` keeps encoded pictures. Raises TemplateFault, and PictureFault or OSError for a picture
    that cannot be read.
    """
    body = linked_body(_with_pictures(job.media, page.body or BodyLinks(("",), (), ()), store))
    if _ACTIVE.search(body):
        body = sanitized(body, pictures=True)
    image = job.page.card.image
    return renderer.edition(job, page, body, _shown(job.media, image.url, store) if image else "")


def measure(data: bytes) -> Measured:
    """Return the CID of an edition (IPIP-499, profile unixfs-v1-2025) and of what is below it."""
    blocks = edition_blocks(data)
    root = list(blocks)[-1]
    return Measured(root, len(data), tuple(cid for cid in blocks if cid != root))


def edition_blocks(data: bytes) -> dict[str, bytes]:
    """Return the blocks of an edition by their CIDs, the root last."""
    blocks: dict[str, bytes] = {}

    def keep(block: Block) -> None:
        blocks[str(block.cid)] = block.data

    bytes_blocks(data, V1_2025, keep)
    return blocks


def _with_pictures(media: dict[str, Original], body: BodyLinks, store: str) -> BodyLinks:
    """Return a body with its pictures in place of their addresses."""
    parts, urls, suffixes = [body.parts[0]], [], []
    for number, (url, suffix, part) in enumerate(
        zip(body.urls, body.suffixes, body.parts[1:], strict=True)
    ):
        if number in body.pictures:
            rest = [pair for pair in body.pictures[number].attributes if pair[0] in _TOLD]
            parts[-1] += written("img", [("src", _shown(media, url, store)), *rest]) + part
        elif url in media and _SOURCE.search(parts[-1]):
            parts[-1] += _shown(media, url, store) + part
        else:
            parts.append(part)
            urls.append(url)
            suffixes.append(suffix)
    return BodyLinks(tuple(parts), tuple(urls), tuple(suffixes))


def _shown(media: dict[str, Original], url: str, store: str) -> str:
    """Return a picture as a `data:` address (RFC 2397); the link to a file of another kind.

    A picture made of pixels is there in the form that is a JPEG or PNG of middling width.
    """
    original = media.get(url)
    if original is None:
        return link_to(url)
    if original.facts.kind == VECTOR:
        suffix, data = "svg", Path(original.file).read_bytes()
    else:
        variant = alone(original.facts)
        suffix, data = variant.suffix, picture_bytes(store, original, variant)
    return f"data:{TYPES[suffix]};base64,{b64encode(data).decode()}"
