"""What the formats in the app's objects need of the recipes that read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from composer import digest
from composer.errors import Code, Diagnostic, Location, raise_any
from composer.model.format import FormatFamily
from composer.model.recipe import Catalog
from composer.model.resolution import ReasonKind, Resolution, Want
from composer.model.step import APP
from composer.pipeline.workshop import Workshop
from composer.reach.formats import format_uses

FORMAT_OF_USES = 1  # raise it whenever a use is found in another way: older memos are then misses


def wants_of_formats(
    workshop: Workshop, resolution: Resolution, catalog: Catalog, objects: Mapping[str, str], defined: Iterable[str]
) -> tuple[Want, ...]:
    """The symbols that formats in the app's `objects` need; functions that the app has `defined` are its own affair.

    Raises ComposerError(FORMAT_REFUSED) for formats that no program should have.
    """
    families = [
        _without(family, {*defined}) for name in resolution.recipes for family in catalog.recipes[name].recipe.formats
    ]
    if not families:
        return ()
    uses = _uses(workshop, families, objects)
    raise_any(
        Diagnostic(Code.FORMAT_REFUSED, words, at, "this library has no such conversion; count the bytes otherwise")
        for symbol, words, at in uses
        if not symbol
    )
    first: dict[str, Want] = {}
    for symbol, words, at in uses:
        first.setdefault(symbol, Want(ReasonKind.FORMAT, symbol, at, words=words))
    return tuple(first.values())


def _without(family: FormatFamily, defined: set[str]) -> FormatFamily:
    functions = {name: place for name, place in family.functions.items() if name not in defined}
    opaque = tuple(name for name in family.opaque if name not in defined)
    return family.model_copy(update={"functions": functions, "opaque": opaque})


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
