"""What rendering is given besides its jobs, and what it returns."""

import msgspec

from site_builder.build.pages import SiteInfo
from site_builder.build.theme import Theme


class Staged(msgspec.Struct, frozen=True, array_like=True):
    """What became of one job. `file` is '' where the output already has these very bytes."""

    path: str
    file: str
    size_bytes: int
    mtime_ns: int


class RenderTask(msgspec.Struct, frozen=True):
    """Where rendering happens. An empty `staging` renders to nothing, as a check does."""

    site: SiteInfo
    theme: Theme
    output: str
    staging: str
