"""One image on every kind of machine that QEMU has for it, and off again."""

from __future__ import annotations

import pytest

from tests.support.composed import FLAT, KVM, Machine, Workshop, boot

HELLO = b"Hello, world, with 0 argument(s)\n"
NO_RANDOM_SOURCE = b"boot: no random source, so the stack canary is a fixed one\n"
WITH_A_SWITCH = ("q35", "pc", "microvm", "microvm,rtc=off,pit=off,pic=off")
WITHOUT_A_SWITCH = (
    "microvm,acpi=off",
    "microvm,acpi=off,rtc=off,pit=off,pic=off",
    "pc,acpi=off",
    "q35,acpi=off",
    "isapc",
)
KINDS = (*WITH_A_SWITCH, *WITHOUT_A_SWITCH)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("memory", ["2M", "16M", "5G"])
def test_image_boots_and_its_status_arrives(workshop: Workshop, kind: str, memory: str) -> None:
    if kind == "isapc" and memory == "5G":
        memory = "3G"  # all that such a machine can have
    done = boot(workshop.image("hello", KVM), Machine(kind, memory))
    assert (done.console, done.record) == (HELLO, b"E\0"), done.told


@pytest.mark.parametrize("kind", KINDS)
def test_oldest_64_bit_processor_is_enough(workshop: Workshop, kind: str) -> None:
    done = boot(workshop.image("hello", KVM), Machine(kind, processor="qemu64"))
    assert (done.console, done.record) == (NO_RANDOM_SOURCE + HELLO, b"E\0"), done.told


@pytest.mark.parametrize("kind", WITH_A_SWITCH)
def test_guest_turns_the_machine_off_without_a_status_device(workshop: Workshop, kind: str) -> None:
    """A reset would start it again and print twice."""
    done = boot(workshop.image("hello", KVM), Machine(kind, has_status_device=False, may_restart=True))
    assert done.console == HELLO, done.told


@pytest.mark.parametrize("kind", WITHOUT_A_SWITCH)
def test_guest_resets_a_machine_that_has_no_switch(workshop: Workshop, kind: str) -> None:
    done = boot(workshop.image("hello", KVM), Machine(kind, has_status_device=False))
    assert done.console == HELLO, done.told


@pytest.mark.parametrize("kind", ["q35", "microvm,acpi=off"])
def test_trap_ends_the_machine_as_well(workshop: Workshop, kind: str) -> None:
    done = boot(workshop.image("crash", KVM), Machine(kind), b"null-read")
    assert done.record == b"T\x0e", done.told


@pytest.mark.parametrize("kind", ["q35", "pc", "microvm"])
def test_memory_above_4_gib_is_the_heap_s_as_well(workshop: Workshop, kind: str) -> None:
    """Five GiB lie on both sides of the devices' addresses; one block takes nine tenths, and a few words are used."""
    done = boot(workshop.image("heap-whole", KVM), Machine(kind, "5G"), b"4608 64")
    assert (done.console, done.record) == (b"all is well\n", b"E\0"), done.told


@pytest.mark.parametrize("target", [KVM, *FLAT])
def test_memory_of_the_command_line_replaces_the_manifest_s(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("heap-whole", target), "48", words=("--memory", "32MiB", "--json"))
    assert done.ending == ("exit", 1), done.told
    enough = workshop.run(workshop.image("heap-whole", target), "100", words=("--memory", "128MiB", "--json"))
    assert enough.ending == ("exit", 0), enough.told
