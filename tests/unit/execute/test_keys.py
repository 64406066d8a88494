"""Keys change with everything that can change a result, and with nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from composer.execute.keys import facts, key_of
from composer.model.step import Step

STEP = Step("label", "asker", "/usr/bin/cc", "f" * 64, ("-c", "x"), ("app/a.c",), ("out/a.o",), "out/a.d")
# Another value for each field. A new field of Step fails the test below until it is here.
OTHERS: dict[str, Any] = {
    "label": "other",
    "asker": "other",
    "program": "/opt/cc",
    "tool": "e" * 64,
    "argv": ("-c", "y"),
    "inputs": ("app/b.c",),
    "outputs": ("out/b.o",),
    "depfile": None,
    "environment": (("LC_ALL", "C"),),
}
FOR_PEOPLE = {"label", "asker", "program"}


def key(step: Step, content: str = "0") -> str:
    return key_of(facts(step, lambda path: content))


def test_every_field_of_a_step_but_those_for_people_changes_the_key() -> None:
    changing = {
        field.name for field in fields(Step) if key(replace(STEP, **{field.name: OTHERS[field.name]})) != key(STEP)
    }
    assert changing == {field.name for field in fields(Step)} - FOR_PEOPLE


def test_content_of_an_input_changes_the_key() -> None:
    assert key(STEP, "0") != key(STEP, "1")


def test_words_of_argv_are_not_run_together() -> None:
    assert key(replace(STEP, argv=("ab", "c"))) != key(replace(STEP, argv=("a", "bc")))


def test_names_of_facts_are_unique() -> None:
    names = [name for name, _ in facts(STEP, lambda path: "0")]
    assert len(names) == len(set(names))
