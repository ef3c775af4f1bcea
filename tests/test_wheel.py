"""The wheel alone builds a site: in an empty environment and a folder of articles and site.toml."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import PROJECT


@pytest.mark.slow
def test_the_wheel_alone_builds_a_site_with_the_default_theme(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        check=True,
        cwd=PROJECT,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    locked = ["--no-build-isolation", "--require-hashes", "--requirement"]
    for requirements in ("build.txt", "site.txt"):
        subprocess.run([*pip, *locked, str(PROJECT / "requirements" / requirements)], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    archive = tmp_path / "archive"
    (archive / "articles").mkdir(parents=True)
    (archive / "site.toml").write_text('title = "Small"\nurl = "https://small.example"\n')
    article = "---\ntitle: One\ndate: 2025-08-20\ncategories: News\n---\nThe text.\n"
    (archive / "articles" / "one.md").write_text(article)
    result = subprocess.run(
        [str(tmp_path / "venv" / "bin" / "site-builder"), "build"],
        cwd=archive,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "1 article" in result.stdout
    page = (archive / "output/2025/08/one/index.html").read_text()
    assert "<h1>One</h1>" in page
    assert "assets/site." in page
    assert list((archive / "output/assets").glob("site.*.css"))
