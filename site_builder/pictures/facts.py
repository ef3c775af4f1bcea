"""What is known of a picture without opening it again, and which files are made of it.

Plain and quick to import, since every plan needs it: the library that opens pictures is loaded by
other modules of this package, and only where there is a picture to open.
"""

from hashlib import blake2b

import msgspec

PHOTO, DRAWING, VECTOR = "photo", "drawing", "vector"

TYPES = {
    "avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png",
    "svg": "image/svg+xml",
}  # fmt: skip
"""Media types (IANA, "image") by the suffixes of published files."""

WIDTHS = (480, 960, 1440, 1920)
"""In pixels: a small telephone, a column, a telephone of three pixels to one, a wide screen."""

ALONE_WIDTH = 960
"""The width where one file must do: in feeds, in editions, and for browsers without `srcset`."""

RECIPE = 1
"""Of the published files; another one gives all of them new names."""

_FORMATS = {PHOTO: ("avif", "jpg"), DRAWING: ("webp", "png")}
_NEAR = 0.8
_MAX_STEM_BYTES = 120  # of the 255 that file systems allow, the rest is ours


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """A picture as readers see it, upright. Sizes are in pixels, 0 for an SVG that has none.

    A `photo` is published as AVIF and JPEG, a `drawing` as WebP and PNG without loss, a `vector` as
    the SVG that it is.
    """

    kind: str
    width: int
    height: int


class Variant(msgspec.Struct, frozen=True, array_like=True):
    """One published file of a picture; sizes in pixels."""

    width: int
    height: int
    suffix: str


def widths_of(facts: Facts) -> tuple[int, ...]:
    """Return the widths in which a photo or drawing is published, the narrowest first.

    The last is its own, or the widest that is published; none comes near it, and none enlarges.
    """
    widest = min(facts.width, WIDTHS[-1])
    return (*(width for width in WIDTHS if width <= _NEAR * widest), widest)


def variants_of(facts: Facts) -> tuple[tuple[Variant, ...], ...]:
    """Return the files of a photo or drawing by their format, the smaller format first."""
    return tuple(
        tuple(_variant(facts, width, suffix) for width in widths_of(facts))
        for suffix in _FORMATS[facts.kind]
    )


def widest(facts: Facts) -> Variant:
    """Return the widest file in the format that every program knows."""
    return variants_of(facts)[-1][-1]


def alone(facts: Facts) -> Variant:
    """Return the file that is shown where there can be one only."""
    known = variants_of(facts)[-1]
    return max((one for one in known if one.width <= ALONE_WIDTH), default=known[0],
               key=lambda one: one.width)  # fmt: skip


def _variant(facts: Facts, width: int, suffix: str) -> Variant:
    return Variant(width, max(1, round(facts.height * width / facts.width)), suffix)


def variant_url(url: str, digest: bytes, variant: Variant) -> str:
    """Return the url of a published file; `url` is what a plain copy would have.

    It carries the digest of the source, so whoever keeps the file may keep it for good.
    """
    folder, _, name = url.rpartition("/")
    stem = name.rpartition(".")[0] or name
    stem = stem.encode()[:_MAX_STEM_BYTES].decode(errors="ignore")
    mark = blake2b(digest + bytes([RECIPE]), digest_size=6).hexdigest()
    return f"{folder}/{stem}-{variant.width}.{mark}.{variant.suffix}"
