"""`pin` as a person runs it: with a real Kubo, with one that fails, and with none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder.cli import run
from site_builder.publish.car import CarFile
from site_builder.publish.cid import parse_cid
from site_builder.publish.dag import prove_complete
from tests.archives import Archive
from tests.imaging import png
from tests.publish.fakes.kubo import FakeKubo
from tests.publish.fakes.server import Answer, Call, serving
from tests.publish.real.kubo_node import Node, kubo_node

Words = pytest.CaptureFixture[str]
MOST_BYTES = 1 << 30


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A real Kubo."""
    with kubo_node(tmp_path_factory.mktemp("kubo") / "repository") as running:
        yield running


@pytest.fixture
def newsroom(archive: Archive) -> Archive:
    """An archive of three articles, the last with a picture."""
    archive.article("one", date="2025-01-01", title="One")
    archive.article("two", date="2025-02-01", title="Two")
    archive.write("articles/p.png", png())
    archive.article("three", date="2025-03-01", title="Three", body="![p](p.png)")
    return archive


def pin(archive: Archive, *more: str) -> int:
    return run(["pin", "--root", str(archive.root), "--jobs", "1", *more])


def engine(archive: Archive, name: str, url: str, gateway: str = "") -> None:
    """Add a Kubo to the configuration."""
    lines = [f'name = "{name}"', 'kind = "kubo"', f'url = "{url}"']
    lines += [f'gateway = "{gateway}"'] if gateway else []
    with (archive.root / "site.toml").open("a") as file:
        file.write("[[engines]]\n" + "\n".join(lines) + "\n")


def root_of(words: str) -> str:
    """Return the CID that the last line of the output names."""
    return words.strip().splitlines()[-1].removeprefix("the site: ipfs://")


def test_without_an_engine_a_car_holds_the_whole_site_and_every_edition(
    newsroom: Archive, capsys: Words
) -> None:
    assert pin(newsroom) == 0
    root = root_of(capsys.readouterr().out)
    with (newsroom.root / "site.car").open("rb") as stream:
        assert prove_complete(stream, parse_cid(root), MOST_BYTES).blocks > 20
    with (newsroom.root / "site.car").open("rb") as stream:
        car = CarFile(stream, MOST_BYTES)
        for block in (newsroom.output / "ipfs").iterdir():
            if block.name.startswith("bafkrei"):
                assert car.fetch(parse_cid(block.name)).data == block.read_bytes()


def test_the_second_run_adds_no_line_and_finds_the_same_root(
    newsroom: Archive, capsys: Words
) -> None:
    pin(newsroom)
    first = capsys.readouterr().out
    ledger = (newsroom.root / "editions.jsonl").read_bytes()
    assert ledger.count(b"\n") == 3
    assert (newsroom.output / "editions.jsonl").read_bytes() == ledger
    pin(newsroom)
    assert root_of(capsys.readouterr().out) == root_of(first)
    assert (newsroom.root / "editions.jsonl").read_bytes() == ledger


def test_a_corrected_article_becomes_revision_2_that_names_revision_1(newsroom: Archive) -> None:
    pin(newsroom)
    before = (newsroom.root / "editions.jsonl").read_text()
    newsroom.article("one", date="2025-01-01", title="One", body="Right.",
                     corrections="[{date: 2025-01-02, text: It was wrong.}]")  # fmt: skip
    pin(newsroom)
    after = (newsroom.root / "editions.jsonl").read_text()
    assert after.startswith(before)
    (line,) = after.removeprefix(before).splitlines()
    assert '"revision":2' in line
    assert '"reason":"It was wrong."' in line
    page = newsroom.page("/2025/01/one/")
    assert "revision 2" in page
    assert page.count("It was wrong.") == 3, "on the page, for machines, and as the reason"


def test_an_article_that_moves_keeps_its_cid_and_no_address_is_forgotten(
    newsroom: Archive, capsys: Words
) -> None:
    pin(newsroom)
    cids = sorted((newsroom.output / "ipfs").iterdir())
    newsroom.article("one", date="2025-01-01", title="One", slug="uno",
                     aliases="[/2025/01/one/]")  # fmt: skip
    assert pin(newsroom) == 0
    assert sorted((newsroom.output / "ipfs").iterdir()) == cids
    line = (newsroom.root / "editions.jsonl").read_text().splitlines()[-1]
    assert '"url":"/2025/01/uno/"' in line
    assert "3 editions in the ledger" in capsys.readouterr().out
    assert "/2025/01/one/</guid>" in (newsroom.output / "feed.xml").read_text()
    newsroom.article("one", date="2025-01-01", title="One", slug="un", aliases="[/2025/01/one/]")
    assert pin(newsroom) == 1
    assert "the address /2025/01/uno/" in capsys.readouterr().err


def test_a_real_node_keeps_all_and_a_second_run_sends_nothing(
    newsroom: Archive, node: Node, capsys: Words
) -> None:
    engine(newsroom, "home", node.rpc, node.gateway)
    assert pin(newsroom) == 0
    assert "home: keeps 4 of 4; sent " in capsys.readouterr().out
    assert pin(newsroom) == 0
    assert "home: keeps 4 of 4; sent 0 blocks, 0 bytes\n" in capsys.readouterr().out
    newsroom.article("one", date="2025-01-01", title="One", body="Changed.")
    assert pin(newsroom) == 0
    out = capsys.readouterr().out
    assert "home: keeps 5 of 5" in out, "revision 1 stays"
    sent = int(out.split("sent ")[1].split(" blocks")[0])
    assert 0 < sent < 20


@pytest.mark.slow
def test_an_engine_that_is_down_stops_no_other_and_is_named(
    newsroom: Archive, node: Node, capsys: Words
) -> None:
    engine(newsroom, "gone", "http://127.0.0.1:9/")
    engine(newsroom, "home", node.rpc, node.gateway)
    assert pin(newsroom) == 2
    out, err = capsys.readouterr()
    assert "home: keeps 4 of 4" in out
    assert "gone: keeps 0 of 4" in out
    assert "error: gone: /2025/01/one/ r1: bafkrei" in err
    assert pin(newsroom, "--to", "home") == 0


@pytest.mark.slow
def test_a_quorum_that_is_not_reached_is_an_error(
    newsroom: Archive, node: Node, capsys: Words
) -> None:
    engine(newsroom, "home", node.rpc, node.gateway)
    engine(newsroom, "gone", "http://127.0.0.1:9/")
    assert pin(newsroom, "--quorum", "2") == 2
    assert "4 pins kept by fewer engines than asked for (2)" in capsys.readouterr().err


def test_a_quorum_or_a_name_that_no_engine_can_meet_is_said_before_anything_is_published(
    newsroom: Archive, capsys: Words
) -> None:
    engine(newsroom, "home", "http://127.0.0.1:9/")
    assert pin(newsroom, "--quorum", "2") == 2
    assert pin(newsroom, "--to", "elsewhere") == 2
    err = capsys.readouterr().err
    assert "--quorum 2 needs as many engines; 1 to be used" in err
    assert 'there is no engine "elsewhere"; the engines are: home' in err
    assert not (newsroom.root / "editions.jsonl").exists()


def test_what_an_engine_gave_back_wrongly_is_not_recorded(newsroom: Archive, capsys: Words) -> None:
    fake = FakeKubo()

    def answer(call: Call) -> Answer:
        if call.path.startswith("/ipfs/"):
            fake.blocks[call.path.removeprefix("/ipfs/")] += b" altered"
        return fake.answer(call)

    with serving(answer) as server:
        engine(newsroom, "liar", server.address, server.address)
        assert pin(newsroom) == 2
        assert "reading it back failed" in capsys.readouterr().err
        fake.blocks = {cid: data.removesuffix(b" altered") for cid, data in fake.blocks.items()}
        assert "keeps 0 of 4" not in capsys.readouterr().out


def test_an_interrupted_run_goes_on_where_it_stopped(newsroom: Archive, capsys: Words) -> None:
    fake = FakeKubo()
    fake.trailer_error = "the disk is full"
    with serving(fake.answer) as server:
        engine(newsroom, "home", server.address)
        assert pin(newsroom) == 2
        ledger = (newsroom.root / "editions.jsonl").read_bytes()
        fake.trailer_error = ""
        capsys.readouterr()
        assert pin(newsroom) == 0
        assert "home: keeps 4 of 4" in capsys.readouterr().out
    assert (newsroom.root / "editions.jsonl").read_bytes() == ledger


def test_no_token_is_ever_shown_or_kept(
    newsroom: Archive, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME_NODE_TOKEN", "very-secret-token")
    fake = FakeKubo()
    fake.trailer_error = "refused very-secret-token"
    with serving(fake.answer) as server:
        engine(newsroom, "home-node", server.address)
        assert pin(newsroom, "--verbose") == 2
    out, err = capsys.readouterr()
    assert "very-secret-token" not in out + err
    for file in newsroom.root.rglob("*"):
        if file.is_file():
            assert b"very-secret-token" not in file.read_bytes(), file


def test_a_missing_secret_is_named_before_anything_is_published(
    newsroom: Archive, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VENDOR_TOKEN", raising=False)
    with (newsroom.root / "site.toml").open("a") as file:
        file.write('[[engines]]\nname = "vendor"\nkind = "pinata"\n')
    assert pin(newsroom) == 2
    assert (
        "the engine vendor needs the environment variable VENDOR_TOKEN" in capsys.readouterr().err
    )
    assert not (newsroom.root / "editions.jsonl").exists()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('name = "a"\nkind = "s3"', 'engine "a": kind is one of'),
        ('kind = "kubo"', 'engine "?"'),
        ('name = "a b"\nkind = "kubo"', 'an engine named "a b"'),
        ('name = "a"\nkind = "kubo"\ntoken = "x"', 'engine "a"'),
        ('name = "a"\nkind = "filebase"', "bucket is missing"),
        ('name = "a"\nkind = "pinning-service"\nurl = "https://pin.example/"', "needs a source"),
        ('name = "a"\nkind = "kubo"\nurl = "localhost:5001"', "is no full address"),
    ],
)
def test_a_fault_in_an_engine_is_named_with_its_line(
    archive: Archive, capsys: Words, table: str, words: str
) -> None:
    with (archive.root / "site.toml").open("a") as file:
        file.write(f"[[engines]]\n{table}\n")
    assert run(["check", "--root", str(archive.root)]) == 1
    err = capsys.readouterr().err
    assert "site.toml:" in err
    assert words in err


@pytest.mark.parametrize(
    ("option", "words"),
    [(("--drafts",), "takes no --drafts"), (("--now", "2999-01-01"), "cannot lie in the future")],
)
def test_what_is_not_public_yet_cannot_be_pinned(
    newsroom: Archive, capsys: Words, option: tuple[str, ...], words: str
) -> None:
    newsroom.article("four", date="2025-04-01", draft="true")
    newsroom.article("five", date="2025-04-01", embargo="2990-01-01")
    assert pin(newsroom, *option) == 2
    assert words in capsys.readouterr().err
    assert not (newsroom.root / "editions.jsonl").exists()
    assert pin(newsroom) == 0
    assert "3 editions in the ledger" in capsys.readouterr().out


def test_content_at_fault_publishes_nothing(newsroom: Archive, capsys: Words) -> None:
    newsroom.write("articles/bad.md", "no front matter")
    assert pin(newsroom) == 1
    assert "articles/bad.md" in capsys.readouterr().err
    assert not (newsroom.root / "editions.jsonl").exists()
    assert not Path(newsroom.root / "site.car").exists()
