"""Which keys the steps of an image had when they last ran, and how long they took."""

from __future__ import annotations

import json
from pathlib import Path

from composer.execute.outcome import Outcome
from composer.whole import write_whole

FILE = "history.json"


class History:
    """A small file beside the image; where it is missing or damaged nothing is known."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._steps = _load(self._file)
        self._is_new = False

    def keys(self, label: str) -> tuple[str, ...]:
        """The latest key of the step and the one before, as far as known."""
        return self._steps[label][1] if label in self._steps else ()

    def seconds(self) -> dict[str, float]:
        """How long each known step took."""
        return {label: seconds for label, (seconds, _) in self._steps.items()}

    def note(self, outcome: Outcome) -> None:
        """The step is done."""
        label = outcome.step.label
        before = self.keys(label)
        if before[:1] != (outcome.key,):
            self._steps[label] = (outcome.seconds, (outcome.key, *before[:1]))
            self._is_new = True

    def save(self) -> None:
        """Keep it; no error, as losing it only costs an explanation."""
        if not self._is_new:
            return
        text = json.dumps({label: [seconds, *keys] for label, (seconds, keys) in self._steps.items()})
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, text.encode())
        except OSError:
            return


def _load(file: Path) -> dict[str, tuple[float, tuple[str, ...]]]:
    try:
        content = json.loads(file.read_bytes())
        return {str(label): (float(value[0]), tuple(map(str, value[1:]))) for label, value in content.items()}
    except (OSError, ValueError, TypeError, AttributeError, LookupError):
        return {}
