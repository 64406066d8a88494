"""What Xen's serial line says: which bytes are a guest's, and what Xen tells on its own account.

Seen with Xen 4.17: a line of Xen begins with `(XEN) ` and ends with CR LF. A guest whose console has not the input
is printed line by line as `DOM1: …`, and a line that reaches 126 bytes is broken there. Three switch characters
move the input on: Xen, the absent dom0, then the first guest, which is from then on printed byte by byte, without
`DOM1: `. Input is of 7 bits. Xen moves it once by itself before it starts the guests, so that three characters, typed at any time from
when Xen listens, end at the first guest. A NUL byte never comes through; among `DOM1: ` lines it costs the rest of its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from composer.run.view import View

SWITCH = b"\x19"  # Ctrl-Y, `conswitch=y`: rarer in what people type than Xen's default Ctrl-A
_SWITCHES = 3
_PREFIX = b"(XEN) "
_LINE_END = b"\r\n"
_LISTENS = re.compile(rb"Brought up \d+ CPUs")  # Xen's interrupts, and so its serial input, work
_SWITCHED = b"*** Serial input to DOM1 "
_GUESTS_RUN = re.compile(rb"Freed \d+kB init memory\.")  # what Xen says last before the first guest
_GUEST_LINE = re.compile(rb"DOM(\d{1,5}): (.*)", re.DOTALL)
_BROKEN_AT = 126  # bytes of a guest's line; verified by experiment
_CRASHED = re.compile(rb"Domain (\d{1,5}) \(vcpu#\d+\) crashed on cpu#\d+:")
_PANIC = re.compile(rb"Panic on CPU \d+:")
_PANIC_ENDS = (b"Reboot in five seconds...", b"Manual reset required ('noreboot' specified)")
_LONGEST_LINE = 4096  # bytes of one that may be Xen's own
_LAST_LINES = 8


class XenScreen:
    """The serial line of a Xen with the guests `views`; `log` gets each line of Xen's own.

    A single guest has the input. Several have none, and each line of theirs begins with its name of `names`.
    """

    def __init__(self, views: Sequence[View], names: Sequence[str], log: Callable[[str], None]) -> None:
        self.views = tuple(views)
        self.trouble: tuple[str, ...] = ()  # what Xen said when it gave up
        self._log = log
        self._names = names
        self._crashed: set[int] = set()
        self._xen_said: list[str] = []
        self._panics = self._gave_up = False
        self._cue = b""
        self._guests_run = self._is_switched = False
        self._line = bytearray()  # unfinished, before the guest has the line to itself
        self._raw = _Raw()
        self._guard = _SwitchGuard()
        self._pieces = [bytearray() for _ in views]  # unfinished lines of several guests

    def take(self, data: bytes) -> bytes:
        """What of `data` is the guests'."""
        shown = bytearray()
        while data and not self._is_raw():
            line, end, data = data.partition(b"\n")
            self._line += line + end
            if end:
                shown += self._take_line(bytes(self._line))
                self._line.clear()
        if data:
            shown += self._show(0, self._raw.feed(data))
            for line in self._raw.lines():
                self._note_trouble(line)
        return bytes(shown)

    def rest(self) -> bytes:
        """What was held back, now that nothing follows."""
        shown = b"" if not self._is_raw() else self._show(0, self._raw.rest())
        for number, view in enumerate(self.views):
            shown += self._show(number, view.rest(), is_last=True, is_fresh=False)
        return shown

    def is_over(self) -> bool:
        """Whether every guest has ended, or Xen itself has."""
        return self._gave_up or all(
            view.record or number in self._crashed for number, view in enumerate(self.views, start=1)
        )

    def cue(self) -> bytes:
        """The switch characters, once Xen listens."""
        cue, self._cue = self._cue, b""
        return cue

    def takes_input(self) -> bool:
        """Once the only guest has the input and the line to itself."""
        return self._is_raw()

    def typed(self, data: bytes) -> bytes:
        """As Xen can carry it; see `_SwitchGuard`."""
        return self._guard.feed(data)

    def _is_raw(self) -> bool:
        return self._guests_run and self._is_switched

    def _take_line(self, raw: bytes) -> bytes:
        line = raw.removesuffix(b"\n").removesuffix(b"\r").removeprefix(_PREFIX)
        guest = _GUEST_LINE.fullmatch(line) if self._guests_run else None
        if guest is not None and 1 <= int(guest[1]) <= len(self.views):
            text = guest[2] if len(guest[2]) == _BROKEN_AT else guest[2] + b"\n"
            return self._show(int(guest[1]) - 1, text)
        self._say(line)
        return b""

    def _say(self, line: bytes) -> None:
        """A line of Xen's own."""
        text = line.decode(errors="replace")
        self._log(text)
        self._xen_said = [*self._xen_said[1 - _LAST_LINES :], text]
        self._note_trouble(line)
        if _LISTENS.fullmatch(line) and len(self.views) == 1:
            self._cue = SWITCH * _SWITCHES
        self._guests_run = self._guests_run or _GUESTS_RUN.fullmatch(line) is not None
        self._is_switched = self._is_switched or (_SWITCHED in line and len(self.views) == 1)

    def _note_trouble(self, line: bytes) -> None:
        text = line.decode(errors="replace")
        crash = _CRASHED.search(line)
        if crash is not None:
            self._crashed.add(int(crash[1]))
            self.trouble = (*self.trouble, text)
        elif _PANIC.fullmatch(line):
            self._panics = True
        elif self._panics and line.startswith(_PANIC_ENDS):
            self._gave_up = True
        elif self._panics and line.strip(b"* "):
            self.trouble = (*self.trouble, text)

    def _show(self, number: int, text: bytes, *, is_last: bool = False, is_fresh: bool = True) -> bytes:
        """What a person sees of `text` from the guest `number`; of several guests whole lines with a name."""
        seen = self.views[number].take(text) if is_fresh else text
        if len(self.views) == 1:
            return seen
        piece = self._pieces[number]
        piece += seen
        if is_last and piece:
            piece += b"\n"
        whole, end, rest = bytes(piece).rpartition(b"\n")
        piece[:] = rest
        name = self._names[number].encode()
        return b"".join(name + b": " + line + b"\n" for line in whole.split(b"\n")) if end else b""


class _Raw:
    """Undoes what Xen does to a guest that has the line to itself: a prefix to each line, CR before LF."""

    def __init__(self) -> None:
        self._held = b""
        self._begins = True  # a line
        self._line = bytearray()
        self._lines: list[bytes] = []

    def feed(self, data: bytes) -> bytes:
        """The guest's bytes of `data`."""
        window, self._held = self._held + data, b""
        text = bytearray()
        while window:
            if self._begins:
                if len(window) < len(_PREFIX) and _PREFIX.startswith(window):
                    self._held = window
                    break
                window = window.removeprefix(_PREFIX)
                self._begins = False
            line, end, window = window.partition(_LINE_END)
            if not end and line.endswith(b"\r"):
                line, self._held = line[:-1], b"\r"
            text += line
            self._line += line[: _LONGEST_LINE - len(self._line)]
            if end:
                text += b"\n"
                self._lines.append(bytes(self._line))
                self._line.clear()
                self._begins = True
        return bytes(text)

    def lines(self) -> list[bytes]:
        """The lines that have been finished since this was asked last."""
        lines, self._lines = self._lines, []
        return lines

    def rest(self) -> bytes:
        """What was held back and was a carriage return of the guest's."""
        held, self._held = self._held, b""
        return held if held == b"\r" else b""


class _SwitchGuard:
    """Makes of input what Xen's console can carry.

    Three switch characters in a row never reach a guest, so the third is left out. Xen drops the highest bit of each
    byte, which could make an end of input or a switch of it; a question mark stands for such a byte.
    """

    def __init__(self) -> None:
        self._run = 0

    def feed(self, data: bytes) -> bytes:
        typed = bytearray()
        for byte in data:
            self._run = self._run + 1 if byte == SWITCH[0] else 0
            if self._run < _SWITCHES:
                typed.append(byte if byte < 0x80 else ord("?"))
        return bytes(typed)
