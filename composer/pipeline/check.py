"""`compose recipes check`: whether a recipe is what it says of itself.

What can be seen in its folder is looked at once. Then its sources are compiled for each target, as an image with it would
have them compiled, and from what it exports everything is followed that its objects use. Recipes with a library's index
are not compiled: which of their sources an image has, and what for, the index says, and a test compares it with objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.load.document import read_document
from composer.load.licence import wrong_licence
from composer.load.paths import display_path
from composer.model.cause import Cause
from composer.model.linkage import NO_MEMBER
from composer.model.recipe import Catalog, CatalogRecipe, Recipe
from composer.model.resolution import Resolution
from composer.model.step import OUT, TEXT
from composer.model.target import Target
from composer.model.value import Places
from composer.pipeline.alone import (
    MAIN,
    Compiled,
    brief,
    compile_recipe,
    complaint_in,
    header_files,
    open_alone,
    user_of,
)
from composer.pipeline.libc import LIBC
from composer.pipeline.runtime import RESERVED
from composer.pipeline.settings import Settings
from composer.pipeline.sources import have_trees
from composer.pipeline.workshop import Workshop
from composer.plan.compile import compile_step, public_includes

# Functions that compilers call unasked, and that each C library has.
_UNASKED = frozenset({"memcpy", "memmove", "memset", "memcmp", "strlen"})


def check_folder(entry: CatalogRecipe) -> Iterator[Diagnostic]:
    """What can be seen to be wrong without compiling anything."""
    recipe, places = entry.recipe, entry.places
    if (wrong := wrong_licence(recipe.license)) is not None:
        yield Diagnostic(Code.RECIPE_LICENCE, f"licence: {wrong[0]}", places.at("license"), wrong[1])
    yield from _unused_options(recipe, places, Path(places.file).parent)


def _unused_options(recipe: Recipe, places: Places, folder: Path) -> Iterator[Diagnostic]:
    """Options that no condition asks for and whose macro stands in no file of the recipe."""
    lists = (recipe.generate, recipe.build, recipe.requires, recipe.recommends, recipe.init)
    asked = {name for parts in lists for part in parts for name in part.when.option}
    left = {name: f"OPTION_{name.upper().replace('-', '_')}" for name in recipe.options if name not in asked}
    for file in sorted(folder.rglob("*")) if left else ():
        if file.is_file():
            words = set(re.findall(rb"OPTION_\w+", file.read_bytes()))
            left = {name: macro for name, macro in left.items() if macro.encode() not in words}
    for name, macro in left.items():
        message = f"the option '{name}' changes nothing: no condition asks for it and no file has {macro}"
        hint = "use the macro, add a `when: {option: …}`, or remove the option"
        yield Diagnostic(Code.RECIPE_UNUSED, message, places.at_key("options", name), hint)


def check_compiled(entry: CatalogRecipe, found: Sequence[Compiled], catalog: Catalog) -> Iterator[Diagnostic]:
    """What its objects tell of a recipe, over all targets for which it was compiled."""
    yield from _never_defined(entry, found)
    yield from _not_exported(entry, found)
    yield from _not_required(entry, found, catalog)
    yield from _required_in_vain(entry, found, catalog)


def _never_defined(entry: CatalogRecipe, found: Sequence[Compiled]) -> Iterator[Diagnostic]:
    """Symbols that it says it has, and that none of its objects defines on any target."""
    missing = frozenset.intersection(
        *(frozenset(u.symbol for u in one.reached.missing if u.because.cause is Cause.ROOT) for one in found)
    )
    hint = "add the source that does, or remove it"
    for symbol, at in _exports_with_places(entry):
        if symbol in missing and not any(symbol in one.left for one in found):
            message = f"'{symbol}' is exported, and none of the recipe's sources defines it"
            yield Diagnostic(Code.RECIPE_EXPORTS, message, at, hint)
    for number, call in enumerate(entry.recipe.init):
        if call.call in missing:
            message = f"the init call '{call.call}' is defined by none of the recipe's sources"
            yield Diagnostic(Code.RECIPE_EXPORTS, message, entry.places.at("init", number), hint)
    if MAIN in missing:
        message = "a recipe that provides 'app' has the function 'main', and none of its sources defines it"
        yield Diagnostic(Code.RECIPE_EXPORTS, message, entry.places.at("provides"), hint)


def _exports_with_places(entry: CatalogRecipe) -> Iterator[tuple[str, Location]]:
    value = read_document(Path(entry.places.file), "recipe").value
    yield from ((symbol, entry.places.at("exports", n)) for n, symbol in enumerate(value.get("exports", ())))
    for number, group in enumerate(entry.recipe.absent):
        yield from ((symbol, entry.places.at("absent", number, "symbols", n)) for n, symbol in enumerate(group.symbols))


def _not_exported(entry: CatalogRecipe, found: Sequence[Compiled]) -> Iterator[Diagnostic]:
    """Functions that its public headers offer and nobody may call."""
    known = entry.recipe.exports | {call.call for call in entry.recipe.init}
    told: set[str] = set()
    for one in found:
        for symbol in sorted(one.defined - known - told):
            for file, text in one.public.items():
                declared = re.search(rf"\b{re.escape(symbol)}\s*[(\[;,=]", text)
                if declared is not None and not _is_macro(text, declared.start()):
                    told.add(symbol)
                    at = Location(file, text.count("\n", 0, declared.start()) + 1)
                    message = f"'{symbol}' stands in a public header and is defined, but not exported"
                    hint = f"add it to `exports` ({entry.places.at('exports')}), or move it to a header of src/"
                    yield Diagnostic(Code.RECIPE_EXPORTS, message, at, hint)
                    break


def _is_macro(text: str, place: int) -> bool:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line.lstrip().startswith("#")


def _not_required(entry: CatalogRecipe, found: Sequence[Compiled], catalog: Catalog) -> Iterator[Diagnostic]:
    """Symbols of recipes that it does not require."""
    told: set[str] = set()
    for one in found:
        near = _closure(entry.recipe.name, one.resolution, catalog)
        for use, at in zip(one.reached.missing, one.places, strict=True):
            owners = one.exports.recipes.get(use.symbol, ())
            if use.symbol in told or use.because.member == NO_MEMBER or not owners:
                continue
            if use.symbol in _UNASKED or use.symbol.startswith(RESERVED) or use.because.cause is Cause.KIND:
                continue
            if use.symbol not in one.declared and not any(_is_known(owner, near, catalog) for owner in owners):
                told.add(use.symbol)
                what = sorted(catalog.recipes[owners[0]].recipe.provides)
                message = (
                    f"{user_of(use, one.reached)} uses '{use.symbol}' of the recipe {owners[0]}, which is not required"
                )
                hint = f"add `{what[0]}` to `requires`" if what else None
                yield Diagnostic(Code.RECIPE_UNDECLARED, message, at or entry.places.at("requires"), hint)


def _closure(name: str, resolution: Resolution, catalog: Catalog) -> frozenset[str]:
    """The recipe with all that it requires, recommends or is compiled with, as far as the image has it."""
    found = [name]
    for current in found:
        recipe = catalog.recipes[current].recipe
        needs = {need.capability for need in (*recipe.requires, *recipe.recommends)}
        needs |= {what for parts in (recipe.build, recipe.init) for part in parts for _, what in part.when.neighbours()}
        found += sorted({resolution.providers[n] for n in needs if n in resolution.providers} - {*found})
    return frozenset(found)


def _is_known(owner: str, near: frozenset[str], catalog: Catalog) -> bool:
    """Whether who requires `near` may use symbols of `owner`; boot's are declared in the contracts."""
    return owner in near or "boot" in catalog.recipes[owner].recipe.provides


def _is_of_libc(recipe: Recipe) -> bool:
    return any(what.partition(".")[0] == LIBC for what in recipe.provides)


def _required_in_vain(entry: CatalogRecipe, found: Sequence[Compiled], catalog: Catalog) -> Iterator[Diagnostic]:
    """Requirements that none of its objects uses anything of."""
    for number, need in enumerate(entry.recipe.requires):
        providers = [(one, one.resolution.providers.get(need.capability)) for one in found]
        judged = [(one, name) for one, name in providers if name is not None and _can_be_used(name, one, catalog)]
        if judged and all(one.members for one in found) and not any(_uses(one, name, catalog) for one, name in judged):
            message = f"'{need.capability}' is required, and the recipe uses no header and no symbol of it"
            hint = "remove it; or write `recommends` if it must be there though nothing calls it"
            yield Diagnostic(Code.RECIPE_UNUSED, message, entry.places.at("requires", number), hint)


def _can_be_used(name: str, one: Compiled, catalog: Catalog) -> bool:
    """Whether a recipe has anything that another could use; a hook has not."""
    entry, arch = catalog.recipes[name], one.resolution.target.arch
    return bool(entry.exports(arch) or entry.public(arch))


def _uses(one: Compiled, name: str, catalog: Catalog) -> bool:
    if name in one.touched:
        return True
    if LIBC not in catalog.recipes[name].recipe.provides:
        return False
    return any(_is_of_libc(catalog.recipes[other].recipe) for other in one.touched)


def check_headers(workshop: Workshop, name: str, one: Compiled) -> Iterator[Diagnostic]:
    """Public headers that do not compile alone; those of other projects are as they are."""
    catalog = workshop.project.catalog
    folders = public_includes(name, one.resolution, catalog, itself=True)
    patient = workshop.on_trial("headers")
    for header in header_files(workshop, name, own_only=True):
        path = _logical(header, catalog)
        owner = next(public for public in folders if path.startswith(f"{public}/"))
        text, output = f"{TEXT}/{path}.c", f"{OUT}/{name}/headers/{path}.o"
        step = compile_step(workshop.toolchain, "size", text, output, name, folders, ())
        try:
            patient.run((step,), {text: f'#include "{path.removeprefix(f"{owner}/")}"\n'.encode()}, {})
        except ComposerError as error:
            if (said := complaint_in(error.diagnostics[0])) is None:
                raise
            shown = display_path(header)
            at = said[0] if said[0].file == shown else Location(shown)
            message = f"the header does not compile alone: {said[1]}"
            yield Diagnostic(Code.RECIPE_HEADER, message, at, "include in it what it uses")


def _logical(file: Path, catalog: Catalog) -> str:
    root, folder = next((root, folder) for root, folder in catalog.roots.items() if file.is_relative_to(folder))
    return f"{root}/{file.relative_to(folder).as_posix()}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one recipe."""

    entry: CatalogRecipe
    targets: tuple[Target, ...]  # for which it was compiled
    passed_by: tuple[Target, ...]  # that it supports and that this machine has no compiler for
    findings: tuple[Diagnostic, ...]  # by their places


def check(
    entry: CatalogRecipe,
    catalog: Catalog,
    among: Iterable[Target],
    settings: Settings,
    store: Store,
    reporter: Reporter,
) -> Checked:
    """Look at a recipe, for those `among` targets that it supports. What is wrong with it is in the value.

    Raises ComposerError if no target is left, for this machine has no compiler.
    """
    targets = [target for target in among if entry.recipe.supported(target)]
    found = list(check_folder(entry))
    compiled: list[Compiled] = []
    done: list[Target] = []
    lack: list[Diagnostic] = []
    for target in targets:
        try:
            workshop = open_alone(catalog, entry.recipe.name, target, settings, store, reporter)
        except ComposerError as error:
            lack += error.diagnostics
            continue
        done.append(target)
        try:
            compiled += _compiled(workshop, entry, found)
        except ComposerError as error:
            found += (brief(diagnostic) for diagnostic in error.diagnostics)
    if lack and not done:
        raise ComposerError(*lack)
    if compiled and len(compiled) == len(done):  # what is unused on one target may be used on the one that fails
        found += check_compiled(entry, compiled, catalog)
    return Checked(entry, tuple(done), tuple(t for t in targets if t not in done), in_order(found))


def _compiled(workshop: Workshop, entry: CatalogRecipe, found: list[Diagnostic]) -> Iterator[Compiled]:
    """The recipe compiled, if it is no library whose index tells; findings that only this target shows go to `found`."""
    name = entry.recipe.name
    if entry.recipe.library is not None:
        have_trees(workshop, [name])
        return
    one = compile_recipe(workshop, name)
    found += check_headers(workshop, name, one)
    yield one


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each finding once, by its place."""
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.at or Location(""), one.code.id)))
