"""Tells when the guest's ports can be reached from here.

QEMU accepts a connection before it knows whether the guest will, and its monitor alone tells. What is tried is a
connection without a byte, which is closed as soon as the guest has taken it; after that nobody asks again.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

from composer.model.network import Forward
from composer.run.monitor import Monitor
from composer.run.network import LOOPBACK

_LOOK_SECONDS = 0.02
_ATTEMPT_SECONDS = 0.5  # after which a connection that waits for the guest is given up for a new one
_SILENT_SECONDS = 10.0  # after which one is told that nobody answers yet
_END_SECONDS = 2.0
_PAUSE_SECONDS = 0.05  # between two questions


class Witness(Protocol):
    """Who knows whether the guest answers. Every call but `end` raises OSError where nobody will ever know."""

    def begin(self) -> None:
        """Wait until the others can be called."""

    def is_answered(self, forward: Forward, ending: threading.Event) -> bool:
        """Whether the guest takes a connection now; soon after `ending` the answer does not matter."""

    def end(self) -> None:
        """End a call that another thread waits in."""


@contextmanager
def announced(witness: Witness, forwards: Sequence[Forward], tell: Callable[[str], None]) -> Iterator[None]:
    """While the context is, `tell` of each of `forwards` as soon as the guest answers there, from a thread of its own.

    Nobody else uses `witness` meanwhile.
    """
    if not forwards:
        yield
        return
    ending = threading.Event()
    thread = threading.Thread(target=_announce, args=(witness, list(forwards), tell, ending), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        witness.end()
        thread.join(_END_SECONDS)


def _announce(witness: Witness, waiting: list[Forward], tell: Callable[[str], None], ending: threading.Event) -> None:
    silent_at = time.monotonic() + _SILENT_SECONDS
    with suppress(OSError):
        witness.begin()
        while waiting and not ending.wait(_PAUSE_SECONDS):
            for forward in [one for one in waiting if witness.is_answered(one, ending)]:
                waiting.remove(forward)
                tell(f"http://{LOOPBACK}:{forward.host} leads to port {forward.guest} of the guest, which answers")
            if waiting and time.monotonic() > silent_at:
                silent_at = float("inf")
                for forward in waiting:
                    told = f"nobody in the guest has answered on port {forward.guest} yet"
                    tell(f"{told} ({LOOPBACK}:{forward.host} leads there)")


class Attempts:
    """The witness of ports that QEMU has: it tries them."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def begin(self) -> None:
        """Wait until QEMU is there."""
        self._monitor.greet()

    def is_answered(self, forward: Forward, ending: threading.Event) -> bool:
        """Whether the guest takes a connection now."""
        deadline = time.monotonic() + _ATTEMPT_SECONDS
        with suppress(OSError), socket.create_connection((LOOPBACK, forward.host), _ATTEMPT_SECONDS) as attempt:
            attempt.setblocking(False)
            while time.monotonic() < deadline and not ending.wait(_LOOK_SECONDS):
                if forward.host in self._monitor.answered_ports():
                    return True
                if _is_closed(attempt):
                    return False
        return False

    def end(self) -> None:
        """Nothing is asked any more."""
        self._monitor.leave()


def _is_closed(attempt: socket.socket) -> bool:
    try:
        return not attempt.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
