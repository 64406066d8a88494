"""Which steps of a plan would run now; nothing is run to know."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from composer.execute.board import predecessors
from composer.execute.forecast import Forecast, forecast
from composer.execute.history import History
from composer.execute.store import Store
from composer.execute.worker import Worker
from composer.execute.world import World
from composer.model.step import Plan

# Stands for the digest of an output whose step has to run first.
UNKNOWN = "not built yet"


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a build would find of the steps of a plan."""

    in_store: Mapping[str, bool]  # by label; False: it would run
    expected: Forecast  # of those that would run
    last: Mapping[str, float]  # seconds that each known step took when it ran


def foresee(plan: Plan, store: Store, *, jobs: int, log_folder: Path) -> Foresight:
    """Look each step up; `log_folder` is the one that `execute` was given. Raises ComposerError(INPUT_CHANGED)."""
    graph = predecessors(plan)
    world = World(plan, store)
    in_store = look_up(
        plan, tuple(graphlib.TopologicalSorter(graph).static_order()), world, Worker(world, store, log_folder)
    )
    left = {label: needs - _done(in_store) for label, needs in graph.items() if not in_store[label]}
    last = History(log_folder).seconds()
    return Foresight(in_store, forecast(left, last, jobs), last)


def _done(in_store: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(label for label, is_there in in_store.items() if is_there)


def look_up(plan: Plan, labels: tuple[str, ...], world: World, worker: Worker) -> Mapping[str, bool]:
    """Whether the store has the outputs of each of the steps `labels`, which come after those that they read of."""
    steps = {step.label: step for step in plan.steps}
    found: dict[str, bool] = {}
    for label in labels:
        found[label] = worker.lookup(steps[label]) is not None
        if not found[label]:
            world.outputs.update(dict.fromkeys(steps[label].outputs, UNKNOWN))
    return found
