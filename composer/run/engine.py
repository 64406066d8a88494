"""Run a guest to its end: start it, pass its console through, keep the time, read how it ended."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.run.backtrace import backtrace
from composer.run.child import started
from composer.run.command import command_for
from composer.run.guest import Emulator, Ending, EndingKind, Guest
from composer.run.session import Session
from composer.run.signals import Signals, listening
from composer.run.stub import Stub

_KINDS = {ord("E"): EndingKind.EXIT, ord("A"): EndingKind.ABORT, ord("T"): EndingKind.TRAP}  # enum ending, machine.h
_FAULTS = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP, signal.SIGSYS})


def run_guest(
    guest: Guest,
    emulator: Emulator | None,
    *,
    stdin: int | None,
    stdout: int,
    timeout_seconds: float | None = None,
    expect: str | None = None,
    stub: Stub | None = None,
    signals: Callable[[], AbstractContextManager[Signals]] = listening,
) -> Ending:
    """Run `guest` until it ends, until `expect` has appeared on its console, or for `timeout_seconds`.

    `emulator` is what `choose_emulator` said. `stdin` (None: there is none) and `stdout` are descriptors,
    which are never changed nor closed. With `stub` the emulator waits for a debugger there before the guest's first
    instruction. Main thread only, unless `signals` gives others than those of this process.
    Raises `ComposerError` (INTERRUPTED, IMAGE_UNREADABLE, NO_EMULATOR, OUTPUT_UNWRITABLE, USAGE),
    BrokenPipeError if nobody reads `stdout` any more; the guest is dead then as on any other way out.
    """
    _require_image(guest.image)
    start = time.monotonic()
    with signals() as heard, _record_pipe(emulator) as (reader, writer):
        argv = command_for(guest, emulator, f"/dev/fd/{writer}")
        inherited = () if writer is None else (writer,)
        if stub is not None:
            argv, inherited = stub.joined(argv), (*inherited, *stub.descriptors)
        with started(
            argv,
            blame=Code.IMAGE_UNREADABLE if emulator is None else Code.NO_EMULATOR,
            environment=dict(guest.environment) if emulator is None else None,
            merged=emulator is None,
            pass_fds=inherited,
        ) as process:
            session = Session(process, heard, stdin=stdin, stdout=stdout, record=reader, expect=expect)
            stopped = session.watch(None if timeout_seconds is None else start + timeout_seconds)
            if stopped is not None:
                process.kill()
            status = process.wait()
            seconds = time.monotonic() - start
            session.flush(hurried=stopped is EndingKind.TIMEOUT)
    report = tuple(line for trap in session.traps for line in backtrace(trap, guest.debug))
    if stopped is not None:
        return Ending(stopped, None, seconds, session.said, report)
    kind, number = end_of_process(status) if emulator is None else _end_of_machine(session.record, status)
    return Ending(kind, number, seconds, session.said, report)


def _require_image(image: Path) -> None:
    if not image.is_file():
        raise ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, f"there is no image {image}", hint="build it first"))


@contextmanager
def _record_pipe(emulator: Emulator | None) -> Iterator[tuple[int | None, int | None]]:
    """A pipe for the guest's end record; a linux guest needs none, because the kernel tells its end."""
    if emulator is None:
        yield None, None
        return
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    try:
        yield reader, writer
    finally:
        os.close(reader)
        os.close(writer)


def end_of_process(status: int) -> tuple[EndingKind, int]:
    """What the wait status of a linux guest means; negative is a signal."""
    if status >= 0:
        return EndingKind.EXIT, status
    if -status == signal.SIGABRT:
        return EndingKind.ABORT, -status
    return (EndingKind.TRAP, -status) if -status in _FAULTS else (EndingKind.DIED, status)


def _end_of_machine(record: bytes, status: int) -> tuple[EndingKind, int | None]:
    """What the end record means; without one, QEMU's own exit status tells a reset from a failure of QEMU."""
    if len(record) == 2 and record[0] in _KINDS:
        return _KINDS[record[0]], record[1]
    return (EndingKind.RESET, None) if status == 0 else (EndingKind.DIED, status)
