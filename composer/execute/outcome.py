"""What became of a step, and who is told about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from composer.errors import Diagnostic
from composer.execute.forecast import Forecast
from composer.model.step import Step


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step whose outputs are in the store, run now or earlier."""

    step: Step
    key: str
    outputs: Mapping[str, str]  # logical path -> digest
    cached: bool
    seconds: float  # how long the process took when it ran
    said: str  # what it printed, with files as the user knows them; a step from the store says its warnings again


class Reporter(Protocol):
    """Who shows progress. Called from the thread of `execute` only; `ended` is the last call for what is under way."""

    def began(self, expected: Forecast) -> None:
        """The steps of `expected` are to be done."""

    def started(self, step: Step) -> None:
        """A process has been started for `step`."""

    def finished(self, outcome: Outcome) -> None:
        """A step is done or was found in the store."""

    def failed(self, step: Step, diagnostic: Diagnostic) -> None:
        """`step` failed; the same diagnostic is in the error that `execute` raises at its end."""

    def told(self, line: str) -> None:
        """Something that a person may like to know has happened between steps."""

    def received(self, file: str, here: int, total: int | None) -> None:
        """So many bytes of a download are here, of so many if that is known."""

    def ended(self) -> None:
        """Nothing runs any more."""
