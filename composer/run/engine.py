"""Run a guest to its end: start it, pass its console through, keep the time, read how it ended."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from composer.run.backtrace import backtrace
from composer.run.child import started
from composer.run.guest import Ending, EndingKind, Guest, Host
from composer.run.launch import Launch, prepared, require_images
from composer.run.session import Session
from composer.run.signals import listening
from composer.run.stub import Attachment
from composer.run.view import View
from composer.run.watch import Watch

_KINDS = {ord("E"): EndingKind.EXIT, ord("A"): EndingKind.ABORT, ord("T"): EndingKind.TRAP}  # enum ending, machine.h
_FAULTS = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP, signal.SIGSYS})
_LEAVE_SECONDS = 2.0  # QEMU needs some milliseconds


def _nowhere(line: str) -> None:
    """For what nobody wants to read."""


def run_guests(
    guests: Sequence[Guest],
    host: Host,
    *,
    stdin: int | None,
    stdout: int,
    timeout_seconds: float | None = None,
    expect: str | None = None,
    log: Callable[[str], None] = _nowhere,
    tell: Callable[[str], None] = _nowhere,
    attachment: Attachment | None = None,
    watch: Watch | None = None,
) -> tuple[Ending, ...]:
    """Run `guests` until all have ended, until `expect` has appeared on a console, or for `timeout_seconds`.

    `host` is what `choose_host` said; only Xen runs several guests, none of which gets input, and `log` gets Xen's
    own lines; `tell` gets a line for each port of a guest that answers. `stdin` (None: there is none) and `stdout` are
    descriptors, which are never changed nor closed. With `attachment` the emulator waits for a debugger before its first instruction; a `watch`
    sees the boot of an only guest, which QEMU must emulate. Main thread only, unless that
    has signals of its own.
    Raises `ComposerError` (INTERRUPTED, IMAGE_UNREADABLE, NO_EMULATOR, OUTPUT_UNWRITABLE, USAGE, GUESTS_TOO_LARGE),
    BrokenPipeError if nobody reads `stdout` any more; the guests are dead then as on any other way out.
    """
    require_images(guests)
    start = time.monotonic()
    with (
        (listening if attachment is None else attachment.signals)() as signals,
        prepared(guests, host, expect, log, tell) as launch,
        _seen_by(watch, launch),
        started(
            _joined(launch.argv, attachment, watch),
            blame=launch.blame,
            environment=launch.environment,
            merged=not launch.is_machine,
            errors=None if watch is None else watch.errors,
            pass_fds=(*launch.pass_fds, *(() if attachment is None else attachment.stub.descriptors)),
            third=launch.third,
            leaves_no_core=launch.leaves_no_core,
        ) as process,
    ):
        if attachment is not None:
            attachment.began(process.pid)
        session = Session(process, launch, signals, stdin=stdin, stdout=stdout, watch=watch)
        stopped = session.watch(None if timeout_seconds is None else start + timeout_seconds)
        status = _end_process(process, gently=attachment is not None)
        seconds = time.monotonic() - start
        session.flush(hurried=stopped is EndingKind.TIMEOUT)
    trouble = launch.screen.trouble
    endings = []
    for guest, view in zip(guests, launch.screen.views, strict=True):
        report = tuple(line for trap in view.traps for line in backtrace(trap, guest.debug))
        kind, number = _end(launch, view, session.record, status, stopped)
        endings.append(Ending(kind, number, seconds, trouble or session.said, report))
    return tuple(endings)


def _joined(argv: Sequence[str], attachment: Attachment | None, watch: Watch | None) -> Sequence[str]:
    argv = argv if watch is None else watch.joined(argv)
    return argv if attachment is None else attachment.stub.joined(argv)


@contextmanager
def _seen_by(watch: Watch | None, launch: Launch) -> Iterator[None]:
    """Tell `watch` of the start and the end of what runs in the context, however it ends."""
    if watch is None:
        yield
        return
    watch.begin()
    try:
        yield
    finally:
        watch.finish(launch.screen.views[0].began)


def _end_process(process: subprocess.Popen[bytes], *, gently: bool) -> int:
    """End a process, or none that has ended; `gently` lets QEMU take leave of a debugger. Its wait status."""
    if gently:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_LEAVE_SECONDS)
    process.kill()
    return process.wait()


def _end(
    launch: Launch, view: View, record: bytes, status: int, stopped: EndingKind | None
) -> tuple[EndingKind, int | None]:
    """How one guest ended: by its own word if it has told it, else as the whole run did."""
    if view.found:
        return EndingKind.EXPECTED, None
    if stopped is not None and not view.record:
        return stopped, None
    if not launch.is_machine:
        return end_of_process(status)
    if launch.screen.trouble and not view.record:
        return EndingKind.PANIC, None
    return _end_of_machine(view.record or record, status)


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
