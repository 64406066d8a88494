"""mbedTLS passes the tests that it has of its own algorithms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.composed import EXAMPLES, KVM, KVM_ARM, LINUX, Workshop

SELFTEST = EXAMPLES / "mbedtls-selftest"
SUITES = 26  # of upstream's default configuration without the one of its timers


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])
def test_every_suite_passes(programs: Workshop, target: str) -> None:
    done = programs.run(SELFTEST, words=("--target", target, "--timeout", "300"))
    assert done.status == 0, done.told
    assert f"Executed {SUITES} test suites".encode() in done.output, done.told
    assert b"[ All tests PASS ]" in done.output, done.told
    assert b"failed" not in done.output, done.told


def test_one_suite_runs_alone(programs: Workshop) -> None:
    done = programs.run(SELFTEST, "aes", words=("--target", LINUX))
    assert b"Executed 1 test suites" in done.output, done.told


def test_randomness_is_there_because_the_recipe_recommends_it(programs: Workshop, tmp_path: Path) -> None:
    """No symbol says so: what is missing would be seen at run time only."""
    words = ("--target", LINUX)
    done = programs.run(SELFTEST, "entropy", words=words)
    assert b"ENTROPY test: passed" in done.output, done.told
    lines = [
        ("recipes/lib/mbedtls/recipe.yaml", "[fs.devices, posix.entropy]", "[fs.devices]"),
        ("recipes/fs/devices/recipe.yaml", "recommends: [posix.entropy]\n", ""),
    ]
    done = programs.altered(tmp_path, lines).run(SELFTEST, "entropy", words=words)
    assert b"the image has no source of randomness" in done.output, done.told
    assert done.status != 0
