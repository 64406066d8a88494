"""Files that recipes name: their own, those of upstream trees, and those that they generate; what can be wrong with each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from composer.errors import Code, Diagnostic, Location
from composer.load.globs import GlobFault, expand, leads_outside
from composer.load.paths import display_path
from composer.load.suggest import hint_for
from composer.model.recipe import GENERATED, BuildEntry, CatalogRecipe, Condition, Generate, Recipe
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
    yield from _broken_generate(recipe, places)
    for path, word in recipe.words():
        wanted = upstream_id(word)
        if wanted is not None and wanted not in known:
            message = f"'{word}' is a file of the source '{wanted}', which the recipe has not"
            hint = hint_for(wanted, known, "its sources") if known else "add it under `sources:`"
            yield Diagnostic(Code.RECIPE_BROKEN, message, places.at(*path), hint)
        elif wanted is not None and _leads_up(word):
            message = f"the source '{word}' leads outside the upstream tree"
            yield Diagnostic(Code.RECIPE_SOURCE_MISSING, message, places.at(*path), "leave out the `..`")


def outward_folders(recipe: Recipe, places: Places, folder: Path) -> Iterator[Diagnostic]:
    """Folders of headers that a recipe in `folder` calls its own and that lie elsewhere."""
    for path, word in recipe.words():
        is_own = upstream_id(word) is None and not recipe.is_generated(word)
        if is_own and (path[0] == "public" or "include" in path) and leads_outside(folder, word):
            message = f"the folder '{word}' leads outside the recipe's folder"
            hint = "copy it here, or require the recipe that it belongs to"
            yield Diagnostic(Code.RECIPE_SOURCE_MISSING, message, places.at(*path), hint)


def _broken_generate(recipe: Recipe, places: Places) -> Iterator[Diagnostic]:
    makers: dict[str, list[Condition]] = {}
    for number, made in enumerate(recipe.generate):
        programs = [("argv", 0), *(("tools", index) for index in range(len(made.tools)))]
        for key, index in programs:
            word = getattr(made, key)[index]
            if "/" in word:
                message = f"'{word}' is a path, and programs that make sources are named and found on the PATH"
                hint = "write `argv: [sh, -c, ./configure]` for one that the sources bring along"
                yield Diagnostic(Code.RECIPE_BROKEN, message, places.at("generate", number, key, index), hint)
        for index, word in enumerate((made.folder, *made.outputs), -1):
            at = places.at("generate", number, *(("folder",) if index < 0 else ("outputs", index)))
            if _leads_up(word):
                yield Diagnostic(Code.RECIPE_BROKEN, f"'{word}' leads outside the folder in which the step runs", at)
            others = makers.setdefault(word, []) if index >= 0 else []
            if (others and Condition() in (made.when, *others)) or made.when in others:
                yield Diagnostic(Code.RECIPE_BROKEN, f"'{word}' is made twice", at, "let each entry make other files")
            others.append(made.when)
    yield from _never_generated(recipe, places, makers)


def _never_generated(recipe: Recipe, places: Places, outputs: Iterable[str]) -> Iterator[Diagnostic]:
    """Sources and inputs that are said to be generated and are not."""
    known = set(outputs)
    for path, word in recipe.words():
        is_folder = path[0] == "public" or "include" in path
        name = word.removeprefix(f"{GENERATED}/")
        if recipe.is_generated(word) and not is_folder and name not in known:
            hint = hint_for(name, known, "generated files")
            yield Diagnostic(Code.RECIPE_BROKEN, f"nothing generates '{name}'", places.at(*path), hint)


def _leads_up(word: str) -> bool:
    pure = PurePosixPath(word)
    return pure.is_absolute() or ".." in pure.parts


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


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """What a recipe's words mean of its own folder, entry by entry."""

    sources: tuple[tuple[str, ...], ...]
    inputs: tuple[tuple[str, ...], ...]


def own_files(recipe: Recipe, places: Places, folder: Path, mistakes: list[Diagnostic]) -> OwnFiles:
    """Expand the words of `build` and `generate`, but those of upstream trees, which are not there yet.

    A word that matches nothing is added to `mistakes`.
    """

    def expanded(words: Iterable[tuple[tuple[str | int, ...], str]]) -> tuple[str, ...]:
        found: set[str] = set()
        for path, word in words:
            if recipe.is_generated(word):
                found.add(word)
            elif upstream_id(word) is None:
                found.update(_expanded(word, folder, places.at(*path), mistakes))
        return tuple(sorted(found))

    return OwnFiles(
        tuple(expanded(words_of_build(number, entry)) for number, entry in enumerate(recipe.build)),
        tuple(expanded(words_of_generate(number, made)) for number, made in enumerate(recipe.generate)),
    )


def words_of_build(number: int, entry: BuildEntry) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The sources of the build entry with that number, each with its key path."""
    for key, words in (("c", entry.c), ("asm", entry.asm)):
        yield from ((("build", number, key, index), word) for index, word in enumerate(words))


def words_of_generate(number: int, made: Generate) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The inputs of the entry of `generate` with that number, each with its key path."""
    yield from ((("generate", number, "inputs", index), word) for index, word in enumerate(made.inputs))


def _expanded(word: str, folder: Path, at: Location, mistakes: list[Diagnostic]) -> tuple[str, ...]:
    found = expand(folder, word)
    if found.fault is not None:
        what = "matches no file" if found.fault is GlobFault.MISSING else "leads outside the recipe's folder"
        hint = f"sources are named relative to {display_path(folder)}"
        mistakes.append(Diagnostic(Code.RECIPE_SOURCE_MISSING, f"the source '{word}' {what}", at, hint))
    return found.files
