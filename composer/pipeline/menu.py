"""What each choice of a manifest would change, before anything is built: the manifest is decided on as for a build.

A text of the manifest takes the place of its file. Each text is decided once, and the app is compiled once for each
set of headers and flags. Nothing is fetched for a choice that is only looked at, and nothing is written beside the manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.load.choices import ORDER, choices_of, edits_for
from composer.load.document import parse_document
from composer.load.edit import Edit, edited
from composer.load.manifest import CatalogWith, buildable_targets, load_manifest, manifest_file
from composer.load.paths import display_path
from composer.load.shipped import shipped_folder
from composer.load.toolchain import load_toolchains
from composer.model.image import Image
from composer.model.manifest import LoadedManifest, TargetManifest
from composer.model.menu import Choice, Effect, Member, Picture, Weighed
from composer.model.resolution import Resolution
from composer.model.target import Target
from composer.pipeline.estimate import Estimates, estimates
from composer.pipeline.grown import as_built
from composer.pipeline.look import matching_image, open_workshop
from composer.pipeline.project import Project
from composer.pipeline.select import Selection, reselect, select
from composer.pipeline.settings import Settings
from composer.pipeline.workshop import Answers, Patient, Workshop
from composer.report.text import spell_brief, spell_reason

# What says nothing about a choice, but about what is here: it is known once the choice has been made.
_OUT_OF_REACH = frozenset({Code.SOURCE_NOT_TO_BE_HAD, Code.NO_TOOL, Code.NO_COMPILER, Code.COMPILER_UNTRIED})


def with_edits(text: str, shown: str, edits: Iterable[Edit]) -> str:
    """The text of a manifest with `edits`; raises ComposerError."""
    return reduce(lambda before, edit: edited(before, shown, edit, ORDER), edits, text)


@dataclass(frozen=True, slots=True)
class Decided:
    """What comes of one text for one target."""

    selection: Selection | None  # None: there can be no image
    image: Image | None  # that was built of just this
    mistakes: tuple[Diagnostic, ...] = ()
    estimates: Estimates = field(default_factory=dict)  # by recipe

    @classmethod
    def to_be(cls, selection: Selection, image: Image | None) -> Decided:
        """What can be had."""
        return cls(selection, image, (), estimates(selection))

    @property
    def weight(self) -> int:
        """Bytes of all recipes together, estimated."""
        return sum(weight or 0 for weight in self.estimates.values())

    @property
    def resolution(self) -> Resolution | None:
        """Its recipes."""
        return self.selection.resolution if self.selection else None

    @property
    def problem(self) -> str:
        """Why there can be no image, in the words of whoever found out."""
        return "" if self.is_unknown else "\n".join(map(_told, self.mistakes))

    @property
    def is_unknown(self) -> bool:
        """Whether only this machine, as it is now, keeps it from being told."""
        return bool(self.mistakes) and all(mistake.code in _OUT_OF_REACH for mistake in self.mistakes)


class Menu:
    """The choices of one manifest and their effects."""

    def __init__(
        self, settings: Settings, catalog_with: CatalogWith, store: Store, reporter: Reporter, scratch: Path
    ) -> None:
        """`scratch` is an empty folder, for logs of what is only tried."""
        self._settings = settings
        self._shown = display_path(manifest_file(settings.manifest))
        self._catalog_with = catalog_with
        self._store = store
        self._reporter = Patient(reporter)
        self._scratch = scratch
        self._decided: dict[tuple[str, str], Decided] = {}
        self._answers: dict[int, Answers] = {}  # by the catalog, of which none is ever dropped
        self._reselected: dict[tuple[str, str], Decided] = {}
        self._toolchains = tuple(sorted(load_toolchains(shipped_folder("toolchains"))))

    def picture(self, text: str, target: str) -> Picture:
        """What `text` says of `target`; of its first target if it does not name that one. Raises ComposerError."""
        loaded = self._load(text)
        here = _manifest_for(loaded, target)
        name, named = str(here.target), tuple(map(str, loaded.targets))
        decided = self._decide(text, name, has_to_be=True)
        choices = self._choices(text, here, decided.resolution)
        if decided.selection is None:
            return Picture(name, named, choices, problem=decided.problem or _first(decided.mistakes))
        exact = decided.image.file_bytes if decided.image else None
        members = tuple(_members(decided.selection, decided.estimates, decided.image))
        weight = decided.weight if exact is None else exact
        return Picture(name, named, choices, members, decided.selection.libc, weight, exact is not None)

    def effect(self, text: str, target: str, name: str, word: str) -> Effect:
        """What it would change for `target`, or else the first, to choose `word` for the choice called `name`."""
        try:
            here = _manifest_for(self._load(text), target)
            target = str(here.target)
            before = self._decide(text, target)
            choice = next(one for one in self._choices(text, here, before.resolution) if one.name == name)
            new = with_edits(text, self._shown, edits_for(choice, word))
            if name == "targets":
                return self._of_target(new, word, is_taken=word in choice.chosen)
            return self._difference(before, self._weigh(new, target, here, before))
        except ComposerError as error:
            return Effect(problem="\n".join(map(_told, error.diagnostics)))

    def elsewhere(self, text: str, target: str, name: str, word: str) -> tuple[tuple[str, str], ...]:
        """For which other targets there would be no image any more, each with the reason; raises ComposerError."""
        loaded = self._load(text)
        here = _manifest_for(loaded, target)
        others = [str(one.target) for one in loaded.each if one is not here]
        known = self._choices(text, here, self._decide(text, str(here.target)).resolution)
        choice = next(one for one in known if one.name == name)
        new = with_edits(text, self._shown, edits_for(choice, word))
        lost = ((other, self._decide(new, other).problem) for other in others if not self._decide(text, other).problem)
        return tuple((other, problem) for other, problem in lost if problem)

    def _choices(self, text: str, here: TargetManifest, resolution: Resolution | None) -> tuple[Choice, ...]:
        value = parse_document(text, self._shown, "manifest").value
        targets = map(str, buildable_targets(here.catalog))
        return choices_of(value, here, targets, self._toolchains, here.catalog, resolution)

    def _load(self, text: str, target: str = "") -> LoadedManifest:
        """What the text says; where the command line names targets, of those or of `target`. Raises ComposerError."""
        named = self._settings.targets
        return load_manifest(
            self._settings.manifest, self._catalog_with, named and (target,) if target else named, text=text
        )

    def _decide(self, text: str, target: str, has_to_be: bool = False) -> Decided:
        """What comes of `text` for `target`; if it `has_to_be`, sources that are not here are fetched."""
        known = self._decided.get((text, target))
        if known is None or (has_to_be and known.is_unknown):
            known = self._decided[text, target] = self._try(text, target, has_to_be)
        return known

    def _weigh(self, text: str, target: str, here: TargetManifest, before: Decided) -> Decided:
        """What comes of `text`, which may be known from what is decided of the manifest `here` but for its settings."""
        if (text, target) in self._decided or before.selection is None:
            return self._decide(text, target)
        if (text, target) not in self._reselected:
            loaded = self._load(text)
            if not _has_same_objects(here, _manifest_for(loaded, target)):
                return self._decide(text, target)
            try:
                selection = reselect(self._workshop(loaded, target, False), before.selection)
            except ComposerError:
                return self._decide(text, target)  # another C library may do, or else the proof is there
            self._reselected[text, target] = Decided.to_be(selection, None)
        return self._reselected[text, target]

    def _workshop(self, loaded: LoadedManifest, target: str, may_fetch: bool) -> Workshop:
        """A workshop that leaves nothing beside the manifest; raises ComposerError."""
        search = self._settings.search if may_fetch else replace(self._settings.search, offline=True)
        trial = replace(self._settings, out=self._scratch, search=search)
        project = Project(trial, loaded, loaded.each[0].catalog)
        workshop = open_workshop(project, Target.parse(target), self._store, self._reporter)
        known = self._answers.setdefault(id(workshop.project.catalog), Answers())
        return replace(workshop, answers=known)

    def _try(self, text: str, target: str, has_to_be: bool) -> Decided:
        try:
            workshop = self._workshop(self._load(text, target), target, has_to_be)
            selection = as_built(workshop, select(workshop))
        except ComposerError as error:
            return Decided(None, None, error.diagnostics)
        image = matching_image(replace(workshop.project, settings=self._settings), selection)
        return Decided.to_be(selection, image)

    def _of_target(self, text: str, target: str, is_taken: bool) -> Effect:
        """What it means to build for `target` as well, or not any longer; raises ComposerError."""
        if is_taken:
            self._load(text)  # what it says may be for that target alone
            return Effect()
        decided = self._decide(text, target)
        if decided.selection is None:
            return _without_image(decided)
        return Effect(total=decided.weight, libc=decided.selection.libc)

    def _difference(self, before: Decided, after: Decided) -> Effect:
        old, new = before.selection, after.selection
        if new is None:
            return _without_image(after)
        total = after.weight
        if old is None:
            return Effect(total=total, libc=new.libc)
        comes, goes = _beyond(after, before), _beyond(before, after)
        libc = new.libc if new.libc != old.libc else ""
        change = total - before.weight
        # Code that a recipe has compiled into others is not weighed with it.
        is_weighed = change or any(one.bytes for one in (*comes, *goes))
        return Effect(change if is_weighed else None, total, comes, goes, libc)


def _beyond(one: Decided, other: Decided) -> tuple[Weighed, ...]:
    """The recipes of `one` that `other` has not, the heaviest first."""
    found = (Weighed(name, weight) for name, weight in one.estimates.items() if name not in other.estimates)
    return tuple(sorted(found, key=_heaviest_first))


def _heaviest_first(recipe: Weighed) -> tuple[int, str]:
    return -(recipe.bytes or 0), recipe.name


def _members(selection: Selection, estimated: Estimates, image: Image | None) -> Iterator[Member]:
    """The recipes, the heaviest first; with the bytes of `image` if there is one."""
    resolution = selection.resolution
    rows = []
    for name in resolution.recipes:
        recipe = selection.catalog.recipes[name].recipe
        weighed = Weighed(name, estimated[name] if image is None else image.bytes_of(name))
        reasons = tuple(spell_reason(reason, str(selection.target)) for reason in resolution.reasons[name])
        options = tuple(f"{name}.{option}" for option, declared in recipe.options.items() if declared.key is None)
        rows.append(Member(weighed, recipe.version, recipe.summary, reasons, options))
    yield from sorted(rows, key=lambda row: _heaviest_first(row.recipe))


def _manifest_for(loaded: LoadedManifest, target: str) -> TargetManifest:
    """The manifest for `target`, or for the first where it is not for that one."""
    return next((one for one in loaded.each if str(one.target) == target), loaded.each[0])


def _has_same_objects(one: TargetManifest, other: TargetManifest) -> bool:
    """Whether the app's own objects are the same; of a program of the catalog they hang on options as well."""

    def inputs(here: TargetManifest) -> tuple[object, ...]:
        manifest = here.manifest
        return manifest.app, manifest.libc, manifest.profile, manifest.toolchain, here.sources, here.catalog.roots

    return one.manifest.app.recipe is None and inputs(one) == inputs(other)


def _without_image(decided: Decided) -> Effect:
    if decided.is_unknown:
        return Effect(unknown=decided.mistakes[0].message.splitlines()[0].rstrip(":"))
    return Effect(problem=decided.problem)


def _first(mistakes: Sequence[Diagnostic]) -> str:
    return spell_brief(mistakes[0])


def _told(mistake: Diagnostic) -> str:
    place = f"{mistake.at}: " if mistake.at else ""
    text = spell_brief(mistake) if mistake.code is Code.STEP_FAILED else f"{place}{mistake.message}"
    return f"{text}\n  hint: {mistake.hint}" if mistake.hint else text
