"""Make and keep blocks, for tests."""

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from site_builder.publish.block import Block, BlockError, verify_block
from site_builder.publish.cid import Cid, cid_of
from site_builder.publish.directory import directory_blocks
from site_builder.publish.node import Node
from site_builder.publish.profile import V1_2025, Profile
from site_builder.publish.unixfs import bytes_blocks


class Store:
    """Blocks in memory, in the order in which they were made; each is checked on its way in."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.held: dict[Cid, Block] = {}

    def put(self, block: Block) -> None:
        """Keep a block."""
        verify_block(*block)
        self.blocks.append(block)
        self.held[block.cid] = block

    def fetch(self, cid: Cid) -> Block:
        """Return a block that was kept."""
        if cid not in self.held:
            raise BlockError(f"{cid}: not held")
        return self.held[cid]

    def raw(self, content: bytes, codec: int) -> Cid:
        """Keep bytes of any kind and return their CID."""
        block = Block(cid_of(content, codec), content)
        self.put(block)
        return block.cid

    def file(self, content: bytes, profile: Profile = V1_2025) -> Node:
        """Keep a file."""
        return bytes_blocks(content, profile, self.put)

    def folder(self, entries: dict[str, Node], profile: Profile = V1_2025) -> Node:
        """Keep a folder."""
        return directory_blocks(entries.items(), profile, self.put)

    def texts(self) -> list[str]:
        """Return the CIDs of all blocks in the order of their text."""
        return sorted(str(cid) for cid in self.held)


class Keystream:
    """The first `size_bytes` of the ChaCha20 keystream of a seed, as IPIP-499 makes its fixtures.

    A read gives as much as is asked for, `at_most` that many bytes.
    """

    def __init__(self, seed: str, size_bytes: int, at_most: int | None = None) -> None:
        key = hashlib.sha256(seed.encode()).digest()
        self._cipher = Cipher(algorithms.ChaCha20(key, bytes(16)), None).encryptor()
        self._left_bytes = size_bytes
        self._at_most = at_most or size_bytes

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        size_bytes = min(size, self._left_bytes, self._at_most)
        self._left_bytes -= size_bytes
        return self._cipher.update(bytes(size_bytes))


def drop(_: Block) -> None:
    """Take a block and forget it."""
