"""Progress of a build on stderr: one live line on a terminal, plain lines elsewhere.

The live line says what the build waits for: of the steps that run the one with the longest path after it, and that path.
"""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, TextIO

from composer.errors import Diagnostic
from composer.execute.forecast import Forecast, forecast
from composer.execute.outcome import Outcome
from composer.model.step import Step
from composer.report.terminal import columns, cut, glyphs, is_live

if TYPE_CHECKING:
    from rich.status import Status

_SPINNER_COLUMNS = 3  # what stands before the live line, and one that stays free


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
    _expected: Forecast = field(default_factory=lambda: forecast({}, {}, 1))
    _left: set[str] = field(default_factory=set)  # labels of steps that are not done
    _start: float = 0.0
    _running: dict[str, float] = field(default_factory=dict)  # by label, when they were started

    def began(self, expected: Forecast) -> None:
        self._expected, self._left, self._start = expected, set(expected.graph), time.monotonic()
        self._running.clear()

    def started(self, step: Step) -> None:
        self._running[step.label] = time.monotonic()
        if self.loudness is Loudness.VERBOSE:
            self._line(shlex.join((step.program, *step.argv)))
        self._draw()

    def finished(self, outcome: Outcome) -> None:
        self._end(outcome.step)
        if not outcome.cached and self.loudness is not Loudness.QUIET and not is_live(self.stream):
            self._line(outcome.step.label)
        if outcome.said:  # a compiler's warnings: told even when progress is not
            self.stream.write(outcome.said)
        self._draw()

    def failed(self, step: Step, diagnostic: Diagnostic) -> None:
        self._end(step)
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

    def _end(self, step: Step) -> None:
        self._left.discard(step.label)
        self._running.pop(step.label, None)

    def _count(self) -> str:
        total = self._expected.total
        title = f"{self.title} " if self.title else ""
        return f"{title}[{total - len(self._left):{len(str(total))}}/{total}] {time.monotonic() - self._start:.1f}s"

    def _line(self, text: str) -> None:
        self.stream.write(f"{self._count()} {text}\n")
        self.stream.flush()

    def _draw(self) -> None:
        """Show the running steps on a terminal; what comes from the store at once is not worth a line."""
        if self._running or self._live:
            self._show(f"{self._count()}{self._spell_rest()}{self._spell_running()}")

    def _spell_rest(self) -> str:
        now = time.monotonic()
        rest = self._expected.rest({label: now - self._running.get(label, now) for label in self._left})
        return "" if rest is None else f", about {rest:.1f}s left"

    def _spell_running(self) -> str:
        """The path that the build waits for, and how many steps run beside it."""
        if not self._running:
            return ""
        first = max(self._running, key=lambda label: self._expected.urgency.get(label, 0.0))
        others = f" (and {len(self._running) - 1} more)" if len(self._running) > 1 else ""
        return f": {first}{others}" + "".join(f" > {label}" for label in self._expected.path_from(first)[1:])

    def _show(self, line: str) -> None:
        """Have `line` as the live line, on a terminal alone."""
        if self.loudness is not Loudness.NORMAL or not is_live(self.stream):
            return
        from rich.console import Console
        from rich.markup import escape

        width = columns(self.stream)
        text = escape(cut(line, None if width is None else width - _SPINNER_COLUMNS, glyphs(self.stream)))
        if self._live is None:
            self._live = Console(file=self.stream, highlight=False).status(text, spinner="line")
            self._live.start()
        self._live.update(text)
