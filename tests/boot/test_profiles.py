"""Every profile makes images that work, report their faults and are protected, on every target."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from composer.model.manifest import Manifest
from tests.boot.test_examples import TRAPS, line_of
from tests.support.composed import EXAMPLES, KVM, TARGETS, Workshop

PROFILES: tuple[str, ...] = get_args(Manifest.model_fields["profile"].annotation)
on_each_target = pytest.mark.parametrize("target", TARGETS)


@pytest.fixture(scope="session", params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    """One profile after the other."""
    return str(request.param)


@pytest.fixture(scope="session")
def made(programs: Workshop, profile: str, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Images of the profile, in a folder of their own."""
    own = Workshop(programs.checkout, programs.store, tmp_path_factory.mktemp(profile))
    manifests = [EXAMPLES / name for name in ("hello", "echo", "crash")]
    done = own.call("build", "-q", "--profile", profile, "--out", str(own.out), *map(str, manifests))
    assert done.status == 0, done.told
    return own


@on_each_target
def test_hello_and_echo_work_in_every_profile(made: Workshop, profile: str, target: str) -> None:
    assert made.facts("hello", target)["profile"] == profile
    assert made.run(made.image("hello", target), "a").output == b"Hello, world, with 1 argument(s)\n"
    done = made.run(made.image("echo", target), "x y", words=("--env", "A=B"), stdin=b"abc\n")
    assert done.output.splitlines()[1:] == [b"argument 1: x y", b"environment: A=B", b"1: cba", b"1 line(s)"], done.told


@on_each_target
def test_a_fault_is_told_with_function_line_and_callers_in_every_profile(made: Workshop, target: str) -> None:
    done = made.run(made.image("crash", target), "null-read", words=("--json",))
    assert done.ending == ("trap", TRAPS[target].numbers["page-fault"]), done.told
    line = line_of("hidden(NULL)", "static void fail_null_read(")
    innermost, caller = done.verdict["report"][1:3]
    assert innermost.endswith(f" fail_null_read at app/main.c:{line}"), done.told
    assert " main at app/main.c:" in caller, done.told


@on_each_target
@pytest.mark.parametrize(
    ("fault", "end"), [("smash-stack", "abort"), ("write-code", "trap"), ("execute-stack", "trap"), ("assert", "abort")]
)
def test_an_attack_is_stopped_in_every_profile(made: Workshop, target: str, fault: str, end: str) -> None:
    done = made.run(made.image("crash", target), fault, words=("--json",))
    assert (done.status, done.verdict["end"]) == (4, end), done.told


@on_each_target
def test_a_function_that_ends_in_a_call_has_a_frame_in_debug_alone(made: Workshop, profile: str, target: str) -> None:
    """So stepping and back-traces follow the source; elsewhere such a call is a jump, which is smaller and faster."""
    done = made.run(made.image("crash", target), "null-call", words=("--json",))
    frames = [frame.partition(" at ")[0].split()[-1] for frame in done.verdict["report"][2:]]
    assert ("fail_null_call" in frames) == (profile == "debug"), done.told


def test_size_is_the_smallest(programs: Workshop, tmp_path: Path) -> None:
    sizes = {}
    for name in PROFILES:
        own = Workshop(programs.checkout, programs.store, tmp_path / name)
        words = ("--profile", name, "--target", KVM, "--out", str(own.out), str(EXAMPLES / "echo"))
        assert own.call("build", "-q", *words).status == 0
        sizes[name] = own.image("echo", KVM).stat().st_size
    assert min(sizes, key=lambda name: sizes[name]) == "size"
