"""Builds every image of a manifest, and knows what such a build depends on."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

import composer
from composer.errors import ComposerError, Diagnostic, raise_any
from composer.execute.engine import FATAL
from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.execute.work import Work, work_of
from composer.load.catalog import INDEX_FOLDER, RECIPE_FILE, WEIGHTS_FILE
from composer.load.shipped import shipped_folder
from composer.model.files import FileTree
from composer.model.image import IMAGE_FILE, Image
from composer.pipeline.compose import COMMANDS_FILE, compose_image
from composer.pipeline.look import open_workshop
from composer.pipeline.project import Project, load_project
from composer.pipeline.read import last_image
from composer.pipeline.select import Selection, select
from composer.pipeline.settings import Settings
from composer.pipeline.upstream import patches_of
from composer.pipeline.workshop import Workshop
from composer.report.summary import Summary
from composer.report.text import spell_brief

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Built:
    """A finished image and where it is."""

    image: Image
    folder: Path
    workshop: Workshop
    selection: Selection
    before: Image | None  # what stood there before; None: nothing that could be read
    work: Work

    @property
    def path(self) -> Path:
        """The bootable file."""
        return self.folder / self.image.bootable

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files in `folder`."""
        return (*self.image.files, COMMANDS_FILE, IMAGE_FILE)

    @property
    def summary(self) -> Summary:
        """What is told of it at the end."""
        return Summary(self.image, self.before, self.work)

    def again(self) -> Built:
        """The same once nothing is left to be done."""
        return replace(self, before=self.image, work=self.work.again())


def build(settings: Settings, store: Store, reporter: Reporter) -> tuple[Built, ...]:
    """Build the manifest's images, target by target; raises ComposerError.

    With `keep_going` a target that fails does not stop the others; what all of them told is raised at the end.
    """
    project = load_project(settings)
    # All of them before the first is used: a missing compiler is told before the first compile.
    targets = project.loaded.targets[: 1 if settings.first_only else None]
    workshops, absent = in_turn(
        targets, lambda target: open_workshop(project, target, store, reporter), settings.keep_going
    )
    made, failures = in_turn(workshops, _build, settings.keep_going)
    raise_any(absent + failures)
    return tuple(made)


def in_turn(
    items: Iterable[Item], make: Callable[[Item], Made], keep_going: bool
) -> tuple[list[Made], list[Diagnostic]]:
    """What `make` makes of each item; with `keep_going` also what was told of those that failed.

    Raises ComposerError: without `keep_going` of the first that fails, else of what would go wrong with every item.
    """
    made: list[Made] = []
    failures: list[Diagnostic] = []
    for item in items:
        try:
            made.append(make(item))
        except ComposerError as error:
            if not keep_going or any(diagnostic.code in FATAL for diagnostic in error.diagnostics):
                raise
            failures += error.diagnostics
    return made, failures


def _build(workshop: Workshop) -> Built:
    start = time.monotonic()
    folder = workshop.project.folder_of(workshop.target)
    selection = select(workshop)
    before = last_image(folder)
    image = compose_image(workshop, selection)
    if before is not None and (told := _new_libc(str(before.manifest["libc"]), selection)) is not None:
        workshop.reporter.told(told)
    work = work_of(workshop.plans, workshop.outcomes.values(), time.monotonic() - start)
    return Built(image, folder, workshop, selection, before, work)


def _new_libc(before: str, selection: Selection) -> str | None:
    """What a person should know of a C library that is another one than in the last image."""
    now = selection.resolution.providers["libc"]
    if before == now:
        return None
    lacks = next((spell_brief(one.diagnostics[0]) for one in selection.refused if one.libc == before), None)
    because = f", because {before} does not do any more: {lacks}" if lacks else f" instead of {before}"
    return f"the C library is now {now}{because}"


def inputs_of(made: Sequence[Built]) -> Iterator[str]:
    """Every file and folder on which the images depend, as absolute paths."""
    yield from _files_of_ours()
    for project in {(p.loaded.file, *p.catalog.roots.values()): p for p in (b.workshop.project for b in made)}.values():
        yield from _inputs_of_project(project)
    for built in made:
        yield from built.selection.toolchain.programs
        yield from (path for step in built.selection.generate if step.foreign for _, path in step.foreign.tools)
        yield from built.selection.toolchain.absent
        yield from built.workshop.files_read()
        yield from map(str, patches_of(built.selection.resolution.recipes, built.selection.catalog))
        yield from _folders_of(built.workshop.manifest.files)


def _inputs_of_project(project: Project) -> Iterator[str]:
    folder = project.loaded.folder
    yield str(Path(folder, Path(project.loaded.file).name))
    for pattern in {pattern for one in project.loaded.each for pattern in one.manifest.app.sources}:
        yield from _folders_searched(Path(folder), pattern, project.settings.out_root)
    for root in project.catalog.roots.values():
        # A folder's time changes when a name in it does: so a recipe or a source that a glob would find is seen.
        yield from _folders_below(Path(root), project.settings.out_root)
        yield str(Path(root, WEIGHTS_FILE))
    for entry in project.catalog.recipes.values():
        root, _, rest = entry.folder.partition("/")
        place = Path(project.catalog.roots[root], rest)
        yield str(place / RECIPE_FILE)
        yield from (str(place / INDEX_FOLDER / f"{arch}.txt") for arch in entry.indexes)


def _folders_searched(folder: Path, pattern: str, out: Path) -> Iterator[str]:
    """Folders in which a new file could match `pattern`: those below its part without wildcards."""
    parts = PurePosixPath(pattern).parts
    plain = list(itertools.takewhile(lambda part: not set(part) & set("*?["), parts[:-1]))
    if len(plain) == len(parts) - 1:
        yield str(folder.joinpath(*plain))
        return
    yield from _folders_below(folder.joinpath(*plain), out)


def _folders_below(folder: Path, out: Path) -> Iterator[str]:
    """`folder` and all folders below it, without `out`, which a build changes."""
    for here, below, _ in os.walk(folder):
        below[:] = [name for name in below if Path(here, name) != out]
        yield here


def _folders_of(tree: FileTree | None) -> Iterator[str]:
    """The folders of the manifest's `files`: a name that comes or goes changes one of them."""
    if tree is not None:
        yield tree.folder
        yield from (str(Path(tree.folder, entry.path)) for entry in tree.entries if entry.kind == "folder")


def _files_of_ours() -> Iterator[str]:
    """The composer's own files: another version may build something else."""
    package = Path(composer.__file__).parent
    yield from (str(path) for path in sorted(package.rglob("*.py")))
    yield from (str(path) for path in sorted(shipped_folder("toolchains").glob("*.yaml")))
