"""One program on each C library that has files, floats and time, and what an image with each of them weighs."""

from __future__ import annotations

import pytest

from tests.support.composed import KVM, TARGETS, Workshop

LIBCS = ("picolibc", "newlib")
GOOD = b"good no word, 1.50\n"
libcs = pytest.mark.parametrize("libc", LIBCS)
targets = pytest.mark.parametrize("target", TARGETS)


@targets
@libcs
def test_the_program_finds_nothing_wrong(workshop: Workshop, libc: str, target: str) -> None:
    done = workshop.run(workshop.image(f"c-library-{libc}", target), "7")
    assert done.status == 4, done.told
    assert done.output.endswith(GOOD + b"not a whole linehandler of exit\n"), done.told
    assert b"status 7" in done.errors, done.told


@libcs
def test_the_environment_is_there(workshop: Workshop, libc: str) -> None:
    done = workshop.run(workshop.image(f"c-library-{libc}", KVM), words=("--env", "WORD=a word"))
    assert (done.status, done.output.splitlines()[0]) == (0, b"good a word, 1.50"), done.told


@targets
@libcs
def test_abort_is_told_from_an_exit(workshop: Workshop, libc: str, target: str) -> None:
    done = workshop.run(workshop.image(f"c-library-{libc}", target), "abort", words=("--json",))
    assert done.ending[0] == "abort", done.told


@libcs
def test_a_failed_assert_tells_its_place(workshop: Workshop, libc: str) -> None:
    done = workshop.run(workshop.image(f"c-library-{libc}", KVM), "assert")
    assert b': main: assertion failed: strcmp(word, "assert") != 0' in done.output, done.told
    assert b"app/main.c:" in done.output, done.told
    assert b"handler" not in done.output, done.told


@pytest.mark.parametrize(("libc", "limit"), [("picolibc", 12288), ("newlib", 16384)])
def test_hello_is_as_small_as_promised(workshop: Workshop, libc: str, limit: int) -> None:
    image = workshop.image(f"c-hello-{libc}", KVM)
    done = workshop.run(image)
    assert (done.status, done.output) == (0, b"hello 42 words beef\n"), done.told
    assert image.stat().st_size <= limit
