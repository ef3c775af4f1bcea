"""What rendering is given besides its jobs, and what it returns."""

import msgspec

from site_builder.build.pages import SiteInfo
from site_builder.build.theme import Look


class Staged(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What became of one job.

    `number` is that of the job, and names the staged file. `differs` tells whether the output has
    other bytes, or none; only then, and if files are staged, is there one.
    """

    number: int
    differs: bool
    size_bytes: int
    mtime_ns: int


class Measured(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an edition's bytes are called, and their number; `blocks` are those below the root."""

    cid: str
    size_bytes: int
    blocks: tuple[str, ...]


class Absent(msgspec.Struct, frozen=True, array_like=True):
    """A frozen file that is not here and cannot be made here; `number` is that of the job."""

    number: int


class RenderTask(msgspec.Struct, frozen=True):
    """Where rendering happens. An empty `staging` compares and writes nothing."""

    site: SiteInfo
    look: Look
    output: str
    staging: str
