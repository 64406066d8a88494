"""What the other end of a stream can show: is it a terminal, how wide, which characters.

Everything printed is readable without any of it. NO_COLOR and TERM=dumb are obeyed here and by rich.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TextIO

_USUAL_COLUMNS = 80


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters that pictures are made of."""

    branch: str  # of a tree: to one that others follow
    last: str
    line: str  # beside what is below one that others follow
    bar: str
    more: str  # stands for what is left out


UNICODE = Glyphs("├── ", "└── ", "│   ", "█", "…")
ASCII = Glyphs("|-- ", "`-- ", "|   ", "#", "...")


def glyphs(stream: TextIO) -> Glyphs:
    """Those that the stream's encoding has."""
    try:
        "".join(getattr(UNICODE, name) for name in Glyphs.__slots__).encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def is_live(stream: TextIO) -> bool:
    """Whether a line can be drawn again: on a terminal that is not as simple as TERM=dumb says."""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def has_colour(stream: TextIO) -> bool:
    """Whether colours are seen and wanted."""
    return is_live(stream) and not os.environ.get("NO_COLOR")


def columns(stream: TextIO) -> int | None:
    """How wide a terminal is; None for anything else, where nobody looks at columns."""
    if not stream.isatty():
        return None
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_COLUMNS
    except (OSError, ValueError):
        return _USUAL_COLUMNS


def cut(text: str, width: int | None, marks: Glyphs) -> str:
    """`text` in at most `width` columns, if there is such a bound, with a mark where some of it is left out."""
    if width is None or len(text) <= width:
        return text
    return text[: max(width - len(marks.more), 0)].rstrip() + marks.more


def cut_start(text: str, width: int | None, marks: Glyphs) -> str:
    """The same, of a path, whose end says more."""
    if width is None or len(text) <= width:
        return text
    return marks.more + text[len(text) - max(width - len(marks.more), 0) :]
