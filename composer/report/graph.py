"""The graph of recipes with reasons and bytes: as a tree, as DOT, as Mermaid, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rich.tree import Tree

from composer.model.image import ImageRecipe
from composer.model.resolution import Reason
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

    def weight(self, recipe: str) -> int | None:
        """Bytes of `recipe` in the file, None if they are not known."""
        return None if self.bytes is None else self.bytes.get(recipe, 0)


def as_tree(composition: Composition, invert: str | None = None, depth: int | None = None) -> Tree:
    """What the image wants, level by level; with `invert`, what wants that recipe.

    A recipe that was shown before is marked `(*)` and not unfolded again, as `cargo tree` does.
    """
    if invert:
        tree = Tree(_label(composition, invert))
        _unfold(tree, composition, invert, depth, inverted=True)
        return tree
    total = None if composition.bytes is None else sum((*composition.bytes.values(), *composition.others.values()))
    tree = Tree(f"{composition.name} for {composition.target}, {spell_bytes(total)}")
    _unfold(tree, composition, "", depth, inverted=False)
    for name, count in composition.others.items():
        tree.add(f"{name}, {spell_bytes(count)}")
    for remark in composition.remarks:
        tree.add(f"note: {remark}")
    return tree


def _unfold(tree: Tree, composition: Composition, start: str, depth: int | None, *, inverted: bool) -> None:
    """Add what `start` leads to below `tree`, depth first, each recipe's own branches only once."""
    graph = composition.graph
    neighbours = graph.predecessors if inverted else graph.successors
    seen = {start}
    todo: list[tuple[Tree, str, int]] = [(tree, start, 1)]
    while todo:
        branch, current, level = todo.pop()
        following: list[tuple[Tree, str, int]] = []
        for name in sorted(neighbours(current)):
            reason = graph.get_edge_data(*((name, current) if inverted else (current, name)))["reasons"][0]
            again = name in seen and any(True for _ in neighbours(name))
            text = f"{_label(composition, name)}: {spell_reason(reason, composition.target)}"
            twig = branch.add(text + (" (*)" if again else ""))
            if not again and name and (depth is None or level < depth):
                seen.add(name)
                following.append((twig, name, level + 1))
        todo += reversed(following)


def _label(composition: Composition, name: str) -> str:
    if not name:
        return composition.name
    recipe = next(recipe for recipe in composition.recipes if recipe.name == name)
    count = spell_bytes(composition.weight(name)) if recipe.alive or composition.bytes is None else "left out"
    return f"{name} v{recipe.version}{spell_origin(recipe)}, {count}"


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
        lines.append(f"  {_quote(recipe.name)} [label={_quote(_label(composition, recipe.name))}{style}];")
    for by, name, reason in _edges(composition):
        lines.append(f"  {_quote(by)} -> {_quote(name)} [label={_quote(reason.what)}];")
    return "\n".join([*lines, "}", ""])


def as_mermaid(composition: Composition) -> str:
    """The graph in Mermaid's flowchart language."""
    number = {
        name: f"n{place}" for place, name in enumerate([composition.name, *(r.name for r in composition.recipes)])
    }
    lines = ["flowchart LR", f"  n0([{_quote(composition.name)}])"]
    lines += [f"  {number[recipe.name]}[{_quote(_label(composition, recipe.name))}]" for recipe in composition.recipes]
    lines += [f"  {number[by]} -->|{_quote(reason.what)}| {number[name]}" for by, name, reason in _edges(composition)]
    return "\n".join([*lines, ""])


def _edges(composition: Composition) -> Iterator[tuple[str, str, Reason]]:
    for recipe in composition.recipes:
        for reason in recipe.reasons:
            yield reason.by or composition.name, recipe.name, reason


def _quote(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'
