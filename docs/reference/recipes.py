"""The reference of recipes: what the catalog has, by area, with all options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from composer.model.recipe import CatalogRecipe, Recipe, spell_option
from composer.pipeline.project import load_recipes
from composer.report.recipes import option_type
from docs.reference.tables import code, table


def text() -> str:
    """One section for each area: a table of its recipes, then one for each that has options."""
    entries = sorted(load_recipes(()).recipes.values(), key=lambda entry: (_area(entry), entry.recipe.name))
    return "\n\n".join(part for area, group in groupby(entries, _area) for part in _sections(area, list(group)))


def _area(entry: CatalogRecipe) -> str:
    return entry.folder.split("/")[1]


def _sections(area: str, entries: list[CatalogRecipe]) -> Iterator[str]:
    yield f"## {area}"
    yield table(("recipe", "summary", "provides", "licence"), map(_row, entries))
    for entry in entries:
        if entry.recipe.options:
            yield f"### Options of {entry.recipe.name}"
            yield table(("option", "meaning", "what it may be", "default"), _options(entry.recipe))


def _row(entry: CatalogRecipe) -> tuple[str, str, str, str]:
    recipe = entry.recipe
    return code(recipe.name), recipe.summary, ", ".join(map(code, sorted(recipe.provides))), recipe.license


def _options(recipe: Recipe) -> Iterator[tuple[str, str, str, str]]:
    for name, option in recipe.options.items():
        key = f"; the manifest's key `{option.key}` sets it" if option.key else ""
        yield f"`{recipe.name}.{name}`", option.help + key, option_type(option), code(spell_option(option.default))
