"""A list whose highlighted row is told by a sign, not by colour alone, and whose rows have a right edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.widgets import OptionList
from textual.widgets.option_list import Option

SIGN = "> "


@dataclass(frozen=True, slots=True)
class Row:
    """What stands left and right; a row without an `id` is a heading."""

    id: str
    left: str
    right: str = ""

    def text(self, width: int, is_here: bool) -> str:
        """One line of `width` columns; what is too long on the right ends in dots."""
        if not self.id:
            return self.left
        start = (SIGN if is_here else " " * len(SIGN)) + self.left
        room = width - len(start) - 2
        right = self.right if len(self.right) <= room else f"{self.right[: max(room - 1, 0)]}…"
        return f"{start}{right.rjust(width - len(start))}"[:width]


class Rows(OptionList):
    """A list of rows."""

    can_focus = False  # its keys are the screen's, so that of many at once each finds what the one before has done

    def __init__(self, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes, markup=False, compact=True)
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: Sequence[Row], here: str) -> None:
        """Have these rows, with the one that has the id `here` highlighted if there is one."""
        ids = [row.id for row in rows]
        known = tuple(row.id for row in self.rows)
        self.rows = tuple(rows)
        if known != tuple(ids):
            self.set_options(Option("", id=row.id or None, disabled=not row.id) for row in rows)
            self.highlighted = (
                ids.index(here) if here and here in ids else next((n for n, i in enumerate(ids) if i), None)
            )
        self.write()

    @property
    def here(self) -> str:
        """The id of the highlighted row; empty if there is none."""
        number = self.highlighted
        return self.rows[number].id if number is not None and number < len(self.rows) else ""

    def write(self) -> None:
        """Write all rows as wide as the list is now."""
        width = self.scrollable_content_region.width - 1
        for number, row in enumerate(self.rows):
            self.replace_option_prompt_at_index(number, row.text(width, number == self.highlighted))

    def on_resize(self) -> None:
        self.write()
