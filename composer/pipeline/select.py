"""From the manifest to the set of recipes: two passes, not a loop (DESIGN section 2).

Pass 1 resolves without symbols, which gives the headers of the libc, and compiles the app against them.
Pass 2 resolves again with every symbol that the app's objects use, before any recipe is compiled. What a library with
an index uses in its turn is known as well, so it joins the symbols until there are no more.

With `libc: auto` each C library is tried in its turn; the first against whose headers the app compiles and whose
symbols close is taken.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from composer.errors import Code, ComposerError, Diagnostic, raise_any
from composer.load.options import options_by_recipe
from composer.load.tools import find_tool, missing_tools
from composer.model.linkage import Member, Reach
from composer.model.recipe import Catalog
from composer.model.resolution import Ban, Pin, ReasonKind, Request, Resolution, Want
from composer.model.source import root_of
from composer.model.step import APP, OUT, Step
from composer.model.target import Target
from composer.model.toolchain import Toolchain
from composer.pipeline.formats import wants_of_formats
from composer.pipeline.project import Project
from composer.pipeline.runtime import with_runtime
from composer.pipeline.upstream import expanded, have_tree, wanted_sources
from composer.pipeline.workshop import Workshop
from composer.plan.compile import app_steps, generating, included, library_steps, recipe_steps
from composer.plan.generate import generate_steps, tools_of
from composer.reach.closure import Closure, closure
from composer.reach.diagnose import Exports, diagnose
from composer.reach.fixpoint import undefined
from composer.resolve.resolver import resolve

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A C library that was tried and does not do, and why."""

    libc: str
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is going to be in an image for one target, before the recipes are compiled."""

    target: Target
    toolchain: Toolchain
    resolution: Resolution
    catalog: Catalog  # the project's, with the upstream sources of the resolution's recipes
    app_steps: tuple[Step, ...]
    steps: tuple[Step, ...]  # that compile the app, then those of the recipes
    objects: Mapping[str, str]  # the app's objects: logical path -> digest
    wants: tuple[Want, ...]  # every symbol that the app uses and does not define, and what libraries use for it
    defined: frozenset[str]  # global symbols of the app
    refused: tuple[Refusal, ...] = ()  # C libraries that were tried before
    generate: tuple[Step, ...] = ()  # steps that make sources


def select(workshop: Workshop) -> Selection:
    """Decide on the recipes; raises ComposerError for what cannot be had."""
    project, target = workshop.project, workshop.target
    pinned = workshop.manifest.manifest.libc
    if pinned != AUTO:
        return _select_with(workshop, pinned)
    resolve(request_for(project, target), project.catalog)  # what no C library changes is told at once
    refused: list[Refusal] = []
    libcs = libcs_for(project.catalog, target)
    if len(libcs) == 1:
        return _select_with(workshop, libcs[0])
    for libc in libcs:
        try:
            return replace(_select_with(workshop.on_trial(libc), libc), refused=tuple(refused))
        except ComposerError as error:
            if not _may_fit_elsewhere(error):
                raise
            refused.append(Refusal(libc, error.diagnostics))
    raise ComposerError(*_closest(refused).diagnostics)


def libcs_for(catalog: Catalog, target: Target) -> tuple[str, ...]:
    """Names of the C libraries that `libc: auto` tries for `target`, in their order."""
    found = [
        (entry.recipe.trial, name)
        for name, entry in catalog.recipes.items()
        if entry.recipe.trial is not None and entry.recipe.supported(target)
    ]
    return tuple(name for _, name in sorted(found))


# What another C library may mend: headers and symbols. Anything else would go wrong with each of them.
_ELSEWHERE = frozenset({Code.STEP_FAILED, Code.SYMBOL_MISSING, Code.UNRESOLVABLE})


def _may_fit_elsewhere(error: ComposerError) -> bool:
    return all(diagnostic.code in _ELSEWHERE for diagnostic in error.diagnostics)


def _closest(refused: Sequence[Refusal]) -> Refusal:
    """Of several C libraries the one that lacks least: headers weigh more than symbols, then numbers count."""

    def lack(entry: tuple[int, Refusal]) -> tuple[bool, int, int]:
        number, refusal = entry
        compiles = all(diagnostic.code is not Code.STEP_FAILED for diagnostic in refusal.diagnostics)
        # Of those whose headers do not do, the last one has most of them.
        return (not compiles, len(refusal.diagnostics) if compiles else 0, number if compiles else -number)

    return min(enumerate(refused), key=lack)[1]


def _select_with(workshop: Workshop, libc: str) -> Selection:
    """The selection with that C library; raises ComposerError if it does not do."""
    project, target, here = workshop.project, workshop.target, workshop.manifest
    first = resolve(request_for(project, target, libc), project.catalog)
    app, profile = here.manifest.app, here.manifest.profile
    steps = app_steps(app, here.sources, libc, first, project.catalog, workshop.toolchain, profile)
    folders = set(included(steps))
    have_trees(workshop, first.recipes, {folder.partition("/")[0] for folder in folders})
    makers = {folder.split("/")[1] for folder in folders if folder.startswith(f"{OUT}/")}
    have_trees(workshop, makers)
    generate = generating_steps(first, expanded(project.catalog, makers, workshop.trees), makers)
    made = workshop.run((*generate, *steps), {}, {})
    objects = {step.outputs[0]: made[step.outputs[0]] for step in steps}
    members = tuple(workshop.member(APP, step.outputs[0], objects[step.outputs[0]]) for step in steps)
    exports = exports_for(workshop)
    alone, seen = with_runtime(workshop, members, objects, exports, undefined)
    raise_any(diagnose(_only_unknown(alone, exports), exports, workshop.locator(seen)))
    lines = workshop.lines_of_missing(alone, seen)
    wants = tuple(Want(ReasonKind.SYMBOL, use.symbol, at) for use, at in zip(alone.missing, lines, strict=True))
    draft = Selection(target, workshop.toolchain, first, project.catalog, steps, (), objects, wants, _defined(members))
    return _completed(workshop, draft, libc)


def extend(workshop: Workshop, selection: Selection, wants: Iterable[Want]) -> Selection:
    """`selection` with what the real objects turned out to use beyond what indexes say; raises ComposerError."""
    libc = selection.resolution.providers["libc"]
    return _completed(workshop, replace(selection, wants=(*selection.wants, *wants)), libc)


def _completed(workshop: Workshop, draft: Selection, libc: str) -> Selection:
    """`draft` resolved with its wants and with those of the libraries that they reach, and its steps."""
    project, target, catalog = workshop.project, workshop.target, workshop.project.catalog
    wants = draft.wants
    while True:
        resolution = resolve(request_for(project, target, libc, wants), catalog)
        reached = library_closure(resolution, catalog, [want.what for want in wants], draft.defined)
        known = {want.what for want in wants}
        more = tuple(
            Want(ReasonKind.SYMBOL, symbol, by=user)
            for symbol, user in reached.outside.items()
            if symbol not in known and _is_exported(symbol, catalog, target)
        )
        if not more:
            asked = wants_of_formats(workshop, resolution, catalog, draft.objects, draft.defined)
            more = tuple(want for want in asked if want.what not in known)
        if not more:
            break
        wants += more
    have_trees(workshop, resolution.recipes)
    catalog = expanded(catalog, resolution.recipes, workshop.trees)
    profile = workshop.manifest.manifest.profile
    steps = (
        *draft.app_steps,
        *recipe_steps(resolution, catalog, workshop.toolchain, profile),
        *library_steps(resolution, catalog, workshop.toolchain, profile, reached.units),
    )
    generate = generating_steps(resolution, catalog, resolution.recipes)
    return replace(draft, resolution=resolution, catalog=catalog, steps=steps, wants=wants, generate=generate)


def library_closure(
    resolution: Resolution, catalog: Catalog, wanted: Iterable[str], defined: frozenset[str]
) -> Closure:
    """How far `wanted` symbols reach into the libraries of `resolution`."""
    arch = resolution.target.arch
    recipes = [catalog.recipes[name] for name in resolution.recipes]
    libraries = {entry.recipe.name: entry.indexes[arch] for entry in recipes if arch in entry.indexes}
    roots = [symbol for entry in recipes if entry.recipe.library for symbol in entry.recipe.library.roots]
    others = {symbol for entry in recipes for symbol in entry.recipe.exports}
    return closure(libraries, [*wanted, *roots], defined | others)


def have_trees(workshop: Workshop, names: Iterable[str], roots: Container[str] | None = None) -> None:
    """Have the upstream sources of the recipes `names` here, of which `roots` alone if that is given."""
    for source, wanted in wanted_sources(names, workshop.project.catalog).items():
        if source not in workshop.trees and (roots is None or root_of(source) in roots):
            search = workshop.project.settings.search
            workshop.trees[source] = have_tree(wanted, workshop.store, search, workshop.reporter)


def generating_steps(resolution: Resolution, catalog: Catalog, names: Container[str]) -> tuple[Step, ...]:
    """The steps that make sources for the recipes `names`; raises ComposerError for a program that is not here."""
    entries = [(entry, made) for entry, _, made in generating(resolution, catalog) if entry.recipe.name in names]
    wanted = {tool for _, made in entries for tool in tools_of(made)}
    tools = {name: found for name in sorted(wanted) if (found := find_tool(name)) is not None}
    raise_any(mistake for entry, made in entries for mistake in missing_tools(entry, made, tools_of(made), tools))
    return generate_steps(resolution, catalog, tools, names)


def _defined(members: Iterable[Member]) -> frozenset[str]:
    return frozenset(s.name for member in members for s in member.index.symbols if s.binding != "local")


def request_for(project: Project, target: Target, libc: str | None = None, symbols: tuple[Want, ...] = ()) -> Request:
    """The manifest as a question to the resolver; with `libc`, the C library that is being tried."""
    here = project.loaded.manifest_for(target)
    manifest, places = here.manifest, here.places
    wants = [
        Want(ReasonKind.TARGET, "boot", here.target_at),
        Want(ReasonKind.REQUESTED, "libc", places.at("libc")),
        *symbols,
    ]
    pins = (Pin(manifest.libc, places.at("libc")),) if manifest.libc != AUTO else ()
    if libc is not None and not pins:
        pins = (Pin(libc, is_named=False),)
    bans = (Ban("net.stack", places.at("network")),) if manifest.network == "none" else ()
    return Request(target, here.target_at, tuple(wants), pins, bans, options_by_recipe(manifest))


def _only_unknown(alone: Reach, exports: Exports) -> Reach:
    """`alone` with those missing symbols only that no recipe for the target exports."""
    return replace(alone, missing=tuple(use for use in alone.missing if not exports.can_have(use.symbol)))


def _is_exported(symbol: str, catalog: Catalog, target: Target) -> bool:
    return any(
        symbol in entry.exports(target.arch) for entry in catalog.recipes.values() if entry.recipe.supported(target)
    )


def exports_for(workshop: Workshop) -> Exports:
    """Who has what for the workshop's target, and what this machine lacks."""
    exports = exports_of(workshop.project.catalog, workshop.target)
    return replace(exports, runtime_hint=workshop.toolchain.runtime.install)


def exports_of(catalog: Catalog, target: Target) -> Exports:
    """Who in the catalog exports what."""
    found: dict[str, list[str]] = {}
    for name in sorted(catalog.recipes):
        for symbol in catalog.recipes[name].exports(target.arch):
            found.setdefault(symbol, []).append(name)
    unsupported = frozenset(n for n, entry in catalog.recipes.items() if not entry.recipe.supported(target))
    return Exports({symbol: tuple(names) for symbol, names in found.items()}, unsupported, str(target))
