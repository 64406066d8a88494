"""What a guest prints of a trap, read back from its console (recipes/CONVENTIONS.md has the format).

A console is not to be trusted: anything may stand on it, so what does not fit is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_MAX_LINE = 512  # bytes; the format's lines have at most 78 columns
_MAX_WORDS = 4096
_MAX_REPORTS = 16
_MARK = re.compile(rb".*\b(trap|abort): (.*)", re.DOTALL)  # the last one of the line
_PAIR = re.compile(rb"([a-z][a-z0-9]*)=([0-9a-f]{1,16})")
_STACK = re.compile(rb"stack ([0-9a-f]{1,16}):((?: [0-9a-f]{1,16})+)")
_START = re.compile(rb"([a-z][a-z0-9-]*)((?: [a-z]+=[0-9a-f]{1,16})+)")
_END = b"end"
_WORD_BYTES = 8  # every target so far is 64-bit
# Architecture -> the register of the instruction, and how far before a return address its call surely is, in bytes.
_PC = MappingProxyType({"x86_64": ("rip", 1), "aarch64": ("pc", 4)})


@dataclass(frozen=True, slots=True)
class TrapReport:
    """One trap or abort: its first line as the guest printed it, registers by name, stack words by address."""

    cause: str
    registers: Mapping[str, int]
    words: Mapping[int, int]


@dataclass(slots=True)
class _Draft:
    cause: str
    registers: dict[str, int] = field(default_factory=dict)
    words: dict[int, int] = field(default_factory=dict)

    def finished(self) -> TrapReport:
        return TrapReport(self.cause, self.registers, self.words)


class TrapReader:
    """Finds trap reports of a guest of `arch` in a stream, wherever the stream is cut."""

    def __init__(self, arch: str = "x86_64") -> None:
        self._pc, self._call_bytes = _PC[arch]
        self._line = bytearray()
        self._finished: list[TrapReport] = []
        self._draft: _Draft | None = None

    @property
    def reports(self) -> tuple[TrapReport, ...]:
        """The reports so far, also one whose end has not come (a guest may die while it prints)."""
        rest = [self._draft.finished()] if self._draft is not None else []
        return tuple(self._finished + rest)[:_MAX_REPORTS]

    def feed(self, data: bytes) -> None:
        """Read on."""
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._line += line[: _MAX_LINE - len(self._line)]
            self._take(bytes(self._line))
            self._line.clear()
        self._line += rest[: _MAX_LINE - len(self._line)]

    def _take(self, line: bytes) -> None:
        # Not only at the line's beginning: the app may have left a line unfinished.
        mark = _MARK.match(line.rstrip(b"\r"))
        if mark is None:
            return
        kind, text = mark.groups()
        start = _START.fullmatch(text)
        if start is not None:
            self._close()
            self._draft = _Draft(f"{kind.decode()}: {text.decode()}")
        if kind == b"abort" and start is not None:
            self._add_registers(text, back=self._call_bytes)
            self._close()
        elif text == _END:
            self._close()
        elif self._draft is not None and start is None:
            self._add_registers(text)
            self._add_words(text)

    def _close(self) -> None:
        if self._draft is not None and len(self._finished) < _MAX_REPORTS:
            self._finished.append(self._draft.finished())
        self._draft = None

    def _add_registers(self, text: bytes, back: int = 0) -> None:
        """An abort's `pc` is where its call returns to, which may be the next function's start."""
        if self._draft is not None:
            pairs = (_PAIR.fullmatch(word) for word in text.split(b" "))
            found = {pair[1].decode(): int(pair[2], 16) for pair in pairs if pair is not None}
            if back and "pc" in found:
                found[self._pc] = found.pop("pc") - back
            self._draft.registers.update(found)

    def _add_words(self, text: bytes) -> None:
        match = _STACK.fullmatch(text)
        if match is None or self._draft is None:
            return
        address = int(match[1], 16)
        for word in match[2].split():
            if len(self._draft.words) < _MAX_WORDS:
                self._draft.words[address] = int(word, 16)
            address += _WORD_BYTES
