"""The catalog: every recipe below a folder, checked as a whole before anybody resolves with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.load.check import check
from composer.load.document import Document, read_document
from composer.load.globs import leads_outside
from composer.load.library import Indexes
from composer.load.paths import display_path
from composer.load.sources import broken_sources, conflicting_sources, outward_folders, own_files
from composer.load.suggest import hint_for, nearest
from composer.model.library import LibraryIndex
from composer.model.recipe import Catalog, CatalogRecipe, Condition, Recipe
from composer.model.step import RECIPES, SHIPPED
from composer.model.target import PLATFORMS, Target
from composer.model.value import KeyPath, Places

RECIPE_FILE = "recipe.yaml"
WEIGHTS_FILE = "weights.yaml"
_Weights = Mapping[str, Mapping[str, int]]  # a recipe, or its option as "recipe.option=value", and a target
INDEX_FOLDER = "index"
FIRST_OUTSIDE = f"{RECIPES}-1"  # the root of the first folder from outside
_OWN_FOLDERS = ("include", "src")


@dataclass(frozen=True, slots=True)
class Outside:
    """A folder of recipes besides the shipped ones."""

    word: str  # as it was given
    folder: Path  # absolute
    at: Location  # where it was given

    @property
    def origin(self) -> str:
        """How images name it: as it was given, but never by a path of this machine."""
        return PurePosixPath(self.word).name if PurePosixPath(self.word).is_absolute() else self.word


def outside(word: str, base: Path, at: Location) -> Outside:
    """The folder that is called `word` from the folder `base`."""
    return Outside(word, Path(os.path.normpath(base.absolute() / word)), at)


class Catalogs:
    """The shipped recipes with those of any folders; each folder is read once."""

    def __init__(self, shipped: Path, given: Sequence[Outside] = ()) -> None:
        self._shipped = shipped.absolute()
        self._given = tuple(given)
        self._read: dict[tuple[str, Path], tuple[CatalogRecipe, ...]] = {}
        self._made: dict[tuple[Path, ...], Catalog] = {}

    def having(self, more: Sequence[Outside] = ()) -> Catalog:
        """The shipped recipes with those in the folders `more` and in the given ones; raises ComposerError with all mistakes."""
        folders = {one.folder: one for one in reversed((*more, *self._given))}
        ordered = dict(reversed(folders.items()))
        if tuple(ordered) not in self._made:
            self._made[tuple(ordered)] = self._made_of([*ordered.values()])
        return self._made[tuple(ordered)]

    def _made_of(self, ordered: Sequence[Outside]) -> Catalog:
        mistakes: list[Diagnostic] = []
        recipes = _named(self._entries(RECIPES, self._shipped), mistakes)
        roots = {RECIPES: str(self._shipped)}
        for number, one in enumerate(ordered, 1):
            root = f"{RECIPES}-{number}"
            roots[root] = str(one.folder)
            try:
                entries = self._entries(root, one.folder) if one.folder.is_dir() else ()
            except ComposerError as error:
                mistakes += error.diagnostics
                continue
            mistakes += _wrong_folder(one, entries)
            for entry in _named(entries, mistakes).values():
                _add(replace(entry, origin=one.origin), recipes, mistakes)
        return _related(roots, recipes, mistakes)

    def _entries(self, root: str, folder: Path) -> tuple[CatalogRecipe, ...]:
        if (root, folder) not in self._read:
            self._read[root, folder] = _read_folder(root, folder)
        return self._read[root, folder]


def _read_folder(root: str, folder: Path) -> tuple[CatalogRecipe, ...]:
    """Every recipe in `folder` or below it; `root` is its logical name. Raises ComposerError with all mistakes found."""
    if not folder.is_dir():
        hint = "name a folder that holds one folder per recipe"
        at = Location(display_path(folder))
        raise ComposerError(Diagnostic(Code.FILE_MISSING, "there is no such folder of recipes", at, hint))
    found: list[CatalogRecipe] = []
    mistakes: list[Diagnostic] = []
    weights = _load_weights(folder)
    for path in _recipe_files(folder):
        try:
            found.append(_load_recipe(path, str(PurePosixPath(root, path.parent.relative_to(folder))), weights))
        except ComposerError as error:
            mistakes += error.diagnostics
    raise_any(mistakes)
    return tuple(found)


def _named(entries: Iterable[CatalogRecipe], mistakes: list[Diagnostic]) -> dict[str, CatalogRecipe]:
    """The recipes of one folder by name."""
    recipes: dict[str, CatalogRecipe] = {}
    for entry in entries:
        other = recipes.setdefault(entry.recipe.name, entry)
        if other is not entry:
            mistakes.append(_clash(entry, other, "rename one of them"))
    return recipes


def _clash(entry: CatalogRecipe, other: CatalogRecipe, hint: str) -> Diagnostic:
    message = f"two recipes have the name '{entry.recipe.name}'; the other is {other.places.file}"
    return Diagnostic(Code.RECIPE_DUPLICATE, message, entry.places.at("name"), hint)


def _wrong_folder(one: Outside, entries: Sequence[CatalogRecipe]) -> Iterator[Diagnostic]:
    """Mistakes of a folder from outside as a whole."""
    shown = display_path(one.folder)
    if not one.folder.is_dir():
        where = "" if str(one.at) == shown else f": {shown}"
        hint = "name a folder that holds one folder per recipe"
        yield Diagnostic(Code.FILE_MISSING, f"there is no such folder of recipes{where}", one.at, hint)
    elif not entries:
        hint = f"a recipe is a folder with a {RECIPE_FILE}; `compose recipes new NAME --from FOLDER` writes one"
        yield Diagnostic(Code.FILE_MISSING, f"there is no recipe in {shown} or below it", one.at, hint)


def _add(entry: CatalogRecipe, recipes: dict[str, CatalogRecipe], mistakes: list[Diagnostic]) -> None:
    """Add a recipe from outside, perhaps in the place of a shipped one."""
    name = entry.recipe.name
    other = recipes.get(name)
    if other is not None and other.origin != SHIPPED:
        hint = "rename one of them, or leave one of the folders out"
        mistakes.append(_clash(entry, other, hint))
    elif other is not None and not entry.recipe.replaces:
        message = f"the recipe '{name}' has the name of a shipped one, {other.places.file}"
        hint = "rename it and its folder, or write `replaces: true` to have it in the place of that one"
        mistakes.append(Diagnostic(Code.RECIPE_DUPLICATE, message, entry.places.at("name"), hint))
    elif other is None and entry.recipe.replaces:
        message = f"the recipe '{name}' replaces a shipped one, and none is called so"
        at = entry.places.at_key("replaces")
        mistakes.append(Diagnostic(Code.RECIPE_BROKEN, message, at, hint_for(name, recipes, "some of them")))
    else:
        if other is not None and (lost := sorted(other.recipe.provides - entry.recipe.provides)):
            message = f"the recipe '{name}' does not provide {_listed(lost)}, as the shipped one does that it replaces"
            hint = "add it: other recipes ask for it"
            mistakes.append(Diagnostic(Code.RECIPE_BROKEN, message, entry.places.at("provides"), hint))
        recipes[name] = replace(entry, replaced="" if other is None else other.recipe.version)


def _listed(words: Iterable[str]) -> str:
    return " and ".join(f"'{word}'" for word in words)


def _related(roots: Mapping[str, str], recipes: dict[str, CatalogRecipe], mistakes: list[Diagnostic]) -> Catalog:
    """The catalog of these recipes; raises ComposerError with `mistakes`, or with what is wrong between them."""
    # Relations are checked only over recipes that can all be read: else each broken one is "missing" elsewhere.
    raise_any(mistakes)
    for entry in recipes.values():
        if entry.recipe.replaces and entry.origin == SHIPPED:
            message = "only a recipe from outside can replace a shipped one"
            mistakes.append(Diagnostic(Code.RECIPE_BROKEN, message, entry.places.at_key("replaces"), "remove it"))
    raise_any([*mistakes, *_broken_relations(recipes)])
    return Catalog(roots, MappingProxyType(recipes))


def _recipe_files(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders.sort()
        if RECIPE_FILE in files:
            folders.clear()  # a recipe's own folders hold no recipes
            yield Path(here, RECIPE_FILE)


def _load_weights(folder: Path) -> _Weights:
    path = folder / WEIGHTS_FILE
    if not path.is_file():
        return {}
    document = read_document(path, "table of weights")
    raise_any(document.mistakes)
    for name, row in document.value.items():
        legal = isinstance(row, dict) and all(
            isinstance(v, int) and not isinstance(v, bool) and (v >= 0 or "=" in name) for v in row.values()
        )
        if not legal:
            hint = "run tests/bench/measure_weights.py, which writes this file"
            message = f"the weights of '{name}' are not bytes by target"
            raise ComposerError(Diagnostic(Code.RECIPE_BROKEN, message, document.places.at(name), hint))
    return document.value


def _weights_of_options(name: str, weights: _Weights) -> _Weights:
    return {key.removeprefix(f"{name}."): row for key, row in weights.items() if key.startswith(f"{name}.")}


def _load_recipe(path: Path, folder: str, weights: _Weights) -> CatalogRecipe:
    document = read_document(path, "recipe")
    recipe = check(Recipe, document)
    raise_any(_broken_recipe(recipe, document, path.parent))
    mistakes = [*_outward_links(path), *outward_folders(recipe, document.places, path.parent)]
    files = own_files(recipe, document.places, path.parent, mistakes)
    raise_any(mistakes)
    folders = frozenset(name for name in _OWN_FOLDERS if (path.parent / name).is_dir())
    return CatalogRecipe(
        *(recipe, folder, document.places),
        weights=weights.get(recipe.name, {}),
        option_weights=_weights_of_options(recipe.name, weights),
        sources=files.sources,
        inputs=files.inputs,
        folders=folders,
        indexes=_load_indexes(recipe, path.parent),
    )


def _outward_links(path: Path) -> Iterator[Diagnostic]:
    """What is a recipe's by its name and leads away from its folder."""
    for name in (RECIPE_FILE, *_OWN_FOLDERS):
        link = path.parent / name
        if link.is_symlink() and leads_outside(path.parent, name):
            hint = "copy what it leads to: a recipe is whole in its folder"
            message = f"'{name}' is a link that leads outside the recipe's folder"
            yield Diagnostic(Code.RECIPE_SOURCE_MISSING, message, Location(display_path(link)), hint)


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
