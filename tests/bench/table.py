"""Figures as values, and the table of them: what we measured, what we mean to reach, what a rival has."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `rival` is what Unikraft 0.17 has, as published, in words of its own."""

    name: str
    ours: float
    unit: str  # "B", "KiB", "ms", "s", "x" (times the other) or "" for a count
    reach: float | None = None  # None: only to be known
    at_least: bool = False  # `reach` is a lower bound
    rival: str = "-"
    note: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether the goal is met; true where there is none."""
        if self.reach is None:
            return True
        return self.ours >= self.reach if self.at_least else self.ours <= self.reach

    @property
    def verdict(self) -> str:
        """One word for the table's last column."""
        if self.reach is None:
            return ""
        return "ok" if self.is_reached else "short"


HEAD = ("figure", "Unikraft 0.17", "reach", "ours", "", "")


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the mean of the two in the middle. Raises IndexError if there is none."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def spell(value: float, unit: str) -> str:
    """A number with its unit, with as many digits as mean something."""
    match unit:
        case "s":
            return f"{value:.2f} s"
        case "ms":
            return f"{value:.1f} ms"
        case "x":
            return f"{value:.2f} x"
        case _:
            return f"{value:,.0f} {unit}".rstrip()


def as_table(figures: Sequence[Figure]) -> str:
    """All figures as aligned columns, one line each."""
    rows = [HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _row(figure: Figure) -> tuple[str, ...]:
    sign = ">=" if figure.at_least else "<="
    reach = "-" if figure.reach is None else f"{sign} {spell(figure.reach, figure.unit)}"
    return (figure.name, figure.rival, reach, spell(figure.ours, figure.unit), figure.verdict, figure.note)


def as_json(figures: Sequence[Figure]) -> str:
    """All figures as a JSON list."""
    rows = [{**dataclasses.asdict(figure), "reached": figure.is_reached} for figure in figures]
    return json.dumps(rows, indent=1) + "\n"
