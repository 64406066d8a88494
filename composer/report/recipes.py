"""The catalog for a person who looks for something: a table of recipes, and all of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rich.table import Table

from composer.load.suggest import hint_for
from composer.model.recipe import Catalog, CatalogRecipe, Condition, Option, Recipe, Requirement, spell_option
from composer.model.step import SHIPPED
from composer.model.target import Target
from composer.report.show import labelled, plain_table

_FAMILIAR = 10  # recipes that are named where many use a capability
_VERBS = MappingProxyType({"requires": "require", "recommends": "recommend", "with": "are built otherwise with"})


@dataclass(frozen=True, slots=True)
class Use:
    """That a recipe of the catalog wants what another provides."""

    by: str
    kind: str  # requires, recommends, or with: is built otherwise where there is one
    capability: str
    when: str = ""  # the condition, as the end of a clause


def uses_of(name: str, catalog: Catalog) -> tuple[Use, ...]:
    """Who of the catalog wants what the recipe `name` provides."""
    provides = catalog.recipes[name].recipe.provides
    wants = (use for _, entry in sorted(catalog.recipes.items()) for use in _uses_by(entry.recipe))
    return tuple(dict.fromkeys(use for use in wants if use.capability in provides))


def _uses_by(recipe: Recipe) -> Iterator[Use]:
    yield from (Use(recipe.name, "requires", need.capability, _when(need.when)) for need in recipe.requires)
    yield from (Use(recipe.name, "recommends", need.capability, _when(need.when)) for need in recipe.recommends)
    conditions = (*(entry.when for entry in recipe.build), *(call.when for call in recipe.init))
    for condition in conditions:
        yield from (Use(recipe.name, "with", capability) for _, capability in condition.neighbours())


def as_table(entries: Sequence[CatalogRecipe], targets: Sequence[Target], found: Mapping[str, Sequence[str]]) -> Table:
    """One line each, by the folders that they are in; `found` says why each is shown, if that is a question."""
    told = ("found in",) if found else ()
    table = plain_table(("recipe", "bytes", *told, "summary"), 3 + len(told))
    table.columns[1].justify = "right"
    for entry in sorted(entries, key=lambda entry: (_theme(entry), entry.recipe.name)):
        hits = (", ".join(found[entry.recipe.name]),) if found else ()
        table.add_row(entry.recipe.name, _range(_weights(entry, targets).values()), *hits, entry.recipe.summary)
    return table


def as_rows(
    entries: Iterable[CatalogRecipe], targets: Sequence[Target], found: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "name": entry.recipe.name,
            "version": entry.recipe.version,
            "summary": entry.recipe.summary,
            "folder": entry.folder,
            "origin": entry.origin,
            "replaced": entry.replaced or None,
            "provides": sorted(entry.recipe.provides),
            "targets": [str(target) for target in targets if entry.recipe.supported(target)],
            "estimated_bytes": _weights(entry, targets),
        }
        | ({"found": list(found[entry.recipe.name])} if found else {})
        for entry in entries
    ]


def _theme(entry: CatalogRecipe) -> str:
    return entry.folder.rpartition("/")[0]


def _weights(entry: CatalogRecipe, targets: Sequence[Target]) -> dict[str, int]:
    return {str(target): entry.weights[str(target)] for target in targets if str(target) in entry.weights}


def _range(weights: Iterable[int], signed: bool = False) -> str:
    """Estimates, from the least to the greatest."""
    known = sorted({*weights})
    sign = "+" if signed else ""
    both = dict.fromkeys([*known[:1], *known[-1:]])
    return (" to " if signed else "-").join(f"~{weight:{sign},}" for weight in both) or "?"


def title(recipe: Recipe) -> str:
    """What it is, in one line."""
    return f"{recipe.name} v{recipe.version}: {recipe.summary}"


def describe(name: str, catalog: Catalog, targets: Sequence[Target]) -> Table:
    """Everything that the catalog knows of one recipe."""
    entry = catalog.recipes[name]
    recipe = entry.recipe
    sections = (
        ("file", [entry.places.file]),
        ("from", _origin(entry)),
        ("licence", [recipe.license]),
        ("targets", [_support(entry, target) for target in targets if recipe.supported(target)] or ["none"]),
        ("provides", [_provided(capability, name, catalog) for capability in sorted(recipe.provides)]),
        ("requires", [_wanted(need, catalog) for need in recipe.requires]),
        ("recommends", [_wanted(need, catalog) for need in recipe.recommends]),
        ("conflicts", sorted(recipe.conflicts)),
        ("options", [line for option in recipe.options for line in _option(entry, option)]),
        ("sources", [line for source in recipe.sources for line in _source(source.id, entry)]),
        ("exports", _exports(entry)),
        ("cannot", [f"{', '.join(group.symbols)}: {group.reason}" for group in recipe.absent]),
        ("used by", list(_users(uses_of(name, catalog)))),
    )
    return labelled(
        (label if not number else "", line) for label, lines in sections for number, line in enumerate(lines)
    )


def _origin(entry: CatalogRecipe) -> list[str]:
    """Where a recipe from outside is from."""
    place = f", in the place of the shipped v{entry.replaced}" if entry.replaced else ""
    return [] if entry.origin == SHIPPED else [f"{entry.origin}{place}"]


def _support(entry: CatalogRecipe, target: Target) -> str:
    support = entry.recipe.support(target)
    assert support is not None, "it is asked of supported targets"
    weight = entry.weights.get(str(target))
    return f"{target}: {support.grade}, {'? bytes' if weight is None else f'~{weight:,} bytes'}"


def _provided(capability: str, name: str, catalog: Catalog) -> str:
    others = _providers(capability, catalog, besides=name)
    return f"{capability} (so do {', '.join(others)})" if others else capability


def _providers(capability: str, catalog: Catalog, besides: str = "") -> list[str]:
    recipes = catalog.recipes.items()
    return sorted(name for name, entry in recipes if capability in entry.recipe.provides and name != besides)


def _wanted(need: Requirement, catalog: Catalog) -> str:
    providers = ", ".join(_providers(need.capability, catalog)) or "no recipe"
    return f"{need.capability}{_when(need.when)}: {providers}"


def _when(condition: Condition) -> str:
    """When something holds, as the end of a clause."""
    parts = [f"on {condition.platform or '*'}/{condition.arch or '*'}"] if condition.platform or condition.arch else []
    parts += [f"if {name} is {spell_option(value)}" for name, value in condition.option.items()]
    parts += [f"{key} {capability}" for key, capability in condition.neighbours()]
    return f" ({', '.join(parts)})" if parts else ""


def _option(entry: CatalogRecipe, name: str) -> Iterator[str]:
    option = entry.recipe.options[name]
    key = f"; the manifest's key {option.key}" if option.key else ""
    told = f"{option_type(option)}, default {spell_option(option.default)}{key}. {option.help}"
    yield f"{entry.recipe.name}.{name}: {told}"
    for choice, row in _weights_of(entry, name).items():
        yield f"  {choice}: {_range(row.values(), signed=True)} bytes"


def _weights_of(entry: CatalogRecipe, option: str) -> dict[str, Mapping[str, int]]:
    """Bytes more by "option=value" and target."""
    return {choice: row for choice, row in entry.option_weights.items() if choice.startswith(f"{option}=")}


def option_type(option: Option) -> str:
    """What it may be, for a person."""
    match option.type:
        case "bool":
            return "true or false"
        case "int":
            return "a whole number" if option.range is None else f"{option.range[0]} to {option.range[1]}"
        case "address":
            return "an IPv4 address"
        case "address6":
            return "an IPv6 address"
        case "addresses":
            return "addresses of either version with spaces between"
        case "choice":
            return f"one of {', '.join(option.choices)}"


def _source(source_id: str, entry: CatalogRecipe) -> Iterator[str]:
    source = next(source for source in entry.recipe.sources if source.id == source_id)
    for archive in source.archives:
        yield f"{source.id}: {archive.file}, sha256 {archive.sha256}"
    yield from (f"{source.id}: with {patch}" for patch in source.patches)


def _exports(entry: CatalogRecipe) -> list[str]:
    """The symbols that others may use; of a library how many there are."""
    if entry.indexes:
        counts = ", ".join(f"{len(entry.exports(arch)):,} on {arch}" for arch in sorted(entry.indexes))
        return [f"{counts} (`compose recipes search SYMBOL` finds who has one)"]
    names = sorted(entry.recipe.exports)
    return [", ".join(names)] if names else []


def _users(uses: Sequence[Use]) -> Iterator[str]:
    """By capability, who wants it; of very many the first."""
    if not uses:
        yield "no recipe; a manifest or a program's symbols may ask for it"
    groups: dict[tuple[str, str], list[str]] = {}
    for use in uses:
        groups.setdefault((use.kind, use.capability), []).append(f"{use.by}{use.when}")
    for (kind, capability), names in groups.items():
        more = f" and {len(names) - _FAMILIAR} more" if len(names) > _FAMILIAR else ""
        yield f"{', '.join(names[:_FAMILIAR])}{more}: {_VERBS[kind]} {capability}"


def as_json(name: str, catalog: Catalog, targets: Sequence[Target]) -> dict[str, Any]:
    """The same for programs."""
    entry = catalog.recipes[name]
    recipe = entry.recipe
    (row,) = as_rows([entry], targets, {})
    return row | {
        "file": entry.places.file,
        "license": recipe.license,
        "grades": {str(target): support.grade for target in targets if (support := recipe.support(target)) is not None},
        "requires": [_need_as_json(need, catalog) for need in recipe.requires],
        "recommends": [_need_as_json(need, catalog) for need in recipe.recommends],
        "conflicts": sorted(recipe.conflicts),
        "options": [
            {"option": f"{name}.{option}", **declared.model_dump(mode="json", exclude_defaults=True)}
            | {
                "estimated_bytes": {
                    choice.partition("=")[2]: {**row} for choice, row in _weights_of(entry, option).items()
                }
            }
            for option, declared in recipe.options.items()
        ],
        "sources": [source.model_dump(mode="json") for source in recipe.sources],
        "exports": {arch: len(entry.exports(arch)) for arch in entry.indexes} or sorted(recipe.exports),
        "absent": [group.model_dump(mode="json") for group in recipe.absent],
        "used_by": [
            {"recipe": use.by, "kind": use.kind, "capability": use.capability, "when": use.when.strip(" ()")}
            for use in uses_of(name, catalog)
        ],
    }


def _need_as_json(need: Requirement, catalog: Catalog) -> dict[str, Any]:
    providers = _providers(need.capability, catalog)
    return {"capability": need.capability, "when": _when(need.when).strip(" ()"), "providers": providers}


def hint_for_recipe(name: str, catalog: Catalog) -> str:
    """What somebody may have meant by a name that no recipe has."""
    providers = _providers(name, catalog)
    if providers:
        return f"it is a capability; provided by: {', '.join(providers)}"
    near = hint_for(name, catalog.recipes, "")
    return near if near.startswith("did") else "see `compose recipes`, or look for a word by `compose recipes search`"
