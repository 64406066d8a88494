"""The cheapest choice that satisfies every row: reduce, split, bound, settle, branch.

Branch and bound with a Lagrangian bound at every node. A block is reduced and split into components first;
then prices climb, a rounding of what they lean to gives an answer to beat, and the two together settle most
variables for good. Only what is left is branched on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from composer.resolve.bound import Bound, Prices, Relaxation
from composer.resolve.feasible import needed
from composer.resolve.memory import Memory, Remembered, key_of
from composer.resolve.problem import Row
from composer.resolve.reduce import Block, Contradiction, Reducer, components
from composer.resolve.satisfy import Budget, Exhausted, Satisfier

WORTH_REDUCING = 10  # one variable settled in so many is worth building a smaller block
NEAR = 12  # a neighbourhood holds what adds less than this part of the gap
NEAR_STEPS = 1500  # spent at most on one neighbourhood


class Effort(NamedTuple):
    """How long prices climb at a node: so many times, so many rounds each."""

    climbs: int
    rounds: int
    is_first: bool  # of the whole problem: its parts are remembered, and neighbourhoods of the best answer searched


FIRST = Effort(4, 150, True)
LATER = Effort(2, 40, False)


class Choice(NamedTuple):
    """Variables that are chosen, and the sum of their costs."""

    cost: int
    chosen: tuple[int, ...]


@dataclass(slots=True)
class Incumbent:
    """The best answer so far; only what costs less than `cutoff` is of interest."""

    cutoff: int
    best: Choice | None = None

    def offer(self, choice: Choice | None) -> bool:
        """Take a choice if it is better; whether it was."""
        if choice is None or choice.cost >= self.cutoff:
            return False
        self.cutoff, self.best = choice.cost, choice
        return True


class Optimiser:
    """One minimisation; `unit` is the number of binary digits of a cost below one byte of weight."""

    def __init__(self, unit: int, budget: Budget, labels: Sequence[Hashable], memory: Memory) -> None:
        self._unit = unit
        self._budget = budget
        self._labels = labels
        self._memory = memory
        self.proven = True  # False once the budget ran out while there was an answer

    def solve(self, reducer: Reducer, cutoff: int, prices: Prices, effort: Effort) -> Choice | None:
        """The choice of least cost, or None if each costs `cutoff` or more; raises Exhausted."""
        self._budget.spend()
        try:
            reducer.run()
        except Contradiction:
            return None
        reduced = reducer.result()
        cost, chosen = reducer.spent, list(reduced.chosen)
        for part in sorted(components(reduced.block), key=lambda part: len(part.costs)):
            if cost >= cutoff:
                return None
            if effort.is_first:
                found = self._remembered(part, reduced.members, cutoff - cost)
            else:
                found = self._part(part, cutoff - cost, prices, effort)
            if found is None:
                return None
            cost += found.cost
            for v in found.chosen:
                chosen.extend(reduced.members[v])
        return Choice(cost, tuple(chosen)) if cost < cutoff else None

    def _remembered(self, block: Block, members: Mapping[int, tuple[int, ...]], cutoff: int) -> Choice | None:
        """The best choice for a part of the whole problem, found now or before."""
        key = key_of(block, members, self._labels)
        known = self._memory.get(key)
        if known is not None and known.steps <= self._budget.left:
            self._budget.spend(known.steps)
            chosen = _at(block, known.chosen)
            choice = Choice(sum(block.costs[v] for v in chosen), chosen)
            return choice if choice.cost < cutoff else None
        before = self._budget.left
        found = self._part(block, cutoff, {}, FIRST)
        if found is not None and self.proven:
            place = {v: index for index, v in enumerate(block.costs)}
            self._memory[key] = Remembered(tuple(place[v] for v in found.chosen), before - self._budget.left)
        return found

    def _part(self, block: Block, cutoff: int, prices: Prices, effort: Effort) -> Choice | None:
        incumbent = Incumbent(cutoff)
        try:
            self._search(block, incumbent, prices, effort)
        except Exhausted:
            if incumbent.best is None:
                raise
            self.proven = False
        return incumbent.best

    def _search(self, block: Block, incumbent: Incumbent, prices: Prices, effort: Effort) -> None:
        """Bound `block` until it is closed, small enough to be reduced again, or has to be branched on."""
        relaxation = Relaxation(block, self._unit, prices)
        for climb in range(effort.climbs):
            bound = relaxation.climb(incumbent.cutoff, effort.rounds)
            if bound.value < incumbent.cutoff and incumbent.offer(self._round(block, bound)):
                bound = relaxation.climb(incumbent.cutoff, 1)
            if bound.value >= incumbent.cutoff:
                return
            if len(bound.settled) * WORTH_REDUCING >= len(block.costs):
                incumbent.offer(self._with(block, bound.settled, incumbent.cutoff, bound.prices))
                return
            if effort.is_first and climb % 2 and incumbent.best:
                incumbent.offer(self._near(block, bound, incumbent.best))
        variable = max(block.costs, key=lambda v: (min(bound.leaning[v], 1 - bound.leaning[v]) * bound.size[v], -v))
        first = bound.leaning[variable] >= 0.5
        for value in (first, not first):
            if bound.value < incumbent.cutoff:
                incumbent.offer(self._with(block, {variable: value}, incumbent.cutoff, bound.prices))

    def _with(self, block: Block, settled: dict[int, bool], cutoff: int, prices: Prices) -> Choice | None:
        """The best choice below `cutoff` after some decisions."""
        reducer = Reducer(block.rows, block.costs)
        for v, value in settled.items():
            reducer.settle(v, value)
        return self.solve(reducer, cutoff, prices, LATER)

    def _near(self, block: Block, bound: Bound, best: Choice) -> Choice | None:
        """The best choice among those that differ from `best` only by what adds little to the bound."""
        room = (best.cost - bound.value) // NEAR
        known = set(best.chosen)
        rivals = {v for row in block.rows if row.limit == 1 and not row.more for v in row.less}
        out = {v: False for v in sorted(rivals - known) if bound.extra[v] > room}
        whole, proven = self._budget, self.proven
        self._budget = Budget(min(NEAR_STEPS, whole.left))
        granted = self._budget.left
        try:
            return self._with(block, out, best.cost, bound.prices)
        except Exhausted:
            return None
        finally:
            whole.left -= granted - max(0, self._budget.left)
            self._budget, self.proven = whole, proven

    def _round(self, block: Block, bound: Bound) -> Choice | None:
        """A choice near what the bound leans to."""
        variables = list(block.costs)
        number = {v: index for index, v in enumerate(variables, 1)}
        rows = [
            Row(tuple(number[v] for v in row.less), tuple(number[v] for v in row.more), row.limit) for row in block.rows
        ]
        lean = [bound.leaning[v] for v in variables]
        by_doubt = sorted(range(len(lean)), key=lambda i: (abs(lean[i] - 0.5), bound.size[variables[i]]))
        rank = [0] * len(lean)
        for place, i in enumerate(by_doubt):
            rank[i] = place
        verdict = Satisfier(len(variables), rows, rank, self._budget, [share > 0.5 for share in lean]).solve()
        if verdict.chosen is None:
            return None
        chosen = tuple(variables[index - 1] for index in sorted(needed(rows, verdict.chosen)))
        return Choice(sum(block.costs[v] for v in chosen), chosen)


def _at(block: Block, places: Iterable[int]) -> tuple[int, ...]:
    variables = tuple(block.costs)
    return tuple(variables[place] for place in places)


def cheapest(
    block: Block, unit: int, cutoff: int, budget: Budget, labels: Sequence[Hashable], memory: Memory
) -> tuple[Choice | None, bool]:
    """The choice of least cost (None if each costs `cutoff` or more), and whether that is proven.

    `labels` and `memory` are those of `composer.resolve.memory`; what is found is added to the memory.
    """
    optimiser = Optimiser(unit, budget, labels, memory)
    try:
        found = optimiser.solve(Reducer(block.rows, block.costs), cutoff, {}, FIRST)
    except Exhausted:
        return None, False
    return found, optimiser.proven
