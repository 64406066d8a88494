"""Which step may run next. Starts nothing, prints nothing."""

from __future__ import annotations

import graphlib
import heapq
from collections.abc import Sequence

from composer.execute.forecast import Forecast
from composer.model.step import Plan


def predecessors(plan: Plan) -> dict[str, frozenset[str]]:
    """For each step's label, those of the steps that make its inputs.

    Raises ValueError, a fault of whoever made the plan, for an input from nowhere and for things that
    are there twice.
    """
    maker = {path: step.label for step in plan.steps for path in step.outputs}
    if len(maker) != sum(len(step.outputs) for step in plan.steps):
        raise ValueError("two steps of one plan make the same output")
    if len({step.label for step in plan.steps}) != len(plan.steps):
        raise ValueError("two steps of one plan have the same label")
    graph: dict[str, frozenset[str]] = {}
    for step in plan.steps:
        unknown = [path for path in step.inputs if path not in maker and not _is_explained(path, plan)]
        if unknown:
            raise ValueError(f"{step.label}: nothing in the plan explains {', '.join(unknown)}")
        graph[step.label] = frozenset(maker[path] for path in step.inputs if path in maker)
    return graph


def _is_explained(path: str, plan: Plan) -> bool:
    return path in plan.given or path in plan.texts or path.partition("/")[0] in plan.roots


class Board:
    """The order of the work: what is ready, and of that the start of the longest path first.

    Raises graphlib.CycleError (a ValueError) for steps that wait for each other.
    """

    def __init__(self, expected: Forecast, *, keep_going: bool) -> None:
        self._order = graphlib.TopologicalSorter(expected.graph)
        self._order.prepare()
        self._urgency = expected.urgency
        self._keep_going = keep_going
        self._waiting: list[tuple[float, str]] = []
        self._failed = False

    def take_ready(self) -> Sequence[str]:
        """Steps whose inputs have become complete since the last call, the most urgent first."""
        if self.is_stopped:
            return ()
        return sorted(self._order.get_ready(), key=lambda label: (-self._urgency[label], label))

    def wait(self, label: str) -> None:
        """The step has to run and waits for a free place."""
        heapq.heappush(self._waiting, (-self._urgency[label], label))

    def next(self) -> str | None:
        """The most urgent of those that wait, which then does not wait any more."""
        return heapq.heappop(self._waiting)[1] if self.has_waiting else None

    @property
    def has_waiting(self) -> bool:
        """Whether `next` would give a step."""
        return bool(self._waiting) and not self.is_stopped

    def done(self, label: str) -> None:
        """The step's outputs are there; its dependents may become ready."""
        self._order.done(label)

    def failed(self) -> None:
        """A step failed; its dependents never become ready."""
        self._failed = True

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more may start."""
        return self._failed and not self._keep_going
