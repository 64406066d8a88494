"""The heaps, compiled as in an image, under random calls and under misuse."""

from __future__ import annotations

from pathlib import Path

from tests.support.recipe_objects import BUILDS, HEAP_BUMP, HEAP_FREE, PAGES, Build, build_host_program, verdict

HOST = Path(__file__).parent / "host"


@BUILDS
def test_bump_heap_keeps_every_block_intact_and_grows_the_last_in_place(tmp_path: Path, build: Build) -> None:
    assert verdict(build_host_program(HOST / "heap_bump_test.c", [HEAP_BUMP], tmp_path, build)) == "intact"


@BUILDS
def test_freeing_heap_keeps_blocks_intact_merges_all_and_stops_misuse(tmp_path: Path, build: Build) -> None:
    assert verdict(build_host_program(HOST / "heap_free_test.c", [HEAP_FREE], tmp_path, build)) == "intact"


def test_freeing_heap_without_memory_refuses_every_request(tmp_path: Path) -> None:
    assert verdict(build_host_program(HOST / "heap_free_test.c", [HEAP_FREE], tmp_path), "no-memory") == "intact"


@BUILDS
def test_pages_are_nobody_s_twice_and_merge_again(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "pages_test.c", [PAGES], tmp_path, build)
    assert verdict(program) == "intact"
    assert verdict(program, "no-memory") == "intact"


@BUILDS
def test_bump_heap_beside_others_goes_on_where_it_finds_pages(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "heap_bump_pages_test.c", [HEAP_BUMP, PAGES], tmp_path, build)
    assert verdict(program) == "intact"


@BUILDS
def test_freeing_heap_beside_others_goes_on_where_it_finds_pages(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "heap_free_pages_test.c", [HEAP_FREE, PAGES], tmp_path, build)
    assert verdict(program) == "intact"
    assert verdict(program, "alone") == "intact"
