"""What main returns arrives outside, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from tests.support.composed import APPS, TARGETS, Workshop


# 14 is a page fault's vector and 11 its signal; of 139, a shell would say that the signal had ended the program.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("status", [0, 1, 3, 11, 14, 127, 128, 139, 200, 255])
def test_status_of_the_app_arrives_unchanged(workshop: Workshop, target: str, status: int) -> None:
    done = workshop.run(workshop.image("crash", target), "exit", str(status), words=("--json",))
    assert (done.status, done.ending) == (4 if status else 0, ("exit", status)), done.told


@pytest.mark.parametrize("target", TARGETS)
def test_only_the_lowest_byte_of_a_status_arrives(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("crash", target), "exit", "-1", words=("--json",))
    assert (done.status, done.ending) == (4, ("exit", 255)), done.told


@pytest.mark.parametrize("target", TARGETS)
def test_manifest_with_another_app_is_built_before_it_runs(workshop: Workshop, target: str) -> None:
    done = workshop.run(APPS / "words", "x", words=("--target", target))
    assert (done.status, done.output.split()[1]) == (0, b"a" + b"x".hex().encode()), done.told
