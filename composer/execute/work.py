"""What a build had to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from composer.execute.forecast import critical_path
from composer.execute.outcome import Outcome
from composer.model.step import Plan


@dataclass(frozen=True, slots=True)
class Work:
    """The steps of one image, and how long all of it took."""

    seconds: float
    ran: int  # steps
    reused: int  # that were in the store
    path: Sequence[tuple[str, float]]  # of the steps that ran, those that waited for each other longest

    def again(self) -> Work:
        """The same once everything is there."""
        return Work(0.0, 0, self.ran + self.reused, ())


def work_of(plans: Iterable[Plan], outcomes: Iterable[Outcome], seconds: float) -> Work:
    """Sum up what became of the steps of `plans`, which were carried out one after the other in `seconds`."""
    found = tuple(outcomes)
    ran = {outcome.step.label: outcome.seconds for outcome in found if not outcome.cached}
    steps = {step.label: step for plan in plans for step in plan.steps}
    makers = {path: label for label, step in steps.items() for path in step.outputs}
    graph = {
        label: frozenset(makers[path] for path in step.inputs if path in makers) - {label}
        for label, step in steps.items()
    }
    count = sum(not outcome.cached for outcome in found)
    return Work(seconds, count, len(found) - count, critical_path(graph, ran))
