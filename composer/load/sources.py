"""What can be wrong with upstream sources of recipes before anything of them is here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from composer.errors import Code, Diagnostic
from composer.load.document import display_path
from composer.load.globs import leads_outside
from composer.load.suggest import hint_for
from composer.model.recipe import CatalogRecipe, Recipe
from composer.model.source import Source, upstream_id
from composer.model.value import Places


def broken_sources(recipe: Recipe, places: Places, folder: Path) -> Iterator[Diagnostic]:
    """Mistakes that one recipe in `folder` shows alone."""
    known = [source.id for source in recipe.sources]
    for index, source in enumerate(recipe.sources):
        if known.index(source.id) != index:
            message = f"the recipe '{recipe.name}' has two sources with the id '{source.id}'"
            hint = "give one another id, or list both archives under one if they hold the same"
            yield Diagnostic(Code.RECIPE_BROKEN, message, places.at("sources", index, "id"), hint)
        yield from _broken_patches(source, places, index, folder)
    for path, word in recipe.words():
        wanted = upstream_id(word)
        if wanted is not None and wanted not in known:
            message = f"'{word}' is a file of the source '{wanted}', which the recipe has not"
            hint = hint_for(wanted, known, "its sources") if known else "add it under `sources:`"
            yield Diagnostic(Code.RECIPE_BROKEN, message, places.at(*path), hint)
        elif wanted is not None and ".." in PurePosixPath(word).parts:
            message = f"the source '{word}' leads outside the upstream tree"
            yield Diagnostic(Code.RECIPE_SOURCE_MISSING, message, places.at(*path), "leave out the `..`")


def _broken_patches(source: Source, places: Places, index: int, folder: Path) -> Iterator[Diagnostic]:
    for position, name in enumerate(source.patches):
        is_outside = leads_outside(folder, name)
        if is_outside or not (folder / name).is_file():
            what = "leads outside the recipe's folder" if is_outside else "is not there"
            at = places.at("sources", index, "patches", position)
            hint = f"patches are named relative to {display_path(folder)}"
            yield Diagnostic(Code.RECIPE_SOURCE_MISSING, f"the patch '{name}' {what}", at, hint)


def conflicting_sources(recipes: Mapping[str, CatalogRecipe]) -> Iterator[Diagnostic]:
    """Sources that two recipes define differently: a tree is shared by its id."""
    first: dict[str, tuple[CatalogRecipe, Source]] = {}
    for name in sorted(recipes):
        entry = recipes[name]
        for index, source in enumerate(entry.recipe.sources):
            other, known = first.setdefault(source.id, (entry, source))
            if known != source or (source.patches and other is not entry):
                what = "has patches and belongs to" if known == source else "is defined differently by"
                message = f"the source '{source.id}' {what} the recipe '{other.recipe.name}' too"
                hint = "write the same in both, or give one another id; a source with patches belongs to one recipe"
                yield Diagnostic(Code.RECIPE_BROKEN, message, entry.places.at("sources", index), hint)
