"""A guest that waits takes nothing of the host's processor, on every machine and whatever controls its interrupts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.composed import APPS, KVM, KVM_ARM, LINUX, LINUX_ARM, Workshop
from tests.support.processor_time import emulator, used

SLEEP = 3  # seconds
MOST = 0.05  # of the time that the guest sleeps

MACHINES = [
    (KVM, "microvm"),
    (KVM, "microvm,pit=off,pic=off,rtc=off,acpi=off"),
    (KVM, "pc"),
    (KVM, "q35"),
    (KVM_ARM, "virt"),
    (KVM_ARM, "virt,gic-version=3"),
    (KVM_ARM, "virt,virtualization=on"),
    (KVM_ARM, "virt,gic-version=3,virtualization=on"),
    (LINUX, None),
    (LINUX_ARM, None),
]
each_target = pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX, LINUX_ARM])


def share(
    workshop: Workshop, target: str, machine: str | None = None, app: tuple[str, ...] = ("posix-sleep",)
) -> float:
    """Which part of the time that the guest sleeps the host's processor is busy with it."""
    base, whole = (
        used(emulator(workshop, app[0], target, *app[1:], length, machine=machine)) for length in ("0", f"{SLEEP}000")
    )
    assert base.status == whole.status == 0, (base, whole)
    assert b"trap" not in base.output + whole.output, (base, whole)
    return (whole.seconds - base.seconds) / SLEEP


@pytest.mark.parametrize(("target", "machine"), MACHINES)
def test_sleeping_takes_no_processor_time(programs: Workshop, target: str, machine: str | None) -> None:
    programs.build(APPS / "posix-sleep/unikernel.yaml", target=target)
    assert share(programs, target, machine) <= MOST


@each_target
def test_threads_that_sleep_take_none(programs: Workshop, target: str) -> None:
    programs.build(APPS / "threads/unikernel.yaml", target=target)
    assert share(programs, target, app=("threads", "sleep")) <= MOST


@each_target
def test_waiting_awake_is_seen(programs: Workshop, tmp_path: Path, target: str) -> None:
    here = programs.altered(tmp_path, [("recipes/core/wait-sources/src/sources.c", "\tidle_until(deadline);\n", "")])
    here.build(APPS / "posix-sleep/unikernel.yaml", target=target)
    assert share(here, target) > 3 * MOST  # a busy machine gives the guest a share only
