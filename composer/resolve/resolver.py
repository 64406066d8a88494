"""Which recipes are in the image: the exact minimum, with every reason, or a proof that there is none.

Pure: no disk, no clock, no globals. The minimum is lexicographic over (refused recommendations, weight,
number of recipes, sorted names); `pack` turns it into one integer per variable, so that the search only
ever adds and compares integers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from composer.errors import ComposerError
from composer.model.recipe import Catalog
from composer.model.resolution import Request, Resolution
from composer.resolve.answer import answer
from composer.resolve.explain import explain, explain_exhausted
from composer.resolve.feasible import Ground, legal_set
from composer.resolve.memory import Memory
from composer.resolve.optimise import cheapest
from composer.resolve.problem import Problem, build_problem
from composer.resolve.reduce import Block
from composer.resolve.satisfy import Budget, Exhausted

DEFAULT_STEPS = 200_000


def resolve(request: Request, catalog: Catalog, steps: int = DEFAULT_STEPS, memory: Memory | None = None) -> Resolution:
    """The minimal image for `request`; raises ComposerError (UNRESOLVABLE) with the proof if there is none.

    `steps` bounds the search; where it ends early, the best answer so far says `proven=False`. A `memory` that is handed
    from one request to the next saves time and changes no answer.
    """
    problem = build_problem(request, catalog)
    ground = Ground(problem)
    costs = pack(problem, request, catalog)
    budget = Budget(steps)
    try:
        first = legal_set(ground, dearness(costs), budget)
    except Exhausted:
        raise ComposerError(explain_exhausted(request, steps)) from None
    if first.chosen is None:
        raise ComposerError(explain(request, catalog, ground, first.core))
    labels = labels_of(problem, request, catalog)
    chosen, proven = improve(ground, costs, first.chosen, budget, labels, {} if memory is None else memory)
    return answer(request, catalog, problem, chosen, proven)


def pack(problem: Problem, request: Request, catalog: Catalog) -> dict[int, int]:
    """Cost of each variable, such that sums compare as the objective does.

    From the highest digits down: refusals, weight, number of recipes, and a bit per name. Among sets of
    equal number the one with the smaller sorted names has the smallest name that they do not share, so
    a chosen name takes its bit away: the earlier the name, the higher the bit.
    """
    count = problem.recipes
    target = str(request.target)
    number_digits = unit_digits(problem)
    costs: dict[int, int] = {}
    total = 0
    for v, name in enumerate(problem.names, 1):
        weight = catalog.recipes[name].weights.get(target, 0)
        total += weight
        costs[v] = (weight << number_digits) + (1 << count) - (1 << (count - v))
    refusal = (total + 1) << number_digits
    for v in range(count + 1, problem.size + 1):
        costs[v] = refusal
    return costs


def labels_of(problem: Problem, request: Request, catalog: Catalog) -> tuple[Hashable, ...]:
    """Of each variable, from 1 on, all that its cost comes from: a recipe's name and weight, or whose refusal it is."""
    target = str(request.target)
    recipes = ((name, catalog.recipes[name].weights.get(target, 0)) for name in problem.names)
    refusals = ((problem.names[v - 1], what, entry) for v, what, entry in problem.refusals)
    return (*recipes, *refusals)


def unit_digits(problem: Problem) -> int:
    """Binary digits of a cost below one byte of weight: the number of recipes, and a bit per name."""
    return problem.recipes + problem.recipes.bit_length() + 1


def dearness(costs: dict[int, int]) -> list[int]:
    """The rank of each variable by cost."""
    ranks = [0] * len(costs)
    for rank, v in enumerate(sorted(costs, key=lambda v: (costs[v], v))):
        ranks[v - 1] = rank
    return ranks


def improve(
    ground: Ground,
    costs: dict[int, int],
    first: frozenset[int],
    budget: Budget,
    labels: Sequence[Hashable],
    memory: Memory,
) -> tuple[frozenset[int], bool]:
    """The cheapest legal set, and whether that is proven."""
    bar, unit = sum(costs[v] for v in first), unit_digits(ground.problem)
    while True:
        found, proven = cheapest(Block(tuple(ground.rows), costs), unit, bar, budget, labels, memory)
        if found is None:
            return first, proven
        if not ground.forbid_loop(found.chosen):
            return frozenset(found.chosen), proven
        if not proven:
            return first, False
