"""A `compose run` that goes on until the test ends it, as a person with Ctrl-C would."""

from __future__ import annotations

import re
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.composed import COMPOSE, GUEST_SECONDS, Workshop

_END_SECONDS = 5.0  # for processes that nobody waits for


@dataclass(slots=True)
class Running:
    """The process and what it has said: messages and the guest's console together, as on a terminal."""

    process: subprocess.Popen[bytes]
    _said: bytearray = field(default_factory=bytearray)
    _news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def said(self) -> str:
        """All so far."""
        with self._news:
            return self._said.decode(errors="backslashreplace")

    def wait_for(self, pattern: str, seconds: float = GUEST_SECONDS) -> re.Match[str]:
        """The first match of `pattern` in what it says; raises AssertionError if there is none in time."""
        deadline = time.monotonic() + seconds
        while (found := re.search(pattern, self.said)) is None:
            assert self.process.poll() is None or re.search(pattern, self.said), self.said
            with self._news:
                self._news.wait(0.1)
            assert time.monotonic() < deadline, f"{pattern!r} never came:\n{self.said}"
        return found

    def interrupt(self) -> int:
        """Ctrl-C, and the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(GUEST_SECONDS)

    def collect(self) -> None:
        """Take what it says until it has ended."""
        assert self.process.stdout is not None
        while data := self.process.stdout.read(65536):
            with self._news:
                self._said += data
                self._news.notify_all()


@contextmanager
def running(workshop: Workshop, *words: str, command: str = "run") -> Iterator[Running]:
    """`compose run` (or `debug`) with `words`; it is over when the context ends, and nothing of it is left."""
    out = ("--out", str(workshop.out), *workshop.pin)
    mark = f"MARK_OF_A_RUN={secrets.token_hex(8)}"
    with subprocess.Popen(
        [*COMPOSE, command, *out, *words],
        env={**workshop.variables(), **dict([mark.split("=")])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
    ) as process:
        run = Running(process)
        thread = threading.Thread(target=run.collect, daemon=True)
        thread.start()
        try:
            yield run
        finally:
            if process.poll() is None:
                run.interrupt()
            thread.join()
    assert _left_behind(workshop, mark) == []


def _left_behind(workshop: Workshop, mark: str) -> list[str]:
    """Command lines of processes with an image of the workshop, or started by the run with the `mark`, that stay."""
    deadline = time.monotonic() + _END_SECONDS
    while (found := list(_processes(str(workshop.out), mark))) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _processes(word: str, mark: str) -> Iterator[str]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if mark.encode() in environment or word in words:
            yield words.replace("\0", " ")
