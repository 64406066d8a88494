"""The recipes of posix/, compiled as in an image and linked into programs of the host."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.recipe_objects import (
    BUILDS,
    PAGES,
    POSIX,
    RECIPES,
    REPORT,
    Build,
    build_host_program,
    compile_recipe,
    recipe_in,
    verdict,
)

HOST = Path(__file__).parent / "host"


@BUILDS
def test_mappings_hold_and_allow_what_they_should(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "posix_memory_test.c", [PAGES, POSIX / "memory"], tmp_path, build)
    assert verdict(program) == "intact"


@BUILDS
def test_clocks_show_and_wait_as_they_should(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "posix_time_test.c", [POSIX / "time", POSIX / "sleep", REPORT], tmp_path, build)
    assert verdict(program) == "intact"
    assert verdict(program, "nobody-knows") == "intact"


@BUILDS
def test_random_bytes_come_from_a_seed_and_are_refused_without_one(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "posix_entropy_test.c", [POSIX / "entropy", REPORT], tmp_path, build)
    assert verdict(program) == "intact"


@BUILDS
def test_signals_reach_their_handlers(tmp_path: Path, build: Build) -> None:
    folders = [POSIX / "signals", POSIX / "signal-waiting", REPORT]
    program = build_host_program(HOST / "posix_signals_test.c", folders, tmp_path, build)
    assert verdict(program) == "intact"


def test_what_is_absent_is_defined_each_with_a_reason(tmp_path: Path) -> None:
    recipe = recipe_in(POSIX / "absent")
    (made,) = compile_recipe(POSIX / "absent", tmp_path)
    listing = subprocess.run(["nm", "--defined-only", "-g", made], check=True, capture_output=True, text=True).stdout
    named = sorted(symbol for calls in recipe.absent for symbol in calls.symbols)
    assert sorted(line.split()[-1] for line in listing.splitlines()) == named
    assert len(set(named)) == len(named)


def test_no_image_can_have_a_system_call_twice() -> None:
    slots: dict[str, list[frozenset[str]]] = {}
    for recipe in (recipe_in(file.parent) for file in RECIPES.rglob("recipe.yaml")):
        for symbol in recipe.exports:
            if symbol.startswith("sys_"):
                slots.setdefault(symbol, []).append(frozenset(recipe.provides))
    assert [symbol for symbol, of_each in slots.items() if not frozenset.intersection(*of_each)] == []
    assert len(slots) > 200
