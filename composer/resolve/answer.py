"""The resolution that a set of variables stands for: order, edges with their places, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from types import MappingProxyType

from composer.errors import Location
from composer.model.recipe import Catalog
from composer.model.resolution import Reason, ReasonKind, Request, Resolution
from composer.resolve.feasible import successors
from composer.resolve.problem import PremiseKind, Problem, option_values, place_order

EDGES = MappingProxyType({PremiseKind.REQUIRES: ReasonKind.REQUIRES, PremiseKind.RECOMMENDS: ReasonKind.RECOMMENDS})


def answer(request: Request, catalog: Catalog, problem: Problem, variables: frozenset[int], proven: bool) -> Resolution:
    """The resolution that a set of variables stands for, with all of its edges."""
    chosen = frozenset(v for v in variables if v <= problem.recipes)
    order = in_order(problem, chosen)
    names = tuple(problem.names[v - 1] for v in order)
    recipes = {name: catalog.recipes[name].recipe for name in names}
    providers = {what: name for name in sorted(names) for what in recipes[name].provides}
    reasons, refused = edges_to(request, catalog, problem, chosen, providers)
    target = str(request.target)
    return Resolution(
        target=request.target,
        recipes=names,
        reasons=MappingProxyType({name: tuple(sorted(found, key=reason_order)) for name, found in reasons.items()}),
        providers=MappingProxyType(dict(sorted(providers.items()))),
        options=MappingProxyType({name: MappingProxyType(option_values(recipes[name], request)) for name in names}),
        refused=tuple(sorted(refused, key=reason_order)),
        weight=sum(catalog.recipes[name].weights.get(target, 0) for name in names),
        proven=proven,
    )


def edges_to(
    request: Request, catalog: Catalog, problem: Problem, chosen: frozenset[int], providers: Mapping[str, str]
) -> tuple[dict[str, set[Reason]], set[Reason]]:
    """Every edge at each chosen recipe, and the recommendations that are refused."""
    reasons: dict[str, set[Reason]] = {problem.names[v - 1]: set() for v in chosen}
    refused: set[Reason] = set()
    for want in request.wants:
        reason = Reason(want.kind, want.by, want.what, want.at, want.words)
        if not want.is_symbol:
            reasons[providers[want.what]].add(reason)
        for name in reasons if want.is_symbol else ():
            if want.by != name and want.what in catalog.recipes[name].exports(request.target.arch):
                reasons[name].add(reason)
    for pin in (pin for pin in request.pins if pin.is_named):
        reasons[pin.recipe].add(Reason(ReasonKind.REQUESTED, "", pin.recipe, pin.at))
    for row, premise in zip(problem.rows, problem.premises, strict=True):
        if premise.kind not in EDGES or row.less[0] not in chosen:
            continue
        kind = EDGES[premise.kind]
        place = catalog.recipes[premise.subject].places.at(kind.value, premise.entry)
        reason = Reason(kind, premise.subject, premise.what, place)
        if premise.what in providers:
            reasons[providers[premise.what]].add(reason)
        else:
            refused.add(reason)
    return reasons, refused


def reason_order(reason: Reason) -> tuple[str, str, str, Location]:
    """Sorting key; a reason without a place comes before the same with one."""
    return (reason.kind, reason.by, reason.what, place_order(reason.at))


def in_order(problem: Problem, chosen: frozenset[int]) -> list[int]:
    """Providers before those who require them; ties by name.

    A heap over arrays: networkx has this sort, but costs 190 ms to import, on the path of every build.
    """
    waiting = {v: set(successors(problem, v, chosen)) for v in chosen}
    users: dict[int, list[int]] = {v: [] for v in chosen}
    for v, providers in waiting.items():
        for provider in providers:
            users[provider].append(v)
    missing = {v: len(providers) for v, providers in waiting.items()}
    ready = [v for v, count in missing.items() if not count]
    heapify(ready)
    order: list[int] = []
    while ready:
        v = heappop(ready)
        order.append(v)
        for user in users[v]:
            missing[user] -= 1
            if not missing[user]:
                heappush(ready, user)
    return order
