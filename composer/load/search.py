"""Recipes by a word that a person remembers of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from composer.model.recipe import Catalog, CatalogRecipe


def find_recipes(words: Sequence[str], catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """By name, the recipes that have all of `words`, each with what it has them in."""
    found: dict[str, tuple[str, ...]] = {}
    for name, entry in catalog.recipes.items():
        hits = [next(_hits(word, entry), None) for word in words]
        if None not in hits:
            found[name] = tuple(dict.fromkeys(hit for hit in hits if hit is not None))
    return found


def searched_words(catalog: Catalog) -> Iterator[str]:
    """What a misspelt word may have meant."""
    for name, entry in catalog.recipes.items():
        yield name
        yield from entry.recipe.provides
        yield from entry.recipe.options
        yield from entry.recipe.summary.lower().split()


def _hits(word: str, entry: CatalogRecipe) -> Iterator[str]:
    """What of the recipe has `word`, the most telling first: a part of a text in any case, but symbols whole."""
    recipe, part = entry.recipe, word.lower()
    if part in recipe.name:
        yield "name"
    yield from (f"provides {capability}" for capability in sorted(recipe.provides) if part in capability)
    yield from (f"option {name}" for name in recipe.options if part in f"{recipe.name}.{name}")
    if part in recipe.summary.lower():
        yield "summary"
    yield from (f"option {name}" for name, option in recipe.options.items() if part in option.help.lower())
    if word in recipe.exports or any(word in index.symbols for index in entry.indexes.values()):
        yield f"exports {word}"
