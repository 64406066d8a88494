"""nolibc in guests: all of its parts in one program, and each part only where it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.composed import APPS, EXAMPLES, KVM, KVM_ARM, TARGETS, XEN_ARM, Workshop

WHOLE = b"""\
0.333333 0.33333333333333331 1.797693e+308 0x1p-1074 0.500
1500 3 13
8.4999999999999998e+22 -0
0.327195 1.259921 1.527525 3
inf 1 1
8881 9 line 999
2 line 0
8898 1
moved
.. .. again
/folder/moved: Not a directory
/notes: No such file or directory
posix: vfork is not there
scratch 1 0 1 -1 -1 1 0 -1 1
Sunday, 09 September 2001, week 36
slept 1, clock 1, now 1
option v -
option s 5
then word
9 4 1
back with 5
blue 18446744073709551615 copy 0
C No such file or directory 1 0
last words
"""
SIGNALS = b"10\n10 1\n22\njumped with 6\nsignal: Invalid argument\nabort\n"


@pytest.mark.parametrize("target", TARGETS)
def test_each_header_does_what_it_says(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("nolibc-whole", target), "word", "-v", "--size", "5")
    # Where nothing knows the time of day, the clock says so.
    notice = b"clock: nobody knows the time, so it begins in 1970\n" if target == XEN_ARM else b""
    assert (done.status, done.output) == (0, notice + WHOLE), done.told


@pytest.mark.parametrize("target", TARGETS)
def test_signals_of_the_program_to_itself(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("nolibc-signals", target))
    assert (done.status, done.output) == (4, SIGNALS), done.told
    assert b"the guest aborted" in done.errors, done.told


def recipes_of(workshop: Workshop, name: str, target: str) -> set[str]:
    """The recipes that are alive in an image."""
    return {recipe["name"] for recipe in workshop.facts(name, target)["recipes"] if recipe["alive"]}


@pytest.mark.parametrize("target", TARGETS)
def test_parts_are_only_in_images_that_use_them(workshop: Workshop, target: str) -> None:
    plain = recipes_of(workshop, "hello", target)
    assert {name for name in plain if name.startswith("nolibc")} == {"nolibc", "nolibc-stdio"}
    whole = recipes_of(workshop, "nolibc-whole", target)
    assert {
        "nolibc-float-format",
        "nolibc-float-scan",
        "nolibc-streams",
        "nolibc-calls",
        "calls",
        "nolibc-dates",
        "math",
    } <= whole
    assert "nolibc-signal" not in whole


def test_reason_of_floats_is_the_format_in_the_app_s_line(workshop: Workshop) -> None:
    words = ("--target", KVM, "--out", str(workshop.out))
    done = workshop.call("why", *workshop.pin, *words, "nolibc-float-format", str(APPS / "nolibc-whole"))
    assert done.status == 0, done.told
    source = (APPS / "nolibc-whole/main.c").read_text()
    line = source.count("\n", 0, source.index('"%f %.17g')) + 1
    assert "the app has the format" in done.output.decode(), done.told
    assert f"main.c:{line}" in done.output.decode(), done.told


def test_hello_is_no_larger_than_before_nolibc_was_whole(workshop: Workshop) -> None:
    if workshop.toolchain not in (None, "gcc"):
        pytest.skip("the figures are gcc's")
    sizes = {name: workshop.image(name, KVM).stat().st_size for name in ("hello", "hello-puts")}
    assert sizes["hello"] <= 3975
    assert sizes["hello-puts"] <= 2286
    assert (EXAMPLES / "hello").is_dir()


@pytest.mark.parametrize("target", [KVM, KVM_ARM])
def test_merged_code_prints_floats_too(workshop: Workshop, tmp_path: Path, target: str) -> None:
    """Functions that may not use the floats' registers must not have those inside that do."""
    words = ("--set", "lto=true", "--target", target, "--out", str(tmp_path), *workshop.pin)
    done = workshop.call("run", "-q", *words, str(APPS / "nolibc-whole"), "--", "word", "-v", "--size", "5")
    assert (done.status, done.output) == (0, WHOLE), done.told
