"""The two ends of a guest's console, for tests: what is typed into it and what came out of it."""

from __future__ import annotations

import os
import threading
from types import TracebackType


class Console:
    """Pipes for a run's input and output; a thread collects the output, so that no run waits for its reader."""

    def __init__(self) -> None:
        self.stdin, self._keyboard = os.pipe()
        screen, self.stdout = os.pipe()
        self._open = {self.stdin, self._keyboard, self.stdout, screen}
        self._seen = bytearray()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._collect, args=(screen,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Console:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(self.stdout)
        self._thread.join()
        for descriptor in tuple(self._open):
            self._close(descriptor)

    def type(self, text: bytes) -> None:
        """Input for the guest; at most what a pipe holds."""
        os.write(self._keyboard, text)

    def end_input(self) -> None:
        """No more input will come."""
        self._close(self._keyboard)

    def wait_for(self, text: bytes, seconds: float = 60.0) -> None:
        """Until `text` has come out; raises AssertionError if it does not in time."""
        with self._news:
            assert self._news.wait_for(lambda: text in self._seen, seconds), bytes(self._seen)

    def output(self) -> bytes:
        """All that came out; nothing can follow."""
        self._close(self.stdout)
        self._thread.join()
        return bytes(self._seen)

    def _collect(self, screen: int) -> None:
        while data := os.read(screen, 65536):
            with self._news:
                self._seen += data
                self._news.notify_all()

    def _close(self, descriptor: int) -> None:
        if descriptor in self._open:
            self._open.remove(descriptor)
            os.close(descriptor)
