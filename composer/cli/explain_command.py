"""`compose explain`: what a step's key is made of, and what changed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence

from composer.cli.build_command import build_all
from composer.cli.common import open_store, settings_of, views
from composer.errors import Code, ComposerError, Diagnostic
from composer.execute.explain import Explanation, explain
from composer.execute.store import Store
from composer.load.suggest import nearest
from composer.model.step import Plan
from composer.pipeline.workshop import Workshop


def run(args: argparse.Namespace) -> int:
    """Print the facts of the step for each target."""
    found = _of_compile_steps(args) or _of_last_steps(args)
    if args.json:
        json.dump([_as_json(target, explanation) for target, explanation in found], sys.stdout, indent=1)
        print()
    else:
        for target, explanation in found:
            print("\n".join(_as_lines(target, explanation)))
    return 0


def _of_compile_steps(args: argparse.Namespace) -> list[tuple[str, Explanation]]:
    """The step as it is now, for each target; only the app's own sources are compiled to know."""
    found: list[tuple[str, Explanation]] = []
    with views(args) as seen:
        for view in seen:
            workshop = view.workshop
            plans = [workshop.plan((*view.selection.generate, *view.selection.steps), {}, {})]
            found += _matching(args.step, workshop, plans, workshop.store)
    return found


def _of_last_steps(args: argparse.Namespace) -> list[tuple[str, Explanation]]:
    """The steps that depend on what is alive are known only from a build."""
    with open_store() as store:
        made = build_all(args, [settings_of(args, args.manifest)], store)
        found = [row for built in made for row in _matching(args.step, built.workshop, built.workshop.plans, store)]
    if not found:
        labels = {step.label for built in made for plan in built.workshop.plans for step in plan.steps}
        message = f"there is no step '{args.step}'"
        raise ComposerError(Diagnostic(Code.UNKNOWN_NAME, message, hint=_nearest_step(args.step, labels)))
    return found


def _nearest_step(name: str, labels: Iterable[str]) -> str:
    """People write the end of a label, so that is what their word is compared with too."""
    ends = {end: label for label in sorted(labels) for end in (label, label.rpartition("/")[2])}
    near = nearest(name, ends)
    return f"did you mean '{ends[near]}'?" if near else "see `compose plan` for the steps"


def _matching(name: str, workshop: Workshop, plans: Sequence[Plan], store: Store) -> Iterator[tuple[str, Explanation]]:
    """Explanations of the steps whose label is `name` or ends with it."""
    for plan in plans:
        for step in plan.steps:
            if step.label == name or step.label.endswith((f"/{name}", f" {name}")):
                yield str(workshop.target), explain(plan, store, step, log_folder=workshop.log_folder)


def _as_lines(target: str, explanation: Explanation) -> Iterator[str]:
    state = "in the store" if explanation.is_cached else "not in the store"
    yield f"{explanation.step.label} for {target}: {state}, key {explanation.key}"
    for name, value in explanation.facts:
        yield f"  {name}: {value}" if value else f"  {name}"
    if explanation.is_new:
        yield "  there is no earlier run of it to compare with"
    elif not explanation.changes:
        yield "  nothing has changed since it ran"
    for change in explanation.changes:
        yield f"  changed: {change.name}: {_spell(change.before)} -> {_spell(change.after)}"


def _spell(value: str | None) -> str:
    return "absent" if value is None else value or "present"


def _as_json(target: str, explanation: Explanation) -> dict[str, object]:
    return {
        "label": explanation.step.label,
        "target": target,
        "key": explanation.key,
        "cached": explanation.is_cached,
        "facts": dict(explanation.facts),
        "changed": {change.name: [change.before, change.after] for change in explanation.changes},
    }
