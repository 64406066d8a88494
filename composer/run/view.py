"""One guest's console as it comes: how it ended, what it reported, and whether an awaited text is there."""

from __future__ import annotations

import time

from composer.run.flow import Finder
from composer.run.marks import MarkReader
from composer.run.traps import TrapReader, TrapReport


class View:
    """Reads the console of a guest of `arch`. `nonce` is that of its word, None where it tells its end elsewhere."""

    def __init__(self, arch: str, nonce: str | None = None, expect: str | None = None) -> None:
        self.found = False  # whether `expect` has appeared
        self.began: float | None = None  # when its first byte was here, by the clock
        self._marks = MarkReader(nonce) if nonce is not None else None
        self._finder = Finder(expect) if expect is not None else None
        self._traps = TrapReader(arch)

    @property
    def record(self) -> bytes:
        """Letter and status of the guest's end; nothing until it has told it."""
        return self._marks.record if self._marks is not None else b""

    @property
    def traps(self) -> tuple[TrapReport, ...]:
        """The traps that the guest reported."""
        return self._traps.reports

    def take(self, data: bytes) -> bytes:
        """What a person sees of `data`."""
        return self._seen(data if self._marks is None else self._marks.feed(data))

    def rest(self) -> bytes:
        """What a person still sees once the console has ended."""
        return self._seen(b"" if self._marks is None else self._marks.rest())

    def _seen(self, text: bytes) -> bytes:
        if text and self.began is None:
            self.began = time.time()
        self._traps.feed(text)
        if self._finder is not None and self._finder.feed(text):
            self.found = True
        return text
