"""The stack protector's canary: another one for each run, with a byte that no string can carry."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.support.composed import KVM, LINUX, LINUX_ARM, XEN_ARM, Machine, Workshop, boot

RUNS = 6


def of_machine(workshop: Workshop) -> bytes:
    return boot(workshop.image("canary", KVM), Machine()).console


def of_process(workshop: Workshop) -> bytes:
    return subprocess.run([workshop.image("canary", LINUX)], capture_output=True, check=True, env={}).stdout


def of_arm_process(workshop: Workshop) -> bytes:
    return workshop.run(workshop.image("canary", LINUX_ARM)).output


def of_domain(workshop: Workshop) -> bytes:
    """Xen gives no seed, so that all of it is from `compose run`, or from the processor."""
    return workshop.run(workshop.image("canary", XEN_ARM)).output


@pytest.mark.parametrize("canary_of", [of_machine, of_process, of_arm_process, of_domain])
def test_canary_is_another_one_in_each_run_and_its_lowest_byte_is_zero(
    workshop: Workshop, canary_of: Callable[[Workshop], bytes]
) -> None:
    found = [int(canary_of(workshop), 16) for _ in range(RUNS)]
    assert len(set(found)) == RUNS, found
    assert all(canary & 0xFF == 0 for canary in found), found
    for byte in range(1, 8):  # a word of which only some bytes are random would be easy to guess
        assert len({canary >> 8 * byte & 0xFF for canary in found}) > 1, found


def test_without_a_random_source_the_canary_is_fixed_and_the_console_says_so(workshop: Workshop) -> None:
    machine = Machine(processor="max,-rdrand")
    first, second = (boot(workshop.image("canary", KVM), machine).console for _ in range(2))
    assert first == second
    assert first == b"boot: no random source, so the stack canary is a fixed one\nff0a0d00ff0a0d00\n"
