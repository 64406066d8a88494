"""A step for a person: what it is, what has changed since it ran last, what would make it run again, who uses it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from composer.execute.explain import Change, Explanation
from composer.execute.foresee import UNKNOWN
from composer.model.step import Step
from composer.report.text import spell_milliseconds

_NAMED = 3  # of those who use the outputs


def as_lines(explanation: Explanation, target: str, users: Sequence[str], *, is_verbose: bool) -> Iterator[str]:
    """The prose, then the facts that the key is made of; the arguments are one line of them unless it is verbose."""
    step = explanation.step
    state = "in the store" if explanation.is_cached else "not in the store, it would run"
    yield f"{step.label} for {target}: {state}"
    yield f"  it runs {step.program} for {_asker(step)}{_spell_last(explanation)}"
    yield f"  it makes {', '.join(step.outputs)}, used by {_spell_users(users)}"
    yield from (f"  {line}" for line in _spell_changes(explanation))
    yield f"  it runs again if one of these changes: {', '.join(_what_matters(explanation))}"
    yield f"  key {explanation.key}, made of:"
    yield from (f"    {line}" for line in _facts(explanation, is_verbose=is_verbose))


def _asker(step: Step) -> str:
    return {"app": "the app", "(image)": "the image"}.get(step.asker, f"the recipe {step.asker}")


def _spell_last(explanation: Explanation) -> str:
    return "" if explanation.last is None else f", last time in {spell_milliseconds(explanation.last)}"


def _spell_users(users: Sequence[str]) -> str:
    if not users:
        return "the link, if anything in it is alive"
    more = f" and {len(users) - _NAMED:,} more steps" if len(users) > _NAMED else ""
    return f"{', '.join(users[:_NAMED])}{more}"


def _spell_changes(explanation: Explanation) -> Iterator[str]:
    when = "since the run before" if explanation.is_cached else "since it ran last"
    if explanation.is_new:
        yield "there is no earlier run of it to compare with"
    elif not explanation.changes:
        yield "nothing has changed since it ran"
    else:
        yield f"changed {when}:"
        yield from (f"  {line}" for line in _changes_in_prose(explanation.changes))


def _changes_in_prose(changes: Sequence[Change]) -> Iterator[str]:
    yield from _words_changed([change for change in changes if change.name.startswith("argv[")])
    for change in changes:
        kind, _, name = change.name.partition(" ")
        if not kind.startswith("argv["):
            yield _in_prose(kind, name, change)


def _words_changed(changes: Sequence[Change]) -> Iterator[str]:
    """One new word moves all that follow it; so they are compared as sets."""
    before = Counter(change.before for change in changes if change.before is not None)
    after = Counter(change.after for change in changes if change.after is not None)
    gone, come = ([word for word in bag.elements() if word] for bag in (before - after, after - before))
    if gone or come:
        parts = [f"{verb} {shlex.join(words)}" for verb, words in (("without", gone), ("with", come)) if words]
        yield f"its arguments: now {' and '.join(parts)}"
    elif changes:
        yield "its arguments are in another order"


def _in_prose(kind: str, name: str, change: Change) -> str:
    match kind:
        case "scheme":
            return "compose makes its keys in another way now"
        case "tool":
            return "the program that it runs is another one"
        case "environment":
            return f"the variable {name} is {_spell(change.after)} and was {_spell(change.before)}"
        case "input" | "header" if change.after == UNKNOWN:
            return f"{name} has to be built first"
        case "input" | "header":
            article = "an input" if kind == "input" else "a header"
            if change.before is None:
                return f"{name} is {article} now"
            return f"{name} is no longer {article}" if change.after is None else f"the content of {name}"
        case "search":
            return f"in {name} it finds {_spell(change.after)} and found {_spell(change.before)}"
        case _:
            return f"{change.name}: {_spell(change.after)} (was {_spell(change.before)})"


def _spell(value: str | None) -> str:
    return value or "nothing"


def _what_matters(explanation: Explanation) -> Iterator[str]:
    """What its key depends on, in numbers."""
    kinds = Counter(name.partition(" ")[0].partition("[")[0] for name, _ in explanation.facts)
    yield f"{explanation.step.program.rpartition('/')[2]} itself"
    for kind, one, several in (
        ("argv", "its argument", "one of its {} arguments"),
        ("input", "its input", "one of its {} inputs"),
        ("header", "its header", "one of its {} headers"),
        ("search", "which headers its folder has", "which headers there are in its {} folders"),
    ):
        if kinds[kind]:
            yield one if kinds[kind] == 1 else several.format(kinds[kind])


def _facts(explanation: Explanation, *, is_verbose: bool) -> Iterator[str]:
    """The facts that are hashed; the arguments come where the first of them stands."""
    words = [value for name, value in explanation.facts if name.startswith("argv[")]
    for name, value in explanation.facts:
        if is_verbose or not name.startswith("argv["):
            yield f"{name}: {value}" if value else name
        elif name == "argv[0]":
            yield f"arguments: {shlex.join(words)}"


def as_json(explanation: Explanation, target: str, users: Sequence[str]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "label": explanation.step.label,
        "target": target,
        "asker": explanation.step.asker,
        "program": explanation.step.program,
        "outputs": explanation.step.outputs,
        "used_by": list(users),
        "last_seconds": explanation.last,
        "key": explanation.key,
        "cached": explanation.is_cached,
        "facts": dict(explanation.facts),
        "changed": {change.name: [change.before, change.after] for change in explanation.changes},
    }
