"""How long steps will take, told from how long they took before; and the longest path through those that ran."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Graph = Mapping[str, frozenset[str]]  # for each step's label, those of the steps that must be done before

UNKNOWN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a reporter may tell of steps that are not done yet; all by their labels."""

    graph: Graph
    seconds: Mapping[str, float]  # of each step; of one that never ran, what is usual
    urgency: Mapping[str, float]  # the longest path from its start to the end of the work
    known: frozenset[str]  # the steps that have run before
    jobs: int  # processes at once

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.seconds)

    def rest(self, left: Mapping[str, float]) -> float | None:
        """Seconds until the steps `left` are done, each with those that it runs for already.

        They take as long as the longest path or, if that is more, as all of them do with all processes busy. None if
        most of them have never run.
        """
        if not left or 2 * len(self.known & left.keys()) < len(left):
            return None
        path = max(self.urgency[label] - min(spent, self.seconds[label]) for label, spent in left.items())
        work = sum(max(self.seconds[label] - spent, 0.0) for label, spent in left.items())
        return max(path, work / self.jobs)

    def path_from(self, label: str) -> tuple[str, ...]:
        """`label` and what waits for it, of several the one that takes longest, to the end of the work."""
        path = [label]
        while after := [step for step, needs in self.graph.items() if path[-1] in needs]:
            path.append(max(after, key=lambda step: (self.urgency[step], step)))
        return tuple(path)


def forecast(graph: Graph, seconds: Mapping[str, float], jobs: int) -> Forecast:
    """What is to be expected of the steps of `graph`; `seconds`: of those that have run before, how long they took."""
    known = frozenset(graph.keys() & seconds.keys())
    ordered = sorted(seconds[label] for label in known)
    usual = ordered[len(ordered) // 2] if ordered else UNKNOWN_SECONDS
    lasting = {label: seconds.get(label, usual) for label in graph}
    return Forecast(graph, lasting, urgency(graph, lasting), known, jobs)


def urgency(graph: Graph, seconds: Mapping[str, float]) -> dict[str, float]:
    """For each step, the length in seconds of the longest path from its start to the end of the work."""
    after: dict[str, float] = dict.fromkeys(graph, 0.0)
    length: dict[str, float] = {}
    for label in reversed(tuple(graphlib.TopologicalSorter(graph).static_order())):
        length[label] = seconds[label] + after[label]
        for earlier in graph[label]:
            after[earlier] = max(after[earlier], length[label])
    return length


def critical_path(graph: Graph, seconds: Mapping[str, float]) -> Sequence[tuple[str, float]]:
    """The longest path through the steps of `graph` and how long each on it took; a step that took no time is not on it."""
    lasting = {label: seconds.get(label, 0.0) for label in graph}
    if not any(lasting.values()):
        return ()
    found = forecast(graph, lasting, 1)
    start = max(graph, key=lambda label: (found.urgency[label], label))
    return tuple((label, lasting[label]) for label in found.path_from(start) if lasting[label])
