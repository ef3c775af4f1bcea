"""One published file of a picture: as an earlier build kept it, or else encoded now."""

from site_builder.pictures.facts import Variant
from site_builder.pictures.order import Original
from site_builder.pictures.store import load


def picture_bytes(store: str, original: Original, variant: Variant) -> bytes:
    """Return the bytes of a file. Raises PictureFault or OSError."""
    kept = load(store, original.digest, variant)
    if kept is not None:
        return kept
    from site_builder.pictures.encode import encode

    return next(encode(original, (variant,)))[1]
