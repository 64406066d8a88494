"""Bytes on their way from one descriptor to another, without ever blocking and without growing."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

CHUNK = 4096  # bytes; a pipe that polls as writable takes so many without blocking (POSIX: at least PIPE_BUF)


class Flow:
    """One direction of a pass-through. `source` and `sink` become None when they have ended."""

    def __init__(
        self,
        source: int | None,
        sink: int | None,
        limit: int,
        farewell: bytes = b"",
        through: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self.source = source
        self.sink = sink
        self.pending = bytearray(farewell if source is None else b"")  # read and not yet written
        self._limit = limit  # bytes pending at which reading waits for the sink
        self._farewell = farewell  # passed on where the source ends
        self._through = through  # what is passed on of what was read

    @property
    def wants_read(self) -> bool:
        """Whether there is room for more."""
        return self.source is not None and len(self.pending) < self._limit

    @property
    def wants_write(self) -> bool:
        """Whether something waits for the sink."""
        return self.sink is not None and bool(self.pending)

    def read(self) -> bytes:
        """Take what the source has and return it; nothing if it has nothing now or has ended."""
        if self.source is None:
            return b""
        try:
            data = os.read(self.source, CHUNK)
        except BlockingIOError:
            return b""
        except OSError:  # a terminal that was hung up
            data = b""
        if data:
            self.pending += self._through(data)
            return data
        self.source = None
        self.pending += self._farewell
        return b""

    def write(self, most: int = CHUNK) -> None:
        """Give the sink a chunk of at most so many bytes. Raises BrokenPipeError if nobody reads it any more."""
        if self.sink is None:
            return
        with suppress(BlockingIOError):
            written = os.write(self.sink, self.pending[:most])
            del self.pending[:written]


class Tail:
    """A descriptor that is read as it comes and of which only the last bytes matter."""

    def __init__(self, source: int, keep: int) -> None:
        self.source: int | None = source
        self.bytes = b""
        self._keep = keep

    def read(self) -> bytes:
        """Take what the source has."""
        if self.source is None:
            return b""
        try:
            data = os.read(self.source, CHUNK)
        except BlockingIOError:
            return b""
        if not data:
            self.source = None
        self.bytes = (self.bytes + data)[-self._keep :]
        return data


class Finder:
    """Whether a text has appeared in a stream, wherever the stream was cut."""

    def __init__(self, text: str) -> None:
        self._needle = text.encode()
        self._last = b""

    def feed(self, data: bytes) -> bool:
        """True if the text ends within `data`."""
        window = self._last + data
        self._last = window[max(0, len(window) - len(self._needle) + 1) :]
        return self._needle in window
