"""What pages show of the files of an article, and the HTML of a picture.

In: the name of a file and what is known of it. Out: urls, a PictureView, an element.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from site_builder.addresses import media_url
from site_builder.articles.article import Entry
from site_builder.articles.media import Media
from site_builder.build.pages import PictureFile, PictureView
from site_builder.build.tags import written
from site_builder.pictures.facts import (
    ALONE_WIDTH,
    TYPES,
    VECTOR,
    variant_url,
    variants_of,
    widest,
)

BODY_SIZES = "(min-width: 48rem) 44rem, 100vw"
"""How wide a picture in a body is, as `sizes` has it (HTML, 4.8.4.2.2)."""

_OWN = ("width", "height", "sizes")


def file_url(media: Media, entry: Entry, file: str) -> str:
    """Return the url of a file that an article names; of a picture, that of its widest form."""
    plain = media_url(entry.source, entry.url, file)
    known = media.get(file)
    if known is None or known.facts is None or known.facts.kind == VECTOR:
        return plain
    return variant_url(plain, known.digest, widest(known.facts))


def picture_view(
    media: Media, entry: Entry, file: str, alt: str = "", caption: str = "", credit: str = ""
) -> PictureView:
    """Return a picture that an article shows, at its public addresses."""
    url = file_url(media, entry, file)
    known = media.get(file)
    if known is None or known.facts is None:
        return PictureView(url, alt, caption, credit, None, None, ())
    facts = known.facts
    if facts.kind == VECTOR:
        return PictureView(url, alt, caption, credit, facts.width or None, facts.height or None, ())
    plain = media_url(entry.source, entry.url, file)
    files = tuple(
        PictureFile(variant_url(plain, known.digest, one), one.width, one.height, TYPES[one.suffix])
        for group in variants_of(facts)
        for one in group
    )
    last = files[-1]
    return PictureView(url, alt, caption, credit, last.width, last.height, files)


def alone_url(picture: PictureView) -> str:
    """Return the url of the file to show where there can be one only."""
    if not picture.files:
        return picture.url
    last = picture.files[-1].type
    known = [one for one in picture.files if one.type == last]
    fitting = [one for one in known if one.width <= ALONE_WIDTH]
    return (fitting[-1] if fitting else known[0]).url


def picture_element(
    picture: PictureView,
    attributes: Iterable[tuple[str, str | None]],
    sizes: str,
    link: Callable[[str], str],
) -> str:
    """Return the HTML of a picture: all its files, for the browser to choose from.

    `attributes` are those of the `img` element, whose width or height may be its author's. `link`
    turns a url of the site into one that is written.
    """
    own = dict(attributes)
    width = own.get("width") or ""
    sizes = own.get("sizes") or (f"{width}px" if width.isdecimal() else sizes)
    rest = [(name, value) for name, value in own.items() if name not in _OWN]
    size = _size(picture, width, own.get("height") or "")
    groups = [list(group) for _, group in groupby(picture.files, lambda file: file.type)]
    elements = []
    for files in groups[:-1]:
        told: list[tuple[str, str | None]] = [("type", files[0].type)]
        elements.append(written("source", told + _choice(files, sizes, link)))
    choice = _choice(groups[-1], sizes, link) if groups and len(groups[-1]) > 1 else []
    elements.append(
        written("img", [("src", _linked(alone_url(picture), link)), *choice, *size, *rest])
    )
    return f"<picture>{''.join(elements)}</picture>" if len(elements) > 1 else elements[0]


def _choice(
    files: Sequence[PictureFile], sizes: str, link: Callable[[str], str]
) -> list[tuple[str, str | None]]:
    if len(files) == 1:
        return [("srcset", _linked(files[0].url, link))]
    listed = ", ".join(f"{_linked(file.url, link)} {file.width}w" for file in files)
    return [("srcset", listed), ("sizes", sizes)]


def _linked(url: str, link: Callable[[str], str]) -> str:
    return str(link(url)).replace(",", "%2C")  # a comma would end a part of srcset


def _size(picture: PictureView, width: str, height: str) -> list[tuple[str, str | None]]:
    """Return width and height, of which the author may have given one or both."""
    whole, high = picture.width, picture.height
    if whole and high:
        if width.isdecimal() and not height:
            height = str(max(1, round(int(width) * high / whole)))
        elif height.isdecimal() and not width:
            width = str(max(1, round(int(height) * whole / high)))
        elif not width and not height:
            width, height = str(whole), str(high)
    return [(name, value) for name, value in (("width", width), ("height", height)) if value]
