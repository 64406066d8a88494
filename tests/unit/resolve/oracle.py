"""The resolver's answer by trying every set of recipes, straight from the words of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from composer.model.recipe import Catalog, Condition, Recipe, Requirement
from composer.model.resolution import ReasonKind, Request


@dataclass(frozen=True, slots=True, order=True)
class Answer:
    """What is compared, in the order of the objective."""

    refused: int
    weight: int
    count: int
    names: tuple[str, ...]


def best_answer(request: Request, catalog: Catalog) -> Answer | None:
    """The least legal answer, or None if no set of recipes is legal."""
    names = sorted(catalog.recipes)
    return min(
        (
            answer_of(request, catalog, chosen)
            for count in range(len(names) + 1)
            for chosen in combinations(names, count)
            if is_legal(request, catalog, chosen)
        ),
        default=None,
    )


def answer_of(request: Request, catalog: Catalog, chosen: tuple[str, ...]) -> Answer:
    """How good a set is."""
    recipes = [catalog.recipes[name].recipe for name in chosen]
    provided = {capability for recipe in recipes for capability in recipe.provides}
    refused = sum(
        len({wish.capability for wish in active(recipe, recipe.recommends, request)} - provided) for recipe in recipes
    )
    weight = sum(catalog.recipes[name].weights.get(str(request.target), 0) for name in chosen)
    return Answer(refused, weight, len(chosen), chosen)


def is_legal(request: Request, catalog: Catalog, chosen: tuple[str, ...]) -> bool:
    """Whether an image may consist of exactly these recipes (minimality aside)."""
    recipes = [catalog.recipes[name].recipe for name in chosen]
    provided = [capability for recipe in recipes for capability in recipe.provides]
    exported = {symbol for recipe in recipes for symbol in recipe.exports}
    return (
        len(provided) == len(set(provided))
        and all(recipe.supported(request.target) for recipe in recipes)
        and all(pin.recipe in chosen for pin in request.pins)
        and all(ban.capability not in provided for ban in request.bans)
        and all(want.what in (exported if want.kind is ReasonKind.SYMBOL else provided) for want in request.wants)
        and all(need.capability in provided for r in recipes for need in active(r, r.requires, request))
        and not any(other in chosen and other != r.name for r in recipes for other in r.conflicts)
        and not has_loop(request, recipes)
    )


def has_loop(request: Request, recipes: list[Recipe]) -> bool:
    """Whether some recipes wait for each other when providers come first."""
    waiting = {
        recipe.name: {
            other.name
            for need in active(recipe, recipe.requires, request)
            for other in recipes
            if need.capability in other.provides
        }
        for recipe in recipes
    }
    while True:
        ready = {name for name, others in waiting.items() if not others & waiting.keys()}
        if not ready:
            return bool(waiting)
        for name in ready:
            del waiting[name]


def active(recipe: Recipe, entries: tuple[Requirement, ...], request: Request) -> Iterator[Requirement]:
    """The entries whose condition holds."""
    return (entry for entry in entries if holds(recipe, entry.when, request))


def holds(recipe: Recipe, when: Condition, request: Request) -> bool:
    """Whether a condition holds for the request's target and options."""
    values = {name: option.default for name, option in recipe.options.items()}
    values.update((request.options or {}).get(recipe.name, {}))
    return (
        (when.platform is None or when.platform == request.target.platform)
        and (when.arch is None or when.arch == request.target.arch)
        and all(values[name] == value for name, value in when.option.items())
    )
