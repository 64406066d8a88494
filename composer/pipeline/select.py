"""From the manifest to the set of recipes: two passes, not a loop (DESIGN section 2).

Pass 1 resolves without symbols, which gives the headers of the libc, and compiles the app against them.
Pass 2 resolves again with every symbol that the app's objects use, before any recipe is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.execute.engine import execute
from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.load.options import options_by_recipe
from composer.model.linkage import Member, Reach
from composer.model.manifest import TargetManifest
from composer.model.recipe import Catalog
from composer.model.resolution import Ban, Pin, ReasonKind, Request, Resolution, Want
from composer.model.step import APP, COMPILER, Plan, Step
from composer.model.target import Target
from composer.model.toolchain import Toolchain
from composer.pipeline.project import Project
from composer.plan.compile import app_steps, recipe_steps
from composer.reach.diagnose import Exports, diagnose, function_at
from composer.reach.fixpoint import undefined
from composer.reach.inline_calls import InlineCall, inline_calls
from composer.reach.lines import Locator
from composer.reach.objects import as_json, from_json, index_object
from composer.resolve.resolver import resolve

FORMAT_OF_INDEX = 1  # raise it whenever an ObjectIndex holds something else: older memos are then misses


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where the steps of one target run: store, reporter, and the folders that they read."""

    project: Project
    target: Target
    toolchain: Toolchain
    store: Store
    reporter: Reporter
    plans: list[Plan] = field(default_factory=list)  # that were carried out here, in their order
    _keys: set[str] = field(default_factory=set)  # of the steps that were run or found in the store

    @property
    def manifest(self) -> TargetManifest:
        """The manifest as it holds for the target."""
        return self.project.loaded.manifest_for(self.target)

    @property
    def log_folder(self) -> Path:
        """Where logs of failed steps and the history of keys go."""
        return self.project.folder_of(self.target) / "logs"

    def plan(self, steps: tuple[Step, ...], texts: Mapping[str, bytes], given: Mapping[str, str]) -> Plan:
        """`steps` with the folders that they read."""
        roots = {**self.project.roots, COMPILER: self.toolchain.include}
        return Plan(steps, MappingProxyType(roots), MappingProxyType(dict(texts)), MappingProxyType(dict(given)))

    def run(self, steps: tuple[Step, ...], texts: Mapping[str, bytes], given: Mapping[str, str]) -> Mapping[str, str]:
        """Run `steps`; each output's logical path and digest, with those of `given`."""
        settings = self.project.settings
        plan = self.plan(steps, texts, given)
        self.plans.append(plan)
        outcomes = execute(
            plan,
            self.store,
            self.reporter,
            jobs=settings.jobs,
            keep_going=settings.keep_going,
            log_folder=self.log_folder,
        )
        self._keys.update(outcome.key for outcome in outcomes.values())
        made = {path: content for outcome in outcomes.values() for path, content in outcome.outputs.items()}
        return {**given, **made}

    def files_read(self) -> Iterator[str]:
        """Absolute paths of every source, every header and every folder searched for one, of all steps so far."""
        roots = {**self.project.roots, COMPILER: self.toolchain.include}
        for key in self._keys:
            for name, _ in self.store.fetch_facts(key) or ():
                kind, _, path = name.partition(" ")
                root, _, rest = path.partition("/")
                if kind in ("input", "header", "search") and root in roots:
                    yield str(Path(roots[root], rest))

    def member(self, owner: str, path: str, content: str) -> Member:
        """The object `path` with the digest `content`, indexed now or ever before."""
        key = digest.of_json(["object index", FORMAT_OF_INDEX, content])
        remembered = self.store.recall(key)
        if isinstance(remembered, dict):
            return Member(owner, path, from_json(remembered))
        index = index_object(self.read(content), path)
        self.store.remember(key, as_json(index))
        return Member(owner, path, index)

    def inline_calls(self, member: Member, content: str) -> tuple[InlineCall, ...]:
        """The system-call instructions in the object of `member`, which has that digest, found now or ever before."""
        key = digest.of_json(["inline calls", FORMAT_OF_INDEX, content])
        remembered = self.store.recall(key)
        if isinstance(remembered, list):
            return tuple(InlineCall(*row) for row in remembered)
        found = tuple(inline_calls(self.read(content), member.index))
        self.store.remember(key, [astuple(call) for call in found])
        return found

    def read(self, content: str) -> bytes:
        """The bytes with that digest; raises ComposerError if the store has lost them meanwhile."""
        found = self.store.read(content)
        if found is None:
            message = f"the store has lost {content[:12]} while it was in use"
            raise ComposerError(Diagnostic(Code.STORE_CORRUPT, message, hint="run the same command again"))
        return found

    def lines_of_missing(self, alone: Reach, objects: Mapping[str, str]) -> list[Location | None]:
        """The source line of each of `alone.missing`, found now or ever before in just these objects."""
        key = digest.of_json(["lines of missing", FORMAT_OF_INDEX, dict(objects)])
        places = _places(self.store.recall(key), len(alone.missing))
        if places is None:
            locator = Locator(lambda path: self.read(objects[path]), str)
            places = [locator.reason(alone.members, use.because) for use in alone.missing]
            self.store.remember(key, [[at.file, at.line] if at else None for at in places])
        return [Location(self.project.shown(at.file), at.line) if at else None for at in places]

    def locator(self, objects: Mapping[str, str]) -> Locator:
        """Source lines of the objects with these digests."""
        return Locator(lambda path: self.read(objects[path]), self.project.shown)


def _places(remembered: object, count: int) -> list[Location | None] | None:
    """So many remembered source lines; None for anything else."""
    if not isinstance(remembered, list) or len(remembered) != count:
        return None
    try:
        return [None if row is None else Location(str(row[0]), int(row[1])) for row in remembered]
    except (ValueError, TypeError, LookupError):
        return None


@dataclass(frozen=True, slots=True)
class Selection:
    """What is going to be in an image for one target, before the recipes are compiled."""

    target: Target
    toolchain: Toolchain
    resolution: Resolution
    steps: tuple[Step, ...]  # that compile the app, then those of the recipes
    objects: Mapping[str, str]  # the app's objects: logical path -> digest
    wants: tuple[Want, ...]  # every symbol that the app uses and does not define


def select(workshop: Workshop) -> Selection:
    """Decide on the recipes; raises ComposerError for what cannot be had."""
    project, target = workshop.project, workshop.target
    here = workshop.manifest
    request = request_for(project, target)
    first = resolve(request, project.catalog)
    libc = first.providers["libc"]
    app, profile = here.manifest.app, here.manifest.profile
    steps = app_steps(app, here.sources, libc, first, project.catalog, workshop.toolchain, profile)
    objects = workshop.run(steps, {}, {})
    members = tuple(workshop.member(APP, step.outputs[0], objects[step.outputs[0]]) for step in steps)
    alone = undefined(members)
    exports = exports_of(project.catalog, target)
    raise_any(diagnose(_only_unknown(alone, exports), exports, workshop.locator(objects)))
    raise_any(_inline_calls(workshop, alone, objects))
    lines = workshop.lines_of_missing(alone, objects)
    wants = tuple(Want(ReasonKind.SYMBOL, use.symbol, at) for use, at in zip(alone.missing, lines, strict=True))
    resolution = resolve(request_for(project, target, wants), project.catalog)
    steps += recipe_steps(resolution, project.catalog, workshop.toolchain, profile)
    return Selection(target, workshop.toolchain, resolution, steps, objects, wants)


def _inline_calls(workshop: Workshop, alone: Reach, objects: Mapping[str, str]) -> Iterator[Diagnostic]:
    """System-call instructions in what the app reaches of itself, where there is no kernel below."""
    if workshop.target.platform == "linux":
        return
    live = {(entry.member, entry.section) for entry in alone.alive}
    for number, member in enumerate(alone.members):
        for call in workshop.inline_calls(member, objects[member.path]) if member.owner == APP else ():
            if (number, call.section) in live:
                function = function_at(member.index, call.section, call.offset)
                at = workshop.locator(objects).locate(member, call.section, call.offset)
                message = (
                    f"{function} has the instruction '{call.name}', and below {workshop.target} there is no kernel"
                )
                hint = "call the function of the C library for it; what a kernel would do is done by functions here"
                yield Diagnostic(Code.INLINE_CALL, message, at or Location(member.path), hint)


def request_for(project: Project, target: Target, symbols: tuple[Want, ...] = ()) -> Request:
    """The manifest as a question to the resolver."""
    here = project.loaded.manifest_for(target)
    manifest, places = here.manifest, here.places
    wants = [
        Want(ReasonKind.TARGET, "boot", here.target_at),
        Want(ReasonKind.REQUESTED, "libc", places.at("libc")),
        *symbols,
    ]
    pins = (Pin(manifest.libc, places.at("libc")),) if manifest.libc != "auto" else ()
    bans = (Ban("net.stack", places.at("network")),) if manifest.network == "none" else ()
    return Request(target, here.target_at, tuple(wants), pins, bans, options_by_recipe(manifest))


def _only_unknown(alone: Reach, exports: Exports) -> Reach:
    """`alone` with those missing symbols only that no recipe for the target exports."""

    def can_be_had(symbol: str) -> bool:
        return any(recipe not in exports.unsupported for recipe in exports.recipes.get(symbol, ()))

    return replace(alone, missing=tuple(use for use in alone.missing if not can_be_had(use.symbol)))


def exports_of(catalog: Catalog, target: Target) -> Exports:
    """Who in the catalog exports what."""
    found: dict[str, list[str]] = {}
    for name in sorted(catalog.recipes):
        for symbol in catalog.recipes[name].recipe.exports:
            found.setdefault(symbol, []).append(name)
    unsupported = frozenset(n for n, entry in catalog.recipes.items() if not entry.recipe.supported(target))
    return Exports({symbol: tuple(names) for symbol, names in found.items()}, unsupported, str(target))
