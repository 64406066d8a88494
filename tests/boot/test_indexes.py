"""The committed indexes of the C libraries are what the compiler makes of their sources."""

from __future__ import annotations

import pytest

from tests.bench.index_libraries import main

SAMPLE = "40"  # every so manieth source; all of them take minutes


@pytest.mark.parametrize("name", ["picolibc", "newlib", "newlib-calls", "musl"])
def test_an_index_agrees_with_the_compiler(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--only", SAMPLE, name]) == 0, capsys.readouterr().out
