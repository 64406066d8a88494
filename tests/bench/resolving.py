"""How long the resolver takes alone on the large made-up catalogs, and that those are hard enough to mean something."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from composer.errors import ComposerError, Diagnostic
from composer.model.resolution import Resolution
from composer.resolve.explain import explain_exhausted
from composer.resolve.resolver import DEFAULT_STEPS, resolve
from tests.bench.table import Figure, median
from tests.support.catalogs import RECIPES, SEEDS, Greedy, large_catalog

REACH_SECONDS = 2.0
REACH_IMPOSSIBLE = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """What the resolver said to one seed."""

    seconds: float
    processor_seconds: float
    is_proven: bool  # minimal, or impossible
    is_possible: bool
    is_greedy_wrong: bool  # taking the cheapest provider each time is dearer, or ends nowhere


def resolving() -> Iterator[Figure]:
    """All seeds once: the worst counts."""
    return summary([answer_to(seed) for seed in SEEDS])


def answer_to(seed: int) -> Answered:
    """Make up the catalog of `seed`, then resolve it by the clock, in this process."""
    request, catalog = large_catalog(seed)
    start, before = time.perf_counter(), time.process_time()
    try:
        found: Resolution | Diagnostic = resolve(request, catalog)
    except ComposerError as error:
        found = error.diagnostics[0]
    spent = (time.perf_counter() - start, time.process_time() - before)
    if isinstance(found, Diagnostic):
        is_proven = found != explain_exhausted(request, DEFAULT_STEPS)
        return Answered(*spent, is_proven, is_possible=False, is_greedy_wrong=False)
    greedy = Greedy(request, catalog).weight()
    return Answered(*spent, found.proven, is_possible=True, is_greedy_wrong=greedy is None or greedy > found.weight)


def summary(answers: Sequence[Answered]) -> Iterator[Figure]:
    """The figures of all seeds together."""
    seconds = [answer.seconds for answer in answers]
    count = len(answers)
    worst = max(answer.processor_seconds for answer in answers)
    note = f"{count} seeds of {RECIPES:,} recipes, median {median(seconds):.2f} s; at most {worst:.2f} s of processors"
    yield Figure("resolve alone, worst seed", max(seconds), "s", REACH_SECONDS, note=note)
    yield Figure("resolve, seeds with a proof", sum(a.is_proven for a in answers), "", count, at_least=True)
    wrong = sum(answer.is_greedy_wrong for answer in answers)
    yield Figure("resolve, seeds where greedy is wrong", wrong, "", count / 2, at_least=True)
    impossible = sum(not answer.is_possible for answer in answers)
    yield Figure("resolve, seeds that are impossible", impossible, "", REACH_IMPOSSIBLE, at_least=True)
