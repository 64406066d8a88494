"""From the manifest to the set of recipes: two passes, not a loop (DESIGN section 2).

Pass 1 resolves without symbols, which gives the headers of the libc, and compiles the app against them.
Pass 2 resolves again with every symbol that the app's objects use, before any recipe is compiled. What a library with
an index uses in its turn is known as well, so it joins the symbols until there are no more.

With `libc: auto` each C library is tried in its turn; the first against whose headers the app compiles and whose
symbols close is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from composer.errors import Code, Diagnostic, Location, raise_any
from composer.layout.script import DEFINED_SYMBOLS
from composer.load.options import options_by_recipe
from composer.model.linkage import NO_MEMBER, Member, Reach, Use
from composer.model.manifest import App
from composer.model.recipe import Catalog, Recipe
from composer.model.resolution import Ban, Pin, ReasonKind, Request, Resolution, Want
from composer.model.step import APP, OUT, RUNTIME, Step
from composer.model.target import Target
from composer.model.toolchain import Toolchain
from composer.pipeline.exports import exports_for
from composer.pipeline.formats import wants_of_formats
from composer.pipeline.inline_calls import refused_calls
from composer.pipeline.libc import AUTO, LIBC, Refusal, advice_on_headers, closest, libcs_for, trial
from composer.pipeline.network import unused_network, wants_of_network
from composer.pipeline.project import Project
from composer.pipeline.runtime import with_runtime
from composer.pipeline.sources import generating_steps, have_trees
from composer.pipeline.upstream import expanded
from composer.pipeline.workshop import Workshop
from composer.plan.compile import app_steps, included, library_steps, recipe_steps
from composer.reach.closure import Closure, closure
from composer.reach.diagnose import Exports, diagnose
from composer.reach.fixpoint import undefined


@dataclass(frozen=True, slots=True)
class Selection:
    """What is going to be in an image for one target, before the recipes are compiled."""

    target: Target
    toolchain: Toolchain
    resolution: Resolution
    catalog: Catalog  # the project's, with the upstream sources of the resolution's recipes
    exports: Exports  # who has which symbol, with the C library of the resolution
    app_steps: tuple[Step, ...]
    steps: tuple[Step, ...]  # that compile the app, then those of the recipes
    objects: Mapping[str, str]  # the app's objects: logical path -> digest
    wants: tuple[Want, ...]  # every symbol that the app uses and does not define, and what libraries use for it
    defined: frozenset[str]  # global symbols of the app
    refused: tuple[Refusal, ...] = ()  # C libraries that were tried before
    generate: tuple[Step, ...] = ()  # steps that make sources
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by library, its sources that are reached

    @property
    def libc(self) -> str:
        """The C library that was chosen."""
        return self.resolution.providers[LIBC]

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the upstream sources of its recipes, sorted."""
        entries = (self.catalog.recipes[name] for name in self.resolution.recipes)
        return tuple(sorted({source.id for entry in entries for source in entry.recipe.sources}))


def select(workshop: Workshop) -> Selection:
    """Decide on the recipes; raises ComposerError for what cannot be had."""
    selection = _selected(workshop)
    raise_any(unused_network(workshop.manifest, selection.resolution))
    return selection


def _selected(workshop: Workshop) -> Selection:
    project, target = workshop.project, workshop.target
    pinned = workshop.manifest.manifest.libc
    if pinned != AUTO:
        with advice_on_headers(pinned):
            return _select_with(workshop, pinned)
    workshop.resolve(request_for(project, target))  # what no C library changes is told at once
    refused: list[Refusal] = []
    for libc in libcs_for(project.catalog, target):
        with trial(libc, refused):
            return replace(_select_with(workshop.on_trial(libc), libc), refused=tuple(refused))
    raise closest(refused)


def _select_with(workshop: Workshop, libc: str) -> Selection:
    """The selection with that C library; raises ComposerError if it does not do."""
    project, target = workshop.project, workshop.target
    first = workshop.resolve(request_for(project, target, libc))
    steps = _first_steps(workshop, libc, first)
    objects = made_of(workshop, first, steps)
    members = tuple(workshop.member(step.asker, step.outputs[0], objects[step.outputs[0]]) for step in steps)
    exports = exports_for(workshop, libc)
    alone, seen = with_runtime(workshop, members, objects, exports, undefined)
    raise_any(diagnose(_only_unknown(alone, exports), exports, workshop.locator(seen)))
    raise_any(refused_calls(workshop, alone, seen))
    lines = workshop.lines_of_missing(alone, seen)
    wants = tuple(
        Want(ReasonKind.SYMBOL, use.symbol, at, asker(alone, use)) for use, at in zip(alone.missing, lines, strict=True)
    )
    draft = Selection(
        target, workshop.toolchain, first, project.catalog, exports, steps, (), objects, wants, _defined(members)
    )
    return _completed(workshop, draft, libc)


def made_of(workshop: Workshop, resolution: Resolution, steps: Sequence[Step]) -> Mapping[str, str]:
    """The objects of compile `steps`, whose headers may lie in upstream trees or be generated; raises ComposerError."""
    catalog = workshop.project.catalog
    folders = set(included(steps))
    have_trees(workshop, resolution.recipes, {folder.partition("/")[0] for folder in folders})
    makers = {folder.split("/")[1] for folder in folders if folder.startswith(f"{OUT}/")}
    makers |= {step.asker for step in steps} & catalog.recipes.keys()
    have_trees(workshop, makers)
    generate = generating_steps(resolution, expanded(catalog, makers, workshop.trees), makers)
    made = workshop.run((*generate, *steps), {}, {})
    return {step.outputs[0]: made[step.outputs[0]] for step in steps}


def _first_steps(workshop: Workshop, libc: str, first: Resolution) -> tuple[Step, ...]:
    """Steps of the code whose symbols decide: the app's, with that of libraries which it requires.

    These see the headers of the C library too. Raises ComposerError for upstream sources that cannot be had.
    """
    here, catalog, profile = workshop.manifest, workshop.project.catalog, workshop.manifest.manifest.profile
    app = here.manifest.app
    names = _above_libc(app, first, catalog)
    have_trees(workshop, names)
    catalog = expanded(catalog, names, workshop.trees)
    own = app_steps(app, here.sources, libc, first, catalog, workshop.toolchain, profile)
    return (*own, *recipe_steps(names, first, catalog, workshop.toolchain, profile))


def _above_libc(app: App, resolution: Resolution, catalog: Catalog) -> tuple[str, ...]:
    """The recipe that is the app, and what it or the app's own sources require, as far as these require the C library
    in their turn.
    """
    found = [] if app.recipe is None else [app.recipe]

    def add(needs: Iterable[str]) -> None:
        providers = sorted({resolution.providers[need] for need in needs if need in resolution.providers})
        found.extend(p for p in providers if p not in found and _requires_libc(catalog.recipes[p].recipe))

    add(app.requires)
    for name in found:
        add(need.capability for need in catalog.recipes[name].recipe.requires)
    return tuple(found)


def _requires_libc(recipe: Recipe) -> bool:
    return any(need.capability == LIBC for need in recipe.requires)


def asker(reached: Reach, use: Use) -> str:
    """The recipe that uses a symbol; "" for the app's own code, the compiler's and the image itself."""
    owner = reached.members[use.because.member].owner if use.because.member != NO_MEMBER else APP
    return "" if owner in (APP, RUNTIME) else owner


def extend(workshop: Workshop, selection: Selection, wants: Iterable[Want]) -> Selection:
    """`selection` with what the real objects turned out to use beyond what indexes say; raises ComposerError."""
    return _completed(workshop, replace(selection, wants=(*selection.wants, *wants)), selection.libc)


def reselect(workshop: Workshop, before: Selection) -> Selection:
    """What `select` says where only settings differ from those of `before` that leave the app's objects as they are.

    With the same C library, and without steps; raises ComposerError for what cannot be had.
    """
    draft = replace(before, catalog=workshop.project.catalog, app_steps=(), steps=(), generate=())
    resolution, reached, wants = _closed(workshop, draft, before.libc)
    raise_any(unused_network(workshop.manifest, resolution))
    return replace(draft, resolution=resolution, wants=wants, units=reached.units)


def _closed(workshop: Workshop, draft: Selection, libc: str) -> tuple[Resolution, Closure, tuple[Want, ...]]:
    """The recipes for the wants of `draft` and of the libraries that they reach, how far that is, and all those wants."""
    project, target, catalog = workshop.project, workshop.target, workshop.project.catalog
    wants, exports = draft.wants, draft.exports
    while True:
        resolution = workshop.resolve(request_for(project, target, libc, wants))
        reached = library_closure(resolution, catalog, [want.what for want in wants], draft.defined)
        known = {want.what for want in wants}
        of_app = {want.what: want.at for want in wants if not want.by}
        more = tuple(
            _want_of_library(symbol, user, reached.origins[symbol], of_app)
            for symbol, user in reached.outside.items()
            if symbol not in known and exports.can_have(symbol)
        )
        if not more:
            asked = wants_of_formats(workshop, resolution, catalog, draft.objects, draft.defined)
            more = tuple(want for want in asked if want.what not in known)
        if not more:
            return resolution, reached, wants
        wants += more


def _completed(workshop: Workshop, draft: Selection, libc: str) -> Selection:
    """`draft` resolved with its wants and with those of the libraries that they reach, and its steps."""
    resolution, reached, wants = _closed(workshop, draft, libc)
    if workshop.trial:
        raise_any(_open_ends(reached, draft.exports))
    have_trees(workshop, resolution.recipes)
    catalog = expanded(workshop.project.catalog, resolution.recipes, workshop.trees)
    profile = workshop.manifest.manifest.profile
    compiled = {step.asker for step in draft.app_steps}
    names = (name for name in resolution.recipes if name not in compiled)
    steps = (
        *draft.app_steps,
        *recipe_steps(names, resolution, catalog, workshop.toolchain, profile),
        *library_steps(resolution, catalog, workshop.toolchain, profile, reached.units),
    )
    generate = generating_steps(resolution, catalog, resolution.recipes)
    return replace(
        draft,
        resolution=resolution,
        catalog=catalog,
        steps=steps,
        wants=wants,
        generate=generate,
        units=reached.units,
    )


def _want_of_library(symbol: str, user: str, origin: str, of_app: Mapping[str, Location | None]) -> Want:
    """A symbol that the library `user` uses, with the app's call that leads there, if it is one."""
    at = of_app.get(origin)
    return Want(ReasonKind.SYMBOL, symbol, at, user, origin if at is not None else "")


def _open_ends(reached: Closure, exports: Exports) -> Iterator[Diagnostic]:
    """What libraries use of which nobody can have it: with them the symbols do not close.

    Names that begin with two underscores may be the compiler's own functions; of them reach will tell.
    """
    for symbol, user in reached.outside.items():
        if not (exports.can_have(symbol) or symbol.startswith("__") or symbol in DEFINED_SYMBOLS | {"main"}):
            message = f"nothing defines '{symbol}', which {user} uses for what the app calls"
            hint = f"the C library {exports.elsewhere[symbol]} has it" if symbol in exports.elsewhere else None
            yield Diagnostic(Code.SYMBOL_MISSING, message, hint=hint)


def library_closure(
    resolution: Resolution, catalog: Catalog, wanted: Iterable[str], defined: frozenset[str]
) -> Closure:
    """How far `wanted` symbols reach into the libraries of `resolution`."""
    arch = resolution.target.arch
    recipes = [catalog.recipes[name] for name in resolution.recipes]
    libraries = {entry.recipe.name: entry.indexes[arch] for entry in recipes if arch in entry.indexes}
    roots = [symbol for entry in recipes if entry.recipe.library for symbol in entry.recipe.library.roots]
    # Of a recipe that only the manifest asks for it is told all the same who calls it.
    others = {
        symbol
        for entry in recipes
        for symbol in entry.recipe.exports
        if any(reason.kind is not ReasonKind.REQUESTED for reason in resolution.reasons[entry.recipe.name])
    }
    return closure(libraries, [*wanted, *roots], defined | others)


def _defined(members: Iterable[Member]) -> frozenset[str]:
    return frozenset(s.name for member in members for s in member.index.symbols if s.binding != "local")


def request_for(project: Project, target: Target, libc: str | None = None, symbols: tuple[Want, ...] = ()) -> Request:
    """The manifest as a question to the resolver; with `libc`, the C library that is being tried."""
    here = project.loaded.manifest_for(target)
    manifest, places = here.manifest, here.places
    wants = [
        Want(ReasonKind.TARGET, "boot", here.target_at),
        Want(ReasonKind.REQUESTED, LIBC, places.at("libc")),
        *wants_of_network(manifest, places),
        *(Want(ReasonKind.REQUESTED, w, places.at("app", "requires", n)) for n, w in enumerate(manifest.app.requires)),
        *symbols,
    ]
    if here.files is not None:
        wants.append(Want(ReasonKind.REQUESTED, "fs.image", places.at("files")))
    pins = [Pin(manifest.libc, places.at("libc"))] if manifest.libc != AUTO else []
    if libc is not None and not pins:
        pins = [Pin(libc, is_named=False)]
    if manifest.app.recipe is not None:
        pins.append(Pin(manifest.app.recipe, places.at("app", "recipe")))
    if manifest.network not in ("auto", "none"):
        pins.append(Pin(manifest.network, places.at("network")))
    bans = (Ban("net.stack", places.at("network")),) if manifest.network == "none" else ()
    options = options_by_recipe(manifest, target, project.catalog)
    return Request(target, here.target_at, tuple(wants), tuple(pins), bans, options)


def _only_unknown(alone: Reach, exports: Exports) -> Reach:
    """`alone` with those missing symbols only that no recipe for the target exports."""
    return replace(alone, missing=tuple(use for use in alone.missing if not exports.can_have(use.symbol)))
