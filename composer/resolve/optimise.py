"""The cheapest choice that satisfies every row: reduce, split, bound, settle, branch."""

from __future__ import annotations

from typing import NamedTuple

from composer.resolve.bound import Bound, Prices, Relaxation
from composer.resolve.problem import Row
from composer.resolve.reduce import Block, Contradiction, Reducer, components
from composer.resolve.satisfy import Budget, Satisfier

FIRST_ROUNDS = 150
LATER_ROUNDS = 40
NEAR = 20


class Choice(NamedTuple):
    """Variables that are chosen, and the sum of their costs."""

    cost: int
    chosen: tuple[int, ...]


class Optimiser:
    """One minimisation; `unit` is the number of binary digits of a cost below one byte of weight."""

    def __init__(self, unit: int, budget: Budget) -> None:
        self._unit = unit
        self._budget = budget
        self.trace = None

    def solve(self, reducer: Reducer, cutoff: int, prices: Prices, rounds: int) -> Choice | None:
        """The choice of least cost, or None if each costs `cutoff` or more; raises Exhausted."""
        self._budget.spend()
        try:
            reducer.run()
        except Contradiction:
            return None
        reduced = reducer.result()
        cost = reducer.spent
        chosen = list(reduced.chosen)
        parts = components(reduced.block)
        for part in sorted(parts, key=lambda part: len(part.costs)):
            if cost >= cutoff:
                return None
            found = self._part(part, cutoff - cost, prices, rounds)
            if found is None:
                return None
            cost += found.cost
            for v in found.chosen:
                chosen.extend(reduced.members[v])
        return Choice(cost, tuple(chosen)) if cost < cutoff else None

    def _part(self, block: Block, cutoff: int, prices: Prices, rounds: int) -> Choice | None:
        relaxation = Relaxation(block, self._unit, prices)
        best: Choice | None = None
        for attempt in range(4 if rounds == FIRST_ROUNDS else 2):
            bound = relaxation.climb(cutoff, rounds)
            if self.trace: self.trace("node", len(block.costs), bound.value >> self._unit, cutoff >> self._unit, len(bound.forced_out), len(bound.forced_in))
            if bound.value >= cutoff:
                return best
            rounded = self._round(block, bound)
            if rounded and rounded.cost < cutoff:
                best, cutoff = rounded, rounded.cost
                if self.trace: self.trace("  rounded", rounded.cost >> self._unit)
                bound = relaxation.climb(cutoff, 1)
                if bound.value >= cutoff:
                    return best
            if (len(bound.forced_in) + len(bound.forced_out))*10>=len(block.costs):
                reducer = Reducer(block.rows, block.costs)
                for v in bound.forced_out:
                    reducer.settle(v, False)
                for v in bound.forced_in:
                    if v in reducer.costs: reducer.settle(v, True)
                return self.solve(reducer, cutoff, bound.prices, LATER_ROUNDS) or best
            if rounds == FIRST_ROUNDS and attempt in (1,3) and best:
                near = self._near(block, bound, best)
                if near:
                    best, cutoff = near, near.cost
                    if self.trace: self.trace("  near", near.cost >> self._unit)
        variable = max(block.costs, key=lambda v: (min(bound.leaning[v], 1 - bound.leaning[v]) * (block.costs[v]>>self._unit), -v))
        first = bound.leaning[variable] >= 0.5
        for value in (first, not first):
            reducer = Reducer(block.rows, block.costs)
            reducer.settle(variable, value)
            found = self.solve(reducer, cutoff, bound.prices, LATER_ROUNDS)
            if found:
                best, cutoff = found, found.cost
                if bound.value >= cutoff:
                    break
        return best

    def _near(self, block: Block, bound: Bound, best: Choice) -> Choice | None:
        """The best choice among those that follow the bound wherever it is all but sure."""
        reducer = Reducer(block.rows, block.costs)
        known = set(best.chosen)
        room = (best.cost - bound.value) // NEAR
        rivals = {v for row in block.rows if row.limit == 1 and not row.more for v in row.less}
        for v in sorted(rivals):
            if bound.extra[v] > room and v not in known:
                reducer.settle(v, False)
        return self.solve(reducer, best.cost, bound.prices, LATER_ROUNDS)

    def _round(self, block: Block, bound: Bound) -> Choice | None:
        """A choice near what the bound leans to."""
        variables = sorted(block.costs)
        number = {v: index for index, v in enumerate(variables, 1)}
        rows = [
            Row(tuple(number[v] for v in row.less), tuple(number[v] for v in row.more), row.limit)
            for row in block.rows
        ]
        lean = [bound.leaning[v] for v in variables]
        order = sorted(range(len(lean)), key=lambda i: (abs(lean[i] - 0.5), block.costs[variables[i]]))
        dear = [0] * len(lean)
        for rank, i in enumerate(order):
            dear[i] = rank
        verdict = Satisfier(len(variables), rows, dear, self._budget, [share > 0.5 for share in lean]).solve()
        if verdict.chosen is None:
            return None
        from composer.resolve.feasible import needed
        kept = needed(rows, verdict.chosen)
        chosen = tuple(variables[index - 1] for index in sorted(kept))
        return Choice(sum(block.costs[v] for v in chosen), chosen)


def cheapest(block: Block, unit: int, cutoff: int, budget: Budget, trace=None) -> Choice | None:
    """The choice of least cost, or None if each costs `cutoff` or more; raises Exhausted."""
    o = Optimiser(unit, budget)
    o.trace = trace
    return o.solve(Reducer(block.rows, block.costs), cutoff, {}, FIRST_ROUNDS)
