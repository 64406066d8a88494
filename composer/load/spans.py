"""Where the parts of a YAML text stand, to the character: what an edit of the text needs to know.

Of text that `load/document.py` accepts: without aliases and not nested deep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Span:
    """From one character of the text up to another, without the blanks and comments behind."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Node(Span):
    """A value. `style` is the quote of a scalar, `|` or `>`, the bracket of a flow collection, else empty."""

    style: str
    entries: tuple[Entry, ...] = ()
    is_collection: bool = False

    @property
    def is_block(self) -> bool:
        """Whether it is a collection with its entries on lines of their own, without brackets."""
        return self.is_collection and not self.style

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys; of an empty one nobody can tell."""
        return any(entry.key is not None for entry in self.entries)

    def number_of(self, name: str) -> int | None:
        """The number of the entry with the key `name`."""
        return next((number for number, entry in enumerate(self.entries) if entry.name == name), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an item of a list."""

    value: Node
    key: Span | None = None
    name: str = ""

    @property
    def start(self) -> int:
        """Where its first character stands; of an item of a block list, behind the dash."""
        return self.value.start if self.key is None else self.key.start

    @property
    def end(self) -> int:
        """Behind its last character."""
        return self.value.end


def spans_of(text: str) -> Node:
    """The top-level value of `text`."""
    root = yaml.compose(text, Loader=_Loader)
    assert root is not None, "a document has been read from this text before"
    return _node(root, text)


def nodes_below(node: Node) -> Iterator[Node]:
    """`node` and every value inside it."""
    yield node
    for entry in node.entries:
        yield from nodes_below(entry.value)


def _node(node: yaml.Node, text: str) -> Node:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode):
        style = node.style or ""
        return Node(start, start + len(text[start:end].rstrip()) if style in ("|", ">") else end, style)
    if isinstance(node, yaml.MappingNode):
        pairs = ((_node(key, text), key.value, _node(value, text)) for key, value in node.value)
        entries = tuple(Entry(value, key, name) for key, name, value in pairs)
    else:
        assert isinstance(node, yaml.SequenceNode), "there are three kinds"
        entries = tuple(Entry(_node(item, text)) for item in node.value)
    # The parser ends a block collection where the next token begins, behind comments and blank lines.
    bracket = text[end - 1] if node.flow_style else ""
    return Node(start, end if bracket else entries[-1].end, bracket, entries, True)
