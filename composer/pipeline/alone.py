"""One recipe compiled alone: its objects as an image with it would have them, and what follows from what it exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.layout.files import FILES_SYMBOL
from composer.layout.script import DEFINED_SYMBOLS
from composer.load.paths import display_path
from composer.model.cause import Cause
from composer.model.linkage import Member, Reach, Use
from composer.model.manifest import LoadedManifest, Manifest, TargetManifest
from composer.model.recipe import Catalog, CatalogRecipe
from composer.model.resolution import Resolution
from composer.model.source import root_of
from composer.model.step import OUT
from composer.model.target import Target
from composer.model.value import Places
from composer.pipeline.exports import exports_for
from composer.pipeline.libc import Refusal, closest, libcs_for, trial
from composer.pipeline.project import Project
from composer.pipeline.runtime import RESERVED, with_runtime
from composer.pipeline.select import made_of, request_for
from composer.pipeline.settings import Settings
from composer.pipeline.sources import have_trees
from composer.pipeline.upstream import expanded
from composer.pipeline.workshop import Workshop
from composer.plan.compile import recipe_steps
from composer.reach.diagnose import Exports, describe_use
from composer.reach.fixpoint import Rules, reach
from composer.resolve.resolver import resolve

MAIN = "main"
_ERROR = re.compile(r"^\s*(\S.*?):(\d+):(?:(\d+):)? (?:fatal )?error: (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A recipe's objects for one target, and what follows from what it exports."""

    resolution: Resolution
    exports: Exports
    reached: Reach  # from its exports and init calls
    members: tuple[Member, ...]
    places: tuple[Location | None, ...]  # of each of `reached.missing`
    touched: frozenset[str]  # other recipes whose headers or symbols it uses
    declared: frozenset[str]  # words of the headers of others that were read
    left: frozenset[str]  # words of those of its own files that this target, the options or the neighbours leave out
    public: Mapping[str, str]  # public headers: name for people -> text without comments

    @property
    def defined(self) -> frozenset[str]:
        """Symbols that others could use."""
        symbols = (symbol for member in self.members for symbol in member.index.symbols)
        return frozenset(symbol.name for symbol in symbols if symbol.binding != "local")


def open_alone(
    catalog: Catalog, recipe: str, target: Target, settings: Settings, store: Store, reporter: Reporter
) -> Workshop:
    """Where the recipe can be compiled as an image for `target` would have it, which is never made.

    Raises ComposerError if there is no toolchain.
    """
    manifest = Manifest.model_validate({"name": "check", "app": {"recipe": recipe}})
    at = Location("--target")
    one = TargetManifest(target, at, manifest, Places(str(target)), (), None, catalog)
    settings = replace(settings, keep_going=True)
    project = Project(settings, LoadedManifest("check", "", str(settings.folder), (one,)), catalog)
    return Workshop(project, target, project.toolchain(target), store, reporter)


def compile_recipe(workshop: Workshop, name: str, *, closed: bool = True) -> Compiled:
    """The recipe compiled with the first C library that does, and with which it is `closed`: has all that it uses.

    Raises ComposerError with what is wrong with the closest.
    """
    refused: list[Refusal] = []
    for libc in libcs_for(workshop.project.catalog, workshop.target):
        with trial(libc, refused):
            found = _compile_with(workshop.on_trial(libc), name, libc)
            if closed:
                _require_closed(found, name)
            return found
    raise closest(refused)


def _compile_with(workshop: Workshop, name: str, libc: str) -> Compiled:
    catalog, target = workshop.project.catalog, workshop.target
    resolution = resolve(request_for(workshop.project, target, libc), catalog)
    have_trees(workshop, [name])
    steps = recipe_steps(
        [name],
        resolution,
        expanded(catalog, [name], workshop.trees),
        workshop.toolchain,
        workshop.manifest.manifest.profile,
    )
    objects = made_of(workshop, resolution, steps)
    read = workshop.headers_read()
    members = tuple(workshop.member(name, path, content) for path, content in objects.items())
    exports = exports_for(workshop, libc)
    entry = catalog.recipes[name]
    recipe = entry.recipe
    calls = [c for c in recipe.init if c.when.holds(target, resolution.options[name], resolution.providers)]
    start = [recipe.image.entry] if recipe.image is not None else []
    main = [MAIN] if "app" in recipe.provides else []
    roots = (*sorted(recipe.exports), *(call.call for call in calls), *start, *main)
    rules = Rules(roots, {}, {}, DEFINED_SYMBOLS | {FILES_SYMBOL}, app=name)
    reached, seen = with_runtime(workshop, members, objects, exports, partial(reach, rules=rules))
    places = tuple(workshop.lines_of_missing(reached, seen))
    public = dict(_public_headers(workshop, name))
    touched = frozenset(_owners(read, resolution, catalog)) | _providers(reached, exports, resolution)
    declared = frozenset(_words(_of_others(read, entry), workshop))
    compiled = {step.inputs[0] for step in steps}
    left = frozenset(_words((path for path in _own_code(entry, workshop) if path not in compiled | read), workshop))
    return Compiled(resolution, exports, reached, members, places, touched - {name}, declared, left, public)


def _own_code(entry: CatalogRecipe, workshop: Workshop) -> Iterator[str]:
    """Logical paths of the recipe's own sources and headers."""
    root, _, rest = entry.folder.partition("/")
    top = Path(workshop.roots[root], rest)
    for file in top.rglob("*"):
        if file.suffix in (".c", ".h", ".S", ".s"):
            yield f"{entry.folder}/{file.relative_to(top).as_posix()}"


def _of_others(headers: Iterable[str], entry: CatalogRecipe) -> Iterator[str]:
    """Those of `headers` that are not the recipe's own: what these declare, nobody need have."""
    own = (entry.folder, f"{OUT}/{entry.recipe.name}", *(root_of(source.id) for source in entry.recipe.sources))
    return (header for header in headers if not any(header.startswith(f"{folder}/") for folder in own))


def _words(headers: Iterable[str], workshop: Workshop) -> Iterator[str]:
    for header in headers:
        root, _, rest = header.partition("/")
        if root in workshop.roots:
            yield from re.findall(r"\w+", Path(workshop.roots[root], rest).read_text("utf-8", errors="replace"))


def _owners(headers: Iterable[str], resolution: Resolution, catalog: Catalog) -> Iterator[str]:
    """Recipes of the resolution whose public folders have one of these headers."""
    for name in resolution.recipes:
        folders = catalog.recipes[name].public(resolution.target.arch)
        if any(header.startswith(f"{folder}/") for folder in folders for header in headers):
            yield name


def _providers(reached: Reach, exports: Exports, resolution: Resolution) -> frozenset[str]:
    """Recipes of the resolution that have what is used, also where it need not be there."""
    symbols = {use.symbol for use in reached.missing}.union(*(member.index.weak for member in reached.members))
    users = (exports.recipes.get(symbol, ()) for symbol in symbols)
    return frozenset(name for names in users for name in names if name in resolution.recipes)


def _public_headers(workshop: Workshop, name: str) -> Iterator[tuple[str, str]]:
    for path in header_files(workshop, name, own_only=False):
        text = path.read_text("utf-8", errors="replace")
        yield display_path(path), re.sub(r"/\*.*?\*/|//[^\n]*", _blanked, text, flags=re.DOTALL)


def _blanked(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")


def header_files(workshop: Workshop, name: str, *, own_only: bool) -> Iterator[Path]:
    """Headers for others; `own_only` without those that another project wrote."""
    entry = workshop.project.catalog.recipes[name]
    for folder in entry.public(workshop.target.arch):
        root, _, rest = folder.partition("/")
        if root in workshop.roots and not (own_only and root not in workshop.project.roots):
            yield from sorted(Path(workshop.roots[root], rest).rglob("*.h"))


def _require_closed(found: Compiled, name: str) -> None:
    """Raise ComposerError for what the recipe uses and nobody can have: another C library may."""
    unknown = [
        _nobody(use, at, found, name)
        for use, at in zip(found.reached.missing, found.places, strict=True)
        if use.because.cause is not Cause.ROOT and not found.exports.can_have(use.symbol)
        if use.symbol != MAIN and not use.symbol.startswith(RESERVED)
    ]
    if unknown:
        raise ComposerError(*unknown)


def _nobody(use: Use, at: Location | None, found: Compiled, name: str) -> Diagnostic:
    message = f"nothing defines '{use.symbol}', which {user_of(use, found.reached)} of the recipe {name} uses"
    elsewhere = found.exports.elsewhere.get(use.symbol)
    hint = f"the C library {elsewhere} has it" if elsewhere else "add the source that does, or leave out what uses it"
    return Diagnostic(Code.SYMBOL_MISSING, message, at, hint)


def user_of(use: Use, reached: Reach) -> str:
    return describe_use(reached.members, use.because).partition(" in ")[0]


def brief(diagnostic: Diagnostic) -> Diagnostic:
    """A compiler's first complaint with its place, for the log of the step is not kept."""
    said = complaint_in(diagnostic)
    return (
        diagnostic
        if said is None
        else Diagnostic(diagnostic.code, f"it does not compile: {said[1]}", said[0], _hint_on(said[1]))
    )


def complaint_in(diagnostic: Diagnostic) -> tuple[Location, str] | None:
    """The place and the words of the first error that a compiler told of."""
    said = _ERROR.search(diagnostic.message) if diagnostic.code is Code.STEP_FAILED else None
    return None if said is None else (Location(said[1], int(said[2]), int(said[3] or 0)), said[4])


def _hint_on(complaint: str) -> str:
    if re.search(r"No such file|file not found", complaint):
        return "name its folder under `include`, require the recipe that has it, or leave the source out"
    return "mend it by a patch, by `flags` or `defines`, or leave the source out"
