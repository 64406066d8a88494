"""Signals as bytes on a descriptor, so that one poll waits for them like for everything else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_ENDING_US = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


class Signals:
    """What has arrived since the run began."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor  # readable after each signal, also after a child's end
        self.interruption: signal.Signals | None = None  # the last one that asked us to end

    def take(self) -> None:
        """Read the wake-ups; their bytes are the signals' numbers, which are here before any handler ran."""
        with suppress(BlockingIOError):
            for number in os.read(self.descriptor, 512):
                if number in _ENDING_US:
                    self.interruption = signal.Signals(number)


@contextmanager
def listening() -> Iterator[Signals]:
    """Catch the signals that ask us to end, and the child's end; the handlers of before come back afterwards.

    A signal that is ignored (as `nohup` does) stays ignored. Main thread only, as `signal` demands.
    """
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    wanted = [number for number in sorted(_ENDING_US) if signal.getsignal(number) is not signal.SIG_IGN]
    wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    before = {number: signal.signal(number, _nothing_more) for number in (*wanted, signal.SIGCHLD)}
    try:
        yield Signals(reader)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
        os.close(reader)
        os.close(writer)


def _nothing_more(number: int, frame: FrameType | None) -> None:
    """A handler that only makes the interpreter write the signal's number to the wake-up descriptor."""
