"""Several sources are asked in turn, and none is believed."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from site_builder.publish.block import MAX_BLOCK_BYTES
from site_builder.publish.cid import cid_of
from site_builder.publish.http import Limits
from site_builder.publish.http_errors import EngineError
from site_builder.publish.sources import MOST_LIES, NoSource, Sources, name_of
from tests.publish.dags import Store
from tests.publish.fakes.clocks import REAL, Stopped
from tests.publish.fakes.host import host_of, lying
from tests.publish.fakes.server import Answer, Call, Server, serving

QUICK = Limits(connect_seconds=1, silence_seconds=0.2, total_seconds=1, pauses_seconds=())
MANY = [b"block %d" % number for number in range(9)]


class Hosts:
    """Servers that run until the end of a test, and what is told of them."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.servers: list[Server] = []
        self.told: list[str] = []

    def add(self, answer: Callable[[Call], Answer]) -> Server:
        self.servers.append(self._stack.enter_context(serving(answer)))
        return self.servers[-1]

    def sources(self, *more: str) -> Sources:
        addresses = (*more, *(server.address for server in self.servers))
        sources = Sources(addresses, REAL, self.told.append, limits=QUICK)
        return self._stack.enter_context(sources)


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    """No server yet."""
    with ExitStack() as stack:
        yield Hosts(stack)


@pytest.fixture
def store() -> Store:
    """Nine raw blocks."""
    store = Store()
    for content in MANY:
        store.file(content)
    return store


@pytest.fixture
def closed() -> str:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def redirecting(place: str) -> Callable[[Call], Answer]:
    return lambda _: Answer(302, headers={"Location": place})


def test_what_one_source_lacks_the_next_gives(hosts: Hosts, store: Store) -> None:
    one = hosts.add(host_of([]))
    hosts.add(host_of(store.blocks))
    sources = hosts.sources()
    for block in store.blocks:
        assert sources.fetch(block.cid) == block
    first = store.blocks[0].cid
    assert hosts.told == [f"{name_of(one.address)}: {first}: answered 404: no such block"]


def test_the_source_that_gave_a_block_is_asked_first_for_the_next(
    hosts: Hosts, store: Store
) -> None:
    one = hosts.add(host_of([]))
    hosts.add(host_of(store.blocks))
    sources = hosts.sources()
    for block in store.blocks:
        sources.fetch(block.cid)
    assert len(one.calls) == 1


def test_a_source_that_lies_is_told_once_and_left_alone_in_the_end(
    hosts: Hosts, store: Store
) -> None:
    liar = hosts.add(lying(host_of(store.blocks)))
    sources = hosts.sources()
    for block in store.blocks:
        with pytest.raises(NoSource) as caught:
            sources.fetch(block.cid)
        assert caught.value.lied
    assert len(liar.calls) == MOST_LIES
    assert len(hosts.told) == 1
    assert "served 7 bytes that are not the content of this CID" in hosts.told[0]


def slow(_: Call) -> Answer:
    time.sleep(0.6)
    return Answer()


@pytest.mark.parametrize(
    ("answer", "words", "calls"),
    [
        (lambda _: Answer(body=MANY[0], cut=True), "the connection was cut", 1),
        (lambda _: Answer(body=bytes(MAX_BLOCK_BYTES + 1)), "sent more than 2,097,152 bytes", 2),
        (slow, "fell silent for 0.2 seconds", 1),
        (lambda _: Answer(503, b"busy"), "answered 503: busy", 1),
        (lambda _: Answer(429, headers={"Retry-After": "60"}), "answered 429", 1),
        (lambda _: Answer(body=b"<h1>Not found</h1>"), "served 18 bytes that are not", 2),
        (lambda _: Answer(body=b"x", headers={"Content-Encoding": "gzip"}), "compressed", 2),
        (redirecting("file:///etc/passwd"), "protocol", 2),
        (redirecting("/ipfs/again?format=raw"), "redirects", 2),
    ],
    ids=["cut", "too large", "slow", "busy", "limited", "page", "gzip", "scheme", "loop"],
)
def test_each_fault_of_a_source_is_told_and_the_next_is_tried(
    answer: Callable[[Call], Answer], words: str, calls: int, hosts: Hosts, store: Store
) -> None:
    bad = hosts.add(answer)
    sources = hosts.sources()
    reasons = []
    for block in store.blocks[:2]:
        with pytest.raises(NoSource) as caught:
            sources.fetch(block.cid)
        reasons.append(str(caught.value))
    assert [words in one for one in hosts.told] == [True]
    assert all(words in reason for reason in reasons)
    asked = {call.path for call in bad.calls if "again" not in call.path}
    assert len(asked) == calls, "one that does not answer is asked once"
    good = hosts.add(host_of(store.blocks))
    assert hosts.sources().fetch(store.blocks[0].cid) == store.blocks[0]
    assert good.calls


def test_a_redirect_to_the_right_bytes_is_followed(hosts: Hosts, store: Store) -> None:
    right = hosts.add(host_of(store.blocks))
    with serving(lambda call: redirecting(f"{right.address}{call.path}?format=raw")(call)) as first:
        sources = Sources([first.address], REAL, hosts.told.append, limits=QUICK)
        with sources:
            assert sources.fetch(store.blocks[0].cid) == store.blocks[0]
    assert hosts.told == []


def test_a_host_that_cannot_be_reached_is_asked_once(
    hosts: Hosts, store: Store, closed: str
) -> None:
    hosts.add(host_of([]))
    sources = hosts.sources(closed)
    for block in store.blocks:
        with pytest.raises(NoSource) as caught:
            sources.fetch(block.cid)
        assert not caught.value.lied
    assert [line.split(":")[1].isdigit() for line in hosts.told] == [True, True]
    assert "cannot be reached" in hosts.told[0]
    assert name_of(closed) in str(caught.value)


def test_a_host_on_which_patience_was_spent_is_not_asked_again(hosts: Hosts) -> None:
    server = hosts.add(host_of([]))
    stopped = Stopped()

    def later() -> float:
        stopped.slept.append(1)
        return sum(stopped.slept)

    clock = stopped.clock._replace(monotonic=later)
    sources = Sources([server.address], clock, hosts.told.append, patience_seconds=10)
    with sources:
        for number in range(50):
            with pytest.raises(NoSource):
                sources.fetch(cid_of(b"%d" % number))
    assert 0 < len(server.calls) <= 10


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://user:hunter2@127.0.0.1/", "its address holds a password"),
        ("ftp://127.0.0.1/", "is no address"),
        ("127.0.0.1", "is no address"),
        ("http://127.0.0.1/?a=b", "holds more than a place"),
        ("http://[::", "its address is malformed"),
        ("", "is no address"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(
    address: str, words: str
) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        Sources(["http://127.0.0.1:9/", address], REAL, lambda _: None)
    assert "hunter2" not in str(caught.value)


def test_one_address_twice_is_one_source(hosts: Hosts) -> None:
    server = hosts.add(host_of([]))
    with pytest.raises(NoSource):
        hosts.sources(server.address + "/").fetch(cid_of(b"x"))
    assert len(server.calls) == 1
