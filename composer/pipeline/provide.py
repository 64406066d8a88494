"""`compose fetch`: the upstream sources of a manifest's images, without building them."""

from __future__ import annotations

from collections.abc import Mapping

from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.pipeline.look import open_workshop
from composer.pipeline.project import load_project
from composer.pipeline.select import select
from composer.pipeline.settings import Settings
from composer.pipeline.upstream import Tree


def provide(settings: Settings, store: Store, reporter: Reporter) -> Mapping[str, Tree]:
    """Have every source that building the manifest's images needs, by id; raises ComposerError.

    Those of C libraries too that a build would try and refuse: it needs their headers to know. The app is compiled,
    for only its calls tell what else it needs.
    """
    project = load_project(settings)
    found: dict[str, Tree] = {}
    for target in project.loaded.targets:
        workshop = open_workshop(project, target, store, reporter)
        workshop.trees.update(found)
        select(workshop)
        found.update(workshop.trees)
    return found
