"""`compose explain`: what a step's key is made of, and what changed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from composer.cli.build_command import build_all
from composer.cli.common import open_store, settings_of, views
from composer.errors import Code, ComposerError, Diagnostic
from composer.execute.explain import Explanation, explain
from composer.execute.store import Store
from composer.load.suggest import nearest
from composer.model.step import Plan
from composer.pipeline.workshop import Workshop
from composer.report.explain import as_json, as_lines
from composer.report.lines import wrapped
from composer.report.terminal import columns

_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class _Found:
    """A step that is meant, and who reads what it makes."""

    target: str
    explanation: Explanation
    users: tuple[str, ...]


def run(args: argparse.Namespace) -> int:
    """Print what the step is for each target."""
    found = _of_compile_steps(args) or _of_last_steps(args)
    if args.json:
        json.dump([as_json(one.explanation, one.target, one.users) for one in found], sys.stdout, indent=1)
        print()
    else:
        width = columns(sys.stdout)
        for one in found:
            for line in as_lines(one.explanation, one.target, one.users, is_verbose=args.verbose):
                print("\n".join(wrapped(line, width)))
    return 0


def _of_compile_steps(args: argparse.Namespace) -> list[_Found]:
    """The step as it is now, for each target; only the app's own sources are compiled to know."""
    found: list[_Found] = []
    with views(args) as seen:
        for view in seen:
            workshop = view.workshop
            plans = [workshop.plan((*view.selection.generate, *view.selection.steps), {}, {})]
            found += _matching(args.step, workshop, plans, workshop.store)
    return found


def _of_last_steps(args: argparse.Namespace) -> list[_Found]:
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
    """People write the end of a label or a part of it, so that is what their word is compared with too."""
    known = sorted(labels)
    ends = {end: label for label in known for end in (label, label.rpartition("/")[2])}
    within = [label for label in known if name in label]
    meant = within[:_SUGGESTED] or [ends[near] for near in [nearest(name, ends)] if near]
    if not meant:
        return "see `compose plan -v` for the steps"
    quoted = (f"'{label}'" for label in meant)
    return f"did you mean {' or '.join(quoted)}?"


def _matching(name: str, workshop: Workshop, plans: Sequence[Plan], store: Store) -> Iterator[_Found]:
    """The steps whose label is `name` or ends with it."""
    readers = {step.label: step.inputs for plan in plans for step in plan.steps}
    for plan in plans:
        for step in plan.steps:
            if step.label == name or step.label.endswith((f"/{name}", f" {name}")):
                users = tuple(label for label, inputs in readers.items() if set(inputs) & set(step.outputs))
                yield _Found(str(workshop.target), explain(plan, store, step, log_folder=workshop.log_folder), users)
