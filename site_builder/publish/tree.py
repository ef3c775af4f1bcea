"""The DAG of a built site: its root, and the blocks below it, as they lie in the output folder.

In: the files of an output folder, and what is known of them. Out: a SiteDag. Blocks of files are
read when they are asked for, and hashed again; those of folders are kept. Nothing is written.
Specification: IPIP-499, profile unixfs-v1-2025.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from site_builder.errors import EnvironmentFault
from site_builder.publish.block import Block, BlockError, verify_block
from site_builder.publish.cid import DAG_PB, RAW, Cid
from site_builder.publish.dag import links_of
from site_builder.publish.directory import directory_blocks
from site_builder.publish.node import Node
from site_builder.publish.profile import V1_2025
from site_builder.publish.unixfs import bytes_blocks, file_blocks

BLOCKS = "ipfs/"


class FileState(NamedTuple):
    """A file as the file system tells of it: size in bytes and mtime_ns."""

    size_bytes: int
    mtime_ns: int


class _Place(NamedTuple):
    """Where the bytes of a raw block lie: a path, the place of its first byte, and their number."""

    path: str
    start: int
    size_bytes: int


class SiteDag:
    """A site as a DAG. Use `read_site` to make one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[bytes, bytes] = {}
        self._places: dict[bytes, _Place] = {}

    def fetch(self, cid: Cid) -> Block:
        """Return a block of the site or of an edition. Raises EnvironmentFault where it is gone."""
        data = self._kept.get(cid.digest) if cid.codec == DAG_PB else None
        place = self._places.get(cid.digest)
        try:
            if data is None and place and cid.codec == RAW:
                with open(self._folder / place.path, "rb") as stream:
                    stream.seek(place.start)
                    data = stream.read(place.size_bytes)
            if data is None:
                data = (self._folder / f"{BLOCKS}{cid}").read_bytes()
            return verify_block(cid, data)
        except OSError as error:
            what = f"the block {cid} is not in {self._folder}: {error.strerror}"
            raise EnvironmentFault(f"{what}; run site-builder build") from error
        except BlockError as error:
            what = f"a file in {self._folder} was changed since it was built ({error})"
            raise EnvironmentFault(f"{what}; run site-builder build") from error

    def blocks(self, roots: Sequence[Cid], without: Container[Cid]) -> Iterator[Block]:
        """Yield the blocks below `roots`, depth first, each once; see `engine.Dag`."""
        return map(self.fetch, self.cids(roots, without))

    def count(self, roots: Sequence[Cid], without: Container[Cid]) -> int:
        """Return how many blocks `blocks` would yield."""
        return sum(1 for _ in self.cids(roots, without))

    def cids(self, roots: Sequence[Cid], without: Container[Cid]) -> Iterator[Cid]:
        """Yield the CIDs of the blocks that `blocks` would yield; no file is read for them."""
        seen: set[Cid] = set()
        waiting = list(reversed(roots))
        while waiting:
            cid = waiting.pop()
            if cid in seen or cid in without:
                continue
            seen.add(cid)
            yield cid
            if cid.codec == DAG_PB:
                waiting += reversed(links_of(self.fetch(cid)))

    def keep(self, block: Block) -> None:
        """Keep the block of a folder, or of a file that has several."""
        if block.cid.codec == DAG_PB:
            self._kept[block.cid.digest] = block.data

    def place(self, cid: Cid, path: str, start: int, size_bytes: int) -> None:
        """Note where the bytes of a raw block lie."""
        self._places[cid.digest] = _Place(path, start, size_bytes)


def read_site(
    folder: Path,
    files: Mapping[str, FileState],
    known: Mapping[str, tuple[FileState, Cid]],
    learn: Callable[[str, FileState, Cid], None],
) -> tuple[SiteDag, Node]:
    """Return the DAG of the files of an output folder, and its root.

    `files` has them by path; `known` the CIDs of files of one block as they were when they had a
    certain state, and `learn` is told of others. Raises EnvironmentFault for a file that cannot be
    read.
    """
    dag = SiteDag(folder)
    top: dict[str, Node] = {}
    folders: dict[str, dict[str, Node]] = {"": top}
    for path in sorted(files):
        parent, _, name = path.rpartition("/")
        node = _file(dag, folder, path, files[path], known.get(path), learn)
        _folder_of(folders, parent)[name] = node
    for path in sorted(folders, key=lambda path: (path.count("/"), path), reverse=True):
        if path:
            parent, _, name = path.rpartition("/")
            node = directory_blocks(folders[path].items(), V1_2025, dag.keep)
            _folder_of(folders, parent)[name] = node
    return dag, directory_blocks(top.items(), V1_2025, dag.keep)


def _folder_of(folders: dict[str, dict[str, Node]], path: str) -> dict[str, Node]:
    here = path
    while here not in folders:
        folders[here] = {}
        here = here.rpartition("/")[0]
    return folders[path]


def _file(
    dag: SiteDag,
    folder: Path,
    path: str,
    state: FileState,
    known: tuple[FileState, Cid] | None,
    learn: Callable[[str, FileState, Cid], None],
) -> Node:
    if known and known[0] == state:
        dag.place(known[1], path, 0, state.size_bytes)
        return Node(known[1], state.size_bytes, state.size_bytes)
    try:
        if state.size_bytes > V1_2025.chunk_bytes:
            return _large(dag, folder, path)
        node = bytes_blocks((folder / path).read_bytes(), V1_2025, _ignore)
    except OSError as error:
        raise EnvironmentFault(f"cannot read {folder / path}: {error.strerror}") from error
    dag.place(node.cid, path, 0, node.size_bytes)
    learn(path, state, node.cid)
    return node


def _large(dag: SiteDag, folder: Path, path: str) -> Node:
    """Return the node of a file of several blocks, each noted with its place in the file."""
    start = 0

    def note(block: Block) -> None:
        nonlocal start
        dag.keep(block)
        if block.cid.codec == RAW:
            dag.place(block.cid, path, start, len(block.data))
            start += len(block.data)

    with open(folder / path, "rb") as stream:
        return file_blocks(stream, V1_2025, note)


def _ignore(_: Block) -> None:
    """Drop a block of a file: it is read again when it is asked for."""
