"""The loop of a run: one poll over the console, the emulator's messages, the guest's end record and our signals."""

from __future__ import annotations

import math
import os
import select
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeAlias

from composer.errors import Code, ComposerError, Diagnostic
from composer.run.flow import Flow, Tail
from composer.run.guest import EndingKind
from composer.run.launch import Launch
from composer.run.pacer import Pacer
from composer.run.signals import Signals
from composer.run.watch import Watch

Interest: TypeAlias = tuple[int, int, Callable[[], object]]  # descriptor, poll events, what to do then

_END_OF_TRANSMISSION = b"\x04"  # a guest's serial console takes it for the end of input (console.h)
_OUTPUT_LIMIT = 16 << 20  # bytes kept for a slow reader; then the guest waits, and a serial driver may give up
_INPUT_LIMIT = 1 << 16
_SAID_BYTES = 4096  # of the emulator's messages
_RECORD_BYTES = 2  # letter and status
_BACKGROUND_SECONDS = 0.5  # how often to look whether the shell has given the terminal back
_PACE_SECONDS = 0.001  # how often to look whether more may be typed
_LAST_FLUSH_SECONDS = 1.0  # after a time-out, for a reader that has stopped too


class Session:
    """A started process with its descriptors. The caller ends the process and closes what it opened."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        launch: Launch,
        signals: Signals,
        *,
        stdin: int | None,
        stdout: int,
        watch: Watch | None = None,
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._signals = signals
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
        # A serial line has no end of its own, so it gets the character; a pipe is simply closed.
        farewell = _END_OF_TRANSMISSION if launch.is_machine else b""
        self._terminal = stdin if stdin is not None and os.isatty(stdin) else None
        screen = launch.screen
        self._input = Flow(stdin, process.stdin.fileno(), _INPUT_LIMIT, farewell, screen.typed)
        self._pacer = Pacer(process.pid, launch.pace) if launch.pace is not None else None
        self._closes_input = not launch.is_machine
        self._output = Flow(process.stdout.fileno(), stdout, _OUTPUT_LIMIT, through=screen.take)
        self._said = Tail(process.stderr.fileno(), _SAID_BYTES) if process.stderr is not None else watch
        self._record = Tail(launch.record, _RECORD_BYTES) if launch.record is not None else None
        self._screen = screen

    @property
    def record(self) -> bytes:
        """The last two bytes of the end record, fewer if there is none."""
        return self._record.bytes if self._record is not None else b""

    @property
    def said(self) -> tuple[str, ...]:
        """The last lines of the emulator's messages."""
        return tuple(self._said.bytes.decode(errors="replace").splitlines()[-8:]) if self._said is not None else ()

    def watch(self, deadline: float | None) -> EndingKind | None:
        """Pass the console through until the process or its guests end (None), the expected text appears or the time is over.

        Raises `ComposerError` (INTERRUPTED on a signal, OUTPUT_UNWRITABLE), BrokenPipeError if nobody
        reads our output any more.
        """
        stopped = self._pass_through(deadline)
        self._output.pending += self._screen.rest()
        return EndingKind.EXPECTED if self._found() else stopped

    def _pass_through(self, deadline: float | None) -> EndingKind | None:
        while not (self._found() or self._screen.is_over()):
            if self._process.poll() is not None:
                self._drain()
                return None
            if deadline is not None and time.monotonic() >= deadline:
                return EndingKind.TIMEOUT
            self._turn(deadline, chain(self._reads(), self._writes()))
        return None

    def _found(self) -> bool:
        return any(view.found for view in self._screen.views)

    def flush(self, hurried: bool) -> None:
        """Write what is still pending; if `hurried`, for a bounded time only. Raises as `watch` does."""
        deadline = time.monotonic() + _LAST_FLUSH_SECONDS if hurried else None
        while self._output.wants_write and (deadline is None or time.monotonic() < deadline):
            self._turn(deadline, self._writes())

    def _reads(self) -> Iterator[Interest]:
        if self._input.source is not None and self._input.wants_read and not self._in_background():
            yield self._input.source, select.POLLIN, self._input.read
        if self._output.source is not None and self._output.wants_read:
            yield self._output.source, select.POLLIN, self._take_output
        for tail in (self._said, self._record):
            if tail is not None and tail.source is not None:
                yield tail.source, select.POLLIN, tail.read

    def _writes(self) -> Iterator[Interest]:
        if self._input.sink is not None and self._input.wants_write and self._may_type():
            yield self._input.sink, select.POLLOUT, self._give_input
        if self._output.sink is not None and self._output.wants_write:
            yield self._output.sink, select.POLLOUT, self._give_output

    def _turn(self, deadline: float | None, interests: Iterable[Interest]) -> None:
        """Wait until a signal comes, one of `interests` is ready or the time is over, and do what is ready."""
        events: dict[int, int] = {}
        wanted = ((self._signals.descriptor, select.POLLIN, self._signals.take), *interests)
        for descriptor, event, _ in wanted:
            events[descriptor] = events.get(descriptor, 0) | event
        poll = select.poll()
        for descriptor, event in events.items():
            poll.register(descriptor, event)
        ready = dict(poll.poll(self._patience(deadline)))
        trouble = select.POLLHUP | select.POLLERR | select.POLLNVAL  # reading or writing then tells which
        for descriptor, event, act in wanted:
            if ready.get(descriptor, 0) & (event | trouble):
                act()
        self._end_input()
        if self._signals.interruption is not None:
            raise ComposerError(Diagnostic(Code.INTERRUPTED, f"interrupted by {self._signals.interruption.name}"))

    def _patience(self, deadline: float | None) -> int | None:
        """Milliseconds until something must be looked at even if no descriptor is ready; None: never."""
        waits = [] if deadline is None else [max(0.0, deadline - time.monotonic())]
        if self._in_background():
            waits.append(_BACKGROUND_SECONDS)
        if self._pacer is not None and self._input.wants_write and self._screen.takes_input():
            waits.append(_PACE_SECONDS)
        return math.ceil(min(waits) * 1000) if waits else None

    def _in_background(self) -> bool:
        """Whether reading our terminal would stop us, because another job of the shell has it now."""
        if self._terminal is None or self._input.source is None:
            return False
        try:
            return os.tcgetpgrp(self._terminal) != os.getpgrp()
        except OSError:  # not the terminal of our session: no job control on it
            return False

    def _may_type(self) -> bool:
        return self._screen.takes_input() and (self._pacer is None or self._pacer.may_type())

    def _take_output(self) -> bytes:
        data = self._output.read()
        if data and self._pacer is not None:
            self._pacer.note()
        cue = self._screen.cue()
        if cue and self._input.sink is not None:
            os.write(self._input.sink, cue)  # a few bytes into a pipe that holds nothing yet
        return data

    def _give_input(self) -> None:
        try:
            if self._pacer is None:
                self._input.write()
            else:
                self._input.write(self._pacer.bytes)
                self._pacer.note()
        except BrokenPipeError:  # the guest is ending, or closed its input: what we read has no taker
            self._input.source = self._input.sink = None
            self._input.pending.clear()

    def _give_output(self) -> None:
        try:
            self._output.write()
        except BrokenPipeError:  # the reader went away: a way to end, not a failure
            raise
        except OSError as error:
            message = f"the guest's output cannot be written: {error.strerror}"
            raise ComposerError(Diagnostic(Code.OUTPUT_UNWRITABLE, message)) from error

    def _end_input(self) -> None:
        """Close the process's input once ours has ended and is delivered, where closing is how an end is told."""
        stream = self._process.stdin
        if self._closes_input and self._input.source is None and not self._input.pending and stream is not None:
            self._input.sink = None
            stream.close()

    def _drain(self) -> None:
        """Take what the process left in its pipes when it ended."""
        while self._take_output():
            pass
        for tail in (self._said, self._record):
            while tail is not None and tail.read():
                pass
