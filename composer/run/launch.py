"""What a run starts: one process, and how to understand and feed it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from composer.errors import Code
from composer.run.command import command_for, has_status_port
from composer.run.guest import Guest, Host, Interpreter
from composer.run.marks import fresh_word
from composer.run.screen import PlainScreen, Screen
from composer.run.screen_user import UserModeScreen
from composer.run.view import View


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast input may be typed: so many bytes, then so many seconds of nothing."""

    bytes: int
    seconds: float


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
    pace: Pace | None = None


@contextmanager
def prepared(guest: Guest, host: Host, expect: str | None) -> Iterator[Launch]:
    """What runs `guest` on `host`; descriptors and files that it needs are there as long as the context is."""
    if guest.target.platform == "linux":
        yield _process(guest, host, View(guest.target.arch, expect=expect))
    elif has_status_port(guest.target):
        with _record_pipe() as (reader, writer):
            argv = command_for(guest, host, status=f"/dev/fd/{writer}")
            screen = PlainScreen(View(guest.target.arch, expect=expect))
            yield Launch(argv, screen, True, Code.NO_EMULATOR, record=reader, pass_fds=(writer,))
    else:
        word = fresh_word()
        screen = PlainScreen(View(guest.target.arch, word.nonce, expect))
        yield Launch(command_for(guest, host, word=word), screen, True, Code.NO_EMULATOR)


def _process(guest: Guest, host: Host, view: View) -> Launch:
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
