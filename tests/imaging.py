"""Make pictures, for tests."""

from functools import lru_cache
from hashlib import blake2b
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image


@lru_cache(maxsize=64)
def png(seed: str = "", width: int = 3, height: int = 2) -> bytes:
    """Return a small PNG of one colour, another one for another seed."""
    colour = tuple(blake2b(seed.encode(), digest_size=3).digest())
    return saved(Image.new("RGB", (width, height), colour), "PNG")


def large_png() -> bytes:
    """Return a PNG that no encoder makes much smaller than the 2 MB that it has."""
    return saved(Image.frombytes("RGBA", (800, 700), Random(7).randbytes(800 * 700 * 4)), "PNG")


@lru_cache(maxsize=16)
def photo(width: int = 1000, height: int = 600, seed: int = 1) -> Image.Image:
    """Return something like a photograph: no two neighbours are alike."""
    size = (max(1, width // 4), max(1, height // 4))
    noise = Image.frombytes("L", size, Random(seed).randbytes(size[0] * size[1]))
    shade = Image.linear_gradient("L").rotate(90 * seed).resize((width, height))
    other = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (noise.resize((width, height)), shade, other))


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """Return the bytes of a picture in a format."""
    made = BytesIO()
    image.save(made, form, **options)
    return made.getvalue()


def opened(data: bytes) -> Image.Image:
    """Return a picture, decoded."""
    image = Image.open(BytesIO(data))
    image.load()
    return image
