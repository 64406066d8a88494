"""newlib's own test programs, which are in its archive."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from composer.pipeline.sources import have_trees
from tests.bench.index_libraries import workshop_for
from tests.bench.suite_program import Program

FOLDERS = ("elix", "iconv", "locale", "search", "stdio", "stdlib", "string", "wctype")


def programs() -> Iterator[Program]:
    """All of them, fetched if they are not here yet."""
    with tempfile.TemporaryDirectory() as place:
        workshop = workshop_for(Path(place), "newlib", "x86_64", "newlib")
        have_trees(workshop, ["newlib"])
        suite = workshop.trees["newlib"].files / "newlib/testsuite"
        workshop.store.close()
    for file in sorted(path for name in FOLDERS for path in suite.glob(f"newlib.{name}/*.c")):
        yield Program(suite, str(file.relative_to(suite)), "include")


def word(end: str | int) -> str:
    """What a program that ended so has found."""
    return end if isinstance(end, str) else "ok" if end == 0 else f"fails ({end})"
