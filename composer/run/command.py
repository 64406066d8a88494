"""The exact command of a run; pure, so that `compose run --dry-run` shows what a run would start."""

from __future__ import annotations

from pathlib import Path

from composer.model.target import Target
from composer.run.guest import Emulator, Guest, Interpreter
from composer.run.marks import Word
from composer.run.network import card_words
from composer.run.virtio import device_words
from composer.run.words import command_line

STATUS_PORT = 0x501  # where the guest says how it ended (recipes/CONVENTIONS.md)


def boots_as(target: Target) -> str:
    """The suffix of the file that is started: an arm64 machine boots a raw Image, everything else takes ELF."""
    return ".img" if target.arch == "aarch64" and target.platform in ("kvm", "xen") else ".elf"


def has_status_port(target: Target) -> bool:
    """Whether the guest says how it ended on a port of its own; the others say it on their console."""
    return target.platform == "kvm" and target.arch == "x86_64"


def command_for(
    guest: Guest, host: Emulator | Interpreter | None, status: str = "/dev/null", word: Word | None = None
) -> tuple[str, ...]:
    """The argv that runs `guest` on `host`: as a process, or in a machine.

    A machine with a status port writes the guest's two end bytes to the file `status`; in any other the guest is
    given `word`, without which it does not tell its end. Raises `ComposerError` as `command_line` does.
    """
    if host is None:
        return (str(guest.image), *guest.arguments)
    if isinstance(host, Interpreter):
        return (host.program, str(guest.image), *guest.arguments)
    return (
        *machine_command(host, guest.image, guest.memory),
        "-append",
        command_line(guest.environment, guest.arguments, word),
        *_console_words(guest.console, host.machine),
        *(() if guest.network is None else card_words(guest.network, host.machine)),
        *(_status_port(status) if has_status_port(guest.target) else ()),
    )


_STDIO = ("-chardev", "stdio,id=console,signal=off")
CONSOLE = (*_STDIO, "-serial", "chardev:console")


def _console_words(bus: str | None, machine: str) -> tuple[str, ...]:
    """Where the guest's console is a device on `bus`, the port has only what is written before that works."""
    if bus is None:
        return CONSOLE
    port = ("-chardev", "file,id=port,path=/dev/stdout,append=on", "-serial", "chardev:port")
    return (*_STDIO, *device_words("serial", bus, machine), "-device", "virtconsole,chardev=console", *port)


def _status_port(status: str) -> tuple[str, ...]:
    return (
        "-chardev",
        f"file,id=status,path={status.replace(',', ',,')}",
        "-device",
        f"isa-debugcon,iobase={STATUS_PORT:#x},chardev=status",
    )


def machine_command(emulator: Emulator, image: Path, memory: int) -> tuple[str, ...]:
    """A machine that boots `image` with `memory` bytes."""
    machine = quiet_machine(emulator.program, emulator.machine, emulator.accelerator, "max")
    return (*machine, "-m", memory_text(memory), "-kernel", str(image))


def quiet_machine(program: str, machine: str, accelerator: str, processor: str) -> tuple[str, ...]:
    """A machine without devices of its own choosing that boots once and never asks a person."""
    return (
        program,
        "-no-user-config",
        "-nodefaults",
        "-no-reboot",
        "-display",
        "none",
        "-monitor",
        "none",
        "-machine",
        machine,
        "-accel",
        accelerator,
        "-cpu",
        processor,
    )


def memory_text(memory: int) -> str:
    """Bytes as QEMU reads them, in the largest unit that is exact; QEMU counts a bare number in MiB."""
    if memory % (1 << 20) == 0:
        return f"{memory >> 20}M"
    return f"{(memory + 1023) >> 10}K"
