"""What can be wrong with the manifest's key `app`: it names either sources or a recipe that is a whole program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from composer.errors import Code, Diagnostic
from composer.load.document import Document
from composer.load.suggest import hint_for, nearest
from composer.model.recipe import Catalog

CAPABILITY = "app"  # what a recipe that is a whole program provides
WITH_SOURCES = ("sources", "include", "defines", "flags", "requires")


def wrong_app(document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    """Mistakes of `app` beyond what is wrong with each of its keys alone."""
    app, places = document.value.get("app"), document.places
    if not isinstance(app, dict):
        return
    if "recipe" in app:
        for key in WITH_SOURCES:
            if key in app:
                message = f"'app' has both 'recipe' and '{key}'"
                hint = "keep one of them; a recipe says by itself how it is compiled"
                yield Diagnostic(Code.WRONG_VALUE, message, places.at_key("app", key), hint)
        yield from _wrong_recipe(app["recipe"], document, catalog)
    elif "sources" not in app and not _means_one(app):
        message = "'app' has neither 'sources' nor 'recipe'"
        hint = "add `sources: [main.c]`, or `recipe: NAME` for a program of the catalog"
        yield Diagnostic(Code.MISSING_KEY, message, places.at("app"), hint)


def _means_one(app: dict[str, Any]) -> bool:
    """Whether a misspelt key of `app` probably means one of the two; that is told already."""
    return any(nearest(str(key), ("sources", "recipe")) for key in app)


def _wrong_recipe(name: object, document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    if not isinstance(name, str):
        return  # told as a value of the wrong type
    apps = [known for known, entry in catalog.recipes.items() if CAPABILITY in entry.recipe.provides]
    at = document.places.at("app", "recipe")
    if name not in catalog.recipes:
        yield Diagnostic(Code.UNKNOWN_RECIPE, f"there is no recipe '{name}'", at, hint_for(name, apps, "programs"))
    elif name not in apps:
        message = f"the recipe '{name}' is no program"
        yield Diagnostic(Code.WRONG_VALUE, message, at, f"programs: {', '.join(sorted(apps))}")
