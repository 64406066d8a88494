"""`compose why`: why a recipe, a capability or a symbol is in an image, or why it is not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from composer.cli.standing import Standing, standing_images
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.suggest import hint_for
from composer.model.image import Image, ImageRecipe, Kept
from composer.pipeline.fresh import store_folder
from composer.report.why import Link, LocateUse, why_capability, why_recipe, why_symbol

if TYPE_CHECKING:
    from composer.pipeline.look import View


def run(args: argparse.Namespace) -> int:
    """Explain NAME for each target."""
    standing = standing_images(args)
    links = [_in_standing(args.name, one) for one in standing]
    found = [link for link in links if link is not None]
    if not found or len(found) < len(standing):
        found = _decided_anew(args)
    if args.json:
        json.dump([link.as_json() for link in found], sys.stdout, indent=1)
        print()
    else:
        print("\n".join(line for link in found for line in link.lines()))
    return 0


def _in_standing(name: str, standing: Standing) -> Link | None:
    """Why `name` is in an image that stands; None if it is not."""

    def shown(at: Location | None) -> Location | None:
        return at and replace(at, file=standing.shown(at.file))

    recipes = {
        recipe.name: replace(recipe, reasons=tuple(replace(r, at=shown(r.at)) for r in recipe.reasons))
        for recipe in standing.image.recipes
    }

    def locate(kept: Kept, offset: int) -> Location | None:
        from composer.execute.store import Store
        from composer.pipeline.objects import line_of_use

        return shown(line_of_use(Store(Path(store_folder())), standing.image, kept, offset))

    return _in_image(name, recipes, standing.image.resolution["providers"], standing.image, locate)


def _in_image(
    name: str,
    recipes: Mapping[str, ImageRecipe],
    providers: Mapping[str, str],
    image: Image,
    locate: LocateUse,
) -> Link | None:
    if name in recipes and recipes[name].alive:
        return why_recipe(name, recipes, image, image.target)
    provider = providers.get(name)
    if provider is not None and recipes[provider].alive:
        return why_capability(name, provider, recipes, image.target)
    if any(name in kept.symbols for kept in image.sections):
        return why_symbol(name, image, locate)
    return None


def _decided_anew(args: argparse.Namespace) -> list[Link]:
    """The same, or why it is in none; raises ComposerError if nothing is called so."""
    from composer.cli.common import views

    found: list[Link] = []
    known: set[str] = set()
    are_built = True
    with views(args) as seen:
        for view in seen:
            link = explain(args.name, view)
            are_built = are_built and view.image is not None
            if link is None:
                known |= set(_names(view))
            else:
                found.append(link)
    if not found:
        message = f"no recipe, capability or symbol is called '{args.name}'"
        raise ComposerError(Diagnostic(Code.UNKNOWN_NAME, message, hint=_hint(args.name, known, are_built)))
    return found


def explain(name: str, view: View) -> Link | None:
    """Why `name` is in the view's image, or why it is not; None if nothing is called so."""
    from composer.pipeline.absent import why_not
    from composer.pipeline.objects import line_of_use

    recipes = {recipe.name: recipe for recipe in view.recipes}
    target = str(view.selection.target)
    providers = view.selection.resolution.providers
    image, workshop = view.image, view.workshop
    if image is not None:
        built = image

        def locate(kept: Kept, offset: int) -> Location | None:
            at = line_of_use(workshop.store, built, kept, offset)
            return at and replace(at, file=workshop.shown(at.file))

        if (link := _in_image(name, recipes, providers, image, locate)) is not None:
            return link
    elif (wanted := _wanted(name, recipes, providers, target) or _wanted_symbol(name, view)) is not None:
        return wanted
    lines = why_not(name, view)
    return None if lines is None else Link("\n".join(lines))


def _wanted(name: str, recipes: Mapping[str, ImageRecipe], providers: Mapping[str, str], target: str) -> Link | None:
    """Without an image: why the recipe or the capability `name` will be in it."""
    if name in recipes:
        return why_recipe(name, recipes, None, target)
    return why_capability(name, providers[name], recipes, target) if name in providers else None


def _wanted_symbol(name: str, view: View) -> Link | None:
    """Without an image only this is known of a symbol: that the app calls it."""
    for recipe in view.recipes:
        for reason in recipe.reasons:
            if reason.kind == "symbol" and reason.what == name:
                at = f" ({reason.at})" if reason.at else ""
                text = f"{name} comes with the recipe {recipe.name} for {view.selection.target}; nothing is built yet"
                return Link(text, (Link(f"the app calls {name}{at}"),))
    return None


def _names(view: View) -> Iterator[str]:
    for name, entry in view.workshop.project.catalog.recipes.items():
        yield from (name, *entry.recipe.provides, *entry.exports(view.selection.target.arch))


def _hint(name: str, known: set[str], are_built: bool) -> str:
    text = hint_for(name, known, "")
    if text.startswith("did"):
        return text
    return "see `compose graph` for what there is" + (
        "" if are_built else "; after `compose build` every symbol is known"
    )
