"""`compose why`: why a recipe, a capability or a symbol is in an image, or why it is not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from composer.cli.common import views
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.suggest import hint_for
from composer.model.image import Kept
from composer.pipeline.absent import why_not
from composer.pipeline.look import View
from composer.report.why import Link, why_capability, why_recipe, why_symbol


def run(args: argparse.Namespace) -> int:
    """Explain NAME for each target."""
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
    if args.json:
        json.dump([link.as_json() for link in found], sys.stdout, indent=1)
        print()
    else:
        print("\n".join(line for link in found for line in link.lines()))
    return 0


def explain(name: str, view: View) -> Link | None:
    """Why `name` is in the view's image, or why it is not; None if nothing is called so."""
    recipes = {recipe.name: recipe for recipe in view.recipes}
    target = str(view.selection.target)
    if name in recipes and recipes[name].alive:
        return why_recipe(name, recipes, view.image, target)
    provider = view.selection.resolution.providers.get(name)
    if provider is not None and recipes[provider].alive:
        return why_capability(name, provider, recipes, target)
    if view.image is not None and any(name in kept.symbols for kept in view.image.sections):
        return why_symbol(name, view.image, lambda kept, offset: _locate(view, kept, offset))
    if view.image is None and (wanted := _wanted_symbol(name, view)) is not None:
        return wanted
    lines = why_not(name, view)
    return None if lines is None else Link("\n".join(lines))


def _wanted_symbol(name: str, view: View) -> Link | None:
    """Without an image only this is known of a symbol: that the app calls it."""
    for recipe in view.recipes:
        for reason in recipe.reasons:
            if reason.kind == "symbol" and reason.what == name:
                at = f" ({reason.at})" if reason.at else ""
                text = f"{name} comes with the recipe {recipe.name} for {view.selection.target}; nothing is built yet"
                return Link(text, (Link(f"the app calls {name}{at}"),))
    return None


def _locate(view: View, kept: Kept, offset: int) -> Location | None:
    assert view.image is not None, "only a built image has sections"
    content = view.image.objects.get(kept.object)
    if content is None or not view.workshop.store.has(content):
        return None
    member = view.workshop.member(kept.recipe, kept.object, content)
    section = next(n for n, section in enumerate(member.index.sections) if section.name == kept.section)
    return view.workshop.locator(view.image.objects).locate(member, section, offset)


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
