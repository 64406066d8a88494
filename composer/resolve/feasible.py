"""Legal sets of recipes: what satisfies every row and has no recipes that wait for each other.

Loops are met one at a time: a row against each possible circle would be exponentially many, while a
catalog of recipes has hardly any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from composer.resolve.problem import Premise, PremiseKind, Problem, Row
from composer.resolve.satisfy import Budget, Satisfier, Verdict


class Ground:
    """The rows of a problem, with those against loops that turned up, and the premise of each."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rows = list(problem.rows)
        self.premises = list(problem.premises)

    def forbid_loop(self, chosen: Iterable[int]) -> bool:
        """Whether chosen recipes require each other in a circle; if so, a row against that circle is added."""
        loop = find_loop(self.problem, frozenset(chosen))
        if loop:
            self.rows.append(Row(tuple(sorted(loop)), (), len(loop) - 1))
            links = zip(loop, (*loop[1:], loop[0]), strict=True)
            asking = tuple((self.problem.names[v - 1], self._entry(v, following)) for v, following in links)
            self.premises.append(Premise(PremiseKind.LOOP, loop=asking))
        return bool(loop)

    def without(self, premise: Premise) -> Ground:
        """The same rows except those of one premise."""
        ground = Ground(self.problem)
        kept = [(row, other) for row, other in zip(self.rows, self.premises, strict=True) if other != premise]
        ground.rows = [row for row, _ in kept]
        ground.premises = [other for _, other in kept]
        return ground

    def _entry(self, variable: int, provider: int) -> int:
        """The first entry by which a recipe requires something of a provider."""
        return next(entry for entry, providers in self.problem.edges[variable - 1] if provider in providers)


def legal_set(ground: Ground, dear: Sequence[int], budget: Budget) -> Verdict:
    """Some legal set without anything unneeded, or rows of `ground` that contradict each other; raises Exhausted."""
    while True:
        verdict = Satisfier(ground.problem.size, ground.rows, dear, budget).solve()
        if verdict.chosen is None:
            return verdict
        kept = needed(ground.rows, verdict.chosen)
        if not ground.forbid_loop(kept):
            return Verdict(kept)


def needed(rows: Iterable[Row], chosen: frozenset[int]) -> frozenset[int]:
    """The part of a satisfying set that some row asks for, directly or through others."""
    asks: dict[int, list[int]] = {}
    todo: list[int] = []
    for row in rows:
        if row.more:
            wanted = [v for v in row.more if v in chosen]
            if row.less:
                asks.setdefault(row.less[0], []).extend(wanted)
            else:
                todo.extend(wanted)
    kept: set[int] = set()
    while todo:
        v = todo.pop()
        if v not in kept:
            kept.add(v)
            todo.extend(asks.get(v, ()))
    return frozenset(kept)


def find_loop(problem: Problem, chosen: frozenset[int]) -> list[int]:
    """Recipes of which each requires the next and the last the first, or nothing."""
    done: set[int] = set()
    for start in sorted(chosen):
        if start in done or start > problem.recipes:
            continue
        path = [start]
        on_path = {start}
        branches = [iter(successors(problem, start, chosen))]
        while branches:
            following = next(branches[-1], None)
            if following is None:
                branches.pop()
                finished = path.pop()
                on_path.discard(finished)
                done.add(finished)
            elif following in on_path:
                return path[path.index(following) :]
            elif following not in done:
                on_path.add(following)
                path.append(following)
                branches.append(iter(successors(problem, following, chosen)))
    return []


def successors(problem: Problem, variable: int, chosen: frozenset[int]) -> list[int]:
    """The chosen providers of what a recipe requires."""
    return [v for _, providers in problem.edges[variable - 1] for v in providers if v in chosen]
