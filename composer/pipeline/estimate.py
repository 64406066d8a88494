"""What recipes will weigh in an image that is not built yet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from composer.pipeline.select import Selection, library_closure

Estimates = Mapping[str, int | None]


def estimates(selection: Selection) -> Estimates:
    """Bytes of each recipe, from weights; None where they are not known.

    The weight of a library is what every image with it reaches. What this one reaches beyond that is told by its index.
    """
    resolution, catalog = selection.resolution, selection.catalog
    target, arch = str(selection.target), selection.target.arch
    always = library_closure(resolution, catalog, (), frozenset()).units
    found: dict[str, int | None] = {}
    for name in resolution.recipes:
        entry = catalog.recipes[name]
        weight = entry.weight_with(resolution.options[name], target)
        beyond = {*selection.units.get(name, ())} - {*always.get(name, ())}
        found[name] = weight + entry.indexes[arch].bytes_of(beyond) if weight is not None and beyond else weight
    return MappingProxyType(found)
