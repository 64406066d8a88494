"""What commands that only look start from: the selection, and the image if there is one of just that selection."""

from __future__ import annotations

from dataclasses import dataclass, replace

from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.model.image import Image, ImageRecipe
from composer.model.target import Target
from composer.pipeline.compose import described, manifest_digest
from composer.pipeline.grown import as_built
from composer.pipeline.project import Project
from composer.pipeline.read import last_image
from composer.pipeline.select import Selection, select
from composer.pipeline.workshop import Workshop


@dataclass(frozen=True, slots=True)
class View:
    """One target of a project: what is decided, and what was built of it."""

    workshop: Workshop
    selection: Selection
    image: Image | None  # None: not built, or built from something else

    @property
    def recipes(self) -> tuple[ImageRecipe, ...]:
        """The recipes with their reasons, whose places are as the user knows them.

        Without an image nothing is known to have left.
        """
        reasons = self.selection.resolution.reasons
        if self.image is not None:
            # The compiler's runtime is none of the resolution's, and has the reasons that were found when it was built.
            return tuple(replace(r, reasons=reasons.get(r.name, r.reasons)) for r in self.image.recipes)
        catalog = self.workshop.project.catalog.recipes
        return tuple(described(catalog[name], reasons[name]) for name in self.selection.resolution.recipes)


def open_workshop(project: Project, target: Target, store: Store, reporter: Reporter) -> Workshop:
    """The place where the steps for `target` run; raises ComposerError if there is no toolchain."""
    return Workshop(project.for_target(target), target, project.toolchain(target), store, reporter)


def look(project: Project, target: Target, store: Store, reporter: Reporter) -> View:
    """Decide what would be built; compiles the app's own sources if they are not in the store."""
    workshop = open_workshop(project, target, store, reporter)
    selection = as_built(workshop, select(workshop))
    return View(workshop, selection, matching_image(workshop.project, selection))


def matching_image(project: Project, selection: Selection) -> Image | None:
    """The image that was built of just this selection, None if there is none."""
    image = last_image(project.folder_of(selection.target))
    if image is None:
        return None
    same_app = all(image.objects.get(path) == content for path, content in selection.objects.items())
    return image if same_app and image.manifest_digest == manifest_digest(project, selection) else None
