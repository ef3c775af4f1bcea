"""A trustless gateway over some blocks, with the faults that hosts have."""

from collections.abc import Callable, Iterable, Mapping

from site_builder.publish.block import Block
from tests.publish.fakes.server import Answer, Call

RAW = {"Content-Type": "application/vnd.ipld.raw"}


def host_of(blocks: Iterable[Block] | Mapping[str, bytes]) -> Callable[[Call], Answer]:
    """Return what answers for the blocks, 404 for all others."""
    held = (
        blocks if isinstance(blocks, Mapping) else {str(block.cid): block.data for block in blocks}
    )

    def answer(call: Call) -> Answer:
        name = call.path.removeprefix("/ipfs/")
        if name not in held or call.param("format") != "raw":
            return Answer(404, b"no such block")
        return Answer(body=held[name], headers=RAW)

    return answer


def lying(answer: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    """Return what answers with one byte changed."""

    def lie(call: Call) -> Answer:
        told = answer(call)
        return told._replace(body=told.body[:-1] + bytes((told.body[-1] ^ 1,)))

    return lie
