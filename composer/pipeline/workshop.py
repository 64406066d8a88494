"""Where the steps of one target run, and what is known of the objects that they made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from composer import digest
from composer.errors import Diagnostic, Location
from composer.execute.engine import execute
from composer.execute.forecast import Forecast
from composer.execute.outcome import Outcome, Reporter
from composer.execute.store import Store
from composer.execute.trees import marker_of
from composer.load.paths import display_logical
from composer.model.linkage import Member, Reach
from composer.model.manifest import TargetManifest
from composer.model.recipe import Catalog
from composer.model.resolution import Request, Resolution
from composer.model.source import root_of
from composer.model.step import COMPILER, FILES, RUNTIME_SOURCES, Plan, Step
from composer.model.target import Target
from composer.model.toolchain import Toolchain
from composer.pipeline.objects import FORMAT_OF_INDEX, bytes_of, member_of
from composer.pipeline.project import Project
from composer.pipeline.upstream import Tree
from composer.reach.lines import Locator
from composer.resolve.memory import Memory
from composer.resolve.resolver import resolve


@dataclass(frozen=True, slots=True)
class Answers:
    """What was resolved with one catalog."""

    whole: list[tuple[Request, Resolution]] = field(default_factory=list)
    parts: Memory = field(default_factory=dict)

    def to(self, request: Request, catalog: Catalog) -> Resolution:
        """The answer to `request`, found now or before; raises ComposerError if there is none."""
        known = next((answer for other, answer in self.whole if other == request), None)
        if known is None:
            known = resolve(request, catalog, memory=self.parts)
            self.whole.append((request, known))
        return known


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where the steps of one target run: store, reporter, and the folders that they read."""

    project: Project
    target: Target
    toolchain: Toolchain
    store: Store
    reporter: Reporter
    trees: dict[str, Tree] = field(default_factory=dict)  # upstream sources that are here, by id
    plans: list[Plan] = field(default_factory=list)  # that were carried out here, in their order
    answers: Answers = field(default_factory=Answers)  # with the project's catalog
    trial: str = ""  # the C library that is being tried, whose failure is none of the build
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # of all of them, by key; of one that ran, how it ran

    @property
    def manifest(self) -> TargetManifest:
        """The manifest as it holds for the target."""
        return self.project.loaded.manifest_for(self.target)

    @property
    def log_folder(self) -> Path:
        """Where logs of failed steps and the history of keys go."""
        return self.project.folder_of(self.target) / "logs" / self.trial

    def resolve(self, request: Request) -> Resolution:
        """The answer to `request`, found now or before; raises ComposerError if there is none."""
        return self.answers.to(request, self.project.catalog)

    def on_trial(self, libc: str) -> Workshop:
        """The same workshop for steps that may fail, because another C library may be tried after it."""
        return replace(self, reporter=Patient(self.reporter), trial=libc)

    @property
    def roots(self) -> Mapping[str, str]:
        """Logical name -> absolute path of every folder that steps read."""
        return {**self.changeable, **{root_of(source): str(tree.files) for source, tree in self.trees.items()}}

    @property
    def changeable(self) -> Mapping[str, str]:
        """The roots whose files may change."""
        runtime = self.toolchain.runtime
        sources = {RUNTIME_SOURCES: str(Path(runtime.path).parent)} if runtime.make else {}
        files = {FILES: self.manifest.files.folder} if self.manifest.files is not None else {}
        return {**self.project.roots, COMPILER: self.toolchain.include, **sources, **files}

    def shown(self, logical: str) -> str:
        """A logical path as the user would type it; other text, and what is in an upstream tree, is returned as it is."""
        return display_logical(logical, self.changeable)

    def plan(self, steps: tuple[Step, ...], texts: Mapping[str, bytes], given: Mapping[str, str]) -> Plan:
        """`steps` with the folders that they read."""
        there = {root_of(source): tree.key for source, tree in self.trees.items()} | dict(given)
        return Plan(steps, MappingProxyType(self.roots), MappingProxyType(dict(texts)), MappingProxyType(there))

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
        for outcome in outcomes.values():
            self.outcomes.setdefault(outcome.key, outcome)
        made = {path: content for outcome in outcomes.values() for path, content in outcome.outputs.items()}
        return {**given, **made}

    def files_read(self) -> Iterator[str]:
        """Absolute paths of every source, every header and every folder searched for one, of all steps so far."""
        roots = self.changeable
        yield from (str(marker_of(tree.files)) for tree in self.trees.values())
        for key in self.outcomes:
            for name, _ in self.store.fetch_facts(key) or ():
                kind, _, path = name.partition(" ")
                root, _, rest = path.partition("/")
                if kind in ("input", "header", "search") and root in roots:
                    yield str(Path(roots[root], rest))

    def headers_read(self) -> frozenset[str]:
        """Logical paths of every header that the steps so far have read."""
        facts = (fact for key in self.outcomes for fact in self.store.fetch_facts(key) or ())
        return frozenset(name.removeprefix("header ") for name, _ in facts if name.startswith("header "))

    def member(self, owner: str, path: str, content: str) -> Member:
        """The object `path` with the digest `content`, indexed now or ever before."""
        return member_of(self.store, owner, path, content)

    def read(self, content: str) -> bytes:
        """The bytes with that digest; raises ComposerError if the store has lost them meanwhile."""
        return bytes_of(self.store, content)

    def lines_of_missing(self, alone: Reach, objects: Mapping[str, str]) -> list[Location | None]:
        """The source line of each of `alone.missing`, found now or ever before in just these objects."""
        key = digest.of_json(["lines of missing", FORMAT_OF_INDEX, dict(objects)])
        places = _places(self.store.recall(key), len(alone.missing))
        if places is None:
            locator = self.locator_of_logical(objects)
            places = [locator.reason(alone.members, use.because) for use in alone.missing]
            self.store.remember(key, [[at.file, at.line] if at else None for at in places])
        return [Location(self.shown(at.file), at.line) if at else None for at in places]

    def locator_of_logical(self, objects: Mapping[str, str]) -> Locator:
        """Source lines by their logical paths, which are the same wherever the objects are."""
        return Locator(lambda path: self.read(objects[path]), str)

    def locator(self, objects: Mapping[str, str]) -> Locator:
        """Source lines of the objects with these digests."""
        return Locator(lambda path: self.read(objects[path]), self.shown)


@dataclass(frozen=True, slots=True)
class Patient:
    """Tells a reporter everything but failures."""

    reporter: Reporter

    def began(self, expected: Forecast) -> None:
        self.reporter.began(expected)

    def started(self, step: Step) -> None:
        self.reporter.started(step)

    def finished(self, outcome: Outcome) -> None:
        self.reporter.finished(outcome)

    def failed(self, step: Step, diagnostic: Diagnostic) -> None:
        pass

    def ended(self) -> None:
        self.reporter.ended()

    def received(self, file: str, here: int, total: int | None) -> None:
        self.reporter.received(file, here, total)

    def told(self, line: str) -> None:
        self.reporter.told(line)


def _places(remembered: object, count: int) -> list[Location | None] | None:
    """So many remembered source lines; None for anything else."""
    if not isinstance(remembered, list) or len(remembered) != count:
        return None
    try:
        return [None if row is None else Location(str(row[0]), int(row[1])) for row in remembered]
    except (ValueError, TypeError, LookupError):
        return None
