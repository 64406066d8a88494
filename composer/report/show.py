"""Print a table or a tree: as wide as the terminal, and without wrapping where nobody looks at columns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console, RenderableType
from rich.style import StyleType
from rich.table import Table

UNWRAPPED = 10_000  # columns


def show(what: RenderableType, stream: TextIO) -> None:
    """Print `what` without colours of its own, so that a pipe gets the same text."""
    if stream.isatty():
        _print(what, stream, None)
        return
    text = io.StringIO()
    _print(what, text, UNWRAPPED)
    stream.writelines(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def show_all(parts: Iterable[RenderableType], stream: TextIO) -> None:
    """Print one after the other, with an empty line between two."""
    for number, part in enumerate(parts):
        if number:
            stream.write("\n")
        show(part, stream)


def _print(what: RenderableType, stream: TextIO, width: int | None) -> None:
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    console.print(what, soft_wrap=width is not None)


def printable(text: str) -> str:
    """`text` without what a terminal would obey: names may come out of files of anybody."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text)


class _Plain(Table):
    """A table whose texts a terminal shows and does not obey."""

    def add_row(
        self, *renderables: RenderableType | None, style: StyleType | None = None, end_section: bool = False
    ) -> None:
        cells = (printable(cell) if isinstance(cell, str) else cell for cell in renderables)
        super().add_row(*cells, style=style, end_section=end_section)


def plain_table(columns: Sequence[str], words: int) -> Table:
    """A table whose first `words` columns are text, the others numbers."""
    table = _Plain(box=None, pad_edge=False)
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number < words else "right", overflow="fold")
    return table


def labelled(rows: Iterable[tuple[str, str]]) -> Table:
    """Texts behind their labels; a label that is empty is that of the row above."""
    table = _Plain.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
