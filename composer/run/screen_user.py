"""The output of a process that QEMU's user mode runs: the guest's, and one line of QEMU's own at the very end."""

from __future__ import annotations

import re

from composer.run.screen import PlainScreen
from composer.run.view import View

_START = b"qemu: uncaught target signal "
_LINE = re.compile(_START + rb"\d+ \([^)\n]*\) - [a-z ]+\n")
_LONGEST = 120  # bytes, of the line


class UserModeScreen(PlainScreen):
    """Leaves out what QEMU says of a fatal signal: the guest shares its stderr, and the end's status tells the signal."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._held = b""

    def take(self, data: bytes) -> bytes:
        """What is surely the guest's; a last line like QEMU's waits for whether anything follows it."""
        window = self._held + data
        at = _kept_from(window)
        self._held = window[at:]
        return super().take(window[:at])

    def rest(self) -> bytes:
        """What looked like the beginning of QEMU's line and is not all of it."""
        held, self._held = self._held, b""
        return super().take(b"" if _LINE.fullmatch(held) else held) + super().rest()


def _kept_from(window: bytes) -> int:
    """Where a text begins that may become QEMU's last line, or is it."""
    start = window.rfind(_START)
    if start >= 0:
        tail = window[start:]
        if _LINE.fullmatch(tail) or (b"\n" not in tail and len(tail) < _LONGEST):
            return start
    sizes = range(min(len(_START) - 1, len(window)), 0, -1)
    return len(window) - next((size for size in sizes if window.endswith(_START[:size])), 0)
