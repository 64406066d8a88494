"""The bytes of an image as a tree with bars: recipes, their objects, and the functions and data in these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from composer.model.difference import KEYS
from composer.model.image import Image, Row
from composer.model.step import OUT
from composer.report.lines import Branch, Line, Part, branch_line, unfold
from composer.report.terminal import Glyphs

LEVELS = len(KEYS["section"])
_BAR_COLUMNS = 20
_SMALL = 0.01  # of the file: what is less is summed up, unless it is one alone


def as_lines(image: Image, depth: int, marks: Glyphs, width: int | None) -> Iterator[Line]:
    """A line of all, then the tree, which adds up to the file on each level."""
    rows = [("", Branch("the whole file", image.file_bytes))]
    rows += unfold(tree(image, depth, marks), marks)
    digits = max(len("bytes"), len(f"{image.file_bytes:,}"))
    yield (Part(f"{'bytes':>{digits}}   share"),)
    for guide, branch in rows:
        yield branch_line(guide, branch, _columns(branch.bytes or 0, image.file_bytes, digits, marks), width)


def _columns(count: int, total: int, digits: int, marks: Glyphs) -> Line:
    bar = marks.bar * round(_BAR_COLUMNS * count / total)
    share = f"{100 * count / total:5.1f} %"
    return Part(f"{count:>{digits},}", "number"), Part(f"  {share}  "), Part(f"{bar:<{_BAR_COLUMNS}}  ", "number")


def tree(image: Image, depth: int, marks: Glyphs) -> tuple[Branch, ...]:
    """The branches of the first level, most bytes first; what is small is summed up."""
    return _summed(_grown(image.rows, KEYS["section"][:depth]), image.file_bytes * _SMALL, marks)


def _grown(rows: Sequence[Row], keys: Sequence[str]) -> Iterator[Branch]:
    """All that takes bytes of the file, level by level."""
    if not keys:
        return
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(getattr(row, keys[0]), []).append(row)
    for key, group in groups.items():
        if count := sum(row.bytes for row in group):
            # Bytes of no object (the ELF header, padding) have no level of their own for that.
            below = _grown(group, keys[1:] if any(row.object for row in group) else keys[2:])
            yield Branch(_name(keys[0], key, group[0].recipe), count, below=tuple(below))


def _name(kind: str, key: str, recipe: str) -> str:
    """An object is named after its source below its recipe."""
    return key.removeprefix(f"{OUT}/").removeprefix(f"{recipe}/").removesuffix(".o") if kind == "object" else key


def _summed(branches: Iterable[Branch], small: float, marks: Glyphs) -> tuple[Branch, ...]:
    ordered = sorted(branches, key=lambda branch: (-(branch.bytes or 0), branch.name))
    minor = [branch for branch in ordered if (branch.bytes or 0) < small]
    shown = ordered if len(minor) < 2 else ordered[: -len(minor)]
    found = [Branch(branch.name, branch.bytes, below=_summed(branch.below, small, marks)) for branch in shown]
    if len(minor) > 1:
        found.append(Branch(f"{marks.more} and {len(minor):,} more", sum(branch.bytes or 0 for branch in minor)))
    return tuple(found)


def as_json(image: Image, depth: int) -> dict[str, Any]:
    """The same for programs, with all that is small."""
    head = {"name": image.name, "target": image.target, "bytes": image.file_bytes}
    return head | {"below": _json_of(_grown(image.rows, KEYS["section"][:depth]))}


def _json_of(branches: Iterable[Branch]) -> list[dict[str, Any]]:
    ordered = sorted(branches, key=lambda branch: (-(branch.bytes or 0), branch.name))
    return [{"name": b.name, "bytes": b.bytes, "below": _json_of(b.below)} for b in ordered]
