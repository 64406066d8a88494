"""nolibc's functions, compiled as in an image, beside those of the host's libc."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.recipe_objects import NOLIBC, SANITIZERS, build_host_program

HOST = Path(__file__).parent / "host"
BUILDS = pytest.mark.parametrize("extra", [(), SANITIZERS], ids=["as-in-image", "sanitized"])


def verdict(program: Path) -> str:
    """The last line that the program prints; its mistakes are the assertion's message."""
    done = subprocess.run([str(program)], capture_output=True, text=True, errors="replace", timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@BUILDS
def test_formats_print_what_the_hosts_print_on_200000_random_formats(tmp_path: Path, extra: Sequence[str]) -> None:
    program = build_host_program(HOST / "format_test.c", [NOLIBC], tmp_path, extra)
    assert verdict(program) == "same"
