"""Encode the published files of pictures: the work that a worker process does for one at a time.

In: a source and which files of it are wanted. Out: bytes that depend on the source and the version
of Pillow alone, without any metadata. AVIF is made by one thread, since the number of threads
decides how libaom divides a picture; the pictures of an archive keep all processors busy.

Quality and speed were chosen by measuring (docs/pictures.md): AVIF at speed 8 takes a fifth of the
time of libaom's default and gives files no larger.
"""

from collections.abc import Collection, Iterator
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from site_builder.errors import Problem
from site_builder.pictures.facts import Variant, widest
from site_builder.pictures.fault import PictureFault
from site_builder.pictures.order import Order, Original
from site_builder.pictures.raster import upright
from site_builder.pictures.store import keep, load

LANCZOS = Image.Resampling.LANCZOS

_WRITERS: dict[str, tuple[str, dict[str, Any]]] = {
    "avif": ("AVIF", {"quality": 60, "speed": 8, "max_threads": 1, "autotiling": False}),
    "webp": ("WEBP", {"lossless": True, "method": 4, "exact": False}),
    "jpg": ("JPEG", {"quality": 80, "progressive": True, "optimize": True}),
    "png": ("PNG", {"optimize": True}),
}


def fill(store: str, orders: list[Order]) -> list[Problem | OSError | None]:
    """Make the store have the files that are ordered; encode only those that it lacks."""
    results: list[Problem | OSError | None] = []
    for order in orders:
        try:
            original = order.original
            lacking = [one for one in order.variants if load(store, original.digest, one) is None]
            for variant, data in encode(original, lacking):
                keep(store, original.digest, variant, data)
            results.append(None)
        except PictureFault as fault:
            results.append(Problem(order.original.name, 0, fault.what, fault.hint))
        except OSError as error:
            results.append(error)
    return results


def encode(original: Original, variants: Collection[Variant]) -> Iterator[tuple[Variant, bytes]]:
    """Yield files of a picture; which others are wanted makes no difference to one.

    Raises PictureFault or OSError.
    """
    if not variants:
        return
    data = Path(original.file).read_bytes()
    if blake2b(data, digest_size=16).digest() != original.digest:
        what = "was changed while the site was built"
        raise PictureFault(what, "build again", original.name)
    shown = upright(data, widest(original.facts).width)
    del data
    for variant in variants:
        size = (variant.width, variant.height)
        same = shown.size == size
        yield variant, _encoded(shown if same else shown.resize(size, LANCZOS), variant.suffix)


def _encoded(shown: Image.Image, suffix: str) -> bytes:
    form, options = _WRITERS[suffix]
    made = BytesIO()
    shown.save(made, form, **options)
    return made.getvalue()
