"""`get`, `cid`, `verify`, and a build that fetches what is missing, as a person meets them."""

import importlib.util
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from site_builder.cli import run
from site_builder.pipeline import survey
from site_builder.publish.cid import cid_of
from site_builder.publish.ledger import Line, append
from site_builder.reports import Report, Request
from tests.archives import NOON, Archive, Silent, tree_of
from tests.imaging import large_png
from tests.processes import NOW, site_builder
from tests.publish.dags import Store
from tests.publish.fakes.host import host_of, lying
from tests.publish.fakes.server import Answer, Call, Server, serving

Words = pytest.CaptureFixture[str]
NOBODY = "http://127.0.0.1:9/"
VECTOR = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"


class Host(NamedTuple):
    """A host that serves what a test puts into `held`, by CID."""

    server: Server
    held: dict[str, bytes]

    @property
    def address(self) -> str:
        return self.server.address

    @property
    def calls(self) -> list[Call]:
        return self.server.calls


@pytest.fixture
def host() -> Iterator[Host]:
    """A host that has nothing yet."""
    held: dict[str, bytes] = {}
    with serving(host_of(held)) as server:
        yield Host(server, held)


def archive_at(root: Path, url: str, gateway: str = NOBODY) -> Archive:
    """Return an archive that knows only hosts of this machine."""
    site = f'title = "The Site"\nurl = "{url}/"\ngateways = ["{gateway}"]\n'
    archive = Archive(root, site)
    archive.article("one")
    archive.article("two", date="2025-02-01")
    return archive


def publish(archive: Archive) -> list[Line]:
    """Freeze every edition that is not in the ledger."""
    request = Request(root=archive.root, output=archive.output, now=NOON)
    found = survey(request, Silent())
    new = [
        Line(
            url=entry.url,
            revision=edition.revision,
            cid=edition.cid,
            size=edition.measured.size_bytes,
            content=edition.content.hex(),
            published="2026-01-01T00:00:00Z",
            title=entry.title,
            previous=edition.previous,
            blocks=edition.measured.blocks,
        )
        for entry in found.published.entries
        for edition in (found.editions.by_source[entry.source],)
        if not edition.frozen
    ]
    append(archive.root, found.editions.ledger, new)
    return new


def retheme(archive: Archive) -> None:
    """Change the theme, so that no published edition can be made again."""
    archive.write(
        "theme/templates/edition.html", "<!doctype html><title>{{ article.title }}</title>"
    )


def call(capsys: Words, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run a command; return its code and the lines of both streams."""
    capsys.readouterr()
    code = run(arguments)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err.splitlines()


@pytest.fixture
def published(tmp_path: Path, host: Host) -> Archive:
    """An archive of two articles whose editions are published, and whose host has them no more."""
    archive = archive_at(tmp_path / "archive", host.address)
    archive.build()
    publish(archive)
    archive.build()
    return archive


def blocks_of(archive: Archive) -> dict[str, bytes]:
    """Return what lies in `output/ipfs/`, by name."""
    return tree_of(archive.output / "ipfs")


# get


def test_a_file_is_fetched_outside_an_archive(host: Host, tmp_path: Path) -> None:
    host.held[VECTOR] = b"hello world"
    result = site_builder("get", VECTOR, "-o", "file", "--from", host.address, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "file: 1 file, 11 bytes, verified\n"
    assert (tmp_path / "file").read_bytes() == b"hello world"


def test_an_archive_knows_where_to_ask(host: Host, tmp_path: Path, capsys: Words) -> None:
    archive = archive_at(tmp_path / "archive", "http://127.0.0.1:9", host.address)
    host.held[VECTOR] = b"hello world"
    target = tmp_path / "file"
    code, _, err = call(
        capsys, "get", f"ipfs://{VECTOR}", "-o", str(target), "--root", str(archive.root)
    )
    assert code == 0
    assert [line for line in err if "127.0.0.1:9: " in line] == err
    assert len(err) == 1
    assert target.read_bytes() == b"hello world"


def test_a_lie_ends_with_1_and_names_host_and_cid(tmp_path: Path, capsys: Words) -> None:
    with serving(lying(host_of({VECTOR: b"hello world"}))) as liar:
        arguments = ("get", VECTOR, "-o", str(tmp_path / "file"), "--from", liar.address)
        code, out, err = call(capsys, *arguments)
    assert (code, out) == (1, [])
    assert err[0].startswith(f"note: 127.0.0.1:{liar.server_port}: {VECTOR}: served 11 bytes")
    assert err[1].startswith(f"error: 127.0.0.1:{liar.server_port}: {VECTOR}: did not give")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("get", "Qm123", "-o", "x", "--from", NOBODY), "is no CID to work with"),
        (("get", "bafyreigh2akiscaildc", "-o", "x", "--from", NOBODY), "is no CID to work with"),
        (("get", "f01711220" + "00" * 32, "-o", "x", "--from", NOBODY), "codec 0x71 is neither"),
        (("get", "f01551320" + "00" * 32, "-o", "x", "--from", NOBODY), "hash 0x13 is neither"),
        (("get", VECTOR, "-o", ".", "--from", NOBODY), "is there already"),
        (("get", VECTOR, "-o", "no/where", "--from", NOBODY), "cannot write no/where"),
        (("get", VECTOR, "-o", "x", "--from", NOBODY), "cannot be reached"),
        (("get", VECTOR, "-o", "x", "--from", "nonsense"), "is no address"),
        (("get", VECTOR, "-o", "x", "--from", "http://u:hunter2@h/"), "holds a password"),
        (("get", VECTOR, "-o", "x", "--root", "nowhere"), "nowhere has no site.toml"),
        (("cid", "nothing"), "cannot read nothing: No such file"),
        (("verify", "--site"), "has no site.toml"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_no_traceback(
    arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    result = site_builder(*arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_symbolic_links_are_named_and_more_than_is_wanted_is_refused(
    tmp_path: Path, host: Host, capsys: Words
) -> None:
    store = Store()
    node = store.file(bytes(2 << 20))
    host.held.update({str(block.cid): block.data for block in store.blocks})
    arguments = ["get", str(node.cid), "--from", host.address, "-o"]
    code, _, err = call(capsys, *arguments, str(tmp_path / "file"), "--max-mib", "1")
    assert code == 1
    assert "at most 1048576 are wanted" in err[0]
    assert call(capsys, *arguments, str(tmp_path / "file"), "--max-mib", "2")[0] == 0
    with pytest.raises(SystemExit, match="2"):
        run([*arguments, str(tmp_path / "other"), "--max-mib", "0"])


@pytest.fixture
def no_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which httpx is not installed."""
    find = importlib.util.find_spec

    def lacking(name: str) -> object:
        return None if name == "httpx" else find(name)

    monkeypatch.setattr("site_builder.cli_retrieve.find_spec", lacking)
    monkeypatch.setattr("site_builder.mending.find_spec", lacking)


@pytest.mark.usefixtures("no_httpx")
@pytest.mark.parametrize(
    "arguments",
    [("get", VECTOR, "-o", "/nonexistent"), ("verify", "--site"), ("verify", "--gateway", NOBODY)],
)
def test_without_httpx_commands_of_the_network_say_what_to_install(
    arguments: tuple[str, ...], capsys: Words
) -> None:
    code, _, err = call(capsys, *arguments)
    assert (code, err) == (2, ["error: this needs httpx: pip install site-builder[ipfs]"])


# cid


def test_the_cid_comes_with_the_parameters_that_made_it(tmp_path: Path, capsys: Words) -> None:
    (tmp_path / "file").write_text("hello world")
    code, out, err = call(capsys, "cid", str(tmp_path / "file"))
    assert (code, out[0], err) == (0, VECTOR, [])
    assert out[1].startswith("unixfs-v1-2025: CIDv1, sha2-256, chunks of 1,048,576 bytes, ")
    assert "1024 links a node, raw leaves" in out[1]
    old = call(capsys, "cid", str(tmp_path / "file"), "--profile", "unixfs-v0-2015")[1]
    assert old[0] == "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"
    assert "CIDv0, sha2-256, chunks of 262,144 bytes, balanced, 174 links" in old[1]
    assert call(capsys, "cid", "--quiet", str(tmp_path / "file"))[1] == [VECTOR]


def test_hidden_names_that_are_left_out_are_counted(tmp_path: Path, capsys: Words) -> None:
    (tmp_path / ".git").mkdir()
    assert call(capsys, "cid", str(tmp_path))[2] == ["note: 1 hidden name was left out"]


# verify


def verify(archive: Archive, capsys: Words, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run `verify` on an archive."""
    return call(capsys, "verify", *arguments, NOW, "--root", str(archive.root))


def test_a_site_as_it_was_built_agrees_and_nobody_is_asked(
    published: Archive, host: Host, capsys: Words
) -> None:
    before = tree_of(published.root)
    code, out, err = verify(published, capsys)
    assert (code, err) == (0, [])
    assert out == ["2 editions and 2 lines of the ledger checked: no faults"]
    assert verify(published, capsys, "--quiet")[1:] == ([], [])
    assert tree_of(published.root) == before
    assert host.calls == []


def deface(name: str) -> Callable[[Archive], None]:
    def change(archive: Archive) -> None:
        file = archive.output / name
        file.write_bytes(file.read_bytes() + b" ")

    return change


def block(archive: Archive) -> Path:
    """Return the file of the older article's edition."""
    return archive.output / "ipfs" / published_cid(archive)


def published_cid(archive: Archive) -> str:
    text = (archive.root / "editions.jsonl").read_text()
    return text.split('"cid":"')[1].split('"')[0]


def tamper(archive: Archive) -> None:
    block(archive).write_bytes(block(archive).read_bytes() + b" ")


def enlarge(archive: Archive) -> None:
    block(archive).write_bytes(bytes(5 << 20))


def link(archive: Archive) -> None:
    block(archive).rename(archive.root / "elsewhere")
    block(archive).symlink_to(archive.root / "elsewhere")


def reword(old: str, new: str) -> Callable[[Archive], None]:
    """Return what changes a word of the older article's page."""

    def change(archive: Archive) -> None:
        page = archive.output / "2025/02/two/index.html"
        text = page.read_text()
        cid = published_cid(archive)
        changed = text.replace(old.replace("CID", cid), new.replace("CID", cid))
        assert changed != text
        page.write_text(changed)

    return change


OTHER = str(cid_of(b"other"))


@pytest.mark.parametrize(
    ("change", "file", "words"),
    [
        (tamper, "ipfs/CID", "bytes that are not the content of"),
        (enlarge, "ipfs/CID", "a block has at most 2097152"),
        (lambda one: block(one).unlink(), "ipfs/CID", "is missing"),
        (link, "ipfs/CID", "is not a file of its own"),
        (deface("ipfs/bafkqaaa"), "ipfs/bafkqaaa", "bytes that are not the content"),
        (
            lambda one: (one.output / "ipfs" / OTHER).write_text("other"),
            f"ipfs/{OTHER}",
            "no page and no line of the ledger names this",
        ),
        (
            lambda one: (one.output / "editions.jsonl").unlink(),
            "editions.jsonl",
            "the published copy of the ledger is missing",
        ),
        (
            lambda one: (one.output / "2025/02/two/index.html").unlink(),
            "2025/02/two/index.html",
            "cannot be read",
        ),
        (reword("CID", OTHER), "2025/02/two/index.html", "does not name its edition CID"),
        (reword('ipfs/CID"', f'ipfs/{OTHER}"'), "2025/02/two/index.html", "links to " + OTHER),
        (
            reword('data-sha256="', 'data-sha256="0'),
            "2025/02/two/index.html",
            "a SHA-256 that is not that of CID",
        ),
    ],
)
def test_each_disagreement_is_named_and_ends_with_1(
    change: Callable[[Archive], None], file: str, words: str, published: Archive, capsys: Words
) -> None:
    cid = published_cid(published)
    change(published)
    code, out, err = verify(published, capsys)
    assert code == 1
    assert out[0].startswith("2 editions and 2 lines of the ledger checked: ")
    place = f"error: output/{file.replace('CID', cid)}: "
    assert [line for line in err if line.startswith(place) and words.replace("CID", cid) in line]
    assert err == sorted(err)
    assert verify(published, capsys, "--quiet")[1] == out


def test_a_ledger_that_was_altered_ends_with_1(published: Archive, capsys: Words) -> None:
    ledger = published.root / "editions.jsonl"
    ledger.write_text(ledger.read_text().replace('"one"', '"ONE"'))
    code, _, err = verify(published, capsys)
    assert code == 1
    assert err[0].startswith("error: editions.jsonl:")


def test_an_edition_of_several_blocks_agrees_until_its_whole_is_changed(
    tmp_path: Path, capsys: Words
) -> None:
    archive = archive_at(tmp_path / "archive", "http://127.0.0.1:9")
    (archive.root / "articles/p.png").write_bytes(large_png())
    archive.article("three", body="![p](p.png)")
    archive.build()
    assert verify(archive, capsys)[0] == 0
    (whole,) = (archive.output / "ipfs").glob("*.html")
    whole.write_bytes(whole.read_bytes() + b" ")
    code, _, err = verify(archive, capsys)
    assert code == 1
    assert err[0].startswith(f"error: output/ipfs/{whole.name}: has other bytes; their CID is ")


def test_withdrawn_articles_have_no_blocks_to_verify(published: Archive, capsys: Words) -> None:
    published.article("two", date="2025-02-01", withdrawn='{date: 2025-12-01, reason: "Wrong."}')
    published.build()
    code, out, err = verify(published, capsys)
    assert (code, err) == (0, [])
    assert out == ["1 edition and 2 lines of the ledger checked: no faults"]


def test_hosts_are_verified_and_those_at_fault_named(
    published: Archive, host: Host, capsys: Words
) -> None:
    host.held.update(blocks_of(published))
    assert verify(published, capsys, "--site")[:2] == (
        0, ["2 editions asked of 1 host, 2 served rightly: no faults"],
    )  # fmt: skip
    with serving(lying(host_of(blocks_of(published)))) as liar:
        code, out, err = verify(published, capsys, "--gateway", liar.address, "--site")
    assert (code, out) == (1, ["2 editions asked of 2 hosts, 2 served rightly: 2 faults"])
    cids = sorted(name for name in blocks_of(published) if name != "bafkqaaa")
    assert len(err) == 2
    for cid, line in zip(cids, err, strict=True):
        assert line.startswith(f"error: 127.0.0.1:{liar.server_port}: {cid}: served ")


def test_a_lying_content_type_is_only_a_warning(published: Archive, capsys: Words) -> None:
    answer = host_of(blocks_of(published))

    def typed(one: Call) -> Answer:
        return answer(one)._replace(headers={"Content-Type": "text/html"})

    with serving(typed) as server:
        code, _, err = verify(published, capsys, "--site", server.address)
    assert code == 0
    assert err[0].startswith(f"warning: 127.0.0.1:{server.server_port}: bafk")
    assert len(err) == 1


# a build that lacks bytes


def test_a_fresh_clone_gets_the_published_bytes_from_the_site(
    published: Archive, host: Host, capsys: Words
) -> None:
    before = blocks_of(published)
    host.held.update(before)
    shutil.rmtree(published.output)
    retheme(published)
    report = published.build()
    assert blocks_of(published) == before
    assert (report.warnings, report.notes) == ((), ())
    assert published_cid(published) in published.page("/2025/02/two/")
    asked = len(host.calls)
    assert asked == 2
    assert published.build().written == ()
    assert len(host.calls) == asked, "nothing is missing any more"
    assert verify(published, capsys)[0] == 0


def test_an_edition_of_several_blocks_is_put_together_again(tmp_path: Path, host: Host) -> None:
    archive = archive_at(tmp_path / "archive", "http://127.0.0.1:9", host.address)
    (archive.root / "articles/p.png").write_bytes(large_png())
    archive.article("three", body="![p](p.png)")
    archive.build()
    publish(archive)
    archive.build()
    before = blocks_of(archive)
    host.held.update({name: data for name, data in before.items() if "." not in name})
    shutil.rmtree(archive.output)
    retheme(archive)
    report = archive.build()
    assert blocks_of(archive) == before
    assert report.warnings == ()
    assert [note.split(": ")[0] for note in report.notes] == ["127.0.0.1:9"]
    del host.held[max(before, key=lambda name: len(before[name]) * ("." not in name))]
    shutil.rmtree(archive.output)
    report = archive.build()
    assert [one.line for one in report.warnings] == [3]
    assert not list((archive.output / "ipfs").glob("*.html"))


def lacking(archive: Archive) -> Report:
    """Build without the published bytes, which nothing can make again."""
    shutil.rmtree(archive.output)
    retheme(archive)
    return archive.build()


def test_bytes_that_nobody_gives_are_named_and_the_page_keeps_its_cid(
    published: Archive, host: Host
) -> None:
    before = blocks_of(published)
    one, two = (name for name in before if name != "bafkqaaa")
    host.held[one] = before[one]
    host.held[two] = b"a lie"
    report = lacking(published)
    assert blocks_of(published) == {"bafkqaaa": b"", one: before[one]}
    (warning,) = report.warnings
    lines = (published.root / "editions.jsonl").read_text().splitlines()
    assert (warning.file, two in lines[warning.line - 1]) == ("editions.jsonl", True)
    assert f"the bytes of {two}, revision 1 of /2025/" in warning.what
    assert warning.hint
    assert any("served 5 bytes that are not the content" in note for note in report.notes)
    pages = published.page("/2025/02/two/") + published.page("/2025/08/one/")
    assert two in pages
    host.held[two] = before[two]
    again = published.build()
    assert (again.warnings, blocks_of(published)) == ((), before), "the next build asks again"


def test_warnings_come_again_and_are_faults_where_that_is_asked_for(
    published: Archive, host: Host, capsys: Words
) -> None:
    assert len(lacking(published).warnings) == 2
    assert len(published.build().warnings) == 2
    before = tree_of(published.output)
    code, _, err = call(capsys, "build", "--strict", NOW, "--root", str(published.root))
    assert code == 1
    assert len([line for line in err if line.startswith("error: editions.jsonl:")]) == 2
    assert tree_of(published.output) == before
    assert host.calls


def test_a_host_that_cannot_be_reached_is_asked_once_in_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = archive_at(tmp_path / "archive", "http://127.0.0.1:9", "http://127.0.0.1:9/other/")
    archive.build()
    publish(archive)
    archive.build()
    shutil.rmtree(archive.output)
    retheme(archive)
    tried = []
    connect = socket.create_connection

    def counted(*arguments: object, **options: object) -> object:
        tried.append(arguments)
        return connect(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_connection", counted)
    report = archive.build()
    assert len(report.warnings) == 2
    assert len(report.notes) == len(tried) == 2, "each address once, for two missing blocks"


@pytest.mark.usefixtures("no_httpx")
def test_without_httpx_a_build_warns_and_says_what_to_install(
    published: Archive, host: Host
) -> None:
    host.held.update(blocks_of(published))
    report = lacking(published)
    assert len(report.warnings) == 2
    assert "pip install site-builder[ipfs]" in report.notes[0]
    assert host.calls == []


@pytest.mark.parametrize(
    "command", [("check",), ("build", "--dry-run"), ("build", "--verify"), ("verify",)]
)
def test_commands_that_only_look_never_fetch(
    command: tuple[str, ...], published: Archive, host: Host, capsys: Words
) -> None:
    shutil.rmtree(published.output)
    retheme(published)
    call(capsys, *command, NOW, "--root", str(published.root))
    assert host.calls == []


def test_tests_reach_no_other_machine(tmp_path: Path) -> None:
    archive = archive_at(tmp_path / "archive", "https://news.example", "https://gateway.example/")
    archive.build()
    publish(archive)
    report = lacking(archive)
    assert len(report.warnings) == 2
    assert [("tests reach no other machine" in note) for note in report.notes] == [True, True]


@pytest.mark.parametrize("name", ["../index.html", "nonsense", "../../site.toml"])
@pytest.mark.parametrize("command", [("build",), ("verify",)])
def test_a_ledger_that_names_no_cid_among_its_blocks_is_refused(
    name: str, command: tuple[str, ...], published: Archive, capsys: Words
) -> None:
    request = Request(root=published.root, output=published.output, now=NOON)
    ledger = survey(request, Silent()).editions.ledger
    last = ledger.lines[-1]
    line = Line(
        url=last.url, revision=2, cid=OTHER, size=1, content="", title="x", previous=last.cid,
        published="2026-01-01T00:00:00Z", blocks=(name,),
    )  # fmt: skip
    append(published.root, ledger, [line])
    before = tree_of(published.output)
    code, _, err = call(capsys, *command, NOW, "--root", str(published.root))
    assert code == 1
    assert err[0].startswith("error: editions.jsonl:3: is not a line as it was written: ")
    assert tree_of(published.output) == before
