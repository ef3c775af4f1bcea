"""Look at files that articles show: the work that a worker process does for several at once.

In: paths. Out: digest and, of pictures, Facts; or what is wrong. What a file is says its content;
its name is only held against it.
"""

import os
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from site_builder.pictures.fault import PictureFault
from site_builder.pictures.raster import facts_of
from site_builder.pictures.seen import Seen, Unfit
from site_builder.pictures.svg import svg_facts

MAX_PICTURE_BYTES = 250_000_000

_NAMES = (".png", ".jpg", ".jpeg", ".jpe", ".gif", ".webp", ".avif")
_HEAD_BYTES = 64


def look_at_all(files: list[str]) -> list[Seen | Unfit]:
    """Read files, and decode those that are pictures."""
    return [_look_at(Path(file)) for file in files]


def _look_at(file: Path) -> Seen | Unfit:
    name = file.name.lower()
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            stream.seek(0)
            raster = is_raster(head)
            if not raster and name.endswith(_NAMES):
                return Unfit("is no picture, whatever its name says", "save it as JPEG or PNG")
            if not raster and not name.endswith(".svg"):
                return _plain(stream)
            if os.fstat(stream.fileno()).st_size > MAX_PICTURE_BYTES:
                return Unfit(f"is larger than {MAX_PICTURE_BYTES // 10**6} MB", "make it smaller")
            data = stream.read()
        facts = facts_of(data) if raster else svg_facts(data)
        return Seen(len(data), blake2b(data, digest_size=16).digest(), facts)
    except PictureFault as fault:
        return Unfit(fault.what, fault.hint)
    except OSError as error:
        return Unfit(f"cannot be read: {error.strerror}", "check its permissions")


def _plain(stream: BinaryIO) -> Seen:
    digest = blake2b(digest_size=16)
    size_bytes = 0
    while part := stream.read(1 << 20):
        digest.update(part)
        size_bytes += len(part)
    return Seen(size_bytes, digest.digest(), None)


def is_raster(head: bytes) -> bool:
    """Report whether a file that begins so is a picture made of pixels that can be published."""
    known = head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return known or webp or (head[4:8] == b"ftyp" and b"avi" in head[8:])
