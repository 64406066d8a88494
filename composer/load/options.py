"""Options of recipes in a manifest, its overrides and assignments: does each exist, and can it have that value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from composer.errors import Code, Diagnostic, Location
from composer.load.document import Document
from composer.load.layers import Layers
from composer.load.suggest import hint_for
from composer.model.manifest import Manifest
from composer.model.recipe import Catalog, OptionValue, spell_option
from composer.model.target import Target


def wrong_options(layers: Layers, chosen: Collection[Target], catalog: Catalog) -> Iterator[Diagnostic]:
    """Mistakes in the options that each layer sets; `chosen` is what will be built."""
    here = {*map(str, chosen)}
    yield from _wrong_in(layers.base, here | layers.written, catalog)
    for text, override in layers.overrides.items():
        yield from _wrong_in(override, {text}, catalog)
    for assigned in layers.assigned:
        yield from _wrong_in(assigned, here, catalog)


def _wrong_in(document: Document, targets: Collection[str], catalog: Catalog) -> Iterator[Diagnostic]:
    """Mistakes in the options of `document`, which speaks of `targets`."""
    options = document.value.get("options")
    for key, value in options.items() if isinstance(options, dict) else ():
        recipe_name, _, option_name = key.partition(".")
        at = document.places.at_key("options", key)
        entry = catalog.recipes.get(recipe_name)
        if entry is None:
            yield _unknown_recipe(key, at, _owners(catalog, targets) or _owners(catalog, ()))
        elif option_name not in entry.recipe.options:
            known = (f"{recipe_name}.{name}" for name in entry.recipe.options)
            hint = (
                hint_for(key, known, "its options")
                if entry.recipe.options
                else f"the recipe '{recipe_name}' has no options"
            )
            yield Diagnostic(Code.UNKNOWN_OPTION, f"there is no option '{key}'", at, hint)
        elif isinstance(value, bool | int | str) and (complaint := entry.recipe.options[option_name].complaint(value)):
            option = entry.recipe.options[option_name]
            hint = f"{option.help} (default: {spell_option(option.default)})"
            message = f"the option '{key}' {complaint}, not '{spell_option(value)}'"
            yield Diagnostic(Code.WRONG_VALUE, message, document.places.at("options", key), hint)
        elif targets and not any(entry.recipe.supported(target) for target in map(Target.parse, targets)):
            supported = ", ".join(f"{support.platform}/{support.arch}" for support in entry.recipe.supports)
            message = f"the option '{key}' has no effect on {' and '.join(sorted(targets))}"
            yield Diagnostic(Code.UNKNOWN_OPTION, message, at, f"the recipe '{recipe_name}' supports only {supported}")


def _owners(catalog: Catalog, targets: Collection[str]) -> Mapping[str, Collection[str]]:
    """Recipes with options, and those options' names; only recipes that one of `targets` can have, if any are given."""
    wanted = [Target.parse(target) for target in targets]
    return {
        name: tuple(entry.recipe.options)
        for name, entry in catalog.recipes.items()
        if entry.recipe.options and (not wanted or any(map(entry.recipe.supported, wanted)))
    }


def _unknown_recipe(key: str, at: Location, owners: Mapping[str, Collection[str]]) -> Diagnostic:
    name, dot, _ = key.partition(".")
    if not dot:
        meant = [f"{recipe}.{option}" for recipe, options in owners.items() for option in options if option == name]
        hint = f"did you mean '{meant[0]}'?" if meant else "options are written recipe.option"
        return Diagnostic(Code.UNKNOWN_OPTION, f"'{key}' names no recipe", at, hint)
    message = f"there is no recipe '{name}'; options are written recipe.option"
    return Diagnostic(Code.UNKNOWN_RECIPE, message, at, hint_for(name, owners, "recipes with options"))


def options_by_recipe(manifest: Manifest, target: Target, catalog: Catalog) -> Mapping[str, Mapping[str, OptionValue]]:
    """The options that the manifest sets on `target`, by its own keys or as `options`, recipe by recipe."""
    settings = manifest.settings(target)
    sorted_out: dict[str, dict[str, OptionValue]] = {}
    for name, entry in catalog.recipes.items():
        for option, declared in entry.recipe.options.items():
            if declared.key is not None and declared.key in settings:
                sorted_out.setdefault(name, {})[option] = settings[declared.key]
    for key, value in manifest.options.items():
        recipe, _, option = key.partition(".")
        sorted_out.setdefault(recipe, {})[option] = value
    return sorted_out
