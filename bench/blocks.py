"""Measure the DAG of a site: `python -m bench.blocks`.

In: nothing; it makes a folder of 13,000 small pages. Out: a table on standard output, and in the
documentation when asked. The peer is the npm package ipfs-car, on the same folder. Each case is a
process of its own, so start-up counts.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median

from bench.machine import describe, memory_folder
from bench.measure import Measure, measure

PAGES = 13_000
PAGE_BYTES = 7_500
PEER = "ipfs-car@3.1.0"

STEPS = """
import json, pathlib, sys
from site_builder.build.write import OutputTree
from site_builder.publish.car import write_car
from site_builder.publish.tree import FileState, read_site
from site_builder.publish.records import open_records
folder, records, car = map(pathlib.Path, sys.argv[1:4])
files = {path: FileState(*state) for path, state in OutputTree(folder).scan().items()}
new = 0
with open_records(records) as known:
    learnt = []
    dag, root = read_site(folder, files, known.files("site"), lambda *one: learnt.append(one))
    known.keep_files("site", learnt)
    if sys.argv[4] == "delta":
        before = set().union(*known.bases().values())
        cids = list(dag.cids([root.cid], ()))
        new = len([cid for cid in cids if cid not in before])
        known.keep_base(root.cid, cids)
    if car.name:
        with car.open("wb") as stream:
            write_car(stream, [root.cid], dag.blocks([root.cid], ()))
print(json.dumps({"root": str(root.cid), "new": new}))
"""


def main(arguments: list[str]) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.blocks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="(default: 3)")
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir(), "site_builder-bench"),
        metavar="FOLDER", help="where the peer is installed; kept",
    )  # fmt: skip
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table here")
    options = parser.parse_args(arguments)
    peer = _install(options.work)
    scratch = Path(tempfile.mkdtemp(prefix="site_builder-blocks-", dir=memory_folder(PAGES)))
    try:
        text = _report(_rounds(scratch, peer, options.rounds), options.rounds)
    finally:
        shutil.rmtree(scratch)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    return 0


def _install(work: Path) -> Path:
    """Install the peer below `work`, unless it is there; return its command."""
    home = work / "ipfs-car"
    home.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(home), PEER]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    return home / "node_modules" / ".bin" / "ipfs-car"


def _make(folder: Path) -> None:
    """Write the pages: /year/month/slug/index.html, of bytes that do not repeat."""
    random = Random(1)
    for number in range(PAGES):
        place = folder / f"{2015 + number % 10}/{number // 10 % 12 + 1:02}/article-{number}"
        place.mkdir(parents=True)
        (place / "index.html").write_bytes(random.randbytes(PAGE_BYTES // 2).hex().encode())


def _rounds(scratch: Path, peer: Path, rounds: int) -> dict[str, list[tuple[Measure, int]]]:
    """Return for each case what each round cost, and how many blocks were new."""
    site, records, car = scratch / "site", scratch / "records", scratch / "site.car"
    _make(site)
    script = scratch / "steps.py"
    script.write_text(STEPS, encoding="utf-8")
    found: dict[str, list[tuple[Measure, int]]] = {}

    def run(case: str, car_name: str = "", delta: str = "") -> None:
        answer = scratch / "answer"
        words = f'exec "$0" "$@" >{answer}'
        command = [sys.executable, str(script), str(site), str(records), car_name, delta]
        cost = measure(["sh", "-c", words, *command])
        new = int(answer.read_text().split('"new": ')[1].rstrip("}\n"))
        found.setdefault(case, []).append((cost, new))

    for number in range(rounds):
        shutil.rmtree(records, ignore_errors=True)
        records.mkdir()
        run("root, nothing known")
        run("root and blocks that are new, nothing known", delta="delta")
        (site / "2020/05/article-45/index.html").write_bytes(f"changed {number}".encode())
        run("root, one page changed")
        run("root and blocks that are new, one page changed", delta="delta")
        shutil.rmtree(records)
        records.mkdir()
        run("root and CAR, nothing known", car_name=str(car))
        cost = measure([str(peer), "pack", str(site), "--output", str(car), "--no-wrap"])
        found.setdefault(f"{PEER} pack", []).append((cost, 0))
    return found


def _report(found: dict[str, list[tuple[Measure, int]]], rounds: int) -> str:
    what = (
        f"Made by `python -m bench.blocks`: {PAGES:,} pages, {PAGES * PAGE_BYTES / 1e6:.0f} MB, in "
        f"memory where that is possible; medians of {rounds} rounds. Each case is a whole process."
    )
    head = "| case | wall | CPU | peak memory | new blocks |\n| --- | ---: | ---: | ---: | ---: |"
    lines = ["# The DAG of a site", what, f"Machine: {describe()}", head]
    for case, costs in found.items():
        wall = median(cost.wall_seconds for cost, _ in costs)
        cpu = median(cost.cpu_seconds for cost, _ in costs)
        peak = median(cost.peak_bytes for cost, _ in costs)
        new = f"{median(new for _, new in costs):,.0f}" if "new" in case else ""
        lines[-1] += f"\n| {case} | {wall:.2f} s | {cpu:.2f} s | {peak / 1e6:.0f} MB | {new} |"
    return "\n\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
