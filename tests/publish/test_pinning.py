"""A run over several engines: what is sent, what counts, and how it goes on after a fault."""

from collections.abc import Collection, Iterator, Mapping

import pytest

from site_builder.publish.cid import Cid
from site_builder.publish.credentials import bearer
from site_builder.publish.engines.engine import Engine, Pin
from site_builder.publish.engines.filebase import Filebase
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.kubo import Kubo
from site_builder.publish.engines.pinata import Pinata
from site_builder.publish.http import Http
from site_builder.publish.pinning import Kept, Result, Sent, Wish, pin_all
from tests.publish.fakes.clocks import NOON, Stopped
from tests.publish.fakes.filebase import KEYS, FakeFilebase
from tests.publish.fakes.kubo import FakeKubo
from tests.publish.fakes.pinata import FakePinata
from tests.publish.fakes.server import Answer, Server, serving
from tests.publish.fakes.site_dag import SiteDag


class Counting:
    """A Progress that adds up."""

    def __init__(self) -> None:
        self.stages: dict[str, list[int]] = {}

    def start(self, stage: str, total: int) -> None:
        self.stages[stage] = [total, 0]

    def advance(self, steps: int) -> None:
        self.stages[list(self.stages)[-1]][1] += steps


class Killed(Exception):
    """Somebody ended the program."""


class World:
    """Three engines over HTTP, the pins of a site, and what was recorded."""

    def __init__(self, dag: SiteDag) -> None:
        self.dag = dag
        self.kubo, self.pinata, self.filebase = FakeKubo(), FakePinata(), FakeFilebase()
        self.editions = [dag.edition(f"edition {number}") for number in range(6)]
        self.site = dag.site(self.editions)
        self.pins: list[Pin] = [*self.editions, self.site]
        self.recorded: dict[str, dict[Cid, int]] = {}
        self.bases: dict[Cid, Collection[Cid]] = {}
        self.progress = Counting()
        self.engines: list[Engine] = []

    def record(self, kept: Kept) -> None:
        """Remember what was proved."""
        self.recorded.setdefault(kept.engine, {})[kept.pin.cid] = kept.read_back

    def run(self) -> Result:
        """Pin everything everywhere."""
        wish = Wish(self.dag, self.pins, self.recorded, self.bases)
        return pin_all(self.engines, wish, self.record, self.progress)


@pytest.fixture
def world() -> World:
    """A site, and no engines yet."""
    return World(SiteDag())


def http(name: str, server: Server, token: str = "") -> Http:
    """Return the way to a server, by a clock whose date stays."""
    clock = Stopped().clock._replace(now=lambda: NOON)
    return Http(name, server.address, clock, bearer(token, "TOKEN") if token else None)


@pytest.fixture
def kubo(world: World) -> Iterator[Server]:
    """The server of a Kubo that takes part."""
    with serving(world.kubo.answer) as server:
        engine = Kubo(http("kubo", server, "kubo-secret"), Gateway(http("gateway", server)))
        world.engines.append(engine)
        yield server
        engine.close()


@pytest.fixture
def pinata(world: World) -> Iterator[Server]:
    """The server of Pinata, which takes part."""
    with serving(world.pinata.answer) as server:
        uploads, files = (http("pinata", server, "the-jwt") for _ in range(2))
        engine = Pinata(uploads, files, Gateway(http("gateway", server)), patience_seconds=30)
        world.engines.append(engine)
        yield server
        engine.close()


@pytest.fixture
def filebase(world: World) -> Iterator[Server]:
    """The server of Filebase, which takes part."""
    with serving(world.filebase.answer) as server:
        gateway = Gateway(http("gateway", server))
        engine = Filebase(http("filebase", server), "bucket", KEYS, gateway)
        world.engines.append(engine)
        yield server
        engine.close()


def faults(result: Result) -> Mapping[str, str]:
    """Return the reasons by the names of engine and pin."""
    return {f"{fault.engine}: {fault.pin.name}": fault.reason for fault in result.faults}


@pytest.mark.usefixtures("kubo", "pinata", "filebase")
def test_everything_is_kept_everywhere_and_read_back(world: World) -> None:
    result = world.run()
    assert faults(result) == {}
    assert [(kept.engine, kept.pin) for kept in result.kept] == [
        (name, pin) for name in ("kubo", "pinata", "filebase") for pin in world.pins
    ]
    assert {kept.read_back for kept in result.kept if kept.pin in world.editions} == {1}
    assert {kept.read_back for kept in result.kept if kept.pin == world.site} == {7}
    assert result.sent["kubo"].blocks == 7
    assert result.sent["pinata"].blocks == result.sent["filebase"].blocks == 6 + 7
    assert result.engines_of(world.site) == ("kubo", "pinata", "filebase")


@pytest.mark.usefixtures("kubo", "pinata", "filebase")
def test_a_second_run_sends_and_reads_back_nothing(world: World) -> None:
    first = world.run()
    recorded = {name: dict(cids) for name, cids in world.recorded.items()}
    world.recorded = recorded
    second = world.run()
    assert second.kept == first.kept
    assert set(second.sent.values()) == {Sent(0, 0)}


def test_a_second_run_asks_each_engine_only_for_its_list(
    world: World, kubo: Server, pinata: Server
) -> None:
    world.run()
    kubo.calls.clear()
    pinata.calls.clear()
    world.run()
    assert [call.path for call in kubo.calls] == ["/api/v0/pin/ls"]
    assert {call.path for call in pinata.calls} == {"/v3/files/public"}


@pytest.mark.usefixtures("kubo", "pinata", "filebase")
def test_progress_ends_where_it_was_said_to(world: World) -> None:
    world.run()
    assert world.progress.stages == {
        "pin at kubo": [14, 14],
        "pin at pinata": [20, 20],
        "pin at filebase": [20, 20],
    }


@pytest.mark.usefixtures("kubo", "pinata")
@pytest.mark.parametrize("moment", range(14))
def test_a_run_killed_at_any_record_goes_on_where_it_stopped(world: World, moment: int) -> None:
    keep = world.record

    def kill(kept: Kept) -> None:
        if sum(map(len, world.recorded.values())) == moment:
            raise Killed
        keep(kept)

    world.record = kill  # type: ignore[method-assign]
    with pytest.raises(Killed):
        world.run()
    before = sum(map(len, world.recorded.values()))
    assert before == moment
    world.record = keep  # type: ignore[method-assign]
    result = world.run()
    assert faults(result) == {}
    assert len(result.kept) == 14
    assert result.sent["kubo"].blocks <= (7 if moment == 0 else 1)
    assert len(world.pinata.files) == len(set(world.pinata.files)) == 7


def test_an_engine_that_is_down_does_not_stop_the_others(
    world: World, kubo: Server, pinata: Server
) -> None:
    kubo.script += [Answer(503, b"restarting")] * 20
    result = world.run()
    assert set(faults(result).values()) == {"answered 503: restarting"}
    assert {kept.engine for kept in result.kept} == {"pinata"}
    assert result.short_of(1, world.pins) == ()
    assert result.short_of(2, world.pins) == tuple(world.pins)
    assert pinata.calls


def test_an_engine_that_refuses_the_token_says_so_for_every_pin(world: World, kubo: Server) -> None:
    kubo.script += [Answer(401, b"bad kubo-secret")]
    result = world.run()
    assert set(faults(result).values()) == {
        "refused the credential; answered 401: bad *** (check TOKEN)"
    }
    assert world.recorded == {}


def test_one_pin_that_fails_leaves_the_others(world: World, kubo: Server, pinata: Server) -> None:
    bad = world.editions[2]
    world.kubo.pin_errors[str(bad.cid)] = "disk full"
    result = world.run()
    assert faults(result) == {"kubo: edition 2": "it could not pin: disk full"}
    assert result.short_of(2, world.pins) == (bad,)
    assert bad.cid not in world.recorded["kubo"]
    assert (bool(kubo.calls), bool(pinata.calls)) == (True, True)


@pytest.mark.usefixtures("kubo")
@pytest.mark.parametrize("lie", [b"other bytes", b"", bytes(3 * 1024 * 1024)])
def test_what_reads_back_as_other_bytes_is_not_pinned(world: World, lie: bytes) -> None:
    bad = world.editions[0]
    world.pins = world.editions
    world.run()
    world.recorded.clear()
    world.kubo.blocks[str(bad.cid)] = lie
    result = world.run()
    assert list(faults(result)) == ["kubo: edition 0"]
    assert "reading it back failed" in faults(result)["kubo: edition 0"]
    assert bad.cid not in world.recorded["kubo"]
    assert len(world.recorded["kubo"]) == 5


@pytest.mark.usefixtures("kubo")
def test_a_block_below_the_root_that_reads_back_wrong_counts_too(world: World) -> None:
    world.run()
    world.recorded["kubo"].pop(world.site.cid)
    world.kubo.blocks[str(world.editions[3].cid)] = b"other bytes"
    assert list(faults(world.run())) == ["kubo: site"]


@pytest.mark.usefixtures("kubo", "pinata")
def test_a_changed_article_sends_the_blocks_that_changed(world: World) -> None:
    world.run()
    world.bases = {world.site.cid: [b.cid for b in world.dag.blocks([world.site.cid], ())]}
    new = world.dag.edition("edition 7")
    site = world.dag.site([*world.editions, new])
    world.pins = [*world.editions, new, site]
    result = world.run()
    assert faults(result) == {}
    assert result.sent["kubo"] == Sent(2, sum(map(len, _data(world, [new, site]))))
    assert result.sent["pinata"].blocks == 1 + 8


def _data(world: World, pins: list[Pin]) -> list[bytes]:
    return [world.dag.store.fetch(pin.cid).data for pin in pins]


def test_a_base_that_the_engine_lost_is_not_relied_on(world: World, kubo: Server) -> None:
    world.bases = {world.site.cid: [b.cid for b in world.dag.blocks([world.site.cid], ())]}
    result = world.run()
    assert result.sent["kubo"].blocks == 7
    assert [call.path for call in kubo.calls].count("/api/v0/dag/import") == 1


@pytest.mark.usefixtures("kubo")
def test_a_delta_that_does_not_hold_is_followed_by_everything(world: World) -> None:
    world.run()
    world.bases = {world.site.cid: [b.cid for b in world.dag.blocks([world.site.cid], ())]}
    new = world.dag.edition("edition 7")
    site = world.dag.site([*world.editions, new])
    world.pins = [site]
    del world.kubo.blocks[str(world.editions[0].cid)]
    result = world.run()
    assert faults(result) == {}
    assert result.sent["kubo"].blocks == 2 + 8


@pytest.mark.usefixtures("kubo")
def test_what_an_engine_lost_is_sent_again_though_it_was_recorded(world: World) -> None:
    world.run()
    world.kubo.pins.pop(str(world.editions[1].cid))
    result = world.run()
    assert faults(result) == {}
    assert result.sent["kubo"].blocks == 1
    assert str(world.editions[1].cid) in world.kubo.pins


@pytest.mark.usefixtures("pinata", "filebase")
def test_the_whole_archive_moves_to_another_engine(world: World) -> None:
    pinata, filebase = world.engines
    world.engines = [pinata]
    world.run()
    world.engines = [filebase]
    result = world.run()
    assert faults(result) == {}
    assert {kept.engine for kept in result.kept} == {"filebase"}
    assert len(world.filebase.objects) == 7


def test_without_a_gateway_the_word_of_the_engine_is_all_there_is(world: World) -> None:
    with serving(world.kubo.answer) as server:
        engine = Kubo(http("kubo", server))
        world.engines = [engine]
        result = world.run()
        engine.close()
    assert {kept.read_back for kept in result.kept} == {0}
    assert faults(result) == {}


def test_without_engines_nothing_is_kept(world: World) -> None:
    result = world.run()
    assert (result.kept, result.faults) == ((), ())
    assert result.short_of(1, world.pins) == tuple(world.pins)
    assert result.short_of(0, world.pins) == ()


def test_no_token_is_in_any_reason_or_record(
    world: World, kubo: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    world.kubo.pin_errors = {str(world.pins[0].cid): "kubo-secret\x1b[31m is no good"}
    result = world.run()
    assert faults(result) == {"kubo: edition 0": "it could not pin: *** [31m is no good"}
    kubo.script += [Answer(403, b"not with Bearer kubo-secret")]
    refused = world.run()
    assert "not with Bearer ***" in refused.faults[0].reason
    shown = repr((result, refused, world.recorded)) + caplog.text
    assert "kubo-secret" not in shown
