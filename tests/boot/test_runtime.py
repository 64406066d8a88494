"""Functions that compilers call unasked: there when code needs them, with each toolchain, and told with their reason."""

from __future__ import annotations

import math
from dataclasses import replace
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
    assert ("symbol", "", "__udivti3") in [(r["kind"], r["by"], r["what"]) for r in recipe["reasons"]]
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


RECIPE = """\
name: shares
version: "1"
summary: Divides large numbers
license: BSD-2-Clause
provides: [shares]
requires: [contracts]
exports: [shares_of]
build: [{c: [src/*.c]}]
"""
SHARES = """
unsigned long shares_of(unsigned long high, unsigned long low, unsigned long count);

unsigned long shares_of(unsigned long high, unsigned long low, unsigned long count)
{
	return (unsigned long)((((unsigned __int128)high << 64) | low) / count);
}
"""
USER = """
#include <stdio.h>
unsigned long shares_of(unsigned long high, unsigned long low, unsigned long count);

int main(int argc, char **argv)
{
	(void)argv;
	printf("%lu\\n", shares_of((unsigned long)argc, 0, 1000000007));
	return 0;
}
"""


@pytest.mark.parametrize("profile", ["size", "speed"])
@pytest.mark.parametrize("toolchain", TOOLCHAINS)
def test_a_recipe_has_what_its_code_needs_of_the_runtime(
    workshop: Workshop, tmp_path: Path, toolchain: str, profile: str
) -> None:
    files = {"mine/shares/recipe.yaml": RECIPE, "mine/shares/src/shares.c": SHARES, "main.c": USER}
    files["unikernel.yaml"] = f"name: user\napp: {{sources: [main.c]}}\ntarget: {LINUX_ARM}\n"
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    here = replace(workshop, out=tmp_path / "out", toolchain=toolchain)
    words = ("--profile", profile, "--recipes", str(tmp_path / "mine"), "--toolchain", toolchain)
    done = here.call("run", "--quiet", "--out", str(here.out), *words, str(tmp_path))
    assert (done.status, done.output) == (0, f"{(1 << 64) // 1000000007}\n".encode()), done.told
    (recipe,) = [recipe for recipe in here.facts("user", LINUX_ARM)["recipes"] if recipe["name"] == RUNTIME]
    assert {(reason["by"], reason["what"]) for reason in recipe["reasons"]} == {("shares", "__udivti3")}
