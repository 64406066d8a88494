"""Print a table or a tree: as wide as the terminal, and without wrapping where nobody looks at columns."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console, RenderableType

UNWRAPPED = 10_000  # columns


def show(what: RenderableType, stream: TextIO) -> None:
    """Print `what` without colours of its own, so that a pipe gets the same text."""
    width = None if stream.isatty() else UNWRAPPED
    Console(file=stream, width=width, highlight=False, markup=False, emoji=False).print(
        what, soft_wrap=not stream.isatty()
    )
