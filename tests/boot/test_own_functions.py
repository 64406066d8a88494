"""An app that defines functions of the libc itself has its own, in every profile and with every toolchain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.composed import APPS, LINUX, TARGETS, Workshop
from tests.support.toolchains import TOOLCHAINS

PAIRS = [*((None, target) for target in TARGETS), *((toolchain, LINUX) for toolchain in TOOLCHAINS)]


@pytest.mark.parametrize("profile", ["size", "speed"])
@pytest.mark.parametrize(("toolchain", "target"), PAIRS)
def test_the_app_s_own_functions_are_those_of_the_image(
    workshop: Workshop, tmp_path: Path, toolchain: str | None, target: str, profile: str
) -> None:
    pin = () if toolchain is None else ("--toolchain", toolchain)
    words = ("--target", target, "--profile", profile, "--out", str(tmp_path))
    done = workshop.call("run", "--quiet", *pin, *words, str(APPS / "own-functions"))
    assert (done.status, done.output.splitlines()) == (0, [b"o" * 10, b"d", b""]), done.told
