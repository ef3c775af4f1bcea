"""A bucket that imports CARs: lists in pages, makes other CIDs, refuses signatures."""

from collections.abc import Iterator

import pytest

from site_builder.publish.engines.aws_signature import AwsKeys
from site_builder.publish.engines.filebase import Filebase
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.http import Http
from site_builder.publish.http_errors import LyingReply, TokenRefused
from tests.publish.engines.outcomes import confirmed, sent_by
from tests.publish.fakes.clocks import NOON, Stopped
from tests.publish.fakes.filebase import KEYS, FakeFilebase
from tests.publish.fakes.server import Answer, Server, serving
from tests.publish.fakes.site_dag import SiteDag


@pytest.fixture
def fake() -> FakeFilebase:
    """An empty bucket."""
    return FakeFilebase()


@pytest.fixture
def server(fake: FakeFilebase) -> Iterator[Server]:
    """Its server."""
    with serving(fake.answer) as running:
        yield running


class StillStopped(Stopped):
    """Time passes for deadlines, but the date stays, which the fake's signature needs."""

    @property
    def clock(self):  # type: ignore[no-untyped-def]
        return super().clock._replace(now=lambda: NOON)


def engine(server: Server, keys: AwsKeys = KEYS, patience_seconds: float = 60) -> Filebase:
    """Return the engine for a server."""
    clock = StillStopped().clock
    http = Http("filebase", server.address, clock, secrets=[keys.secret_key])
    gateway = Gateway(Http("filebase gateway", server.address, clock))
    return Filebase(http, "bucket", keys, gateway, patience_seconds=patience_seconds)


@pytest.fixture
def filebase(server: Server) -> Iterator[Filebase]:
    """The engine."""
    found = engine(server)
    yield found
    found.close()


def test_each_pin_is_an_object_with_all_its_blocks(filebase: Filebase, dag: SiteDag) -> None:
    pins = [dag.edition("one"), dag.edition("two, with ünïcode")]
    site = dag.site(pins)
    refused, blocks = sent_by(filebase, dag, [*pins, site], {pin.cid for pin in pins})
    assert refused == {}
    assert len(blocks) == 2 + 3
    assert set(confirmed(filebase, [*pins, site]).values()) == {"kept"}
    assert filebase.read_back(site.cid) == dag.store.fetch(site.cid)


def test_a_listing_in_pages_is_read_to_its_end(
    filebase: Filebase, fake: FakeFilebase, server: Server, dag: SiteDag
) -> None:
    pins = [dag.edition(f"edition {number}") for number in range(10)]
    sent_by(filebase, dag, pins[:8])
    fake.objects["ipfs/strange.txt"] = fake.objects["elsewhere"] = "x"
    server.calls.clear()
    assert filebase.held(pins) == {pin.cid for pin in pins[:8]}
    assert len(server.calls) == 3


def test_a_listing_without_end_is_a_lie(filebase: Filebase, server: Server, dag: SiteDag) -> None:
    page = Answer(body=b"<NextContinuationToken>a&amp;b</NextContinuationToken>")
    server.script += [page] * 3
    with pytest.raises(LyingReply, match="filebase: lists the same page for ever"):
        filebase.held([dag.edition("one")])


def test_a_bucket_that_makes_another_cid_is_found_out_twice(
    filebase: Filebase, fake: FakeFilebase, dag: SiteDag
) -> None:
    good, bad, other = dag.edition("good"), dag.edition("bad"), dag.edition("other")
    fake.lies[f"ipfs/{bad.cid}.car"] = str(other.cid)
    refused, _ = sent_by(filebase, dag, [good, bad])
    assert refused == {"bad": f"made {other.cid} of the CAR"}
    assert confirmed(filebase, [good, bad]) == {
        "good": "kept",
        "bad": f"the bucket made {other.cid} of it",
    }


def test_an_import_that_takes_its_time_is_waited_for(
    filebase: Filebase, fake: FakeFilebase, dag: SiteDag
) -> None:
    pin = dag.edition("slow")
    fake.slow[f"ipfs/{pin.cid}.car"] = 4
    sent_by(filebase, dag, [pin])
    assert confirmed(filebase, [pin]) == {"slow": "kept"}


def test_an_import_that_never_ends_has_a_deadline(
    filebase: Filebase, fake: FakeFilebase, dag: SiteDag
) -> None:
    pin = dag.edition("stuck")
    fake.slow[f"ipfs/{pin.cid}.car"] = 10_000
    sent_by(filebase, dag, [pin])
    assert confirmed(filebase, [pin, dag.edition("never sent")]) == {
        "stuck": "the object was not imported, after 60 seconds",
        "never sent": "the bucket has no such object, after 60 seconds",
    }


def test_wrong_keys_are_told_without_showing_them(server: Server, dag: SiteDag) -> None:
    wrong = AwsKeys("AKIDFAKE", "wrong-secret")
    found = engine(server, wrong)
    with pytest.raises(TokenRefused, match="SignatureDoesNotMatch") as caught:
        sent_by(found, dag, [dag.edition("one")])
    found.close()
    assert "wrong-secret" not in str(caught.value) + repr(wrong)


def test_a_put_that_is_cut_is_sent_again(
    filebase: Filebase, fake: FakeFilebase, server: Server, dag: SiteDag
) -> None:
    server.script += [Answer(429, headers={"Retry-After": "3"}), Answer(body=b"xx", cut=True)]
    assert sent_by(filebase, dag, [dag.edition("one")])[0] == {}
    assert len(fake.objects) == 1
