"""An output: one file of the site, what it depends on, and how to make it."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from site_builder.articles.article import Entry
from site_builder.articles.source import digest_of
from site_builder.build.jobs import Job, TextJob

ASSET, PAGE, LISTING, FEED = range(4)

_KEPT_BYTES = 8
"""Of each digest, as remembered for `explain`; fingerprints are kept whole."""

_encode = msgspec.msgpack.Encoder().encode

Inputs = tuple[tuple[str, bytes], ...]
"""Names with digests."""

Load = Callable[[str], bytes]
"""Returns the whole article of a source, encoded."""


Made = tuple[bytes, int, int]
"""An output as a build left it: its fingerprint, size in bytes and mtime_ns. An empty fingerprint
marks one that was being written. A plain tuple, since there is one for every file of the site."""


class Recipe(Protocol):
    """How an output is made. It is asked only for outputs that are stale or to be explained."""

    def inputs(self) -> Inputs:
        """Return everything that the file is made of, by name, each with a digest."""

    def shown(self) -> Sequence[Entry]:
        """Return the entries behind a digest of many, for `explain` to tell them apart."""

    def make(self, load: Load) -> Job:
        """Collect the values for rendering."""


class Output(msgspec.Struct, frozen=True, gc=False):
    """One file under `output/`.

    `rank` orders the writing: what pages need comes first, what announces them last. `fingerprint`
    covers all inputs of the recipe. `weight` is the number of articles that the file shows, which
    bounds what is rendered together. There is one for every file of the archive, so it is small.
    """

    path: str
    rank: int
    fingerprint: bytes
    recipe: Recipe
    weight: int = 1


class Given(msgspec.Struct, frozen=True, gc=False):
    """A Recipe whose parts are known."""

    named: Inputs
    maker: Callable[[Load], Job]
    entries: Sequence[Entry]

    def inputs(self) -> Inputs:
        """Return the inputs."""
        return self.named

    def shown(self) -> Sequence[Entry]:
        """Return the entries behind a digest of many."""
        return self.entries

    def make(self, load: Load) -> Job:
        """Collect the values for rendering."""
        return self.maker(load)


def output(
    path: str,
    rank: int,
    inputs: Inputs,
    make: Callable[[Load], Job],
    shown: Sequence[Entry] = (),
    weight: int = 1,
) -> Output:
    """Return an output whose recipe is given in its parts."""
    recipe = Given(inputs, make, shown)
    return Output(path, rank, fingerprint_of(inputs), recipe, max(weight, len(shown)))


def known_output(path: str, rank: int, name: str, data: bytes) -> Output:
    """Return an output whose bytes are known; `name` is what `explain` calls them."""
    return output(path, rank, ((name, digest_of(data)),), lambda _: TextJob(data))


def fingerprint_of(inputs: Inputs) -> bytes:
    """Return the digest of inputs."""
    return digest_of(_encode(inputs))


def fingerprint_among(shared: bytes, own: Sequence[bytes | int]) -> bytes:
    """Return the fingerprint of an output that shares inputs with others.

    `shared` is the fingerprint of those, `own` the rest. Their names must not vary.
    """
    return digest_of(shared + _encode(own))


def all_inputs(output: Output) -> dict[str, bytes]:
    """Return the inputs of an output by name, those of many entries one by one."""
    named = {name: digest[-_KEPT_BYTES:] for name, digest in output.recipe.inputs()}
    return named | {entry.source: entry.card[-_KEPT_BYTES:] for entry in output.recipe.shown()}


def encode_inputs(output: Output) -> bytes:
    """Return the inputs as they are remembered for `explain`."""
    return msgspec.msgpack.encode(all_inputs(output))


def decode_inputs(data: bytes) -> dict[str, bytes]:
    """Return inputs that were remembered."""
    return msgspec.msgpack.decode(data, type=dict[str, bytes]) if data else {}
