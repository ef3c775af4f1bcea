"""Keep encoded pictures from one build to the next, below `.site_builder/pictures/`.

In and out: the bytes of published files, by the digest of their source. Each is kept behind a
digest of its own, so that one that was damaged is encoded again and never published.
"""

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path

from site_builder.pictures.facts import RECIPE, Variant

FOLDER = "pictures"
_SEAL_BYTES = 16


@cache
def maker() -> bytes:
    """Return what decides, besides the picture itself, which bytes are made of it."""
    from importlib.metadata import version

    return f"{RECIPE} {version('pillow')}".encode()


def key_of(digest: bytes) -> str:
    """Return the name of the folder in which the files made of a source are kept."""
    return blake2b(digest + maker(), digest_size=16).hexdigest()


def load(store: str, digest: bytes, variant: Variant) -> bytes | None:
    """Return a file that was kept, None where there is none or it was damaged."""
    try:
        sealed = _file(store, digest, variant).read_bytes()
    except OSError:
        return None
    data = sealed[_SEAL_BYTES:]
    return data if data and _seal(data) == sealed[:_SEAL_BYTES] else None


def keep(store: str, digest: bytes, variant: Variant, data: bytes) -> None:
    """Keep a file. Raises OSError."""
    file = _file(store, digest, variant)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    new.write_bytes(_seal(data) + data)
    os.replace(new, file)


def forget_others(store: str, digests: Collection[bytes]) -> None:
    """Delete what was made of other sources than these, and by other versions of the library."""
    with suppress(OSError):
        kept = {key_of(digest) for digest in digests}
        for name in sorted(set(os.listdir(store)) - kept):
            shutil.rmtree(Path(store, name), ignore_errors=True)


def _file(store: str, digest: bytes, variant: Variant) -> Path:
    return Path(store, key_of(digest), f"{variant.width}.{variant.suffix}")


def _seal(data: bytes) -> bytes:
    return blake2b(data, digest_size=_SEAL_BYTES).digest()
