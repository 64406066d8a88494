"""Progress of a build on stderr: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, TextIO

from composer.errors import Diagnostic
from composer.execute.outcome import Outcome
from composer.model.step import Step

if TYPE_CHECKING:
    from rich.status import Status


class Loudness(Enum):
    """How much is told."""

    QUIET = auto()  # nothing but errors
    NORMAL = auto()  # progress
    VERBOSE = auto()  # also each step's command


@dataclass(slots=True)
class Progress:
    """Tells what a build does; a step that was found in the store is counted, and only its warnings are told."""

    stream: TextIO
    loudness: Loudness
    title: str = ""
    _live: Status | None = None
    _total: int = 0
    _done: int = 0
    _start: float = 0.0
    _running: dict[str, None] = field(default_factory=dict)

    def began(self, total: int) -> None:
        self._total, self._done, self._start = total, 0, time.monotonic()
        self._running.clear()

    def started(self, step: Step) -> None:
        self._running[step.label] = None
        if self.loudness is Loudness.VERBOSE:
            self._line(shlex.join((step.program, *step.argv)))
        self._draw()

    def finished(self, outcome: Outcome) -> None:
        self._done += 1
        self._running.pop(outcome.step.label, None)
        if not outcome.cached and self.loudness is not Loudness.QUIET and not self.stream.isatty():
            self._line(outcome.step.label)
        if outcome.said:  # a compiler's warnings: told even when progress is not
            self.stream.write(outcome.said)
        self._draw()

    def failed(self, step: Step, diagnostic: Diagnostic) -> None:
        self._done += 1
        self._running.pop(step.label, None)
        if self.loudness is not Loudness.QUIET:
            self._line(f"failed: {step.label}")
        self._draw()

    def told(self, line: str) -> None:
        self.ended()
        if self.loudness is not Loudness.QUIET:
            self.stream.write(f"{line}\n")
            self.stream.flush()

    def received(self, file: str, here: int, total: int | None) -> None:
        self._show(f"{file}: {here:,} of {total:,} bytes" if total else f"{file}: {here:,} bytes")

    def ended(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _count(self) -> str:
        width = len(str(self._total))
        title = f"{self.title} " if self.title else ""
        return f"{title}[{self._done:{width}}/{self._total}] {time.monotonic() - self._start:.1f}s"

    def _line(self, text: str) -> None:
        self.stream.write(f"{self._count()} {text}\n")
        self.stream.flush()

    def _draw(self) -> None:
        """Show the running steps on a terminal; what comes from the store at once is not worth a line."""
        if self._running or self._live:
            self._show(f"{self._count()} {', '.join(self._running)}")

    def _show(self, line: str) -> None:
        """Have `line` as the live line, on a terminal alone."""
        if self.loudness is not Loudness.NORMAL or not self.stream.isatty():
            return
        from rich.console import Console
        from rich.markup import escape

        text = escape(line)
        if self._live is None:
            self._live = Console(file=self.stream).status(text)
            self._live.start()
        self._live.update(text)
