"""A static host for tests: what common hosts do with the files of `output/`, over loopback HTTP.

It sends `index.html` for a folder, compresses text with gzip, answers with `404.html` where there
is nothing, and sets the headers that the site's own `_headers` asks for, in the form that Netlify
and Cloudflare Pages read: a line with a path, `*` in it for anything, then indented lines of
headers. A path gets those of every rule that it matches, the values of one name joined.
"""

import gzip
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import sleep
from urllib.parse import unquote

from tests.publish.fakes.server import Answer, Call, serving

TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".json": "application/json",
    ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml",
    ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".avif": "image/avif",
    ".ico": "image/x-icon", ".woff2": "font/woff2",
}  # fmt: skip
COMPRESSED = ("text/", "application/json", "application/xml", "image/svg+xml")
SMALLEST_COMPRESSED_BYTES = 256

Rule = tuple[re.Pattern[str], dict[str, str]]
"""Which paths, and the headers that they get."""


@contextmanager
def hosted(output: Path, base: str = "/", picture_seconds: float = 0.0) -> Iterator[str]:
    """Serve a built site below a base path, `/` at both ends; yield its address with the base.

    Pictures may be made to come late, as over a slow line.
    """
    rules = rules_of(output / "_headers")
    compressed = cache(gzip.compress)

    def answer(call: Call) -> Answer:
        if not call.path.startswith(base):
            return Answer(404)
        path = unquote(call.path.removeprefix(base))
        found = file_of(output, path)
        file = found or output / "404.html"
        body = file.read_bytes()
        kind = TYPES.get(file.suffix, "application/octet-stream")
        headers = {"Content-Type": kind, **headers_for(f"/{path}", rules)}
        accepted = "gzip" in call.headers.get("accept-encoding", "")
        if kind.startswith("image/"):
            sleep(picture_seconds)
        wanted = headers["Content-Type"].startswith(COMPRESSED)
        if wanted and accepted and len(body) >= SMALLEST_COMPRESSED_BYTES:
            body = compressed(body)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Answer(200 if found else 404, body, headers)

    with serving(answer) as server:
        yield server.address + base


def file_of(output: Path, path: str) -> Path | None:
    """Return the file that a host sends for a path without its leading `/`, None for none."""
    file = output / (path + "index.html" if not path or path.endswith("/") else path)
    return file if file.is_file() and file.resolve().is_relative_to(output.resolve()) else None


def rules_of(file: Path) -> list[Rule]:
    """Return the patterns of a `_headers` file with the headers of each, in order."""
    rules: list[Rule] = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else []:
        if line.startswith("/"):
            pattern = ".*".join(re.escape(part) for part in line.strip().split("*"))
            rules.append((re.compile(pattern), {}))
        elif ":" in line and not line.startswith("#"):
            name, _, value = line.partition(":")
            rules[-1][1][name.strip()] = value.strip()
    return rules


def headers_for(path: str, rules: Sequence[Rule]) -> dict[str, str]:
    """Return the headers that a path gets."""
    found: dict[str, list[str]] = {}
    for pattern, headers in rules:
        if pattern.fullmatch(path):
            for name, value in headers.items():
                found.setdefault(name, []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}
