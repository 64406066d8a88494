"""Lines that are made of parts: coloured on a terminal that wants it, cut at its width, whole in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from composer.report.terminal import Glyphs, columns, cut, cut_start, glyphs, has_colour

# Select Graphic Rendition (ECMA-48, 8.3.117). By hand, because importing rich takes as long as Python itself, twice.
_STYLES = {"name": "1", "number": "36", "aside": "2", "plain": ""}

_NARROWEST = 8  # columns of text, below which a terminal breaks lines as it likes


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line; nothing is said by its style alone."""

    text: str
    style: str = "plain"  # a key of `_STYLES`


Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of a tree, and those below it."""

    name: str
    bytes: int | None = None  # None: it has none of its own to be told
    texts: tuple[str, ...] = ("",)  # what follows the name; of several forms the first that fits, the longest first
    below: tuple[Branch, ...] = ()


def unfold(branches: Iterable[Branch], marks: Glyphs, guide: str = "") -> Iterator[tuple[str, Branch]]:
    """Each branch, depth first, behind what leads to it."""
    rows = tuple(branches)
    for number, branch in enumerate(rows):
        is_last = number == len(rows) - 1
        yield guide + (marks.last if is_last else marks.branch), branch
        yield from unfold(branch.below, marks, guide + (" " * len(marks.line) if is_last else marks.line))


def branch_line(guide: str, branch: Branch, before: Line, width: int | None) -> Line:
    """`before`, which stands in columns, then the branch in the longest of its forms that fits."""
    used = sum(len(part.text) for part in before) + len(guide) + len(branch.name)
    fitting = (text for text in branch.texts if width is None or used + len(text) <= width)
    text = next(fitting, branch.texts[-1])
    return (*before, Part(guide, "aside"), Part(branch.name, "name"), Part(text))


def table_lines(rows: Sequence[Sequence[str]], words: int, width: int | None, marks: Glyphs) -> Iterator[Line]:
    """Aligned columns, of which the first `words` are text and the others numbers; the first row is the heading.

    Where a terminal is too narrow the longest columns of text give way: their ends stay, as they are of paths.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    excess = 0 if width is None else sum(widths) + 2 * (len(widths) - 1) - width
    for _ in range(excess):
        longest = max(range(words), key=widths.__getitem__)
        widths[longest] = max(widths[longest] - 1, _NARROWEST)
    for row in rows:
        cells = (cut_start(cell, widths[n], marks) if n < words else cell for n, cell in enumerate(row))
        padded = (c.ljust(widths[n]) if n < words else c.rjust(widths[n]) for n, c in enumerate(cells))
        yield (Part("  ".join(padded).rstrip()),)


def wrapped(line: str, width: int | None) -> Iterator[str]:
    """`line` in several of at most `width` columns, if there is such a bound."""
    import textwrap

    if width is None or len(line) <= width:
        yield line
        return
    yield from textwrap.wrap(line, width, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)


def show_lines(lines: Iterable[Line], stream: TextIO) -> None:
    """Print `lines` as `stream` can have them."""
    width, marks, is_coloured = columns(stream), glyphs(stream), has_colour(stream)
    for line in lines:
        parts = _fitted(line, width, marks)
        text = "".join(_coloured(part) for part in parts) if is_coloured else "".join(part.text for part in parts)
        stream.write(f"{text.rstrip()}\n")


def _fitted(line: Line, width: int | None, marks: Glyphs) -> Iterator[Part]:
    """The parts of `line` that fit, the last of them cut."""
    if width is None or sum(len(part.text) for part in line) <= width:
        yield from line
        return
    left = width
    for part in line:
        if len(part.text) >= left:
            # Of what does not fit as a whole a mark has to remain, even where this part itself would just fit.
            yield Part(cut(part.text + marks.more, left, marks), part.style)
            return
        yield part
        left -= len(part.text)


def _coloured(part: Part) -> str:
    code = _STYLES[part.style]
    return f"\x1b[{code}m{part.text}\x1b[0m" if code and part.text.strip() else part.text
