"""The steps of a build: how many for what, which of them would run, and what that would take."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from composer.execute.forecast import critical_path
from composer.execute.foresee import Foresight
from composer.model.step import Step
from composer.report.lines import Line, Part, table_lines
from composer.report.terminal import Glyphs
from composer.report.text import spell_milliseconds


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one target."""

    name: str
    target: str
    steps: tuple[Step, ...]
    later: Mapping[str, str]  # steps whose inputs are decided by what is alive, by label; what they do
    found: Foresight

    @property
    def to_run(self) -> tuple[Step, ...]:
        """Those that are not in the store."""
        return tuple(step for step in self.steps if not self.found.in_store[step.label])

    @property
    def path(self) -> Sequence[tuple[str, float]]:
        """Of those that would run, the ones that wait for each other longest, by the time that they took before."""
        known = {label: self.found.last[label] for label in self.found.expected.known}
        return critical_path(self.found.expected.graph, known)


def as_lines(steps: Steps, marks: Glyphs, width: int | None, *, is_verbose: bool) -> Iterator[Line]:
    """A sum by recipe, then what would run, then what is decided later; verbose, every step with its command instead."""
    yield (Part(f"{steps.name} for {steps.target}, {len(steps.steps) + len(steps.later)} steps: {_spell_sum(steps)}"),)
    if is_verbose:
        yield from ((Part(line),) for step in steps.steps for line in _with_command(step, steps))
    else:
        yield from table_lines(_sums(steps), 2, width, marks)
        if steps.to_run:
            yield (Part("would run:"),)
        yield from ((Part(f"  {step.label} ({step.asker}){_last(step, steps)}"),) for step in steps.to_run)
    yield (Part("then, decided by what is alive:"),)
    yield from ((Part(f"  {label}: {what}"),) for label, what in steps.later.items())
    yield from ((Part(line),) for line in _path_lines(steps))


def _spell_sum(steps: Steps) -> str:
    return f"{len(steps.to_run)} to run, {len(steps.steps) - len(steps.to_run)} in the store, {len(steps.later)} later"


def _with_command(step: Step, steps: Steps) -> Iterator[str]:
    state = "in the store" if steps.found.in_store[step.label] else "to run"
    yield f"  {step.label} ({step.asker}), {state}{_last(step, steps)}"
    yield f"    {shlex.join((step.program, *step.argv))}"


def _last(step: Step, steps: Steps) -> str:
    seconds = steps.found.last.get(step.label)
    return "" if seconds is None else f", last time {spell_milliseconds(seconds)}"


def _sums(steps: Steps) -> list[tuple[str, str, str, str]]:
    """How many steps of each kind a recipe has, and how many of them would run."""
    every = Counter((step.asker, _kind(step)) for step in steps.steps)
    run = Counter((step.asker, _kind(step)) for step in steps.to_run)
    rows = ((asker, kind, f"{count:,}", f"{run[asker, kind]:,}") for (asker, kind), count in every.items())
    return [("recipe", "kind", "steps", "to run"), *rows]


def _kind(step: Step) -> str:
    return step.label.partition(" ")[0]


def _path_lines(steps: Steps) -> Iterator[str]:
    expected = steps.found.expected
    rest = expected.rest(dict.fromkeys(expected.graph, 0.0))
    if rest is not None:
        total = sum(seconds for _, seconds in steps.path)
        yield f"about {spell_milliseconds(rest)} for what would run; critical path {spell_milliseconds(total)}:"
        yield from (f"  {spell_milliseconds(seconds):>9}  {label}" for label, seconds in steps.path)


def as_json(steps: Steps) -> dict[str, Any]:
    """The same for programs."""
    return {
        "target": steps.target,
        "steps": [_step_as_json(step, steps) for step in steps.steps],
        "later": [{"label": label, "what": what} for label, what in steps.later.items()],
        "critical_path": [{"step": label, "seconds": round(seconds, 3)} for label, seconds in steps.path],
    }


def _step_as_json(step: Step, steps: Steps) -> dict[str, Any]:
    return {
        "label": step.label,
        "asker": step.asker,
        "in_store": steps.found.in_store[step.label],
        "last_seconds": steps.found.last.get(step.label),
        "program": step.program,
        "argv": step.argv,
        "inputs": step.inputs,
        "outputs": step.outputs,
    }
