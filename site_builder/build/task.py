"""What rendering is given besides its jobs, and what it returns."""

import msgspec

from site_builder.build.jobs import Measured
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


class Absent(msgspec.Struct, frozen=True, array_like=True):
    """A frozen file that is not here and cannot be made here; `number` is that of the job."""

    number: int


class Drafted(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What became of a draft: its name, its article's page, and its block if it is one alone."""

    measured: Measured
    page: Staged
    block: Staged | None


class RenderTask(msgspec.Struct, frozen=True):
    """Where rendering happens. An empty `staging` compares and writes nothing.

    `compiled` are the templates as `build.render.compile_all` returns them; `store` is the folder
    that keeps encoded pictures.
    """

    site: SiteInfo
    look: Look
    compiled: dict[str, bytes]
    output: str
    staging: str
    store: str
