"""The exact command of a run; pure, so that `compose run --dry-run` shows what a run would start."""

from __future__ import annotations

from pathlib import Path

from composer.run.guest import Emulator, Guest
from composer.run.words import command_line

STATUS_PORT = 0x501  # where the guest says how it ended (recipes/CONVENTIONS.md)


def command_for(guest: Guest, emulator: Emulator | None, status: str = "/dev/null") -> tuple[str, ...]:
    """The argv that runs `guest`: its own ELF on linux, else `emulator` with the guest's two end bytes to `status`.

    Raises `ComposerError` as `command_line` does.
    """
    if emulator is None:
        return (str(guest.image), *guest.arguments)
    return (
        *machine_command(emulator, guest.image, guest.memory),
        "-append",
        command_line(guest.environment, guest.arguments),
        "-chardev",
        "stdio,id=console,signal=off",
        "-serial",
        "chardev:console",
        "-chardev",
        f"file,id=status,path={status.replace(',', ',,')}",
        "-device",
        f"isa-debugcon,iobase={STATUS_PORT:#x},chardev=status",
    )


def machine_command(emulator: Emulator, image: Path, memory: int) -> tuple[str, ...]:
    """A machine without devices of its own choosing that boots `image` once and never asks a person."""
    return (
        emulator.program,
        "-no-user-config",
        "-nodefaults",
        "-no-reboot",
        "-display",
        "none",
        "-monitor",
        "none",
        "-machine",
        emulator.machine,
        "-accel",
        emulator.accelerator,
        "-cpu",
        "max",
        "-m",
        _memory_text(memory),
        "-kernel",
        str(image),
    )


def _memory_text(memory: int) -> str:
    """Bytes as QEMU reads them, in the largest unit that is exact; QEMU counts a bare number in MiB."""
    if memory % (1 << 20) == 0:
        return f"{memory >> 20}M"
    return f"{(memory + 1023) >> 10}K"
