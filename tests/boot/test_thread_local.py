"""Thread-local variables have their first values and their alignment on every target, with each toolchain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.composed import APPS, KVM, KVM_ARM, LINUX, LINUX_ARM, TARGETS, Workshop
from tests.support.toolchains import TOOLCHAINS

CONSOLE = b"42 abcd 1 2 3 0 5 7\n0 0\n43 xbcd 2 100 2 8\n"
RECIPES = {"tls", "thread-pointer"}
APP = APPS / "thread-local"

each_target = pytest.mark.parametrize("target", TARGETS)


@each_target
def test_thread_local_variables_are_set_up(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("thread-local", target))
    assert (done.status, done.output) == (0, CONSOLE), done.told


@pytest.mark.parametrize("profile", ["size", "speed", "debug"])
@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX, LINUX_ARM])
@pytest.mark.parametrize("toolchain", TOOLCHAINS)
def test_each_toolchain_finds_them(
    workshop: Workshop, tmp_path: Path, toolchain: str, target: str, profile: str
) -> None:
    words = ("--toolchain", toolchain, "--target", target, "--profile", profile, "--out", str(tmp_path))
    done = workshop.call("run", "--quiet", *words, str(APP))
    assert (done.status, done.output) == (0, CONSOLE), done.told


ZEROS_ONLY = """
#include <stdint.h>
#include <stdio.h>

static _Thread_local _Alignas(256) char zeros[300];
static _Thread_local int count;

int main(int argc, char **argv)
{
	zeros[argc] = (char)argc;
	count++;
	printf("%d %d %d\\n", zeros[1] + zeros[2], count, (int)((uintptr_t)zeros % 256));
	return argv[1] != 0;
}
"""


@each_target
def test_variables_without_any_first_value_are_set_up(workshop: Workshop, tmp_path: Path, target: str) -> None:
    (tmp_path / "main.c").write_text(ZEROS_ONLY)
    (tmp_path / "unikernel.yaml").write_text(f"name: zeros\napp: {{sources: [main.c]}}\ntarget: {target}\n")
    done = workshop.call("run", "--quiet", "--out", str(tmp_path / "out"), *workshop.pin, str(tmp_path))
    assert (done.status, done.output) == (0, b"1 1 0\n"), done.told


@each_target
def test_musl_sets_them_up_by_itself(workshop: Workshop, tmp_path: Path, target: str) -> None:
    out = tmp_path / "out"
    words = ("--quiet", "--set", "libc=musl", "--target", target, "--out", str(out), *workshop.pin)
    done = workshop.call("run", *words, str(APP))
    assert (done.status, done.output) == (0, CONSOLE), done.told
    facts = json.loads((out / "thread-local" / target.replace("/", "-") / "image.json").read_text())
    alive = {recipe["name"] for recipe in facts["recipes"] if recipe["alive"]}
    assert "tls" not in alive
    assert "thread-pointer" in alive


@each_target
def test_what_sets_them_up_is_in_an_image_that_has_one_and_in_no_other(workshop: Workshop, target: str) -> None:
    alive = {recipe["name"] for recipe in workshop.facts("thread-local", target)["recipes"] if recipe["alive"]}
    assert alive >= RECIPES
    for name in ("hello", "echo"):
        assert not RECIPES & {recipe["name"] for recipe in workshop.facts(name, target)["recipes"]}
    words = ("--target", target, "--out", str(workshop.out), *workshop.pin)
    why = workshop.call("why", "tls_start", str(APP), *words).output.decode()
    assert " of app is thread-local\n" in why
    assert "main of app uses " in why
    assert "because the app has thread-local variables" in workshop.call("why", "tls", str(APP), *words).output.decode()


@each_target
@pytest.mark.parametrize(
    ("part", "ending"),
    [
        ("\tthread_pointer_set(tls_pointer(image_tls_block));\n", 4),  # the register is 0, where nothing is mapped
        ("\t\tvariables[place] = image_tls_start[place];\n", 0),
    ],
    ids=["pointer", "values"],
)
def test_without_a_part_of_it_they_are_not_what_they_should_be(
    workshop: Workshop, tmp_path: Path, target: str, part: str, ending: int
) -> None:
    """So that the tests above see what each part is for."""
    here = workshop.altered(
        tmp_path, [("recipes/core/tls/src/tls.c", part, "\t\tvariables[place] = 0;\n" if ending == 0 else "")]
    )
    done = here.call("run", "--quiet", "--target", target, "--out", str(here.out), *here.pin, str(APP))
    assert done.status == ending, done.told
    assert CONSOLE not in done.output
