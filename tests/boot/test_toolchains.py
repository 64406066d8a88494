"""Every toolchain's images do what those of the best one do, and one Python package is toolchain enough.

The other tests of this folder run with the toolchain that is the best for each target; with any other they do if
TEST_TOOLCHAIN names it.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from tests.boot.test_examples import line_of
from tests.support.composed import EXAMPLES, ROOT, TARGETS, Workshop
from tests.support.toolchains import TOOLCHAINS

NAMES = ("hello", "echo", "crash")
MOST_UNATTRIBUTED = 0.02
ZIG_OVER_GCC = 1.25  # a promised figure

each_pair = pytest.mark.parametrize(("toolchain", "target"), [*itertools.product(TOOLCHAINS, TARGETS)])


@pytest.fixture(scope="module")
def workshops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workshop]:
    """One for each toolchain, with some examples built for all their targets. A toolchain that is missing fails."""
    folder = tmp_path_factory.mktemp("toolchains")
    made = {name: Workshop(ROOT, folder / "store", folder / name, toolchain=name) for name in TOOLCHAINS}
    for workshop in made.values():
        workshop.build(*(EXAMPLES / name for name in NAMES))
    return made


@each_pair
def test_hello_and_echo_talk(workshops: dict[str, Workshop], toolchain: str, target: str) -> None:
    workshop = workshops[toolchain]
    done = workshop.run(workshop.image("hello", target), "a", "b c")
    assert (done.status, done.output) == (0, b"Hello, world, with 2 argument(s)\n"), done.told
    done = workshop.run(workshop.image("echo", target), "one", stdin=b"abc\nno end")
    lines = done.output.split(b"\n")
    assert (done.status, lines[1], lines[-4:]) == (
        0,
        b"argument 1: one",
        [b"1: cba", b"2: dne on", b"2 line(s)", b""],
    ), done.told


@each_pair
@pytest.mark.parametrize(
    ("fault", "end", "function", "marker"),
    [
        ("null-read", "trap", "fail_null_read", "hidden(NULL)"),
        ("smash-stack", "abort", "fail_smash_stack", "}\n"),
    ],
)
def test_fault_is_told_with_its_function_and_line(
    workshops: dict[str, Workshop], toolchain: str, target: str, fault: str, end: str, function: str, marker: str
) -> None:
    workshop = workshops[toolchain]
    done = workshop.run(workshop.image("crash", target), fault, words=("--json",))
    assert (done.status, done.verdict["end"]) == (4, end), done.told
    line = line_of(marker, f"void {function}(")
    assert done.verdict["report"][1].endswith(f" {function} at app/main.c:{line}"), done.told


@each_pair
@pytest.mark.parametrize("name", NAMES)
def test_every_byte_has_an_owner(workshops: dict[str, Workshop], toolchain: str, target: str, name: str) -> None:
    facts = workshops[toolchain].facts(name, target)
    size = workshops[toolchain].image(name, target).stat().st_size
    assert facts["toolchain"]["name"] == toolchain
    assert facts["file_bytes"] == sum(row["bytes"] for row in facts["rows"]) == size
    assert facts["unattributed_bytes"] <= MOST_UNATTRIBUTED * size
    assert sum(row["bytes"] for row in facts["rows"] if row["recipe"] == "(merged)") <= MOST_UNATTRIBUTED * size


@pytest.mark.parametrize("target", TARGETS)
def test_zig_makes_hello_nearly_as_small_as_gcc(workshops: dict[str, Workshop], target: str) -> None:
    gcc, zig = (workshops[name].image("hello", target).stat().st_size for name in ("gcc", "zig"))
    assert zig <= ZIG_OVER_GCC * gcc


@pytest.mark.parametrize("target", TARGETS)
def test_with_the_wheel_alone_hello_is_built_for_every_target(tmp_path: Path, target: str) -> None:
    """Neither the composer nor a step of it has a folder with gcc, as or ld on its PATH."""
    (tmp_path / "bin").mkdir()
    edit = ("composer/model/step.py", '("PATH", "/usr/bin:/bin")', f'("PATH", "{tmp_path}/bin")')
    plain = Workshop(ROOT, tmp_path / "store", tmp_path / "out", {"PATH": str(tmp_path / "bin")})
    workshop = plain.altered(tmp_path / "checkout", (edit,))
    done = workshop.call("build", "--json", "--out", str(workshop.out), "--target", target, str(EXAMPLES / "hello"))
    assert done.status == 0, done.told
    (built,) = json.loads(done.output)
    assert (built["toolchain"]["name"], built["toolchain"]["reason"]) == ("zig", "no better one is here")
    with_qemu = Workshop(ROOT, tmp_path / "store", workshop.out)
    done = with_qemu.run(with_qemu.image("hello", target))
    assert (done.status, done.output) == (0, b"Hello, world, with 0 argument(s)\n"), done.told
