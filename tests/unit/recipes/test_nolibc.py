"""nolibc's functions, compiled as in an image, beside those of the host's libc."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.recipe_objects import (
    BUILDS,
    NOLIBC,
    NOLIBC_ATEXIT,
    NOLIBC_DATES,
    NOLIBC_FLOATS,
    NOLIBC_GETOPT,
    NOLIBC_HEAP,
    NOLIBC_MORE,
    NOLIBC_SCAN,
    NOLIBC_STDIO,
    NOLIBC_STREAMS,
    NOLIBC_SYSTEM,
    Build,
    build_host_program,
    verdict,
)

HOST = Path(__file__).parent / "host"


@BUILDS
def test_formats_print_what_the_hosts_print_on_100000_random_formats(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "format_test.c", [NOLIBC, NOLIBC_STDIO], tmp_path, build)
    assert verdict(program) == "same"


@pytest.mark.slow
def test_formats_return_minus_one_when_an_int_cannot_hold_the_length(tmp_path: Path) -> None:
    program = build_host_program(HOST / "format_test.c", [NOLIBC, NOLIBC_STDIO], tmp_path)
    assert verdict(program, "too-long") == "too long"


@BUILDS
def test_strings_do_what_the_hosts_do_on_random_bytes(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "string_test.c", [NOLIBC], tmp_path, build)
    assert verdict(program) == "same"


@BUILDS
def test_numbers_classes_environment_streams_and_ends_do_what_iso_c_says(tmp_path: Path, build: Build) -> None:
    program = build_host_program(HOST / "library_test.c", [NOLIBC, NOLIBC_MORE, NOLIBC_STDIO], tmp_path, build)
    assert verdict(program) == "same"


@BUILDS
def test_floats_are_printed_and_read_as_the_hosts(tmp_path: Path, build: Build) -> None:
    program = build_host_program(
        HOST / "float_test.c", [NOLIBC, NOLIBC_STDIO, NOLIBC_SCAN, *NOLIBC_FLOATS], tmp_path, build
    )
    assert verdict(program, "3000") == "same"


@pytest.fixture(scope="module")
def floats(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The command of the program that tries floats."""
    folders = [NOLIBC, NOLIBC_STDIO, NOLIBC_SCAN, *NOLIBC_FLOATS]
    return build_host_program(HOST / "float_test.c", folders, tmp_path_factory.mktemp("floats"))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_floats_are_printed_and_read_as_the_hosts_a_million_times(floats: tuple[str, ...], part: int) -> None:
    assert verdict(floats, "50000", str(part + 1)) == "same"


@BUILDS
@pytest.mark.parametrize("zone", ["TZ=UTC0", "TZ=EST5", "TZ=<+0330>-3:30"])
def test_searches_dates_options_and_scans_do_what_the_hosts_do(tmp_path: Path, build: Build, zone: str) -> None:
    folders = [NOLIBC, NOLIBC_MORE, NOLIBC_DATES, NOLIBC_GETOPT, NOLIBC_SCAN, NOLIBC_STDIO]
    program = build_host_program(HOST / "more_test.c", folders, tmp_path, build)
    assert verdict(program, zone) == "same"


@BUILDS
def test_streams_do_what_the_hosts_do_in_any_order_of_calls(tmp_path: Path, build: Build) -> None:
    folders = [
        NOLIBC,
        NOLIBC_MORE,
        NOLIBC_STDIO,
        NOLIBC_SCAN,
        NOLIBC_SYSTEM,
        NOLIBC_STREAMS,
        NOLIBC_HEAP,
        NOLIBC_ATEXIT,
    ]
    program = build_host_program(HOST / "stream_test.c", folders, tmp_path, build)
    assert verdict(program, str(tmp_path)) == "same"
