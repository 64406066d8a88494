"""The bytes of an image: a table by recipe, object or section, and the difference to another image."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from composer.model.image import Image, Row
from composer.report.show import plain_table

KEYS = {
    "recipe": ("recipe",),
    "object": ("recipe", "object"),
    "section": ("recipe", "object", "section"),
}


def _sums(rows: Sequence[Row], by: str) -> Mapping[tuple[str, ...], tuple[int, int]]:
    """Bytes in the file and in memory by key."""
    sums: dict[tuple[str, ...], tuple[int, int]] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in KEYS[by])
        count, memory = sums.get(key, (0, 0))
        sums[key] = (count + row.bytes, memory + row.memory_bytes)
    return sums


def as_table(image: Image, by: str) -> Table:
    """Most bytes first; the last line is the file's size."""
    table = plain_table((*KEYS[by], "bytes", "share", "memory"), len(KEYS[by]))
    sums = _sums(image.rows, by)
    for key, (count, memory) in sorted(sums.items(), key=lambda item: (-item[1][0], -item[1][1], item[0])):
        table.add_row(*key, f"{count:,}", _percent(count, image.file_bytes), f"{memory:,}")
    table.add_row(*_total(by), f"{image.file_bytes:,}", "100.0 %", f"{image.memory_bytes:,}")
    return table


def as_difference(old: Image, new: Image, by: str) -> Table:
    """What grew and what shrank from `old` to `new`; rows that did not change are left out."""
    table = plain_table((*KEYS[by], "old", "new", "change"), len(KEYS[by]))
    for key, one, two in changes(old, new, by):
        table.add_row(*key, f"{one:,}", f"{two:,}", f"{two - one:+,}")
    change = new.file_bytes - old.file_bytes
    table.add_row(*_total(by), f"{old.file_bytes:,}", f"{new.file_bytes:,}", f"{change:+,}")
    return table


def changes(old: Image, new: Image, by: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Each key whose bytes differ, with those in `old` and in `new`; the greatest change first."""
    before, after = _sums(old.rows, by), _sums(new.rows, by)
    counts = [(key, before.get(key, (0, 0))[0], after.get(key, (0, 0))[0]) for key in before.keys() | after.keys()]
    for key, one, two in sorted(counts, key=lambda row: (-abs(row[2] - row[1]), row[0])):
        if one != two:
            yield key, one, two


def _total(by: str) -> tuple[str, ...]:
    return ("total", *[""] * (len(KEYS[by]) - 1))


def as_json(image: Image, by: str, old: Image | None) -> str:
    """The same for programs."""
    before = _sums(old.rows, by) if old else {}
    after = _sums(image.rows, by)
    value = {
        "name": image.name,
        "target": image.target,
        "file_bytes": image.file_bytes,
        "memory_bytes": image.memory_bytes,
        "unattributed_bytes": image.unattributed_bytes,
        "rows": [
            dict(zip(KEYS[by], key, strict=True))
            | {"bytes": after.get(key, (0, 0))[0], "memory_bytes": after.get(key, (0, 0))[1]}
            | ({"old_bytes": before.get(key, (0, 0))[0]} if old else {})
            for key in sorted(before.keys() | after.keys())
        ],
    }
    if old:
        value["old_file_bytes"] = old.file_bytes
    return json.dumps(value, indent=1) + "\n"


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else ""
