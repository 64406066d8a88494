"""The catalog: every recipe below a folder, checked as a whole before anybody resolves with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.load.check import check
from composer.load.document import Document, read_document
from composer.load.library import Indexes
from composer.load.paths import display_path
from composer.load.sources import broken_sources, conflicting_sources, own_files
from composer.load.suggest import hint_for, nearest
from composer.model.library import LibraryIndex
from composer.model.recipe import Catalog, CatalogRecipe, Condition, Recipe
from composer.model.target import PLATFORMS, Target
from composer.model.value import KeyPath, Places

RECIPE_FILE = "recipe.yaml"
WEIGHTS_FILE = "weights.yaml"
INDEX_FOLDER = "index"


def load_catalog(roots: Mapping[str, Path]) -> Catalog:
    """Every recipe below `roots` (logical name -> folder); raises ComposerError with all mistakes found."""
    recipes: dict[str, CatalogRecipe] = {}
    mistakes: list[Diagnostic] = []
    for root, folder in roots.items():
        if not folder.is_dir():
            hint = "name a folder that holds one folder per recipe"
            mistakes.append(
                Diagnostic(
                    Code.FILE_MISSING, "there is no such folder of recipes", Location(display_path(folder)), hint
                )
            )
            continue
        weights = _load_weights(folder)
        for path in _recipe_files(folder):
            try:
                entry = _load_recipe(path, f"{root}/{path.parent.relative_to(folder).as_posix()}", weights)
            except ComposerError as error:
                mistakes += error.diagnostics
                continue
            other = recipes.setdefault(entry.recipe.name, entry)
            if other is not entry:
                message = f"two recipes have the name '{entry.recipe.name}'; the other is {other.places.file}"
                mistakes.append(
                    Diagnostic(Code.RECIPE_DUPLICATE, message, entry.places.at("name"), "rename one of them")
                )
    # Relations are checked only over recipes that can all be read: else each broken one is "missing" elsewhere.
    raise_any(mistakes)
    raise_any(_broken_relations(recipes))
    return Catalog({root: str(folder.absolute()) for root, folder in roots.items()}, MappingProxyType(recipes))


def _recipe_files(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders.sort()
        if RECIPE_FILE in files:
            folders.clear()  # a recipe's own folders hold no recipes
            yield Path(here, RECIPE_FILE)


def _load_weights(folder: Path) -> Mapping[str, Mapping[str, int]]:
    path = folder / WEIGHTS_FILE
    if not path.is_file():
        return {}
    document = read_document(path, "table of weights")
    raise_any(document.mistakes)
    for name, row in document.value.items():
        legal = isinstance(row, dict) and all(
            isinstance(v, int) and not isinstance(v, bool) and v >= 0 for v in row.values()
        )
        if not legal:
            hint = "run tests/bench/measure_weights.py, which writes this file"
            message = f"the weights of '{name}' are not bytes by target"
            raise ComposerError(Diagnostic(Code.RECIPE_BROKEN, message, document.places.at(name), hint))
    return document.value


def _load_recipe(path: Path, folder: str, weights: Mapping[str, Mapping[str, int]]) -> CatalogRecipe:
    document = read_document(path, "recipe")
    recipe = check(Recipe, document)
    raise_any(_broken_recipe(recipe, document, path.parent))
    mistakes: list[Diagnostic] = []
    files = own_files(recipe, document.places, path.parent, mistakes)
    raise_any(mistakes)
    folders = frozenset(name for name in ("include", "src") if (path.parent / name).is_dir())
    weighs = weights.get(recipe.name, {})
    indexes = _load_indexes(recipe, path.parent)
    return CatalogRecipe(recipe, folder, document.places, weighs, files.sources, files.inputs, folders, indexes)


def _load_indexes(recipe: Recipe, folder: Path) -> Mapping[str, LibraryIndex]:
    """By architecture, what is known of the recipe's library."""
    if recipe.library is None:
        return {}
    return Indexes({file.stem: file for file in sorted((folder / INDEX_FOLDER).glob("*.txt"))})


def _broken_recipe(recipe: Recipe, document: Document, folder: Path) -> Iterator[Diagnostic]:
    """Mistakes that one recipe shows alone."""
    places = document.places
    themed = f"{folder.parent.name}-{folder.name}"
    if recipe.name not in (folder.name, themed):
        hint = f"rename the folder, or write `name: {folder.name}` or `name: {themed}`"
        message = f"the recipe '{recipe.name}' stands in a folder called '{folder.name}'"
        yield Diagnostic(Code.RECIPE_BROKEN, message, places.at("name"), hint)
    yield from _broken_boot(recipe, places)
    for key in ("requires", "recommends"):
        for index, need in enumerate(getattr(recipe, key)):
            if need.capability in recipe.provides:
                message = f"the recipe '{recipe.name}' {key} '{need.capability}', which it provides itself"
                yield Diagnostic(Code.RECIPE_SELF_DEPENDENCY, message, places.at(key, index), "remove one of the two")
    yield from broken_sources(recipe, places, folder)
    yield from _neighbours_that_decide(recipe, places)
    for at, name, option in _options_in_conditions(recipe, places):
        if name not in recipe.options:
            hint = hint_for(name, recipe.options, "its options")
            yield Diagnostic(
                Code.RECIPE_BROKEN,
                f"a condition names the option '{name}', which the recipe has not",
                at,
                hint,
            )
        elif complaint := recipe.options[name].complaint(option):
            yield Diagnostic(Code.RECIPE_BROKEN, f"a condition on the option '{name}' {complaint}", at)


def _broken_boot(recipe: Recipe, places: Places) -> Iterator[Diagnostic]:
    """Mistakes in what only recipes have that provide `boot`."""
    if ("boot" in recipe.provides) != (recipe.image is not None):
        message = "a recipe that provides 'boot' has the key 'image', and no other has it"
        yield Diagnostic(Code.RECIPE_BROKEN, message, places.at("image"), "add or remove `image: {entry: …, base: …}`")
    for index, support in enumerate(recipe.supports):
        if support.hosts and recipe.image is None:
            message = "only a recipe that provides 'boot' knows what starts its images"
            yield Diagnostic(Code.RECIPE_BROKEN, message, places.at_key("supports", index, "hosts"), "remove `hosts`")


def _options_in_conditions(recipe: Recipe, places: Places) -> Iterator[tuple[Location, str, object]]:
    """Each option that a condition speaks of, with its place and the value that it must have."""
    for key in ("generate", "build", "requires", "recommends", "init"):
        for index, part in enumerate(getattr(recipe, key)):
            for name, value in part.when.option.items():
                yield places.at_key(key, index, "when", "option", name), name, value


def _neighbours_that_decide(recipe: Recipe, places: Places) -> Iterator[Diagnostic]:
    """Conditions on what else is in the image where they would help to decide just that."""
    for key in ("requires", "recommends"):
        for index, need in enumerate(getattr(recipe, key)):
            for word, capability in need.when.neighbours():
                message = f"whether '{need.capability}' is in the image cannot hang on whether '{capability}' is"
                hint = f"`{word}` stands in the conditions of `build` and `init`; make this part a recipe of its own"
                at = places.at_key(key, index, "when", word)
                yield Diagnostic(Code.RECIPE_BROKEN, message, at, hint)


def _neighbours(recipe: Recipe) -> Iterator[tuple[tuple[str, int, str, str], str]]:
    """Each capability that a condition of `build` or `init` asks for, behind the path of the key that does."""
    for key in ("build", "init"):
        for index, part in enumerate(getattr(recipe, key)):
            for word, capability in part.when.neighbours():
                yield (key, index, "when", word), capability


def _broken_relations(recipes: Mapping[str, CatalogRecipe]) -> Iterator[Diagnostic]:
    """Mistakes that show only beside the other recipes."""
    provided = {capability for entry in recipes.values() for capability in entry.recipe.provides}
    for entry in recipes.values():
        for index, need in enumerate(entry.recipe.requires):
            if need.capability not in provided:
                message = f"the recipe '{entry.recipe.name}' requires '{need.capability}', and no recipe provides it"
                hint = hint_for(need.capability, provided, "capabilities")
                yield Diagnostic(Code.RECIPE_NO_PROVIDER, message, entry.places.at("requires", index), hint)
        for path, capability in _neighbours(entry.recipe):
            if capability not in provided:
                message = f"a condition asks for '{capability}', which no recipe provides"
                hint = hint_for(capability, provided, "capabilities")
                yield Diagnostic(Code.RECIPE_NO_PROVIDER, message, entry.places.at_key(*path), hint)
        for name in sorted(entry.recipe.conflicts - recipes.keys()):
            near = nearest(name, recipes)
            hint = f"did you mean '{near}'?" if near else "remove it, or add that recipe"
            message = f"the recipe '{entry.recipe.name}' conflicts with '{name}', which does not exist"
            yield Diagnostic(Code.RECIPE_BROKEN, message, entry.places.at("conflicts"), hint)
    yield from conflicting_sources(recipes)
    yield from _forced_cycles(recipes)


def _forced_cycles(recipes: Mapping[str, CatalogRecipe]) -> Iterator[Diagnostic]:
    """Loops that no choice of providers could avoid, each told once."""
    told: set[frozenset[str]] = set()
    for target in (Target(platform, arch) for platform, archs in PLATFORMS.items() for arch in archs):
        here = {name: entry for name, entry in recipes.items() if entry.recipe.supported(target)}
        providers: dict[str, list[str]] = {}
        for name, entry in here.items():
            for capability in entry.recipe.provides:
                providers.setdefault(capability, []).append(name)
        only = {capability: names[0] for capability, names in providers.items() if len(names) == 1}
        needs = {
            name: {only[what]: path for what, path in _certain_needs(entry.recipe) if what in only}
            for name, entry in here.items()
        }
        for loop in _loops(needs):
            if frozenset(loop) not in told:
                told.add(frozenset(loop))
                yield _cycle_diagnostic(loop, needs, recipes)


def _certain_needs(recipe: Recipe) -> Iterator[tuple[str, KeyPath]]:
    """Each capability whose provider must come first wherever both are, and the place that says so.

    Sources `with` a capability use its provider as much as one that the recipe requires.
    """
    for path, capability in _neighbours(recipe):
        condition = recipe.build[path[1]].when if path[0] == "build" else recipe.init[path[1]].when
        if condition == Condition.model_validate({"with": capability}):
            yield capability, path
    for index, need in enumerate(recipe.requires):
        if need.when == Condition():
            yield need.capability, ("requires", index)


def _loops(needs: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """One loop through each strongly connected part that a depth-first walk meets, without recursion."""
    done: set[str] = set()
    for start in sorted(needs):
        path: list[str] = []
        todo = [(start, iter(sorted(needs[start])))] if start not in done else []
        path += [start] if todo else []
        while todo:
            name, rest = todo[-1]
            following = next(rest, None)
            if following is None:
                todo.pop()
                path.pop()
                done.add(name)
            elif following in path:
                yield tuple(path[path.index(following) :])
            elif following not in done:
                path.append(following)
                todo.append((following, iter(sorted(needs[following]))))


def _cycle_diagnostic(
    loop: tuple[str, ...], needs: Mapping[str, Mapping[str, KeyPath]], recipes: Mapping[str, CatalogRecipe]
) -> Diagnostic:
    first = loop.index(min(loop))
    ordered = (*loop[first:], *loop[:first])
    chain = " -> ".join((*ordered, ordered[0]))
    following = ordered[1]
    at = recipes[ordered[0]].places.at_key(*needs[ordered[0]][following])
    hint = "move what both need into a recipe of its own"
    return Diagnostic(Code.RECIPE_CYCLE, f"recipes require each other in a loop: {chain}", at, hint)
