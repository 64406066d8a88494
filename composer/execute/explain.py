"""Why a step would run, or ran last: the list that is hashed, and what differs from the time before."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from composer.execute.board import predecessors
from composer.execute.foresee import look_up
from composer.execute.headers import Headers
from composer.execute.history import History
from composer.execute.keys import Fact, facts, key_of
from composer.execute.store import Store
from composer.execute.worker import Worker
from composer.execute.world import World
from composer.model.step import Plan, Step

FOUND = ("header ", "search ")


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that is not what it was; None where there was or is no such fact."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The facts of a step as they are now, and how they differ from those of the last time that it was different."""

    step: Step
    key: str
    is_cached: bool
    facts: tuple[Fact, ...]
    is_new: bool  # nothing to compare with: it never ran for this image, or the store has forgotten
    changes: tuple[Change, ...]
    last: float | None  # seconds that it took when it ran, if that is known


def explain(plan: Plan, store: Store, step: Step, *, log_folder: Path) -> Explanation:
    """Explain one step of `plan` without running anything; `log_folder` is the one that `execute` was given.

    Before a build the changes are the reason why the step will run; after it, why it ran last. Raises
    ComposerError(INPUT_CHANGED) when a declared input is missing.
    """
    world = World(plan, store)
    worker = Worker(world, store, log_folder)
    _look_up_earlier(plan, step, world, worker)
    outcome = worker.lookup(step)
    history = History(log_folder)
    keys = history.keys(step.label)
    before = store.fetch_facts(keys[0]) if keys else None
    if outcome is not None:
        now = store.fetch_facts(outcome.key) or ()
        if keys[:1] == (outcome.key,):
            before = store.fetch_facts(keys[1]) if len(keys) > 1 else None
    else:
        base = tuple(facts(step, world.digest_of))
        now = (*base, *_headers(base, before, worker).facts(world))
    changes = _changes(dict(before), dict(now)) if before is not None else ()
    return Explanation(
        step, key_of(now), outcome is not None, now, before is None, changes, history.seconds().get(step.label)
    )


def _look_up_earlier(plan: Plan, step: Step, world: World, worker: Worker) -> None:
    """Learn the digests of what the step reads of other steps, as far as those are in the store."""
    graph = predecessors(plan)
    wanted, todo = {step.label}, [step.label]
    while todo:
        fresh = graph[todo.pop()] - wanted
        wanted |= fresh
        todo += fresh
    order = graphlib.TopologicalSorter(graph).static_order()
    look_up(plan, tuple(label for label in order if label in wanted and label != step.label), world, worker)


def _headers(base: tuple[Fact, ...], before: tuple[Fact, ...] | None, worker: Worker) -> Headers:
    """The headers that the step will probably read: those that it was seen to read, now or as it was before."""
    declared_before = [fact for fact in before or () if not fact[0].startswith(FOUND)]
    known = (*worker.known(key_of(base)), *worker.known(key_of(declared_before)))
    return known[0] if known else Headers()


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[Change, ...]:
    names = dict.fromkeys([*now, *before])
    return tuple(Change(name, before.get(name), now.get(name)) for name in names if before.get(name) != now.get(name))
