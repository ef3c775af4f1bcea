"""The same input gives the same bytes: in any folder, locale and zone, with any number of jobs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.archives import tree_of
from tests.conftest import PROJECT


def build_copy(folder: Path, jobs: int, **environment: str) -> dict[str, bytes]:
    """Build the sample archive, with enough copies of it that workers start, in a new process."""
    folder.mkdir(parents=True)
    for name in ("articles", "theme", "pyproject.toml"):
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    for number in range(160):
        text = f"---\ntitle: Filler {number}\ndate: 2020-01-{number % 28 + 1:02}\n"
        text += f"categories: [Filler, Kind {number % 3}]\ntags: [t{number % 7}]\n"
        text += f"---\nText *{number}*.\n"
        (folder / "articles" / f"filler-{number}.md").write_text(text)
    command = [sys.executable, "-m", "site_builder", "build", "--quiet", f"--jobs={jobs}"]
    now = "--now=2026-01-01T00:00:00+00:00"
    subprocess.run(
        [*command, now, "--root", str(folder)],
        check=True,
        cwd=PROJECT,
        env={**os.environ, **environment},
    )
    return tree_of(folder / "output")


def test_folder_jobs_locale_and_time_zone_do_not_matter(tmp_path: Path) -> None:
    one = build_copy(tmp_path / "one", 1, LC_ALL="C", TZ="UTC", PYTHONHASHSEED="1")
    other = build_copy(
        tmp_path / "a" / "deeper" / "two",
        2,
        LC_ALL="ur_PK.UTF-8",
        LANG="de_DE.UTF-8",
        TZ="Pacific/Kiritimati",
        PYTHONHASHSEED="2",
    )
    assert len(one) > 300
    assert one.keys() == other.keys()
    assert [path for path in one if one[path] != other[path]] == []
