"""The cheapest choice that satisfies every row: reduce, split, branch and bound."""

from __future__ import annotations

from typing import NamedTuple

from composer.resolve.reduce import Block, Contradiction, Reducer, components
from composer.resolve.satisfy import Budget


class Choice(NamedTuple):
    """Variables that are chosen, and the sum of their costs."""

    cost: int
    chosen: tuple[int, ...]


def cheapest(block: Block, cutoff: int, budget: Budget) -> Choice | None:
    """The choice of least cost, or None if each costs `cutoff` or more; raises Exhausted."""
    return _solve(Reducer(block.rows, block.costs), cutoff, budget)


def _solve(reducer: Reducer, cutoff: int, budget: Budget) -> Choice | None:
    budget.spend()
    try:
        reducer.run()
    except Contradiction:
        return None
    reduced = reducer.result()
    cost = reducer.spent
    chosen = list(reduced.chosen)
    for part in components(reduced.block):
        if cost >= cutoff:
            return None
        found = _branch(part, cutoff - cost, budget)
        if found is None:
            return None
        cost += found.cost
        for v in found.chosen:
            chosen.extend(reduced.members[v])
    return Choice(cost, tuple(chosen)) if cost < cutoff else None


def _branch(block: Block, cutoff: int, budget: Budget) -> Choice | None:
    asked = min((row for row in block.rows if not row.less), key=lambda row: (len(row.more), row.more))
    variable = min(asked.more, key=block.costs.__getitem__)
    best: Choice | None = None
    for value in (True, False):
        reducer = Reducer(block.rows, block.costs)
        reducer.settle(variable, value)
        found = _solve(reducer, best.cost if best else cutoff, budget)
        best = found or best
    return best
