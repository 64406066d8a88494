"""The values of a run: the guest, the emulator that runs it, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from composer.model.network import Forward
from composer.model.target import Target
from composer.run.network import Network


@dataclass(frozen=True, slots=True)
class Guest:
    """A finished image and what it is started with."""

    image: Path  # what boots: the stripped ELF, or the raw Image of an architecture that boots those
    debug: Path  # the same with all symbols, for back-traces
    target: Target
    memory: int  # bytes
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    network: Network | None = None  # None: the image has no driver of a card
    ports: tuple[
        Forward, ...
    ] = ()  # of this machine, on which its sockets are expected to listen: they are this machine's
    console: str | None = None  # the bus where a device for the console is looked for; None: it is the machine's port

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.image.stem


@dataclass(frozen=True, slots=True)
class Emulator:
    """A QEMU of this machine, and how it runs guests best here."""

    program: str  # absolute path
    machine: str = "q35"  # QEMU's name for it: q35, pc, microvm, virt
    accelerator: str = "tcg"  # kvm or tcg


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A QEMU of user mode, which runs a linux guest of another architecture as a process."""

    program: str  # absolute path


@dataclass(frozen=True, slots=True)
class XenHost:
    """A Xen inside a QEMU."""

    program: str  # QEMU's absolute path
    hypervisor: Path
    tree: bytes  # the device tree of QEMU's machine


Host: TypeAlias = Emulator | Interpreter | XenHost | None  # None: the image itself is a program of this machine


class EndingKind(StrEnum):
    """How a run ended."""

    EXIT = "exit"  # the app ended; `status` is its own, 0 to 255
    ABORT = "abort"  # abort, assert or a smashed stack
    TRAP = "trap"  # the processor refused an instruction; `status` is the vector, on linux the signal
    EXPECTED = "expected"  # the text that was waited for appeared, so the guest was stopped
    TIMEOUT = "timeout"  # the time was over, so the guest was stopped
    PANIC = "panic"  # the hypervisor gave up, or ended the guest; `emulator_said` has its words
    RESET = "reset"  # the machine was reset or turned off without a word from the guest
    DIED = "died"  # the emulator itself failed; `status` is its exit status, negative for a signal


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of one run."""

    kind: EndingKind
    status: int | None
    seconds: float  # from the start of the process to its end
    emulator_said: tuple[str, ...] = ()  # the last lines of the emulator's own messages
    report: tuple[str, ...] = ()  # lines for a person: each trap of the guest with its symbolised back-trace
