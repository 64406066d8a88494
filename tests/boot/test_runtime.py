"""Functions that compilers call unasked: there when code needs them, with each toolchain, and told with their reason."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.support.composed import APPS, KVM, KVM_ARM, LINUX, LINUX_ARM, TARGETS, Workshop
from tests.support.toolchains import TOOLCHAINS

RUNTIME = "(runtime)"
FACTORIAL = math.factorial(33)
LINES = [FACTORIAL, FACTORIAL >> 70, 10**9, 10**15, f"1 {(FACTORIAL % (1 << 64)).bit_count()}"]
CONSOLE = "".join(f"{line}\n" for line in LINES).encode()
APP = APPS / "long-numbers"


@pytest.mark.parametrize("profile", ["size", "speed", "debug"])
@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX, LINUX_ARM])
@pytest.mark.parametrize("toolchain", TOOLCHAINS)
def test_arithmetic_on_long_numbers_works_with_each_toolchain(
    workshop: Workshop, tmp_path: Path, toolchain: str, target: str, profile: str
) -> None:
    words = ("--toolchain", toolchain, "--target", target, "--profile", profile, "--out", str(tmp_path))
    done = workshop.call("run", "--quiet", *words, str(APP))
    assert (done.status, done.output) == (0, CONSOLE), done.told


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_says_what_it_has_of_the_runtime_and_why(workshop: Workshop, target: str) -> None:
    facts = workshop.facts("long-numbers", target)
    (recipe,) = [recipe for recipe in facts["recipes"] if recipe["name"] == RUNTIME]
    assert recipe["license"]
    assert {"kind": "symbol", "by": "", "what": "__udivti3", "at": None} in recipe["reasons"]
    assert sum(row["bytes"] for row in facts["rows"] if row["recipe"] == RUNTIME) > 200
    assert sum(row["bytes"] for row in facts["rows"]) == facts["file_bytes"]
    words = ("--target", target, "--out", str(workshop.out), *workshop.pin)
    why = workshop.call("why", "__udivti3", str(APP), *words).output.decode()
    assert "the compiler's runtime)\n  because main of app uses __udivti3" in why
    tree = workshop.call("graph", str(APP), *words).output.decode()
    assert f"{RUNTIME} v" in tree


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_that_needs_nothing_of_the_runtime_has_nothing_of_it(workshop: Workshop, target: str) -> None:
    facts = workshop.facts("hello", target)
    assert RUNTIME not in {recipe["name"] for recipe in facts["recipes"]} | {row["recipe"] for row in facts["rows"]}
    assert not [path for path in facts["objects"] if RUNTIME in path]
