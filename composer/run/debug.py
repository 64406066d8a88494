"""A guest and a gdb beside each other: who waits for whom, who hears Ctrl-C, and how both end."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.run.child import attended
from composer.run.engine import end_of_process, run_guests
from composer.run.guest import Emulator, Ending, Guest, Interpreter, XenHost
from composer.run.signals import Signals, listening
from composer.run.stub import Attachment, Stub

_READY_SECONDS = 10.0  # an emulator of a process listens after some milliseconds
_LOOK_SECONDS = 0.01
_LAST_SECONDS = 20.0  # for an emulator to end: gdb is told of the guest's end first
# What gdbserver says last; its own exit status does not tell.
_GUEST_END = re.compile(rb"Child (?:exited with status (\d+)|terminated with signal = 0x([0-9a-f]+))")
_SAID_BYTES = 256
_LISTENS = b"Listening on port"
_ENDING_US = frozenset({signal.SIGTERM, signal.SIGHUP})  # Ctrl-C is gdb's own: it stops the guest


def debug_machine(
    guest: Guest,
    host: Emulator | Interpreter | XenHost,
    stub: Stub,
    gdb: Sequence[str],
    left: Path,
    *,
    stdin: int | None,
    stdout: int,
    batch: bool,
    tell: Callable[[str], None],
) -> Ending | None:
    """Run `guest` on `host`, and beside it `gdb`, which connects to `stub`; None if gdb ended first.

    gdb has our terminal and hears its Ctrl-C. The guest's console is `stdin` (None: there is none) and `stdout`.
    `left` is the file that gdb makes if it quits before the guest has ended (`remote_end`); with `batch` it reads
    nothing; `tell` is that of `run_guests`. Main thread only. Raises what `run_guests` raises.
    """
    with (
        listening() as signals,
        _pipe() as (orders, order),
        _pipe() as (news, told),
        ThreadPoolExecutor(1) as threads,
    ):
        processes: list[int] = []
        attachment = Attachment(stub, partial(_ordered, orders), processes.append)
        running = threads.submit(
            run_guests, [guest], host, stdin=stdin, stdout=stdout, tell=tell, attachment=attachment
        )
        running.add_done_callback(lambda _: _put(told, signal.SIGCHLD))
        try:
            _await_ready(stub, running)
            with attended(
                gdb, blame=Code.NO_DEBUGGER, console=(subprocess.DEVNULL if batch else None, None, None)
            ) as process:
                while process.poll() is None:
                    _wait(signals, news)
                    _stop_for(signals, _ENDING_US)
                    if signals.interruption is not None:
                        signals.interruption = None
                        _interrupt(stub, () if running.done() else processes)
                    _put(order, signal.SIGCHLD)  # the guest's loop has to look at its process too
                    if running.done():
                        stub.close()
            if not left.exists():
                _await_end(running, order)
        finally:
            _put(order, signal.SIGTERM)
        return _ending(running)


def debug_process(gdb: Sequence[str], record: Path, third: int | None = None) -> Ending | None:
    """Run `gdb`, which itself runs a guest that is a process of this machine; None if the guest did not end.

    gdb has our terminal, and lends it to the guest. `record` is where it says how the guest ended (`process_end`),
    `third` what both have as descriptor 3.
    Main thread only. Raises `ComposerError` (NO_DEBUGGER, INTERRUPTED).
    """
    start = time.monotonic()
    with listening() as signals, attended(gdb, blame=Code.NO_DEBUGGER, third=third) as process:
        while process.poll() is None:
            _wait(signals, None)
            _stop_for(signals, _ENDING_US)
    try:
        how, number = record.read_text().split()
    except (OSError, ValueError):
        return None
    kind, status = end_of_process(int(number) if how == "code" else -int(number))
    return Ending(kind, status, time.monotonic() - start)


def serve_process(
    argv: Sequence[str],
    environment: Mapping[str, str],
    announce: Callable[[], None],
    *,
    stdin: int | None,
    stdout: int,
    third: int | None = None,
) -> Ending | None:
    """Run the gdbserver `argv` to its end, with a guest that has `environment` and the descriptors for its console.

    `announce` is called when it listens. None if the guest did not end. Main thread only. Raises `ComposerError` (NO_DEBUGGER, EMULATOR_DIED, INTERRUPTED
    also by Ctrl-C).
    """
    start = time.monotonic()
    said = b""
    is_announced = False
    with (
        listening() as signals,
        _pipe() as (reader, writer),
        attended(
            argv,
            blame=Code.NO_DEBUGGER,
            environment=environment,
            console=(subprocess.DEVNULL if stdin is None else stdin, stdout, writer),
            third=third,
        ) as process,
    ):
        while process.poll() is None:
            said += _passed_on(_wait(signals, reader))
            if not is_announced and _LISTENS in said:
                is_announced = True
                announce()
            if is_announced:  # ended before, it could leave a guest behind that it has just forked
                _stop_for(signals, frozenset({signal.SIGINT, *_ENDING_US}))
        said += _passed_on(_read(reader))
    if process.returncode != 0:
        message = f"{argv[0]} failed with status {process.returncode}"
        raise ComposerError(Diagnostic(Code.EMULATOR_DIED, message, hint="its own words stand above"))
    told = _GUEST_END.search(said[-_SAID_BYTES:])
    if told is None:
        return None
    kind, status = end_of_process(int(told[1]) if told[1] else -int(told[2], 16))
    return Ending(kind, status, time.monotonic() - start)


def _passed_on(data: bytes) -> bytes:
    """`data`, after it has been written where people read messages."""
    sys.stderr.buffer.write(data)
    sys.stderr.flush()
    return data


def _wait(signals: Signals, news: int | None) -> bytes:
    """Until a signal or news comes, and what is new."""
    poll = select.poll()
    poll.register(signals.descriptor, select.POLLIN)
    if news is not None:
        poll.register(news, select.POLLIN)
    poll.poll()
    signals.take()
    return b"" if news is None else _read(news)


def _stop_for(signals: Signals, ends: frozenset[signal.Signals]) -> None:
    """Raise `ComposerError` (INTERRUPTED) if a signal of `ends` has come."""
    if signals.interruption in ends:
        raise ComposerError(Diagnostic(Code.INTERRUPTED, f"interrupted by {signals.interruption.name}"))


def _read(descriptor: int) -> bytes:
    """What is there now."""
    try:
        return os.read(descriptor, 1 << 16)
    except BlockingIOError:
        return b""


def _interrupt(stub: Stub, processes: Sequence[int]) -> None:
    """Stop the guest where gdb's own word for it is only heard when the guest has stopped."""
    if not stub.hears_interrupt:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGINT)


def _await_ready(stub: Stub, running: Future[tuple[Ending, ...]]) -> None:
    """Until the emulator listens, or has ended, or will never do either."""
    deadline = time.monotonic() + _READY_SECONDS
    while stub.socket_file is not None and not stub.socket_file.exists():
        if running.done() or time.monotonic() > deadline:
            return  # gdb then says that there is nothing to connect to
        time.sleep(_LOOK_SECONDS)


def _await_end(running: Future[tuple[Ending, ...]], order: int) -> None:
    """Wait until the guest has ended; it is told to look again and again, for nobody hears any more that its process has ended."""
    end = time.monotonic() + _LAST_SECONDS
    while not running.done() and time.monotonic() < end:
        _put(order, signal.SIGCHLD)
        wait((running,), _LOOK_SECONDS)


def _ending(running: Future[tuple[Ending, ...]]) -> Ending | None:
    try:
        return running.result()[0]
    except ComposerError as error:
        if all(diagnostic.code is Code.INTERRUPTED for diagnostic in error.diagnostics):
            return None  # by our own order
        raise


@contextmanager
def _ordered(descriptor: int) -> Iterator[Signals]:
    """Signals that come from another thread instead of from outside."""
    yield Signals(descriptor)


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    try:
        yield reader, writer
    finally:
        os.close(reader)
        os.close(writer)


def _put(writer: int, number: signal.Signals) -> None:
    try:
        os.write(writer, bytes([number]))
    except BlockingIOError:
        return  # full of news that nobody has read yet
