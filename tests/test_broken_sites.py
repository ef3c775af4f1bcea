"""Bad input: every fault is named in full words, and nothing under `output/` changes.

Each folder of `sites/broken/` is an archive with one fault. Its `expected.txt` has the exact lines
of standard error, its `arguments.txt`, where there is one, further arguments. The archive takes the
place of `sites/earlier/`, which has been built before, so there is a site that must not change.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

import site_builder
from site_builder.cli import run
from tests.imaging import png
from tests.programs import needs_program

SITES = Path(__file__).parent / "sites"
BROKEN = sorted(site.name for site in (SITES / "broken").iterdir())
IN_A_PROCESS_OF_ITS_OWN = ("several-files", "theme-undefined", "yaml-tab", "config-no-toml")
OPTIONS = ("--now", "2026-01-01T00:00:00+00:00", "--jobs", "1")
NOT_OF_THE_ARCHIVE = ("expected.txt", "arguments.txt")
HEAD = "---\ntitle: Talks resume\ndate: 2025-08-20\ncategories: [Diplomacy]\n"
ARTICLE = f"{HEAD}---\n\nThe talks resumed.\n"
SITE = 'title = "The Archive"\nurl = "https://archive.example/"\n'
NOBODY = 65534

Tree = dict[str, tuple[int, bytes] | None]
Words = pytest.CaptureFixture[str]


def snapshot(folder: Path) -> Tree:
    """Return mtime_ns and bytes of every file below `folder` by its path; None for a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            None if path.is_dir() else (path.stat().st_mtime_ns, path.read_bytes())
        )
        for path in sorted(folder.rglob("*"))
    }


def build(root: Path, *more: str) -> int:
    return run(["build", "--root", str(root), *OPTIONS, *more])


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive that has been built."""
    root = tmp_path_factory.mktemp("earlier") / "archive"
    shutil.copytree(SITES / "earlier", root)
    assert build(root, "--quiet") == 0
    return root


@pytest.fixture
def archive(earlier: Path, tmp_path: Path) -> Path:
    """Return a copy of the built archive, with what the build remembers."""
    return Path(shutil.copytree(earlier, tmp_path / "archive"))


def put(archive: Path, site: Path) -> list[str]:
    """Put a broken archive in the place of the one that was built; return its arguments."""
    shutil.rmtree(archive / "articles")
    (archive / "site.toml").unlink()
    ignored = shutil.ignore_patterns(*NOT_OF_THE_ARCHIVE)
    shutil.copytree(site, archive, dirs_exist_ok=True, ignore=ignored)
    arguments = site / "arguments.txt"
    return arguments.read_text().split() if arguments.exists() else []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_site_is_refused_in_the_expected_words(
    name: str, archive: Path, capsys: Words
) -> None:
    arguments = put(archive, SITES / "broken" / name)
    before = snapshot(archive / "output")
    code = build(archive, *arguments)
    words = capsys.readouterr()
    assert words.err == (SITES / "broken" / name / "expected.txt").read_text()
    assert words.out == ""
    assert code == 1
    assert snapshot(archive / "output") == before


@pytest.mark.parametrize("name", BROKEN)
def test_a_check_finds_what_a_build_finds(name: str, archive: Path, capsys: Words) -> None:
    arguments = put(archive, SITES / "broken" / name)
    before = snapshot(archive)
    code = run(["check", "--root", str(archive), *OPTIONS, *arguments])
    words = capsys.readouterr()
    assert words.err == (SITES / "broken" / name / "expected.txt").read_text()
    assert words.out == ""
    assert code == 1
    assert snapshot(archive) == before


@pytest.mark.parametrize("name", IN_A_PROCESS_OF_ITS_OWN)
def test_the_program_itself_refuses_a_broken_site_without_a_traceback(
    name: str, archive: Path
) -> None:
    arguments = put(archive, SITES / "broken" / name)
    before = snapshot(archive / "output")
    done = subprocess.run(
        [sys.executable, "-m", "site_builder", "build", *OPTIONS, *arguments],
        cwd=archive,
        env={**os.environ, "PYTHONPATH": str(Path(site_builder.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == (SITES / "broken" / name / "expected.txt").read_text()
    assert done.stdout == ""
    assert done.returncode == 1
    assert snapshot(archive / "output") == before


class Made(NamedTuple):
    """A broken file that is made here: `data` at `path`, and the words about it."""

    path: str
    data: bytes
    words: str


ONE = "articles/one.md"

# Bytes that git, an editor or a check-out could alter, and what would be long to store.
MADE = {
    "a NUL byte": Made(
        ONE, f"{ARTICLE}\0\n".encode(), f"{ONE}:8: has the control character U+0000 (delete it)"
    ),
    "invalid UTF-8": Made(
        ONE,
        ARTICLE.encode() + "Caf\u00e9\n".encode("latin-1"),
        f"{ONE}:8: is not UTF-8: byte 0xE9 (save the file as UTF-8)",
    ),
    "UTF-16": Made(
        ONE, ARTICLE.encode("utf-16"), f"{ONE}:1: is not UTF-8: byte 0xFF (save the file as UTF-8)"
    ),
    "a fault behind a BOM and CRLF": Made(
        ONE,
        b"\xef\xbb\xbf" + ARTICLE.replace("date:", "dat:").replace("\n", "\r\n").encode(),
        f"{ONE}:2: date is missing (add a line date: 2025-08-20)\n"
        f'{ONE}:3: unknown key "dat" (did you mean "date"?)',
    ),
    "a fault behind old Macintosh line ends": Made(
        ONE,
        ARTICLE.replace("2025-08-20", "soon").replace("\n", "\r").encode(),
        f'{ONE}:3: date: "soon" is not a date (as in 2025-08-20 or 2025-08-20 14:30 +0500)',
    ),
    "a fault behind empty lines": Made(
        ONE,
        b"\n\n" + ARTICLE.replace("2025-08-20", "soon").encode(),
        f'{ONE}:5: date: "soon" is not a date (as in 2025-08-20 or 2025-08-20 14:30 +0500)',
    ),
    "a control character behind an escape": Made(
        ONE,
        f'{HEAD}dateline: "Islam\\0abad"\n---\n'.encode(),
        f"{ONE}:5: has the control character U+0000 (delete it)",
    ),
    "a 50 MB article": Made(
        ONE,
        ARTICLE.encode() + b"x" * 50_000_000,
        f"{ONE}: is 48 MiB; an article has at most 4 MiB (are pictures embedded in the text?)",
    ),
    "front matter without end": Made(
        ONE,
        f"{HEAD}summary: {'x' * 70_000}\n---\n".encode(),
        f"{ONE}:1: the front matter is longer than 64 KiB (is its closing line --- in place?)",
    ),
    "brackets nested in the front matter": Made(
        ONE,
        f"{HEAD}extra: {'[' * 30_000}\n---\n".encode(),
        f"{ONE}:5: the front matter is nested more than 12 deep (make it flatter)",
    ),
    "lists nested in the front matter": Made(
        ONE,
        f"---\n{'- ' * 30_000}\n---\n".encode(),
        f"{ONE}:2: the front matter is nested more than 12 deep (make it flatter)",
    ),
    "brackets that are never closed": Made(
        ONE,
        f"{ARTICLE}\n{'[' * 30_000}x\n".encode(),
        f"{ONE}:7: the text has more than 1,000 [ that are not closed "
        "(close them, or put the text in a code block)",
    ),
    "lists nested in the body": Made(
        ONE,
        f"{ARTICLE}\n{'- ' * 30_000}x\n".encode(),
        f"{ONE}:7: the text is nested too deep (make lists and quotations flatter)",
    ),
    "a picture's name with a NUL byte": Made(
        ONE,
        f"{ARTICLE}\n![Map](a%00b.png)\n".encode(),
        f"{ONE}:9: names a file with a control character (rename the file)",
    ),
    "an alias with a NUL byte": Made(
        ONE,
        f"{HEAD}aliases: [/a%00b/]\n---\n".encode(),
        f'{ONE}:5: "/a%00b/" cannot be an alias (a former address of this site without its host, '
        "as in /old/address/)",
    ),
    "an alias that no file system can hold": Made(
        ONE,
        f"{HEAD}aliases: [/{'a' * 256}/]\n---\n".encode(),
        f'{ONE}:5: "/{"a" * 256}/" cannot be an alias (one part of it is longer than 255 bytes)',
    ),
    "a template that is not UTF-8": Made(
        "theme/templates/month.html",
        "<p>\nCaf\u00e9\n".encode("latin-1"),
        "theme/templates/month.html:2: is not UTF-8 (save it as UTF-8)",
    ),
    "a configuration that is not UTF-8": Made(
        "site.toml",
        f'{SITE}description = "Caf\u00e9"\n'.encode("latin-1"),
        "site.toml:3: is not UTF-8 (save it as UTF-8)",
    ),
}


def expected(words: str) -> str:
    lines = words.split("\n")
    count = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
    return "".join(f"error: {line}\n" for line in lines) + f"{count} found; nothing was written\n"


@pytest.mark.parametrize("name", MADE)
def test_bytes_that_no_editor_shows_are_named(name: str, archive: Path, capsys: Words) -> None:
    made = MADE[name]
    file = archive / made.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(made.data)
    before = snapshot(archive / "output")
    started = time.process_time()
    code = build(archive)
    seconds = time.process_time() - started
    assert capsys.readouterr().err == expected(made.words)
    assert code == 1
    assert snapshot(archive / "output") == before
    assert seconds < 5


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\u0085"])
def test_a_line_end_that_no_editor_counts_is_named_in_its_line(
    character: str, archive: Path, capsys: Words
) -> None:
    """These end a line for YAML 1.1 (section 4.2), so every line behind would be counted wrong."""
    text = ARTICLE.replace("Talks resume", f"Talks{character}resume")
    (archive / ONE).write_text(text.replace("2025-08-20", "soon"))
    assert build(archive) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"error: {ONE}:2: has the ")
    assert f"U+{ord(character):04X}" in said


def test_the_line_of_a_control_character_is_right_behind_urdu_text(
    archive: Path, capsys: Words
) -> None:
    urdu = "\u0645\u0630\u0627\u06a9\u0631\u0627\u062a " * 20
    text = ARTICLE.replace("Talks resume", urdu.strip()).replace("Diplomacy", "Diplo\u0081macy")
    (archive / ONE).write_text(text)
    assert build(archive) == 1
    assert capsys.readouterr().err.startswith(f"error: {ONE}:4: ")


def test_an_alias_bomb_is_refused_in_under_a_second(archive: Path, capsys: Words) -> None:
    put(archive, SITES / "broken" / "yaml-alias-bomb")
    started = time.process_time()
    assert build(archive) == 1
    assert time.process_time() - started < 1
    assert "uses the YAML anchor &a" in capsys.readouterr().err


def test_a_fault_in_one_article_leaves_the_reading_of_the_next_as_it_was(
    archive: Path, capsys: Words
) -> None:
    """A converter that gave up half way must not be used again: its state would be wrong."""
    (archive / ONE).write_text(f"{HEAD}---\n\n{'- ' * 30_000}x\n")
    assert build(archive) == 1
    (archive / ONE).write_text(f"{HEAD}---\n\n[A round](two.md)\n")
    capsys.readouterr()
    assert build(archive) == 1
    assert f"{ONE}:7: links to articles/two.md" in capsys.readouterr().err


# What only a file system can hold: links, pipes, names, permissions.


def test_a_symbolic_link_out_of_the_archive_is_refused(
    archive: Path, tmp_path: Path, capsys: Words
) -> None:
    (tmp_path / "secret.md").write_text(ARTICLE)
    (tmp_path / "folder").mkdir()
    (archive / "articles/link.md").symlink_to("../../secret.md")
    (archive / "articles/folder").symlink_to(tmp_path / "folder")
    before = snapshot(archive / "output")
    assert build(archive) == 1
    hint = "(put the files themselves in its place)"
    assert capsys.readouterr().err == expected(
        f"articles/folder: is a symbolic link that leaves the archive {hint}\n"
        f"articles/link.md: is a symbolic link that leaves the archive {hint}"
    )
    assert snapshot(archive / "output") == before


def test_a_picture_that_is_a_symbolic_link_out_of_the_archive_is_refused(
    archive: Path, tmp_path: Path, capsys: Words
) -> None:
    (tmp_path / "secret.png").write_text("secret")
    (archive / "articles/map.png").symlink_to(tmp_path / "secret.png")
    (archive / ONE).write_text(f"{ARTICLE}\n![Map](map.png)\n")
    assert build(archive) == 1
    assert capsys.readouterr().err == expected(
        f"{ONE}:9: map.png is a symbolic link that leaves the archive (copy the file itself)"
    )


def test_a_symbolic_link_to_a_folder_of_the_archive_is_refused(
    archive: Path, capsys: Words
) -> None:
    (archive / "articles/again").symlink_to("2024")
    (archive / "articles/round").symlink_to(".")
    assert build(archive) == 1
    hint = "(put the files themselves in its place)"
    assert capsys.readouterr().err == expected(
        f"articles/again: is a symbolic link to a folder {hint}\n"
        f"articles/round: is a symbolic link to a folder {hint}"
    )


@pytest.mark.parametrize("target", ["loop.md", "nowhere.md"])
def test_a_symbolic_link_that_leads_nowhere_is_named_itself(
    target: str, archive: Path, capsys: Words
) -> None:
    (archive / "articles/loop.md").symlink_to(target)
    (archive / ONE).write_text(ARTICLE.replace("2025-08-20", "soon"))
    assert build(archive) == 1
    said = capsys.readouterr().err
    assert "error: articles/loop.md: cannot be read: " in said
    assert f'error: {ONE}:3: date: "soon"' in said, "the rest of the folder must be read as well"


def test_a_pipe_among_the_articles_is_refused(archive: Path, capsys: Words) -> None:
    os.mkfifo(archive / "articles/pipe.md")
    assert build(archive) == 1
    assert capsys.readouterr().err == expected(
        "articles/pipe.md: is not a regular file (remove or rename it)"
    )


def test_a_file_name_that_is_not_utf8_is_named(archive: Path, capsys: Words) -> None:
    name = os.fsencode(archive) + b"/articles/caf\xe9.md"
    try:
        Path(os.fsdecode(name)).write_text(ARTICLE)
    except OSError:
        pytest.skip("this file system allows no such name")
    assert build(archive) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: articles/caf\\udce9.md: ")
    assert said.endswith("1 fault found; nothing was written\n")


def test_a_folder_without_articles_is_refused(archive: Path, capsys: Words) -> None:
    shutil.rmtree(archive / "articles")
    before = snapshot(archive / "output")
    assert build(archive) == 1
    assert capsys.readouterr().err == expected(
        "articles: the folder cannot be read: No such file or directory "
        "(check that it exists and its permissions)"
    )
    assert snapshot(archive / "output") == before


@pytest.mark.parametrize("name", ["templates/month.html", "static/map.png"])
def test_a_theme_with_a_dangling_link_is_refused(name: str, archive: Path, capsys: Words) -> None:
    file = archive / "theme" / name
    file.parent.mkdir(parents=True)
    file.symlink_to("nowhere")
    assert build(archive) == 1
    assert capsys.readouterr().err == expected(
        f"theme/{name}: cannot be read: No such file or directory (check its permissions)"
    )


@contextmanager
def without_privileges(archive: Path) -> Iterator[Path]:
    """Run as a user for whom permissions hold, on a copy of the archive that is this user's.

    pytest's own folders are closed to others, so the copy lies beside them.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(archive, Path(folder, "archive")))
        if os.geteuid() != 0:
            yield root
            return
        for path in (Path(folder), root, *root.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        groups = os.getgroups()
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, 0)
        os.setresuid(NOBODY, NOBODY, 0)
        try:
            if not os.access(Path(site_builder.__file__).with_name("cli.py"), os.R_OK):
                pytest.skip("the package lies in a folder that other users may not read")
            yield root
        finally:
            os.setresuid(0, 0, 0)
            os.setresgid(0, 0, 0)
            os.setgroups(groups)


def test_what_cannot_be_read_is_named(archive: Path, capsys: Words) -> None:
    (archive / ONE).write_text(ARTICLE)
    (archive / "articles/two.md").write_text(
        ARTICLE.replace("resume", "end") + "\n![Map](map.png)\n"
    )
    (archive / "articles/map.png").write_bytes(png())
    with without_privileges(archive) as root:
        before = snapshot(root / "output")
        for name in ("articles/2024", ONE, "articles/map.png"):
            (root / name).chmod(0)
        code = build(root)
        assert snapshot(root / "output") == before
        (root / "articles/2024").chmod(0o700)
    assert code == 1
    assert capsys.readouterr().err == expected(
        "articles/2024: the folder cannot be read: Permission denied "
        "(check that it exists and its permissions)\n"
        f"{ONE}: cannot be read: Permission denied (check its permissions)\n"
        "articles/two.md:9: map.png cannot be read: Permission denied (check its permissions)"
    )


def test_a_theme_that_cannot_be_read_is_named(archive: Path, capsys: Words) -> None:
    template = archive / "theme/templates/month.html"
    template.parent.mkdir(parents=True)
    template.write_text("x")
    template.chmod(0)
    with without_privileges(archive) as root:
        code = build(root)
    assert code == 1
    assert capsys.readouterr().err == expected(
        "theme/templates/month.html: cannot be read: Permission denied (check its permissions)"
    )


# The machine at fault: exit code 2, one line, and the old site is still there.


def refused(archive: Path, capsys: Words, root: Path, *arguments: str) -> str:
    """Build in vain; return the one line of standard error, with the archive's folder as ROOT."""
    before = snapshot(archive / "output")
    code = build(root, *arguments)
    words = capsys.readouterr()
    assert code == 2
    assert words.out == ""
    assert snapshot(archive / "output") == before
    line, end = words.err.replace(str(root), "ROOT").split("\n", 1)
    assert end == ""
    return line


def test_a_folder_without_a_configuration_is_refused(archive: Path, capsys: Words) -> None:
    (archive / "site.toml").unlink()
    assert refused(archive, capsys, archive) == (
        "error: ROOT has no site.toml and no [tool.site_builder] in a pyproject.toml: "
        'is it the archive\'s folder? A site.toml needs two lines: title = "..." and '
        'url = "https://..."'
    )


def test_an_output_that_is_a_file_is_refused(archive: Path, capsys: Words) -> None:
    (archive / "page.html").write_text("mine")
    line = refused(archive, capsys, archive, "--output", str(archive / "page.html"))
    assert line == "error: ROOT/page.html is a file; the site needs a folder of that name"
    assert (archive / "page.html").read_text() == "mine"


def test_an_output_below_a_file_is_refused(archive: Path, capsys: Words) -> None:
    (archive / "page.html").write_text("mine")
    line = refused(archive, capsys, archive, "--output", str(archive / "page.html/site"))
    assert line.startswith("error: ROOT/page.html")
    assert (archive / "page.html").read_text() == "mine"


@pytest.mark.parametrize("place", ["articles", "articles/2024", "articles/2024/site"])
def test_an_output_inside_the_articles_is_refused(place: str, archive: Path, capsys: Words) -> None:
    before = snapshot(archive / "articles")
    line = refused(archive, capsys, archive, "--output", str(archive / place))
    assert line == f"error: ROOT/{place} lies inside ROOT/articles; write the site elsewhere"
    assert snapshot(archive / "articles") == before


def test_an_output_around_the_articles_is_refused(archive: Path, capsys: Words) -> None:
    before = snapshot(archive / "articles")
    line = refused(archive, capsys, archive, "--output", str(archive))
    assert line == "error: ROOT/articles lies inside ROOT; write the site elsewhere"
    assert snapshot(archive / "articles") == before


def test_an_output_that_is_a_link_into_the_articles_is_refused(
    archive: Path, capsys: Words
) -> None:
    (archive / "public").symlink_to("articles/2024")
    line = refused(archive, capsys, archive, "--output", str(archive / "public"))
    assert line == "error: ROOT/public lies inside ROOT/articles; write the site elsewhere"


def test_an_output_that_cannot_be_written_is_refused(archive: Path, capsys: Words) -> None:
    (archive / ONE).write_text(ARTICLE)
    with without_privileges(archive) as root:
        (root / "output").chmod(0o555)
        line = refused(root, capsys, root)
        (root / "output").chmod(0o755)
    assert line == "error: ROOT/output cannot be written to; check its permissions"


def test_a_folder_of_the_output_that_cannot_be_written_leaves_the_old_site_whole(
    archive: Path, capsys: Words
) -> None:
    (archive / ONE).write_text(ARTICLE.replace("2025-08-20", "2024-03-15"))
    with without_privileges(archive) as root:
        (root / "output/2024/03").chmod(0o555)
        line = refused(root, capsys, root)
        (root / "output/2024/03").chmod(0o755)
    assert line.startswith("error: cannot write ROOT/output/2024/03")
    assert line.endswith("Permission denied")


def test_an_archive_in_which_nothing_can_be_written_is_refused(
    archive: Path, capsys: Words
) -> None:
    (archive / ONE).write_text(ARTICLE)
    with without_privileges(archive) as root:
        for path in (root / ".site_builder").iterdir():
            path.chmod(0o444)
        (root / ".site_builder").chmod(0o555)
        line = refused(root, capsys, root)
        (root / ".site_builder").chmod(0o755)
    assert line.startswith("error: cannot ")
    assert ".site_builder" in line


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return the mount point of a file system of 4 MiB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = [needs_program("mount"), "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    done = subprocess.run(mount, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("only root can mount a small file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path, spare_bytes: int) -> Path:
    """Fill a disk up to some spare bytes; return the file that does."""
    ballast = disk / "ballast"
    status = os.statvfs(disk)
    ballast.write_bytes(b"x" * max(0, status.f_bavail * status.f_frsize - spare_bytes))
    return ballast


def long_articles(archive: Path, count: int) -> None:
    for number in range(count):
        text = ARTICLE.replace("resume", f"resume {number}")
        (archive / f"articles/{number}.md").write_text(text + "A round of talks. " * 2_000)


@pytest.mark.parametrize("spare_bytes", [0, 8_192, 65_536, 262_144])
def test_a_full_disk_leaves_the_old_site_whole(
    spare_bytes: int, earlier: Path, small_disk: Path, capsys: Words
) -> None:
    root = Path(shutil.copytree(earlier, small_disk / "archive"))
    long_articles(root, 8)
    ballast = fill(small_disk, spare_bytes)
    before = snapshot(root / "output")
    code = build(root)
    words = capsys.readouterr()
    assert snapshot(root / "output") == before
    assert code == 2
    assert words.out == ""
    assert words.err.startswith("error: cannot ")
    assert "None" not in words.err
    assert words.err.count("\n") == 1
    ballast.unlink()
    assert build(root) == 0, "with room again, the build goes on"
    assert (root / "output/2025/08/talks-resume-7/index.html").exists()


@pytest.mark.parametrize("most_bytes", [300_000, 150_000])
def test_a_limit_on_file_sizes_leaves_the_old_site_whole(most_bytes: int, archive: Path) -> None:
    """This too is a disk that refuses to take more, and any user can try it."""
    long_articles(archive, 16)
    before = snapshot(archive / "output")
    done = subprocess.run(
        [sys.executable, "-m", "site_builder", "build", *OPTIONS],
        cwd=archive,
        env={**os.environ, "PYTHONPATH": str(Path(site_builder.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_limit(most_bytes),
    )
    assert snapshot(archive / "output") == before
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: cannot ")
    assert "None" not in done.stderr
    assert done.stderr.count("\n") == 1


def _limit(most_bytes: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
