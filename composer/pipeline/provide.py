"""`compose fetch`: the upstream sources of a manifest's images, without building them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.fetch.places import Search
from composer.model.recipe import Catalog
from composer.pipeline.look import open_workshop
from composer.pipeline.project import load_project
from composer.pipeline.select import request_for, select
from composer.pipeline.settings import Settings
from composer.pipeline.upstream import Tree, have_tree, wanted_sources
from composer.resolve.resolver import resolve


def provide(settings: Settings, store: Store, reporter: Reporter) -> Mapping[str, Tree]:
    """Have every source that the manifest's images need, by id; raises ComposerError.

    What the libc brings is got before the app is compiled, which tells what else the app calls.
    """
    project = load_project(settings)
    found: dict[str, Tree] = {}
    for target in project.loaded.targets:
        names = resolve(request_for(project, target), project.catalog).recipes
        found.update(provide_for(names, project.catalog, store, settings.search, reporter, found))
        workshop = open_workshop(project, target, store, reporter)
        workshop.trees.update(found)
        select(workshop)
        found.update(workshop.trees)
    return found


def provide_for(
    names: Iterable[str],
    catalog: Catalog,
    store: Store,
    search: Search,
    reporter: Reporter,
    there: Mapping[str, Tree] | None = None,
) -> Iterator[tuple[str, Tree]]:
    """Have the sources of the recipes `names`, but for those that are `there`; each with its id."""
    for source, wanted in wanted_sources(names, catalog).items():
        if source not in (there or {}):
            yield source, have_tree(wanted, store, search, reporter)
