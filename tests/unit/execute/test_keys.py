"""Keys change with everything that can change a result, and with nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from composer.execute.keys import facts, key_of
from composer.model.step import Foreign, Step

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
    "foreign": Foreign((), (), ".", ()),
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


def test_where_a_foreign_step_finds_and_leaves_files_changes_the_key() -> None:
    foreign = Foreign((("app/a.c", "a.c"),), (("out/a.o", "a.o"),), ".", (("cc", "/usr/bin/cc"),))
    others = {"copies": (("app/a.c", "b.c"),), "made": (("out/a.o", "b.o"),), "folder": "below"}
    before = key(replace(STEP, foreign=foreign))
    for name, other in others.items():
        assert key(replace(STEP, foreign=replace(foreign, **{name: other}))) != before  # type: ignore[arg-type]
    # Where a tool lies does not matter; what it is is the step's `tool`.
    assert key(replace(STEP, foreign=replace(foreign, tools=(("cc", "/opt/cc"),)))) == before


def test_content_of_an_input_changes_the_key() -> None:
    assert key(STEP, "0") != key(STEP, "1")


def test_words_of_argv_are_not_run_together() -> None:
    assert key(replace(STEP, argv=("ab", "c"))) != key(replace(STEP, argv=("a", "bc")))


def test_names_of_facts_are_unique() -> None:
    names = [name for name, _ in facts(STEP, lambda path: "0")]
    assert len(names) == len(set(names))
