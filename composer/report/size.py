"""The bytes of an image: a table by recipe, object or section, and the difference to another image."""

from __future__ import annotations

import json
from collections.abc import Sequence

from composer.model.difference import KEYS, Sum, changes, sums
from composer.model.image import Image


def as_table(image: Image, by: str) -> Sequence[Sequence[str]]:
    """Rows of columns, the first with their names; most bytes first; the last is the file's size."""
    table: list[Sequence[str]] = [(*KEYS[by], "bytes", "share", "memory")]
    rows = sums(image.rows, by).items()
    for key, took in sorted(rows, key=lambda item: (-item[1].bytes, -item[1].memory_bytes, item[0])):
        table.append((*key, f"{took.bytes:,}", _percent(took.bytes, image.file_bytes), f"{took.memory_bytes:,}"))
    table.append((*_total(by), f"{image.file_bytes:,}", "100.0 %", f"{image.memory_bytes:,}"))
    return table


def as_difference(old: Image, new: Image, by: str) -> Sequence[Sequence[str]]:
    """What grew and what shrank from `old` to `new`; rows that did not change are left out."""
    table: list[Sequence[str]] = [(*KEYS[by], "old", "new", "change")]
    for change in changes(old, new, by):
        if change.growth:
            table.append((*change.key, f"{change.old.bytes:,}", f"{change.new.bytes:,}", f"{change.growth:+,}"))
    growth = new.file_bytes - old.file_bytes
    table.append((*_total(by), f"{old.file_bytes:,}", f"{new.file_bytes:,}", f"{growth:+,}"))
    return table


def _total(by: str) -> tuple[str, ...]:
    return ("total", *[""] * (len(KEYS[by]) - 1))


def as_json(image: Image, by: str, old: Image | None) -> str:
    """The same for programs."""
    before = sums(old.rows, by) if old else {}
    after = sums(image.rows, by)
    value = {
        "name": image.name,
        "target": image.target,
        "file_bytes": image.file_bytes,
        "memory_bytes": image.memory_bytes,
        "unattributed_bytes": image.unattributed_bytes,
        "rows": [
            dict(zip(KEYS[by], key, strict=True))
            | {"bytes": after.get(key, Sum()).bytes, "memory_bytes": after.get(key, Sum()).memory_bytes}
            | ({"old_bytes": before.get(key, Sum()).bytes} if old else {})
            for key in sorted(before.keys() | after.keys())
        ],
    }
    if old:
        value["old_file_bytes"] = old.file_bytes
    return json.dumps(value, indent=1) + "\n"


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else ""
