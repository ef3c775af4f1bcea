"""The rules of the package's structure hold, as `docs/architecture.md` states them."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT

PACKAGE = PROJECT / "site_builder"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 330


def dotted(file: Path) -> str:
    """Return a module's name below the package, '' for the package itself."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports_of(file: Path) -> set[str]:
    """Return the modules of the package that a module imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name == "site_builder" or name.startswith("site_builder."):
                found.add(name.removeprefix("site_builder").removeprefix(".") or "site_builder")
    return found


def table() -> dict[str, list[str]]:
    """Return the import table of the documentation, in its order."""
    text = (PROJECT / "docs/architecture.md").read_text()
    rows = re.findall(r"^\| `([\w.]+)` \|(.*)\|$", text.split("## Imports")[1], re.MULTILINE)
    return {name: re.findall(r"`([\w.]+)`", allowed) for name, allowed in rows}


def test_every_module_imports_only_what_the_table_allows() -> None:
    allowed = table()
    for file in MODULES:
        name = dotted(file)
        if file.name == "__init__.py":
            assert imports_of(file) == set(), file
            continue
        assert name in allowed, f"{name} is missing from the table"
        assert imports_of(file) <= set(allowed[name]), name


def test_the_table_has_no_import_that_no_module_makes() -> None:
    for name, allowed in table().items():
        file = PACKAGE / (name.replace(".", "/") + ".py")
        assert set(allowed) == imports_of(file), name


def test_imports_run_one_way() -> None:
    order = list(table())
    for name, allowed in table().items():
        below = order[order.index(name) + 1 :]
        outside = [module for module in allowed if module not in (*below, "site_builder")]
        assert not outside, f"{name} imports what stands above it: {outside}"


@pytest.mark.parametrize("file", MODULES, ids=dotted)
def test_every_module_says_what_it_is_and_stays_small(file: Path) -> None:
    tree = ast.parse(file.read_text())
    assert ast.get_docstring(tree)
    assert len(file.read_text().splitlines()) <= MOST_LINES
    if file.name == "__init__.py" and file.parent != PACKAGE:
        assert len(tree.body) == 1


def test_only_write_opens_the_door_to_the_output_folder() -> None:
    doors = {"replace", "rename", "rmtree", "unlink", "rmdir", "write_bytes", "makedirs"}
    for file in MODULES:
        called = {
            node.func.attr
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and not (isinstance(node.func.value, ast.Constant))
        }
        if dotted(file) not in (
            "build.write",
            "build.cache_file",
            "publish.extract",
            "publish.records",
            "pictures.store",
            "pin",
        ):
            assert not called & (doors - {"replace"}), file
