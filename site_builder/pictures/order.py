"""What is to be made of a picture, in values that worker processes are given."""

import msgspec

from site_builder.pictures.facts import Facts, Variant


class Original(msgspec.Struct, frozen=True):
    """A picture as the archive has it.

    `file` is an absolute path, `name` the path below the archive's folder; `digest` is that of its
    bytes.
    """

    file: str
    name: str
    digest: bytes
    facts: Facts


class Order(msgspec.Struct, frozen=True):
    """Which files are wanted of a picture."""

    original: Original
    variants: tuple[Variant, ...]
