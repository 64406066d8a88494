"""The recipes of posix/, compiled as in an image and linked into programs of the host."""

from __future__ import annotations

from pathlib import Path

from tests.support.recipe_objects import BUILDS, PAGES, POSIX, REPORT, Build, build_host_program, verdict

HOST = Path(__file__).parent / "host"


@BUILDS
def test_mappings_hold_and_allow_what_they_should(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "posix_memory_test.c", [PAGES, POSIX / "memory"], tmp_path, build)
    assert verdict(program) == "intact"


@BUILDS
def test_clocks_show_and_wait_as_they_should(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "posix_time_test.c", [POSIX / "time", REPORT], tmp_path, build)
    assert verdict(program) == "intact"
    assert verdict(program, "nobody-knows") == "intact"


@BUILDS
def test_random_bytes_come_from_a_seed_and_are_refused_without_one(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "posix_entropy_test.c", [POSIX / "entropy", REPORT], tmp_path, build)
    assert verdict(program) == "intact"


@BUILDS
def test_signals_reach_their_handlers(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "posix_signals_test.c", [POSIX / "signals", REPORT], tmp_path, build)
    assert verdict(program) == "intact"
