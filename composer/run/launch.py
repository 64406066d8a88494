"""What a run starts: one process, and how to understand and feed it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.run.command import command_for, has_status_port
from composer.run.emulator import switch_emulator
from composer.run.guest import Emulator, Guest, Host, Interpreter, XenHost
from composer.run.marks import fresh_word
from composer.run.network import Tap, switch_command
from composer.run.plug import plugged
from composer.run.screen import PlainScreen, Screen
from composer.run.screen_user import UserModeScreen
from composer.run.view import View


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast input may be typed: so many bytes, then nothing until the machine has surely taken them."""

    bytes: int
    busy_seconds: float  # of the processor, which a machine that waits for its turn does not get
    idle_seconds: float  # of the clock, after which a machine is taken to have slept


# A guest's console holds 32 bytes under Xen 4.17, which drops what does not fit and tells nobody: a quarter of it in
# a time in which a guest that reads surely takes it. By the clock alone, 16 bytes in 10 ms lost some on a busy machine.
XEN_PACE = Pace(bytes=8, busy_seconds=0.006, idle_seconds=0.3)


@dataclass(frozen=True, slots=True)
class Launch:
    """A process to be started."""

    argv: Sequence[str]
    screen: Screen
    is_machine: bool  # and not a process that runs the guest's own code, whose end tells the guest's
    blame: Code  # what it is if it cannot be started
    environment: Mapping[str, str] | None = None  # None: ours
    leaves_no_core: bool = False  # it would dump its own memory where the guest died
    record: int | None = None  # where the guest's end record is read, a descriptor
    pass_fds: Sequence[int] = ()
    third: int | None = None  # what the process gets as descriptor 3
    pace: Pace | None = None


@contextmanager
def prepared(
    guests: Sequence[Guest],
    host: Host,
    expect: str | None,
    log: Callable[[str], None],
    tell: Callable[[str], None],
) -> Iterator[Launch]:
    """What runs `guests` on `host`; descriptors, files and processes that it needs are there as long as the context is.

    Only Xen runs several; `log` gets its lines. `tell` gets a line for each port of the guest that answers.
    """
    if isinstance(host, XenHost):
        with _under_xen(guests, host, expect, log) as launch:
            yield launch
        return
    (guest,) = guests
    with plugged(guest, tell) as plug:
        if guest.target.platform == "linux":
            yield replace(_process(guest, host, View(guest.target.arch, expect=expect)), third=plug.third)
        else:
            with _machine(guest, host, expect) as launch:
                descriptors = (*launch.pass_fds, *plug.descriptors)
                yield replace(launch, argv=(*launch.argv, *plug.words), pass_fds=descriptors)


@contextmanager
def _machine(guest: Guest, host: Emulator | Interpreter | None, expect: str | None) -> Iterator[Launch]:
    """A machine of QEMU, and where it tells the guest's end."""
    if has_status_port(guest.target):
        with _record_pipe() as (reader, writer):
            argv = command_for(guest, host, status=f"/dev/fd/{writer}")
            screen = PlainScreen(View(guest.target.arch, expect=expect))
            yield Launch(argv, screen, True, Code.NO_EMULATOR, record=reader, pass_fds=(writer,))
    else:
        word = fresh_word()
        screen = PlainScreen(View(guest.target.arch, word.nonce, expect))
        yield Launch(command_for(guest, host, word=word), screen, True, Code.NO_EMULATOR)


@contextmanager
def _under_xen(
    guests: Sequence[Guest], host: XenHost, expect: str | None, log: Callable[[str], None]
) -> Iterator[Launch]:
    from composer.run.xen_machine import memory_here, places_for, require_room, tree_for, xen_command
    from composer.run.xen_screen import XenScreen

    sizes = [guest.image.stat().st_size for guest in guests]
    require_room(guests, places_for(sizes, [guest.memory for guest in guests]), memory_here())
    words = [fresh_word() for _ in guests]
    views = [View(guest.target.arch, word.nonce, expect) for guest, word in zip(guests, words, strict=True)]
    screen = XenScreen(views, names_of(guests), log)
    with tempfile.TemporaryDirectory(prefix="compose-xen-") as folder:
        tree = Path(folder, "tree.dtb")
        tree.write_bytes(tree_for(host.tree, guests, sizes, words))
        argv = xen_command(host, tree, guests, sizes)
        yield Launch(argv, screen, True, Code.NO_EMULATOR, pace=XEN_PACE)


def require_images(guests: Sequence[Guest]) -> None:
    """Raise ComposerError (IMAGE_UNREADABLE) if the file of one is not there."""
    for guest in guests:
        if not guest.image.is_file():
            message = f"there is no image {guest.image}"
            raise ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, message, hint="build it first"))


_SHOWN_DESCRIPTOR = 4  # stands for the other end of a process's descriptor 3


def shown_switch(guest: Guest) -> tuple[str, ...] | None:
    """The command of what carries the frames of a process beside it; None where there is nothing of the kind.

    Raises `ComposerError` (NO_EMULATOR).
    """
    network = guest.network
    is_alone = network is None or (isinstance(network.line, Tap) and network.pcap is None)
    if network is None or guest.target.platform != "linux" or is_alone:
        return None
    return switch_command(switch_emulator(guest.target), network, _SHOWN_DESCRIPTOR)


def shown_command(guests: Sequence[Guest], host: Host, cache: Path) -> tuple[str, ...]:
    """The command of a run for a person to try: it works, but the guest has no word, so it does not tell its end.

    Under Xen it needs a device tree, which is left in the folder `cache`. Raises `ComposerError` as `prepared` does.
    """
    if not isinstance(host, XenHost):
        return command_for(guests[0], host)
    from composer.run.xen_machine import tree_for, xen_command

    require_images(guests)
    sizes = [guest.image.stat().st_size for guest in guests]
    blob = tree_for(host.tree, guests, sizes, [None for _ in guests])
    tree = cache / "xen" / f"shown-{digest.of_bytes(blob)[:16]}.dtb"
    try:
        tree.write_bytes(blob)
    except OSError as error:
        message = f"the device tree of the machine cannot be written: {error.strerror}"
        raise ComposerError(Diagnostic(Code.STORE_UNWRITABLE, message, Location(str(tree)))) from error
    return xen_command(host, tree, guests, sizes)


def names_of(guests: Sequence[Guest]) -> list[str]:
    """A name for each guest; the second of two that are called alike is `name-2`."""
    names: list[str] = []
    for number, guest in enumerate(guests):
        alike = sum(other.name == guest.name for other in guests[:number])
        names.append(f"{guest.name}-{alike + 1}" if alike else guest.name)
    return names


def _process(guest: Guest, host: Emulator | Interpreter | None, view: View) -> Launch:
    argv, environment = command_for(guest, host), dict(guest.environment)
    if isinstance(host, Interpreter):
        return Launch(argv, UserModeScreen(view), False, Code.NO_EMULATOR, environment, leaves_no_core=True)
    return Launch(argv, PlainScreen(view), False, Code.IMAGE_UNREADABLE, environment)


@contextmanager
def _record_pipe() -> Iterator[tuple[int, int]]:
    """A pipe for the guest's end record."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    try:
        yield reader, writer
    finally:
        os.close(reader)
        os.close(writer)
