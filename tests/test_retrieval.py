"""What a CID names comes from hosts whole and checked, or not at all."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder.errors import ContentError, EnvironmentFault, Problem
from site_builder.publish.block import MAX_BLOCK_BYTES
from site_builder.publish.cid import DAG_PB, Cid, cid_of
from site_builder.publish.dag_pb import Link, encode_node
from site_builder.publish.engines.engine import Pin
from site_builder.publish.engines.kubo import Kubo
from site_builder.publish.extract import Symlink
from site_builder.publish.http import Http, Limits
from site_builder.publish.node import Node
from site_builder.publish.profile import V1_2025
from site_builder.publish.unixfs import symlink_blocks
from site_builder.publish.unixfs_data import encode_directory, encode_parent
from site_builder.retrieval import MOST_FAILURES, Found, Wanted, get, verify_host
from tests.archives import Silent, tree_of
from tests.publish.dags import Store
from tests.publish.engines.outcomes import sent_by
from tests.publish.fakes.clocks import REAL
from tests.publish.fakes.host import host_of, lying
from tests.publish.fakes.server import Answer, Call, serving
from tests.publish.fakes.site_dag import SiteDag
from tests.publish.real.kubo_node import kubo_node

ENOUGH = 1 << 30
CALM = Limits(pauses_seconds=())
QUICK = Limits(silence_seconds=0.3, pauses_seconds=())
LARGE = bytes(range(256)) * 10_000


def folder_of(store: Store) -> Node:
    """Keep a folder of files, one of several blocks, and a symbolic link."""
    inner = store.folder({"large": store.file(LARGE), "small": store.file(b"small")})
    link = symlink_blocks(b"../../etc/passwd", V1_2025, store.put)
    return store.folder({"in": inner, "one": store.file(b"one"), "link": link})


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """Where to write to; in the end there is that or nothing."""
    yield tmp_path / "here" / "out"
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    assert {path.name for path in (tmp_path / "here").iterdir()} <= {"out"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> None:
    """The folder of the target."""
    (tmp_path / "here").mkdir()


def fetched(cid: Cid, target: Path, *addresses: str, max_bytes: int = ENOUGH) -> list[str]:
    """Get what a CID names; return what was told."""
    told: list[str] = []
    get(cid, target, addresses, REAL, told.append, max_bytes)
    return told


def test_a_folder_comes_whole_from_two_hosts_that_each_have_half(target: Path) -> None:
    store = Store()
    root = folder_of(store)
    odd, even = store.blocks[::2], store.blocks[1::2]
    with serving(host_of(odd)) as one, serving(host_of(even)) as other:
        told: list[str] = []
        addresses = [one.address, other.address]
        found = get(root.cid, target, addresses, REAL, told.append, ENOUGH)
    assert tree_of(target) == {"in/large": LARGE, "in/small": b"small", "one": b"one"}
    assert found == (3, len(LARGE) + 8, (Symlink("link", "../../etc/passwd"),))
    assert len(told) == 2


def test_a_liar_is_passed_over_and_named(target: Path) -> None:
    store = Store()
    root = folder_of(store)
    answer = host_of(store.blocks)
    with serving(lying(answer)) as liar, serving(answer) as honest:
        told = fetched(root.cid, target, liar.address, honest.address)
    assert tree_of(target)["in/large"] == LARGE
    assert len(told) == 1
    assert str(liar.server_port) in told[0]
    assert "that are not the content of this CID" in told[0]


def test_where_all_lie_the_content_is_at_fault_and_nothing_is_written(target: Path) -> None:
    store = Store()
    root = folder_of(store)
    with (
        serving(lying(host_of(store.blocks))) as liar,
        pytest.raises(ContentError, match=f"{root.cid}: did not give this block .served") as caught,
    ):
        fetched(root.cid, target, liar.address)
    assert caught.value.problems[0].file == f"127.0.0.1:{liar.server_port}"
    assert not target.exists()


def test_a_lie_in_the_last_block_leaves_nothing_half_written(target: Path) -> None:
    store = Store()
    root = folder_of(store)
    held = {str(block.cid): block.data for block in store.blocks}
    held[str(cid_of(b"one"))] = b"two"
    with serving(host_of(held)) as server, pytest.raises(ContentError):
        fetched(root.cid, target, server.address)
    assert len({call.path for call in server.calls}) > 4, "it came far"
    assert not target.exists()


def test_where_nobody_has_it_the_environment_is_at_fault(target: Path) -> None:
    with serving(host_of([])) as server, pytest.raises(EnvironmentFault, match="answered 404"):
        fetched(cid_of(b"x"), target, server.address)


@pytest.mark.parametrize("name", [b"../x", b"/x", b"..", b"a/b", b"a\0b", b"", b"\xff"], ids=repr)
def test_a_name_that_leads_out_of_the_folder_is_refused(name: bytes, target: Path) -> None:
    store = Store()
    node = store.file(b"evil")
    root = store.raw(encode_node([Link(node.cid, name, 4)], encode_directory()), DAG_PB)
    with (
        serving(host_of(store.blocks)) as server,
        pytest.raises(ContentError, match=str(root)) as caught,
    ):
        fetched(root, target, server.address)
    assert str(caught.value).count(str(root)) == 1
    assert not target.exists()


def test_more_than_is_wanted_is_refused_before_it_is_fetched(target: Path) -> None:
    store = Store()
    node = store.file(LARGE)
    with (
        serving(host_of(store.blocks)) as server,
        pytest.raises(ContentError, match="at most 1000 are wanted"),
    ):
        fetched(node.cid, target, server.address, max_bytes=1000)
    assert len(server.calls) == 1


def test_a_file_that_says_another_size_than_it_has_is_refused(target: Path) -> None:
    store = Store()
    leaf = store.file(b"four")
    root = store.raw(encode_node([Link(leaf.cid, b"", 4)], encode_parent([5])), DAG_PB)
    with serving(host_of(store.blocks)) as server, pytest.raises(ContentError):
        fetched(root, target, server.address)
    assert not target.exists()


def test_what_is_there_already_is_left_alone_and_nobody_is_asked(target: Path) -> None:
    target.write_text("mine")
    with serving(host_of([])) as server, pytest.raises(EnvironmentFault, match="there already"):
        fetched(cid_of(b"x"), target, server.address)
    assert server.calls == []
    assert target.read_text() == "mine"


def test_a_real_gateway_gives_a_folder_and_serves_it_rightly(
    target: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dag = SiteDag()
    root = folder_of(dag.store)
    with kubo_node(tmp_path_factory.mktemp("kubo") / "repository") as kubo:
        engine = Kubo(Http("kubo", kubo.rpc, REAL))
        assert sent_by(engine, dag, [Pin(root.cid, "folder")])[0] == {}
        engine.close()
        assert fetched(root.cid, target, kubo.gateway) == []
        files = [Wanted(cid_of(b"one"), 3), Wanted(dag.store.file(LARGE).cid, len(LARGE))]
        served = verify_host(kubo.gateway, files, REAL, Silent(), CALM)
    assert tree_of(target)["in/large"] == LARGE
    assert served == Found(2, (), ())


@pytest.fixture
def editions() -> Store:
    """Twelve files of one block, and one of several."""
    store = Store()
    for number in range(12):
        store.file(b"edition %d" % number)
    store.file(LARGE)
    return store


def wanted(store: Store) -> list[Wanted]:
    """Return what a host should serve of the editions."""
    root = store.blocks[-1].cid
    leaves = [Wanted(block.cid, len(block.data)) for block in store.blocks[:12]]
    return [*leaves, Wanted(root, len(LARGE))]


def whats(problems: tuple[Problem, ...]) -> dict[str, str]:
    """Return what is wrong by the CID that is named first."""
    return dict(problem.what.split(": ", 1) for problem in problems)


def test_a_host_that_serves_every_block_is_right(editions: Store) -> None:
    with serving(host_of(editions.blocks)) as server:
        found = verify_host(server.address, wanted(editions), REAL, Silent(), CALM)
    assert found == Found(13, (), ())
    assert len({call.path for call in server.calls}) == len(editions.held)


def test_every_edition_that_is_wrong_is_named_with_its_host(editions: Store) -> None:
    files = wanted(editions)
    held = {str(block.cid): block.data for block in editions.blocks}
    other, missing, cut, long, leaf = [str(one.cid) for one in files[:4]] + [
        str(editions.blocks[13].cid)
    ]
    held[other] = b"other bytes"
    held[long] = bytes(MAX_BLOCK_BYTES + 1)
    del held[missing], held[leaf]

    def answer(call: Call) -> Answer:
        return host_of(held)(call)._replace(cut=call.path.endswith(cut))

    with serving(answer) as server:
        found = verify_host(server.address, files, REAL, Silent(), CALM)
    assert {problem.file for problem in found.faults} == {f"127.0.0.1:{server.server_port}"}
    assert list(found.faults) == sorted(found.faults)
    faults = whats(found.faults)
    assert faults.keys() == {other, missing, cut, long, leaf}
    assert faults[other].startswith("served 11 bytes that are not the content")
    assert faults[missing] == faults[leaf] == "answered 404: no such block"
    assert faults[cut].startswith("the connection was cut")
    assert faults[long] == "sent more than 2,097,152 bytes"
    assert found.right == 8


def test_an_edition_of_another_size_than_the_ledger_says_is_a_fault(editions: Store) -> None:
    files = [one._replace(size_bytes=one.size_bytes + step) for one, step in
             zip(wanted(editions)[-2:], (1, -1), strict=True)]  # fmt: skip
    with serving(host_of(editions.blocks)) as server:
        found = verify_host(server.address, files, REAL, Silent(), CALM)
    faults = whats(found.faults)
    assert faults[str(files[0].cid)] == "has 10 bytes, where 11 are known"
    assert "at most 2559999 are wanted" in faults[str(files[1].cid)]


@pytest.mark.parametrize("headers", [{"Content-Type": "text/html"}, {}], ids=["html", "none"])
def test_a_wrong_content_type_is_a_warning(headers: dict[str, str], editions: Store) -> None:
    answer = host_of(editions.blocks)
    with serving(lambda call: answer(call)._replace(headers=headers)) as server:
        found = verify_host(server.address, wanted(editions), REAL, Silent(), CALM)
    assert (found.right, found.faults) == (13, ())
    (warning,) = found.warnings
    assert min(editions.texts()) in warning.what
    assert f"{len(editions.held) - 1} more" in warning.what
    assert ('"text/html"' if headers else "nothing") in warning.what


def test_a_content_type_with_parameters_is_right(editions: Store) -> None:
    headers = {"Content-Type": "Application/vnd.ipld.raw; x=y"}
    answer = host_of(editions.blocks)
    with serving(lambda call: answer(call)._replace(headers=headers)) as server:
        found = verify_host(server.address, wanted(editions), REAL, Silent(), CALM)
    assert found.warnings == ()


def test_a_host_that_cannot_be_reached_is_not_asked_for_everything(editions: Store) -> None:
    with serving(host_of([])) as server:
        address = server.address
    server.server_close()
    started = time.monotonic()
    found = verify_host(address, wanted(editions) * 100, REAL, Silent(), CALM)
    assert time.monotonic() - started < 5
    assert found.right == 0
    assert any("cannot be reached" in fault.what for fault in found.faults)
    assert any("not asked for, and " in fault.what for fault in found.faults)


def test_a_host_that_falls_silent_again_and_again_is_given_up() -> None:
    def answer(_: Call) -> Answer:
        time.sleep(0.5)
        return Answer()

    files = [Wanted(cid_of(b"%d" % number), 1) for number in range(60)]
    with serving(answer) as server:
        found = verify_host(server.address, files, REAL, Silent(), QUICK)
    assert MOST_FAILURES <= len(server.calls) < 20
    assert any("fell silent" in fault.what for fault in found.faults)
    assert any("not asked for, and " in fault.what for fault in found.faults)
