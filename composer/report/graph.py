"""The graph of recipes with reasons and bytes: as a tree, as DOT, as Mermaid, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from composer.model.image import ImageRecipe
from composer.model.resolution import Reason
from composer.report.lines import Branch, Line, Part, branch_line, unfold, wrapped
from composer.report.terminal import Glyphs
from composer.report.text import spell_bytes, spell_origin, spell_reason


class DependencyGraph(Protocol):
    """What is used here of networkx's DiGraph, as `resolve.graph` makes it: from who wants to what is wanted."""

    def successors(self, n: str) -> Iterator[str]: ...
    def predecessors(self, n: str) -> Iterator[str]: ...
    def get_edge_data(self, u: str, v: str) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Composition:
    """The recipes of an image and, if it has been built, what they weigh."""

    name: str
    target: str
    recipes: tuple[ImageRecipe, ...]  # in dependency order
    graph: DependencyGraph
    bytes: Mapping[str, int] | None  # by recipe; None: not built
    others: Mapping[str, int]  # bytes of what is no recipe: the app, headers, padding
    remarks: tuple[str, ...] = ()  # on the resolution: recommendations refused, minimality not proven

    @property
    def total(self) -> int | None:
        """Bytes of the file, None if they are not known."""
        return None if self.bytes is None else sum((*self.bytes.values(), *self.others.values()))

    def weight(self, recipe: str) -> int | None:
        """Bytes of `recipe` in the file, None if they are not known."""
        return None if self.bytes is None else self.bytes.get(recipe, 0)


def as_lines(
    composition: Composition, marks: Glyphs, width: int | None, invert: str | None = None, depth: int | None = None
) -> Iterator[Line]:
    """What the image wants, level by level; with `invert`, what wants that recipe.

    A recipe that is shown elsewhere is marked `(*)` and not unfolded again, as `cargo tree` does; nor are its bytes told
    twice, so that the column adds up.
    """
    total = composition.total if invert is None else composition.weight(invert)
    head = f"{composition.name} for {composition.target}" if invert is None else _label(composition, invert)
    yield Part(head, "name"), Part(f", {spell_bytes(total)}")
    branches = as_tree(composition, invert, depth)
    rows = tuple(unfold(branches, marks))
    digits = max(len(text) for text in ("bytes", *(f"{branch.bytes or 0:,}" for _, branch in rows)))
    if composition.bytes is not None:
        yield (Part(f"{'bytes':>{digits}}   share"),)
    for guide, branch in rows:
        before = () if composition.bytes is None else _columns(branch.bytes, composition.total or 0, digits)
        yield branch_line(guide, branch, before, width)
    for remark in composition.remarks if invert is None else ():
        yield from ((Part(line),) for line in wrapped(f"note: {remark}", width))


def _columns(count: int | None, total: int, digits: int) -> Line:
    if count is None:
        return (Part(" " * (digits + len("  100.0 %  "))),)
    share = 100 * count / total if total else 0.0
    return Part(f"{count:>{digits},}", "number"), Part(f"  {share:5.1f} %  ")


def as_tree(composition: Composition, invert: str | None = None, depth: int | None = None) -> tuple[Branch, ...]:
    """The branches of the first level."""
    seen = {invert or ""}
    branches = _unfolded(composition, invert or "", depth, seen, is_inverted=invert is not None)
    others = {} if invert is not None else composition.others
    return (*branches, *(Branch(name, count) for name, count in others.items()))


def _unfolded(
    composition: Composition, start: str, depth: int | None, seen: set[str], *, is_inverted: bool
) -> tuple[Branch, ...]:
    """What `start` leads to, each recipe's own branches only once: where it is nearest to the top."""
    graph = composition.graph
    neighbours = graph.predecessors if is_inverted else graph.successors
    names = sorted(neighbours(start))
    again = [name in seen and bool(name) for name in names]
    seen.update(names)
    found = []
    for name, is_again in zip(names, again, strict=True):
        deeper = not is_again and bool(name) and depth != 1
        below = _unfolded(composition, name, depth and depth - 1, seen, is_inverted=is_inverted) if deeper else ()
        reason = graph.get_edge_data(*((name, start) if is_inverted else (start, name)))["reasons"][0]
        mark = " (*)" if is_again else ""
        texts = tuple(
            f": {spell_reason(one, composition.target)}{mark}"
            for one in dict.fromkeys((reason, replace(reason, at=None)))
        )
        count = None if is_again or not name else composition.weight(name)
        found.append(Branch(_label(composition, name), count, texts, below))
    return tuple(found)


def _label(composition: Composition, name: str) -> str:
    if not name:
        return composition.name
    recipe = next(recipe for recipe in composition.recipes if recipe.name == name)
    left = "" if recipe.alive or composition.bytes is None else ", left out"
    return f"{name} v{recipe.version}{spell_origin(recipe)}{left}"


def _label_with_bytes(composition: Composition, name: str) -> str:
    recipe = next(recipe for recipe in composition.recipes if recipe.name == name)
    is_known = recipe.alive or composition.bytes is None
    return _label(composition, name) + (f", {spell_bytes(composition.weight(name))}" if is_known else "")


def as_json(composition: Composition) -> str:
    """The graph for programs."""
    value = {
        "name": composition.name,
        "target": composition.target,
        "nodes": [
            {
                "recipe": recipe.name,
                "version": recipe.version,
                "bytes": composition.weight(recipe.name),
                "alive": recipe.alive if composition.bytes is not None else None,
                "origin": recipe.origin,
                "replaced": recipe.replaced or None,
            }
            for recipe in composition.recipes
        ],
        "edges": [
            {
                "by": reason.by or composition.name,
                "recipe": recipe.name,
                "kind": reason.kind.value,
                "what": reason.what,
                "at": str(reason.at) if reason.at else None,
            }
            for recipe in composition.recipes
            for reason in recipe.reasons
        ],
        "others": dict(composition.others),
        "remarks": composition.remarks,
    }
    return json.dumps(value, indent=1) + "\n"


def as_dot(composition: Composition) -> str:
    """The graph in Graphviz's language (its "DOT Language" page)."""
    lines = ["digraph image {", "  rankdir=LR; node [shape=box];", f"  {_quote(composition.name)} [shape=oval];"]
    for recipe in composition.recipes:
        style = "" if recipe.alive else ", style=dashed"
        lines.append(f"  {_quote(recipe.name)} [label={_quote(_label_with_bytes(composition, recipe.name))}{style}];")
    for by, name, reason in _edges(composition):
        lines.append(f"  {_quote(by)} -> {_quote(name)} [label={_quote(reason.what)}];")
    return "\n".join([*lines, "}", ""])


def as_mermaid(composition: Composition) -> str:
    """The graph in Mermaid's flowchart language."""
    number = {
        name: f"n{place}" for place, name in enumerate([composition.name, *(r.name for r in composition.recipes)])
    }
    lines = ["flowchart LR", f"  n0([{_quote(composition.name)}])"]
    lines += [
        f"  {number[recipe.name]}[{_quote(_label_with_bytes(composition, recipe.name))}]"
        for recipe in composition.recipes
    ]
    lines += [f"  {number[by]} -->|{_quote(reason.what)}| {number[name]}" for by, name, reason in _edges(composition)]
    return "\n".join([*lines, ""])


def _edges(composition: Composition) -> Iterator[tuple[str, str, Reason]]:
    for recipe in composition.recipes:
        for reason in recipe.reasons:
            yield reason.by or composition.name, recipe.name, reason


def _quote(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'
