"""Profiles: all that decides which CID a file or folder gets.

Two programs that follow one profile give the same bytes the same CID. Specification: IPIP-499,
"UnixFS CID Profiles". What both profiles have in common is not a field: sha2-256, chunks of a fixed
size, the balanced layout, no mode and no modification time, symbolic links kept as such.
"""

from dataclasses import dataclass
from enum import StrEnum


class Estimate(StrEnum):
    """How the size of a folder's one block is reckoned (IPIP-499, "UnixFS parameters", 8)."""

    BLOCK_BYTES = "block-bytes"  # the block as it would be serialized
    LINKS_BYTES = "links-bytes"  # only the names and the binary CIDs in it


@dataclass(frozen=True, slots=True)
class Profile:
    """The parameters of IPIP-499, "UnixFS parameters", in its order."""

    name: str
    cid_version: int
    chunk_bytes: int  # 4: how much of a file one leaf holds
    max_links: int  # 6, "DAG width": how many children a node of a file has
    hamt_fanout: int  # 7: how many buckets a shard of a large folder has, a power of two
    hamt_threshold_bytes: int  # 8: a folder of more than this becomes a HAMT
    hamt_estimate: Estimate  # 8
    raw_leaves: bool  # 9: leaves are the bytes of the file and nothing else
    empty_folders: bool  # 10: folders without entries are kept
    hidden_entries: bool  # 11: names that begin with a dot are kept

    def described(self) -> str:
        """Return the name and all parameters in one line."""
        parts = (
            f"CIDv{self.cid_version}",
            "sha2-256",
            f"chunks of {self.chunk_bytes:,} bytes",
            "balanced",
            f"{self.max_links} links a node",
            "raw leaves" if self.raw_leaves else "leaves in dag-pb",
            f"folders of over {self.hamt_threshold_bytes:,} {self.hamt_estimate} in a HAMT",
            f"fanout {self.hamt_fanout}",
            "empty folders kept" if self.empty_folders else "empty folders left out",
            "hidden names kept" if self.hidden_entries else "hidden names left out",
        )
        return f"{self.name}: " + ", ".join(parts)


V1_2025 = Profile(
    name="unixfs-v1-2025",
    cid_version=1,
    chunk_bytes=1024 * 1024,
    max_links=1024,
    hamt_fanout=256,
    hamt_threshold_bytes=256 * 1024,
    hamt_estimate=Estimate.BLOCK_BYTES,
    raw_leaves=True,
    empty_folders=True,
    hidden_entries=False,
)
V0_2015 = Profile(
    name="unixfs-v0-2015",
    cid_version=0,
    chunk_bytes=256 * 1024,
    max_links=174,
    hamt_fanout=256,
    hamt_threshold_bytes=256 * 1024,
    hamt_estimate=Estimate.LINKS_BYTES,
    raw_leaves=False,
    empty_folders=True,
    hidden_entries=False,
)
