"""What is in the store, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from composer.report.show import plain_table

Sums = Mapping[str, tuple[int, int]]  # by kind: how many entries, and their bytes


def as_table(sums: Sums) -> Table:
    """Most bytes first; the last line is all of it."""
    table = plain_table(("kind", "entries", "bytes"), 1)
    for kind, (count, size) in sorted(sums.items(), key=lambda row: (-row[1][1], row[0])):
        table.add_row(kind, f"{count:,}", f"{size:,}")
    table.add_row("total", *(f"{sum(column):,}" for column in _columns(sums)))
    return table


def as_json(sums: Sums) -> dict[str, Any]:
    """The same for programs."""
    entries, size = (sum(column) for column in _columns(sums))
    kinds = {kind: {"entries": count, "bytes": size} for kind, (count, size) in sorted(sums.items())}
    return {"entries": entries, "bytes": size, "kinds": kinds}


def _columns(sums: Sums) -> tuple[list[int], list[int]]:
    return [count for count, _ in sums.values()], [size for _, size in sums.values()]
