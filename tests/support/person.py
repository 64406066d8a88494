"""A person at a terminal: what they type, and what they see."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 60
COLUMNS = 80


class Screen:
    """What comes out of a descriptor, looked at piece by piece."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._seen = b""  # since the last thing that was waited for

    def wait_for(self, text: bytes) -> bytes:
        """Wait until `text` comes; all that came up to its end."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self._seen:
            assert self._reads(deadline), f"{text!r} never came, but {self._seen!r}"
        before, _, self._seen = self._seen.partition(text)
        return before + text

    def wait_for_the_end(self) -> bytes:
        """Wait until nothing more can come; all that came."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._reads(deadline):
            continue
        return self._seen

    def _reads(self, deadline: float) -> bool:
        """Take in what comes next; False if nothing will, or did in time."""
        if not select.select([self._descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            more = os.read(self._descriptor, 1 << 16)
        except OSError:  # the last that had the terminal has closed it
            return False
        self._seen += more
        return bool(more)


class Person:
    """Sits at the terminal of a process."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        self._descriptor = descriptor
        self._screen = Screen(descriptor)
        self.process = process

    def types(self, keys: bytes) -> None:
        """Type `keys`."""
        os.write(self._descriptor, keys)

    def sees(self, text: bytes) -> bytes:
        """Wait until `text` is shown; all that came up to its end."""
        return self._screen.wait_for(text)

    def sees_the_end(self) -> tuple[int, bytes]:
        """Wait until the process ends; its status and the rest of what it showed."""
        rest = self._screen.wait_for_the_end()
        return self.process.wait(PATIENCE_SECONDS), rest


@contextmanager
def person_at(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Person]:
    """Start `command` in `folder` with a terminal of its own; it is ended at the end."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))

    def take_terminal() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=take_terminal,
    ) as process:
        os.close(theirs)
        try:
            yield Person(ours, process)
        finally:
            process.kill()
            os.close(ours)
