"""The sources of recipes that are not in their folders: upstream trees, and what programs make of them."""

from __future__ import annotations

from collections.abc import Container, Iterable

from composer.errors import raise_any
from composer.load.tools import find_tool, missing_tools
from composer.model.recipe import Catalog
from composer.model.resolution import Resolution
from composer.model.source import root_of
from composer.model.step import Step
from composer.pipeline.upstream import have_tree, wanted_sources
from composer.pipeline.workshop import Workshop
from composer.plan.compile import generating
from composer.plan.generate import generate_steps, tools_of


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
