"""What was found out about a file that an article shows."""

from typing import NamedTuple

from site_builder.pictures.facts import Facts


class Seen(NamedTuple):
    """A file as it was read. `facts` is None for what is no picture."""

    size_bytes: int
    digest: bytes
    facts: Facts | None


class Unfit(NamedTuple):
    """A file that cannot be published: what is wrong, and what to do."""

    what: str
    hint: str
