"""What to write where in a YAML text for one change of its values: pieces of text in place of spans.

A key that is added has a line of its own, or a place in the brackets around its neighbours. One that is removed takes its
lines with it, with the remark behind it and not those above.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from composer.load.document import parse_value
from composer.load.spans import Entry, Node, Span, nodes_below, spans_of

Scalar: TypeAlias = bool | int | str


class CannotEdit(Exception):
    """The text is written in a way that cannot be edited at the character `at`."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at


@dataclass(frozen=True, slots=True)
class Patch(Span):
    """What stands in place of a span."""

    text: str = ""


def patched(text: str, patches: Iterable[Patch]) -> str:
    for patch in sorted(patches, key=lambda patch: patch.start, reverse=True):
        text = text[: patch.start] + patch.text + text[patch.end :]
    return text


def is_same(value: object, item: Scalar) -> bool:
    """Whether they are the same to YAML, where 1 is not true."""
    return value == item and isinstance(value, bool) == isinstance(item, bool)


def _scalar(value: Scalar, style: str = "") -> str:
    """`value` as YAML, in the quotes `style` if it is text; plain only where nobody could read anything else."""
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    is_plain = re.fullmatch(r"[A-Za-z0-9_/][\w./-]*", value, re.ASCII) and parse_value(value, "") == (value, ())
    return value if is_plain and style != '"' else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Place:
    """An entry and the collection that it is the `number`th of."""

    parent: Node
    number: int

    @property
    def entry(self) -> Entry:
        return self.parent.entries[self.number]


class Text:
    """A text with the spans of its values; says what to replace by what, and changes nothing."""

    def __init__(self, text: str, order: Sequence[str]) -> None:
        self._text = text
        self._order = list(order)
        self._root = spans_of(text)

    def find(self, path: Sequence[str]) -> list[_Place]:
        """The places on the way to `path`; nothing if it is not there."""
        places: list[_Place] = []
        node = self._root
        for key in path:
            number = node.number_of(key)
            if number is None:
                return []
            places.append(_Place(node, number))
            node = places[-1].entry.value
        return places

    def put(self, path: Sequence[str], value: Scalar) -> list[Patch]:
        """Set the key at `path`."""
        return self._put(path, lambda style: _scalar(value, style))

    def _put(self, path: Sequence[str], written: Callable[[str], str]) -> list[Patch]:
        """Set the key at `path` to what `written` makes of the style that is there."""
        found = self.find(path)
        if found:
            return [self._replaced(found[-1].entry.value, written)]
        depth = max(length for length in range(len(path)) if length == 0 or self.find(path[:length]))
        node = self.find(path[:depth])[-1].entry.value if depth else self._root
        return self._insert(node, path[depth], path[depth + 1 :], written(""))

    def add(self, path: Sequence[str], item: Scalar) -> list[Patch]:
        """Add an item to the list at `path`, or a key to the mapping there."""
        found = self.find(path)
        if not found:
            return self._put(path, lambda style: f"[{_scalar(item)}]")
        node = found[-1].entry.value
        if not node.is_collection:
            return [self._replaced(node, lambda style: f"[{_scalar(item)}]")]
        if node.is_mapping:
            return [] if node.number_of(str(item)) is not None else self._put((*path, str(item)), lambda style: "")
        if node.style:
            return self._into_brackets(node, _scalar(item))
        last = node.entries[-1]
        return [self._line_behind(last, self._dash(last) + _scalar(item))]

    def take(self, path: Sequence[str], item: Scalar) -> list[Patch]:
        """Remove an item from the list at `path`, or a key from the mapping there."""
        found = self.find(path)
        if not found:
            return []
        node = found[-1].entry.value
        if node.is_mapping:
            below = self.find((*path, str(item)))
            return self.remove((*path, str(item)), below[-1]) if below else []
        for number, entry in enumerate(node.entries):
            if is_same(parse_value(self._text[entry.start : entry.end], "")[0], item):
                return self.remove(path, _Place(node, number))
        return []

    def widen(self, old: str, new: str) -> list[Patch]:
        """Give the key `old` another name, and its value brackets."""
        (place,) = self.find([old])
        value, key = place.entry.value, place.entry.key
        assert key is not None, "it was found by its key"
        if value.is_collection or value.style in ("|", ">"):
            raise CannotEdit(value.start, f"'{old}' has more than one word")
        brackets = [Patch(value.start, value.start, "["), Patch(value.end, value.end, "]")]
        return [Patch(key.start, key.end, new), *brackets]

    def remove(self, path: Sequence[str], place: _Place) -> list[Patch]:
        """Remove an entry of the collection at or around `path`; with it all that would be empty."""
        above = self.find(path[:-1] if place.entry.key is not None else path)
        while len(place.parent.entries) == 1 and above:
            place = above.pop()
        entry = place.entry
        lines = self._own_lines(entry)
        if lines is not None:
            return [lines]
        if place.parent.is_block:
            raise CannotEdit(entry.start, "it does not stand on lines of its own")
        return [self._out_of_brackets(place)]

    def _replaced(self, node: Node, written: Callable[[str], str]) -> Patch:
        if node.is_block or (node.is_collection and "\n" in self._text[node.start : node.end]):
            raise CannotEdit(node.start, "the value is written over several lines")
        blank = " " if node.start == node.end and self._text[node.start - 1 : node.start] not in (" ", "\t") else ""
        return Patch(node.start, node.end, blank + written(node.style))

    def _insert(self, node: Node, key: str, below: Sequence[str], value: str) -> list[Patch]:
        """Add the key to the mapping `node`, with mappings of one key each down to `value`."""
        in_brackets = value or "null"
        for name in reversed(below):
            in_brackets = f"{{{_scalar(name)}: {in_brackets}}}"
        if not node.is_collection:
            # Nothing stands behind the key: no value can be there yet.
            return [self._replaced(node, lambda style: f"{{{_scalar(key)}: {in_brackets}}}")]
        if node.style:
            return self._into_brackets(node, f"{_scalar(key)}: {in_brackets}")
        before = self._before(node, key)
        indent = self._indent(before)
        lines = [f"{indent}{' ' * self._step() * depth}{_scalar(name)}:" for depth, name in enumerate((key, *below))]
        lines[-1] += f" {value}" if value else ""
        return [self._line_behind(before, *lines)]

    def _before(self, node: Node, key: str) -> Entry:
        """The entry of the block mapping behind which a new key stands: the last that comes before it in order."""
        if node is not self._root or key not in self._order:
            return node.entries[-1]
        rank = self._order.index(key)
        earlier = [e for e in node.entries if e.name in self._order and self._order.index(e.name) < rank]
        return earlier[-1] if earlier else node.entries[-1]

    def _into_brackets(self, node: Node, written: str) -> list[Patch]:
        """Add `written` to a flow collection, on a line of its own if the last entry has one."""
        if not node.entries:
            return [Patch(node.start + 1, node.start + 1, written)]
        last = node.entries[-1]
        tail = re.compile(r"(,?)[ \t]*(#[^\r\n]*?)?(\r?\n)").match(self._text, last.end)
        indent = self._text[self._line_start(last.start) : last.start]
        if tail is None or indent.strip() or len(node.entries) == 1:
            return [Patch(last.end, last.end, f", {written}")]
        line = f"{indent}{written}{tail[1]}{tail[3]}"
        comma = [] if tail[1] else [Patch(last.end, last.end, ",")]
        return [*comma, Patch(tail.end(), tail.end(), line)]

    def _out_of_brackets(self, place: _Place) -> Patch:
        entry, entries = place.entry, place.parent.entries
        if place.number + 1 < len(entries):
            comma = re.compile(r"\s*,[ \t]*").match(self._text, entry.end)
            if comma is None:
                raise CannotEdit(entry.end, "a comment stands between it and its comma")
            return Patch(entry.start, comma.end())
        before = entries[place.number - 1].end if place.number else entry.start
        is_plain = re.fullmatch(r"\s*,\s*", self._text[before : entry.start])
        return Patch(before if is_plain else entry.start, entry.end)

    def _own_lines(self, entry: Entry) -> Patch | None:
        """The lines on which nothing but the entry stands, with the comment behind it; None if there are none."""
        start = self._line_start(entry.start)
        before = self._text[start : entry.start]
        is_alone = not before.strip() or (entry.key is None and re.fullmatch(r"[ ]*-[ \t]+", before))
        tail = re.compile(r",?[ \t]*((?<![^\s,])#[^\r\n]*)?(\r?\n|$)").match(self._text, entry.end)
        if not is_alone or tail is None:
            return None
        if tail[2] == "" and start:  # the last line, which has no end: the one before loses its own
            start -= 2 if self._text[: start - 1].endswith("\r") else 1
        return Patch(start, tail.end())

    def _line_behind(self, entry: Entry, *lines: str) -> Patch:
        """`lines` as lines of their own below the last one of `entry`."""
        tail = re.compile(r"[ \t]*((?<!\S)#[^\r\n]*)?(?=\r?\n|$)").match(self._text, entry.end)
        if tail is None:
            raise CannotEdit(entry.end, "something stands behind it on its line")
        end = tail.end()
        return Patch(end, end, "".join(self._line_end(end) + line for line in lines))

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> str:
        """How lines end at `at`; behind the last line, as the one before."""
        end = self._text.find("\n", at)
        end = self._text.rfind("\n") if end < 0 else end
        return "\r\n" if end > 0 and self._text[end - 1] == "\r" else "\n"

    def _indent(self, entry: Entry) -> str:
        indent = self._text[self._line_start(entry.start) : entry.start]
        if indent.strip(" "):
            raise CannotEdit(entry.start, "the key does not begin its line")
        return indent

    def _dash(self, entry: Entry) -> str:
        dash = self._text[self._line_start(entry.start) : entry.start]
        if not re.fullmatch(r"[ ]*-[ ]+", dash):
            raise CannotEdit(entry.start, "the item does not begin its line")
        return dash

    def _step(self) -> int:
        """By how much a block inside another stands further right; two if there is none."""
        for node in nodes_below(self._root):
            for entry in node.entries if node.is_block else ():
                inner = entry.value
                if entry.key is not None and inner.is_block and inner.entries[0].key is not None:
                    return self._column(inner.entries[0].start) - self._column(entry.start)
        return 2

    def _column(self, at: int) -> int:
        return at - self._line_start(at)
