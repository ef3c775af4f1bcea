"""An output: one file of the site, what it depends on, and how to make it."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

import msgspec

from site_builder.articles.article import Article, Entry
from site_builder.build.pages import Job

ASSET, PAGE, LISTING, FEED = range(4)

_KEPT_BYTES = 8
"""Of each digest, as remembered for `explain`; fingerprints are kept whole."""

Load = Callable[[str], Article]
"""Returns the whole article of a source."""


class Made(msgspec.Struct, frozen=True, array_like=True):
    """An output as a build left it. An empty fingerprint marks one that was being written."""

    fingerprint: bytes
    size_bytes: int
    mtime_ns: int


class Output(msgspec.Struct, frozen=True):
    """One file under `output/`.

    `rank` orders the writing: what pages need comes first, what announces them last. `inputs` names
    everything that the file is made of, each with a digest; `fingerprint` covers them all. `shown`
    are the entries behind a digest of many, for `explain` to tell them apart. `make` collects the
    values for rendering and is called only when the file is stale.
    """

    path: str
    rank: int
    inputs: tuple[tuple[str, bytes], ...]
    shown: Sequence[Entry]
    fingerprint: bytes
    make: Callable[[Load], Job]


def output(
    path: str,
    rank: int,
    inputs: Iterable[tuple[str, bytes]],
    make: Callable[[Load], Job],
    shown: Sequence[Entry] = (),
) -> Output:
    """Return an output with its fingerprint, the 16-byte BLAKE2b digest of its inputs."""
    named = tuple(inputs)
    fingerprint = blake2b(digest_size=16)
    for name, digest in named:
        fingerprint.update(name.encode() + b"\0" + digest + b"\0")
    return Output(path, rank, named, shown, fingerprint.digest(), make)


def is_fresh(output: Output, made: dict[str, Made], present: dict[str, tuple[int, int]]) -> bool:
    """Report whether the file is there as an earlier build left it, from these very inputs."""
    known = made.get(output.path)
    if known is None or known.fingerprint != output.fingerprint:
        return False
    return present.get(output.path) == (known.size_bytes, known.mtime_ns)


def all_inputs(output: Output) -> dict[str, bytes]:
    """Return the inputs of an output by name, those of many entries one by one."""
    named = {name: digest[:_KEPT_BYTES] for name, digest in output.inputs}
    return named | {entry.source: entry.card[:_KEPT_BYTES] for entry in output.shown}


def encode_inputs(output: Output) -> bytes:
    """Return the inputs as they are remembered for `explain`."""
    return msgspec.msgpack.encode(all_inputs(output))


def decode_inputs(data: bytes) -> dict[str, bytes]:
    """Return inputs that were remembered."""
    return msgspec.msgpack.decode(data, type=dict[str, bytes]) if data else {}
