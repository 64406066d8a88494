"""The committed indexes of libraries are what the compiler makes of their sources."""

from __future__ import annotations

import pytest

from tests.bench.index_libraries import main

# Every so manieth source; all of them take minutes.
SAMPLES = {
    "picolibc": 40,
    "newlib": 40,
    "newlib-calls": 1,
    "nolibc-calls": 1,
    "calls": 1,
    "musl": 40,
    "mbedtls": 20,
    "zlib": 5,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_an_index_agrees_with_the_compiler(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--only", str(SAMPLES[name]), name]) == 0, capsys.readouterr().out
