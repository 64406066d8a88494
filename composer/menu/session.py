"""The manifest's text while a person changes it: choices, undo, the difference to the file, saving."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from composer.load.edit import Edit
from composer.pipeline.manuscript import Manuscript
from composer.pipeline.menu import with_edits


class Session:
    """Choices that are not saved yet, each a step that can be undone."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.manuscript = manuscript
        self._steps: list[tuple[tuple[Edit, ...], str]] = []  # edits, and the text behind them

    @property
    def text(self) -> str:
        """The text with all choices."""
        return self._steps[-1][1] if self._steps else self.manuscript.text

    @property
    def count(self) -> int:
        """How many choices are not saved."""
        return len(self._steps) if self.text != self.manuscript.text else 0

    def choose(self, edits: Sequence[Edit]) -> bool:
        """Make `edits` as one step; whether they change anything. Raises ComposerError for what cannot be edited."""
        new = with_edits(self.text, self.manuscript.shown, edits)
        if new == self.text:
            return False
        self._steps.append((tuple(edits), new))
        return True

    def undo(self) -> bool:
        """Take the last step back; False if there is none since the file was read or saved."""
        return bool(self._steps and self._steps.pop())

    def diff(self) -> tuple[str, ...]:
        """What would be saved, as lines of a unified diff."""
        name = self.manuscript.path.name
        old, new = self.manuscript.text.splitlines(), self.text.splitlines()
        lines = [*difflib.unified_diff(old, new, name, f"{name} (new)", lineterm="")]
        return tuple(lines)

    def save(self) -> None:
        """Write the file, which `is_outdated` should have been asked about; raises ComposerError."""
        self.manuscript = self.manuscript.saved(self.text)
        self._steps.clear()

    @property
    def is_outdated(self) -> bool:
        """Whether somebody else has changed the file since it was read."""
        return self.manuscript.is_changed()

    def renew(self) -> None:
        """Read the file again and make all choices anew in it; raises ComposerError, and keeps all, if one cannot be."""
        fresh = Session(Manuscript.read(self.manuscript.path))
        for edits, _ in self._steps:
            fresh.choose(edits)
        self.manuscript, self._steps = fresh.manuscript, fresh._steps

    def put_aside(self) -> Path:
        """Write the difference to a file of its own, and read the manifest again without it; raises ComposerError."""
        fresh = Manuscript.read(self.manuscript.path)
        place = self.manuscript.put_aside("".join(f"{line}\n" for line in self.diff()))
        self.manuscript = fresh
        self._steps.clear()
        return place
