"""Destructors run in their order, whoever compiled them, and only an image that has some has who runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.composed import APPS, LINUX, LINUX_ARM, TARGETS, Workshop
from tests.support.toolchains import TOOLCHAINS

LINES = ["constructor", "main", "destructor without a number", "destructor 300", "destructor 200"]
CONSOLE = "".join(f"{line}\n" for line in LINES).encode()
PAIRS = [
    *((None, target) for target in TARGETS),
    *((name, target) for name in TOOLCHAINS for target in (LINUX, LINUX_ARM)),
]


@pytest.mark.parametrize("profile", ["size", "speed"])
@pytest.mark.parametrize(("toolchain", "target"), PAIRS)
def test_destructors_run_backwards(
    workshop: Workshop, tmp_path: Path, toolchain: str | None, target: str, profile: str
) -> None:
    pin = workshop.pin if toolchain is None else ("--toolchain", toolchain)
    words = ("--target", target, "--profile", profile, "--out", str(tmp_path))
    done = workshop.call("run", "--quiet", *pin, *words, str(APPS / "destructors"))
    assert (done.status, done.output) == (0, CONSOLE), done.told


@pytest.mark.parametrize("target", TARGETS)
def test_who_runs_them_is_there_for_their_sake_alone(workshop: Workshop, target: str) -> None:
    words = ("--target", target, "--out", str(workshop.out), *workshop.pin)
    why = workshop.call("why", "destructors", str(APPS / "destructors"), *words)
    assert b"because the app has destructors" in why.output, why.told
    why = workshop.call("why", "destructors_start", str(APPS / "destructors"), *words)
    assert b" of app has destructors" in why.output, why.told
    assert "destructors" not in {recipe["name"] for recipe in workshop.facts("hello", target)["recipes"]}
