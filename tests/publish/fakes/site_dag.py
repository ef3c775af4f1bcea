"""A site in memory: editions, a root above them, and the DAG that engines are given."""

from collections.abc import Container, Iterator, Sequence

from site_builder.publish.block import Block
from site_builder.publish.cid import Cid, cid_of
from site_builder.publish.dag import dag_blocks
from site_builder.publish.engines.engine import Pin
from tests.publish.dags import Store


class SiteDag:
    """A Dag over blocks in memory. Each edition begins with `mark`."""

    def __init__(self, mark: str = "") -> None:
        self.mark = mark
        self.store = Store()

    def edition(self, text: str) -> Pin:
        """Add an edition of one block."""
        data = f"<!doctype html><title>{self.mark}{text}</title>".encode()
        self.store.put(Block(cid_of(data), data))
        return Pin(cid_of(data), text)

    def site(self, pins: Sequence[Pin], name: str = "site") -> Pin:
        """Add a folder of editions."""
        node = self.store.folder(
            {pin.name: self.store.file(self.store.fetch(pin.cid).data) for pin in pins}
        )
        return Pin(node.cid, name)

    def blocks(self, roots: Sequence[Cid], without: Container[Cid]) -> Iterator[Block]:
        """Yield the blocks below some roots."""
        seen: set[Cid] = set()
        for root in roots:
            for block in dag_blocks(root, self.store.fetch, without):
                if block.cid not in seen:
                    seen.add(block.cid)
                    yield block

    def count(self, roots: Sequence[Cid], without: Container[Cid]) -> int:
        """Count the blocks below some roots."""
        return sum(1 for _ in self.blocks(roots, without))
