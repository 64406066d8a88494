"""What images can run on: a line for each target, and all of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rich.table import Table

from composer.load.manifest import buildable_targets
from composer.model.recipe import Catalog, CatalogRecipe, Grade
from composer.model.target import Target
from composer.model.toolchain import ToolchainFacts
from composer.report.show import labelled, plain_table
from composer.report.text import LOADERS

NOT_YET = "not yet"  # in place of the grade of a target that cannot be built
_CHOSEN = frozenset({"libc"})  # capabilities that the manifest chooses a provider of
_COLUMNS = MappingProxyType({"console": "console", "network": "net.device", "entropy": "entropy"})


@dataclass(frozen=True, slots=True)
class Platform:
    """What the catalog knows of one target."""

    target: Target
    grade: Grade | None  # None: it cannot be built yet
    loader: str  # ImageFacts.loader; "" if it cannot be built
    hosts: Mapping[str, Grade]  # what starts its images
    toolchains: Mapping[str, str]  # that make code for it, the best first, each with its summary
    providers: Mapping[str, tuple[str, ...]]  # of the capabilities that targets differ in, and of those one chooses
    absent: tuple[str, ...]  # capabilities that only other targets have


def platform_of(target: Target, catalog: Catalog, toolchains: Iterable[ToolchainFacts]) -> Platform:
    """All that is known of `target`."""
    ranked = sorted(
        (facts for facts in toolchains if target.arch in facts.architectures),
        key=lambda facts: facts.architectures[target.arch].rank,
    )
    able = {facts.name: facts.summary for facts in ranked}
    entries = catalog.recipes.values()
    boot = next((e.recipe for e in entries if "boot" in e.recipe.provides and e.recipe.supported(target)), None)
    if boot is None or boot.image is None or (support := boot.support(target)) is None:
        return Platform(target, None, "", {}, able, {}, ())
    here = _providers(entries, target)
    each = [_providers(entries, other) for other in buildable_targets(catalog)]
    differing = {what for one in each for what in one if any(other.get(what) != one[what] for other in each)}
    shown = {what: names for what, names in here.items() if what in differing | _CHOSEN}
    absent = tuple(sorted(differing - here.keys()))
    return Platform(target, support.grade, boot.image.loader, support.hosts, able, shown, absent)


def _providers(entries: Iterable[CatalogRecipe], target: Target) -> dict[str, tuple[str, ...]]:
    """By capability, the recipes that provide it on `target`."""
    found: dict[str, tuple[str, ...]] = {}
    for recipe in sorted((entry.recipe for entry in entries), key=lambda recipe: recipe.name):
        for capability in recipe.provides if recipe.supported(target) else ():
            found[capability] = (*found.get(capability, ()), recipe.name)
    return dict(sorted(found.items()))


def as_table(platforms: Sequence[Platform]) -> Table:
    """One line each."""
    table = plain_table(("target", "grade", "starts as", *_COLUMNS), 3 + len(_COLUMNS))
    for one in platforms:
        cells = (", ".join(one.providers.get(capability, ())) or "-" for capability in _COLUMNS.values())
        table.add_row(str(one.target), one.grade or NOT_YET, LOADERS[one.loader][0] if one.loader else "-", *cells)
    return table


def describe(platform: Platform) -> Table:
    """Everything that is known of one target which can be built."""
    rows = [("target", str(platform.target)), ("grade", platform.grade or NOT_YET)]
    rows += [("starts as", LOADERS[platform.loader][1])]
    rows += _behind("under", [f"{host}: {grade}" for host, grade in platform.hosts.items()])
    rows += _behind("compilers", [f"{name}: {reason}" for name, reason in platform.toolchains.items()])
    rows += [(capability, ", ".join(names)) for capability, names in platform.providers.items()]
    return labelled([*rows, ("has no", ", ".join(platform.absent) or "-")])


def _behind(label: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    return [("" if number else label, line) for number, line in enumerate(lines)]


def as_json(platform: Platform) -> dict[str, Any]:
    """The same for programs."""
    return {
        "target": str(platform.target),
        "grade": platform.grade,
        "loader": platform.loader or None,
        "hosts": dict(platform.hosts),
        "toolchains": dict(platform.toolchains),
        "providers": {capability: list(names) for capability, names in platform.providers.items()},
        "absent": list(platform.absent),
    }
