"""Edits of a manifest's text that change one value, and no byte besides.

An edit knows what it means for the values (`changed`) and for the text (`edited`). What comes out is read again, and
if it says anything but what was meant the edit is refused: a file is never made to say something by accident.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.load.document import parse_document
from composer.load.patches import CannotEdit, Patch, Scalar, Text, is_same, patched
from composer.load.spans import nodes_below, spans_of

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Put:
    """Set the key at `path`; mappings on the way to it are made."""

    path: tuple[str, ...]
    value: Scalar


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove the key at `path`, and every mapping that is empty without it."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Add:
    """Add an item to the end of the list at `path`, which is made; a mapping there gets it as a key without a value."""

    path: tuple[str, ...]
    item: Scalar


@dataclass(frozen=True, slots=True)
class Take:
    """Remove the first such item from the list at `path`, or such a key with its value, and all that is empty then."""

    path: tuple[str, ...]
    item: Scalar


@dataclass(frozen=True, slots=True)
class Widen:
    """Give the key `old` at the top, which has one word, the name `new` and a list of that word."""

    old: str
    new: str


Edit: TypeAlias = Put | Drop | Add | Take | Widen


def edited(text: str, shown: str, edit: Edit, order: Sequence[str] = ()) -> str:
    """`text` of the file `shown` with the edit; raises ComposerError if it cannot be made without other changes.

    `order` has the keys of the top in the order in which a new one takes its place.
    """
    mark, body = _without_mark(text)
    document = parse_document(body, shown, "manifest")
    raise_any(document.mistakes)
    try:
        new = patched(body, _patches(Text(body, order), edit))
        if not _says(new, shown, changed(document.value, edit)):
            raise CannotEdit(0, "the file would say something else")
    except CannotEdit as refusal:
        raise ComposerError(_refused(body, shown, refusal.at, str(refusal))) from None
    return mark + new


def require_editable(text: str, shown: str) -> None:
    """Raise ComposerError for what no edit could be made in."""
    _, body = _without_mark(text)
    parse_document(body, shown, "manifest")
    raise_any(_not_editable(body, shown))


def changed(value: dict[str, Any], edit: Edit) -> dict[str, Any]:
    """What the values of a file are after the edit; raises CannotEdit where they do not go together."""
    made = copy.deepcopy(value)
    match edit:
        case Put(path, new):
            _mapping_at(made, path[:-1])[path[-1]] = new
        case Drop(path):
            _mapping_at(made, path[:-1]).pop(path[-1], None)
            _prune(made, path[:-1])
        case Add(path, item):
            items = _items_at(made, path)
            if isinstance(items, dict):
                items.setdefault(str(item), None)
            else:
                items.append(item)
        case Take(path, item):
            _remove(_items_at(made, path), item)
            _prune(made, path)
        case Widen(old, new):
            made[new] = [made.pop(old)]
    return made


def _mapping_at(value: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for key in path:
        value[key] = value.get(key) if value.get(key) is not None else {}
        value = value[key]
        if not isinstance(value, dict):
            raise CannotEdit(0, f"'{key}' is no mapping")
    return value


def _items_at(value: dict[str, Any], path: Sequence[str]) -> list[Any] | dict[str, Any]:
    parent = _mapping_at(value, path[:-1])
    if parent.get(path[-1]) is None:
        parent[path[-1]] = []
    items: object = parent[path[-1]]
    if not isinstance(items, list | dict):
        raise CannotEdit(0, f"'{path[-1]}' is no list")
    return items


def _remove(items: list[Any] | dict[str, Any], item: Scalar) -> None:
    if isinstance(items, dict):
        items.pop(str(item), None)
        return
    number = next((number for number, other in enumerate(items) if is_same(other, item)), len(items))
    del items[number : number + 1]


def _prune(value: dict[str, Any], path: Sequence[str]) -> None:
    """Remove what is empty at `path`, and its parents that are empty then."""
    for length in range(len(path), 0, -1):
        parent = _mapping_at(value, path[: length - 1])
        if parent.get(path[length - 1]) not in ({}, []):
            return
        del parent[path[length - 1]]


def _without_mark(text: str) -> tuple[str, str]:
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    return mark, text[len(mark) :]


def _says(text: str, shown: str, meant: dict[str, Any]) -> bool:
    """Whether `text` has just the values `meant`."""
    try:
        document = parse_document(text, shown, "manifest")
    except ComposerError:
        return False
    return not document.mistakes and json.dumps(document.value, sort_keys=True) == json.dumps(meant, sort_keys=True)


def _not_editable(text: str, shown: str) -> Iterator[Diagnostic]:
    for found in re.finditer("\r(?!\n)|[\x85\u2028\u2029]", text):
        reason = f"a line ends with the character U+{ord(found[0]):04X}"
        yield _refused(text, shown, found.start(), reason, "end lines with LF or CRLF")
        return  # there would be one in every line
    for node in nodes_below(spans_of(text)):
        for entry in node.entries if node.is_block else ():
            if entry.key is not None and text[text.rfind("\n", 0, entry.start) + 1 : entry.start].strip() == "?":
                yield _refused(text, shown, entry.start, "a key stands behind '?'", f"write `{entry.name}: …`")


def _refused(text: str, shown: str, at: int, reason: str, hint: str = "edit the file by hand") -> Diagnostic:
    line = text.count("\n", 0, at) + 1
    place = Location(shown, line, at - text.rfind("\n", 0, at))
    return Diagnostic(Code.NOT_EDITABLE, f"the menu cannot edit this without other changes: {reason}", place, hint)


def _patches(text: Text, edit: Edit) -> list[Patch]:
    match edit:
        case Put(path, value):
            return text.put(path, value)
        case Drop(path):
            found = text.find(path)
            return text.remove(path, found[-1]) if found else []
        case Add(path, item):
            return text.add(path, item)
        case Take(path, item):
            return text.take(path, item)
        case Widen(old, new):
            return text.widen(old, new)
