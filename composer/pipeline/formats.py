"""What the formats in objects need of the recipes that read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from composer import digest
from composer.errors import Code, Diagnostic, Location, raise_any
from composer.model.format import FormatFamily
from composer.model.linkage import Reach
from composer.model.recipe import Catalog, Recipe
from composer.model.resolution import ReasonKind, Resolution, Want
from composer.model.step import APP
from composer.pipeline.workshop import Workshop
from composer.reach.formats import format_uses

FORMAT_OF_USES = 3  # raise it whenever a use is found in another way: older memos are then misses


def wants_of_formats(
    workshop: Workshop, resolution: Resolution, catalog: Catalog, objects: Mapping[str, str], defined: Iterable[str]
) -> tuple[Want, ...]:
    """The symbols that formats in the app's `objects` need; functions that the app has `defined` are its own affair.

    Raises ComposerError(FORMAT_REFUSED) for formats that no program should have.
    """
    families = [_without(family, {*defined}) for family in _families(resolution, catalog)]
    uses = _uses(workshop, families, objects) if families else []
    raise_any(
        Diagnostic(Code.FORMAT_REFUSED, words, at, "this library has no such conversion; count the bytes otherwise")
        for symbol, words, at in uses
        if not symbol
    )
    return tuple(_first(uses, ""))


def wants_of_recipes(
    workshop: Workshop, resolution: Resolution, catalog: Catalog, reached: Reach, objects: Mapping[str, str]
) -> Iterator[Want]:
    """The symbols that formats in live objects of recipes need, but for those that only pass on the formats of others."""
    families = _families(resolution, catalog)
    live: dict[str, dict[str, str]] = {}
    for member in reached.live_members() if families else ():
        if member.owner in catalog.recipes and not _has_functions_of(catalog.recipes[member.owner].recipe, families):
            live.setdefault(member.owner, {})[member.path] = objects[member.path]
    for owner, theirs in live.items():
        yield from _first([use for use in _uses(workshop, families, theirs) if use[0]], owner)


def _families(resolution: Resolution, catalog: Catalog) -> list[FormatFamily]:
    return [family for name in resolution.recipes for family in catalog.recipes[name].recipe.formats]


def _has_functions_of(recipe: Recipe, families: Iterable[FormatFamily]) -> bool:
    """A library that has families has their functions: they are in its index, not in its exports."""
    return bool(recipe.formats) or any(recipe.exports & {*family.functions, *family.opaque} for family in families)


def _without(family: FormatFamily, defined: set[str]) -> FormatFamily:
    functions = {name: place for name, place in family.functions.items() if name not in defined}
    opaque = tuple(name for name in family.opaque if name not in defined)
    return family.model_copy(update={"functions": functions, "opaque": opaque})


def _first(uses: Iterable[tuple[str, str, Location | None]], owner: str) -> Iterator[Want]:
    """For each symbol its first use as a want."""
    first: dict[str, Want] = {}
    for symbol, words, at in uses:
        first.setdefault(symbol, Want(ReasonKind.FORMAT, symbol, at, owner, words))
    yield from first.values()


def _uses(
    workshop: Workshop, families: Sequence[FormatFamily], objects: Mapping[str, str]
) -> list[tuple[str, str, Location | None]]:
    """Symbol, words and source line of each use, found now or ever before in just these objects."""
    spelled = [family.model_dump(mode="json") for family in families]
    key = digest.of_json(["uses of formats", FORMAT_OF_USES, spelled, dict(objects)])
    remembered = workshop.store.recall(key)
    if not isinstance(remembered, list):
        remembered = [list(row) for row in _found(workshop, families, objects)]
        workshop.store.remember(key, remembered)
    return [
        (str(symbol), str(words), Location(workshop.shown(str(file)), int(str(line))) if file else None)
        for symbol, words, file, line in remembered
    ]


def _found(
    workshop: Workshop, families: Sequence[FormatFamily], objects: Mapping[str, str]
) -> Iterator[tuple[str, str, str, int]]:
    members = tuple(workshop.member(APP, path, content) for path, content in objects.items())
    locator = workshop.locator_of_logical(objects)
    for place, member in enumerate(members):
        for use in format_uses(workshop.read(objects[member.path]), member.index, families, place):
            at = locator.reason(members, use.because)
            yield use.symbol, use.words, at.file if at else "", at.line if at else 0
