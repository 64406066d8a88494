"""One program on each C library that has files, floats and time, and what an image with each of them weighs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.composed import KVM, KVM_ARM, TARGETS, Workshop

LIBCS = ("picolibc", "newlib", "musl")
GOOD = b"good no word, 1.50\n"
libcs = pytest.mark.parametrize("libc", LIBCS)
targets = pytest.mark.parametrize("target", TARGETS)

HEADERS = """
assert complex ctype fenv float inttypes limits locale math setjmp signal stdarg stdbool stddef stdint stdio stdlib
string strings time unistd wchar wctype
"""
PROGRAMS = Path(__file__).parent / "libraries"


@pytest.fixture(scope="module")
def libraries(programs: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop in which the programs of these tests are built, with each library."""
    made = replace(programs, out=tmp_path_factory.mktemp("libraries"))
    made.build(*sorted(PROGRAMS.glob("*/*.yaml")))
    return made


@targets
@libcs
def test_the_program_finds_nothing_wrong(libraries: Workshop, libc: str, target: str) -> None:
    done = libraries.run(libraries.image(f"c-library-{libc}", target), "7")
    assert done.status == 4, done.told
    assert done.output.endswith(GOOD + b"not a whole linehandler of exit\n"), done.told
    assert b"status 7" in done.errors, done.told


@libcs
def test_the_environment_is_there(libraries: Workshop, libc: str) -> None:
    done = libraries.run(libraries.image(f"c-library-{libc}", KVM), words=("--env", "WORD=a word"))
    assert (done.status, done.output.splitlines()[0]) == (0, b"good a word, 1.50"), done.told


@libcs
def test_each_header_may_come_first(libraries: Workshop, libc: str, tmp_path: Path) -> None:
    for header in HEADERS.split():
        (tmp_path / f"{header}.c").write_text(f"#include <{header}.h>\n#include <errno.h>\nint of_{header} = EDOM;\n")
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    manifest = tmp_path / "unikernel.yaml"
    manifest.write_text(f"name: headers\napp: {{sources: ['*.c']}}\nlibc: {libc}\ntargets: [{KVM}, {KVM_ARM}]\n")
    done = libraries.call("build", "--out", str(libraries.out), *libraries.pin, str(manifest))
    assert done.status == 0, done.told
    assert b"warning" not in done.errors, done.told


@targets
@libcs
def test_abort_is_told_from_an_exit(libraries: Workshop, libc: str, target: str) -> None:
    done = libraries.run(libraries.image(f"c-library-{libc}", target), "abort", words=("--json",))
    assert done.ending[0] == "abort", done.told


@libcs
def test_a_handler_of_sigabrt_runs_before_the_end(libraries: Workshop, libc: str) -> None:
    done = libraries.run(libraries.image(f"c-library-{libc}", KVM), "abort")
    assert done.output.endswith(GOOD + b"handler of SIGABRT\n"), done.told


@libcs
def test_a_signal_without_handler_ends_the_program(libraries: Workshop, libc: str) -> None:
    done = libraries.run(libraries.image(f"c-library-{libc}", KVM), "kill", words=("--json",))
    assert done.ending == ("exit", 128 + 9), done.told


@libcs
def test_a_failed_assert_tells_its_place(libraries: Workshop, libc: str) -> None:
    done = libraries.run(libraries.image(f"c-library-{libc}", KVM), "assert")
    for word in (b'strcmp(word, "assert") != 0', b"app/main.c", b"main", b"sertion failed"):
        assert word in done.output, done.told
    assert b"handler" not in done.output, done.told


@pytest.mark.parametrize(("libc", "limit"), [("picolibc", 12288), ("newlib", 16384), ("musl", 18432)])
def test_hello_is_as_small_as_promised(libraries: Workshop, libc: str, limit: int) -> None:
    image = libraries.image(f"c-hello-{libc}", KVM)
    done = libraries.run(image)
    assert (done.status, done.output) == (0, b"hello 42 words beef\n"), done.told
    assert image.stat().st_size <= limit


@pytest.mark.parametrize(("libc", "symbol"), [("picolibc", "__d_vfprintf"), ("newlib", "newlib_vfprintf")])
def test_floats_are_in_the_image_only_if_a_format_has_one(libraries: Workshop, libc: str, symbol: str) -> None:
    with_floats, without = (
        {name for section in libraries.facts(f"{app}-{libc}", KVM)["sections"] for name in section["symbols"]}
        for app in ("c-library", "c-hello")
    )
    assert "printf" in with_floats & without
    assert symbol in with_floats - without
