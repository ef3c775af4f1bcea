"""An output: one file of the site, what it depends on, and how to make it."""

from collections.abc import Callable, Iterable
from hashlib import blake2b

import msgspec

from site_builder.articles.article import Article
from site_builder.build.pages import Job

ASSET, PAGE, LISTING, FEED = range(4)

Load = Callable[[str], Article]
"""Returns the whole article of a source."""


class Output(msgspec.Struct, frozen=True):
    """One file under `output/`.

    `rank` orders the writing: what pages need comes first, what announces them last. `inputs` names
    everything that the file is made of, each with a digest; `fingerprint` covers them all. `make`
    collects the values for rendering and is called only when the file is stale.
    """

    path: str
    rank: int
    inputs: tuple[tuple[str, bytes], ...]
    fingerprint: bytes
    make: Callable[[Load], Job]


def output(
    path: str, rank: int, inputs: Iterable[tuple[str, bytes]], make: Callable[[Load], Job]
) -> Output:
    """Return an output with its fingerprint, the 16-byte BLAKE2b digest of its inputs."""
    named = tuple(inputs)
    fingerprint = blake2b(digest_size=16)
    for name, digest in named:
        fingerprint.update(name.encode() + b"\0" + digest + b"\0")
    return Output(path, rank, named, fingerprint.digest(), make)
