"""The diagnostic for a request that cannot be had: a small proof, and one edit that mends it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from composer.errors import Code, Diagnostic, Location
from composer.model.recipe import Catalog
from composer.model.resolution import Request
from composer.resolve.edits import mending_edit
from composer.resolve.feasible import Ground
from composer.resolve.problem import Premise, PremiseKind, Row
from composer.resolve.prose import Refutation, Teller
from composer.resolve.satisfy import Budget, Exhausted, Satisfier

SHRINKING_STEPS = 20_000  # spent at most on making a proof small; any proof is a proof


def explain(request: Request, catalog: Catalog, ground: Ground, core: Iterable[int]) -> Diagnostic:
    """Why rows of `core` contradict each other, in words, and what to change."""
    facts = shrink([(ground.rows[index], ground.premises[index]) for index in core])
    rows, premises = [row for row, _ in facts], [premise for _, premise in facts]
    lines = Refutation(rows, premises, Teller(request, catalog, ground.problem.names)).lines()
    edit = mending_edit(request, catalog, ground, premises)
    return Diagnostic(
        Code.UNRESOLVABLE,
        sentence(lines, f"no image for {request.target} is possible"),
        starting_point(request, premises),
        edit.text if edit else None,
    )


def explain_exhausted(request: Request, steps: int) -> Diagnostic:
    """The search ended at its bound; nothing is known."""
    return Diagnostic(
        Code.UNRESOLVABLE,
        f"after {steps} steps of search there is neither an image for {request.target} nor a proof that there is none",
        request.target_at,
        "pin the recipe of a capability that many recipes provide, so that less is left to choose",
    )


def sentence(lines: list[str], conclusion: str) -> str:
    """One sentence where it is short, else a list."""
    if len(lines) <= 2:
        return f"because {', and '.join(lines)}, {conclusion}"
    return "\n    ".join((f"{conclusion}, because", *lines))


def starting_point(request: Request, premises: Iterable[Premise]) -> Location | None:
    """The manifest line to look at first: a ban or pin that takes part, then a want, then the target."""
    order = (PremiseKind.BAN, PremiseKind.PIN, PremiseKind.WANT)
    stated = [premise for premise in premises if premise.kind in order and premise.at]
    return min(stated, key=lambda p: (order.index(p.kind), p.what, p.at)).at if stated else request.target_at


def shrink(facts: list[tuple[Row, Premise]]) -> list[tuple[Row, Premise]]:
    """Facts that still contradict each other, none of which can be left out (as far as the steps allow)."""
    facts = [pair for fact in facts for pair in pairwise(fact)]
    budget = Budget(SHRINKING_STEPS)
    place = 0
    try:
        while place < len(facts):
            without = facts[:place] + facts[place + 1 :]
            core = contradiction(without, budget)
            if core is None:
                place += 1
            else:
                kept = set(core)
                place -= sum(index not in kept for index in range(place))
                facts = [without[index] for index in core]
    except Exhausted:
        pass
    return facts


def pairwise(fact: tuple[Row, Premise]) -> list[tuple[Row, Premise]]:
    """A slot of many providers as one fact per pair, so that a proof names no more than two."""
    row, premise = fact
    if premise.kind is not PremiseKind.SLOT:
        return [fact]
    return [(Row(pair, (), 1), premise) for pair in combinations(row.less, 2)]


def contradiction(facts: list[tuple[Row, Premise]], budget: Budget) -> tuple[int, ...] | None:
    """Numbers of facts that cannot hold together, or None if all can; raises Exhausted."""
    used = sorted({v for row, _ in facts for v in row.less + row.more})
    number = {v: index for index, v in enumerate(used, 1)}
    rows = [Row(tuple(number[v] for v in row.less), tuple(number[v] for v in row.more), row.limit) for row, _ in facts]
    verdict = Satisfier(len(used), rows, range(len(used)), budget).solve()
    return verdict.core if verdict.chosen is None else None
