"""The lines that hold the structure (GUIDE section 2): who may import whom, and which libraries where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import composer

PACKAGE = Path(composer.__file__).parent
RANK = {
    "__init__": 0, "errors": 0, "digest": 0, "whole": 0, "model": 1, "load": 2, "resolve": 2, "layout": 2, "reach": 2,
    "plan": 3, "execute": 4, "fetch": 4, "verify": 4, "run": 5, "report": 5, "package": 5, "pipeline": 6, "menu": 7, "cli": 8,
    "__main__": 9,
}  # fmt: skip
ONLY_IN = {
    "networkx": {"resolve", "reach"},
    "subprocess": {"load", "fetch", "execute", "run", "package"},
    "elftools": {"reach", "verify"},
    "yaml": {"load"},
    "packaging": {"load"},
    "rich": {"report"},
    "textual": {"menu"},
}


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Path for messages, part of the composer, and syntax tree of each file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        yield str(relative), relative.parts[0].removesuffix(".py"), ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


def upward_imports(found: Iterator[tuple[str, str, ast.Module]]) -> Iterator[str]:
    for path, here, tree in found:
        for name in imported(tree):
            package, _, rest = name.partition(".")
            there = rest.partition(".")[0]
            if package == "composer" and there in RANK and there != here and RANK[there] >= RANK[here]:
                yield f"{path} imports composer.{there}"


def strayed_libraries(found: Iterator[tuple[str, str, ast.Module]]) -> Iterator[str]:
    for path, here, tree in found:
        for name in imported(tree):
            library = name.partition(".")[0]
            if library in ONLY_IN and here not in ONLY_IN[library]:
                yield f"{path} imports {library}"


def test_imports_point_to_lower_ranks_only() -> None:
    assert list(upward_imports(modules())) == []


def test_each_library_stays_in_its_parts() -> None:
    assert list(strayed_libraries(modules())) == []


def test_every_part_has_a_rank() -> None:
    assert {part for _, part, _ in modules()} <= RANK.keys()


@pytest.mark.parametrize(
    ("here", "line"),
    [
        ("resolve", "from composer.reach.fixpoint import reach"),
        ("model", "import composer.load.document"),
        ("plan", "from composer import execute"),
    ],
)
def test_the_fence_sees_an_import_that_points_up(here: str, line: str) -> None:
    assert list(upward_imports(iter([("new.py", here, ast.parse(line))])))


def test_the_fence_sees_a_library_that_strays() -> None:
    assert list(strayed_libraries(iter([("new.py", "plan", ast.parse("import subprocess"))])))
