"""The command of a run, which `--dry-run` prints."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from composer.run.command import command_for
from composer.run.guest import Emulator, Guest
from tests.support.guests import KVM, LINUX

IMAGE = Path("build/hello.elf")
QEMU = Emulator("/usr/bin/qemu", "pc", "tcg")


def option(command: tuple[str, ...], name: str) -> str:
    return command[command.index(name) + 1]


def test_linux_guest_is_its_own_command() -> None:
    guest = Guest(IMAGE, IMAGE, LINUX, 1 << 20, ("--", "a b"), (("A", "1"),))
    assert command_for(guest, None) == ("build/hello.elf", "--", "a b")


def test_emulator_gets_its_machine_the_image_and_the_words() -> None:
    guest = Guest(IMAGE, IMAGE, KVM, 16 << 20, ("a b",), (("A", "1"),))
    command = command_for(guest, QEMU)
    assert command[0] == "/usr/bin/qemu"
    assert option(command, "-machine") == "pc"
    assert option(command, "-accel") == "tcg"
    assert option(command, "-kernel") == "build/hello.elf"
    assert option(command, "-append") == 'A=1 -- "a b" --'
    assert "-no-reboot" in command


@pytest.mark.parametrize(
    ("memory", "text"),
    [(2 << 20, "2M"), (16 << 20, "16M"), (5 << 30, "5120M"), ((2 << 20) + 1024, "2049K"), (1, "1K")],
)
def test_memory_is_never_less_than_asked_and_has_a_unit(memory: int, text: str) -> None:
    assert option(command_for(Guest(IMAGE, IMAGE, KVM, memory), QEMU), "-m") == text


def test_comma_in_the_status_path_does_not_end_it() -> None:
    command = command_for(Guest(IMAGE, IMAGE, KVM, 1 << 20), QEMU, "a,b")
    assert "file,id=status,path=a,,b" in command


@pytest.mark.parametrize(
    ("machine", "bus", "device"), [("pc", "any", "virtio-serial-pci"), ("microvm", "mmio", "virtio-serial-device")]
)
def test_console_on_a_device_has_the_input_and_the_port_what_comes_before(machine: str, bus: str, device: str) -> None:
    guest = Guest(IMAGE, IMAGE, KVM, 1 << 20, console=bus)
    command = command_for(guest, Emulator("/usr/bin/qemu", machine, "tcg"))
    devices = [word for before, word in itertools.pairwise(command) if before == "-device"]
    assert devices[:2] == [device, "virtconsole,chardev=console"]
    assert option(command, "-serial") == "chardev:port"
    assert "file,id=port,path=/dev/stdout,append=on" in command
