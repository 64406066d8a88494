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
