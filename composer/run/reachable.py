"""Tells when the guest's ports can be reached from here, by trying them.

QEMU accepts a connection before it knows whether the guest will, and its monitor alone tells. What is tried is a
connection without a byte, which is closed as soon as the guest has taken it; after that nobody asks again.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from composer.model.network import Forward
from composer.run.monitor import Monitor
from composer.run.network import LOOPBACK

_LOOK_SECONDS = 0.02
_ATTEMPT_SECONDS = 0.5  # after which a connection that waits for the guest is given up for a new one
_SILENT_SECONDS = 10.0  # after which one is told that nobody answers yet
_END_SECONDS = 2.0
_PAUSE_SECONDS = 0.05  # between two attempts


@contextmanager
def announced(monitor: Monitor, forwards: Sequence[Forward], tell: Callable[[str], None]) -> Iterator[None]:
    """While the context is, `tell` of each of `forwards` as soon as the guest answers there, from a thread of its own.

    Nobody else uses `monitor` meanwhile.
    """
    if not forwards:
        yield
        return
    ending = threading.Event()
    thread = threading.Thread(target=_announce, args=(monitor, list(forwards), tell, ending), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        monitor.leave()
        thread.join(_END_SECONDS)


def _announce(monitor: Monitor, waiting: list[Forward], tell: Callable[[str], None], ending: threading.Event) -> None:
    silent_at = time.monotonic() + _SILENT_SECONDS
    with suppress(OSError):  # QEMU has ended
        monitor.greet()
        while waiting and not ending.wait(_PAUSE_SECONDS):
            for forward in [one for one in waiting if _is_answered(monitor, one, ending)]:
                waiting.remove(forward)
                tell(f"http://{LOOPBACK}:{forward.host} leads to port {forward.guest} of the guest, which answers")
            if waiting and time.monotonic() > silent_at:
                silent_at = float("inf")
                for forward in waiting:
                    told = f"nobody in the guest has answered on port {forward.guest} yet"
                    tell(f"{told} ({LOOPBACK}:{forward.host} leads there)")


def _is_answered(monitor: Monitor, forward: Forward, ending: threading.Event) -> bool:
    """Whether the guest takes a connection now."""
    deadline = time.monotonic() + _ATTEMPT_SECONDS
    with suppress(OSError), socket.create_connection((LOOPBACK, forward.host), _ATTEMPT_SECONDS) as attempt:
        attempt.setblocking(False)
        while time.monotonic() < deadline and not ending.wait(_LOOK_SECONDS):
            if forward.host in monitor.answered_ports():
                return True
            if _is_closed(attempt):
                return False
    return False


def _is_closed(attempt: socket.socket) -> bool:
    try:
        return not attempt.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
