"""Why something is *not* in an image: what it would take, and who has its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from composer.errors import ComposerError
from composer.model.recipe import CatalogRecipe
from composer.model.resolution import Pin
from composer.pipeline.look import View
from composer.pipeline.select import request_for
from composer.report.text import spell_brief
from composer.resolve.resolver import resolve


def why_not(name: str, view: View) -> tuple[str, ...] | None:
    """Sentences that say why `name` is not in the image; None if nothing in the catalog has such a name."""
    recipes = view.workshop.project.catalog.recipes
    if name in recipes:
        return tuple(_why_not_recipe(recipes[name], view))
    providers = sorted(n for n, entry in recipes.items() if name in entry.recipe.provides)
    if providers:
        listed = f"{name} is not in the image for {view.selection.target}; it is provided by {', '.join(providers)}"
        return (listed, *(line for provider in providers for line in _why_not_recipe(recipes[provider], view)))
    arch = view.selection.target.arch
    exporters = sorted(n for n, entry in recipes.items() if name in entry.exports(arch))
    if exporters:
        return tuple(_why_not_symbol(name, exporters, view))
    return None


def _why_not_recipe(entry: CatalogRecipe, view: View) -> Iterator[str]:
    recipe, resolution = entry.recipe, view.selection.resolution
    yield f"the recipe {recipe.name} is not in the image for {view.selection.target}"
    refusal = next((one for one in view.selection.refused if one.libc == recipe.name), None)
    if refusal is not None:
        yield "  it was tried first, and the app needs what it lacks:"
        yield from (f"    {spell_brief(diagnostic)}" for diagnostic in refusal.diagnostics)
        return
    if not recipe.supported(view.selection.target):
        supported = ", ".join(f"{support.platform}/{support.arch}" for support in recipe.supports)
        yield f"  it supports only {supported}"
        return
    if recipe.name in resolution.recipes:
        yield "  it was resolved, but nothing that is alive uses any of its symbols"
        return
    taken = {
        capability: resolution.providers[capability] for capability in recipe.provides & resolution.providers.keys()
    }
    for capability, provider in sorted(taken.items()):
        yield f"  {provider} provides {capability} in its place"
    if recipe.trial is not None:
        yield f"  {view.selection.libc} does for this program; `libc: {recipe.name}` chooses this one instead"
        return
    if not taken:
        yield f"  nothing in the image needs {', '.join(sorted(recipe.provides)) or 'it'}"
    yield _price(recipe.name, view)


def _price(name: str, view: View) -> str:
    """What having the recipe would cost; asked of the resolver, which has the last word."""
    project, target, resolution = view.workshop.project, view.selection.target, view.selection.resolution
    request = request_for(project, target, resolution.providers["libc"], view.selection.wants)
    try:
        other = resolve(dataclasses.replace(request, pins=(*request.pins, Pin(name))), project.catalog)
    except ComposerError as error:
        reason = error.diagnostics[0].message.replace("\n", "\n    ")
        return f"  it could not be there at all: {reason}"
    return f"  with it the recipes would weigh {other.weight - resolution.weight:+,} bytes"


def _why_not_symbol(symbol: str, exporters: list[str], view: View) -> Iterator[str]:
    chosen = [name for name in exporters if name in view.selection.resolution.recipes]
    yield f"{symbol} is not in the image for {view.selection.target}; it is exported by {', '.join(exporters)}"
    if chosen:
        yield f"  nothing that is alive calls it, so it left {chosen[0]}"
    else:
        yield from (
            line for name in exporters for line in _why_not_recipe(view.workshop.project.catalog.recipes[name], view)
        )
