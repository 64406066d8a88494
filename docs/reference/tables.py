"""Tables of Markdown, and the few words for what a value of YAML may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells, each a line of Markdown."""
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def code(value: object) -> str:
    """A value as a manifest spells it; none is no text."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def kind(schema: Schema, shapes: Schema) -> str:
    """What may stand there, by its JSON Schema."""
    match schema:
        case {"$ref": str(name)}:
            return kind(shapes[name.rpartition("/")[2]], shapes)
        case {"enum": values}:
            return ", ".join(map(code, values))
        case {"const": value}:
            return code(value)
        case {"anyOf": choices}:
            kinds = dict.fromkeys(kind(choice, shapes) for choice in choices if choice != {"type": "null"})
            return " or ".join(kinds)
        case {"type": "array", "items": item}:
            return f"list of {kind(item, shapes)}"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"{least} to {most}"
        case _:
            return _KINDS[schema.get("type", "object")]


_KINDS = {"boolean": "`true`, `false`", "integer": "whole number", "string": "text", "object": "mapping"}
