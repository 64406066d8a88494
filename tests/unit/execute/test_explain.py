"""`compose explain`: the list that is hashed, and what changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from composer.execute.explain import Change, Explanation, explain
from composer.execute.foresee import UNKNOWN
from composer.execute.keys import key_of
from composer.model.step import Step
from tests.support.builds import Bench, compiled, shell

STEP = compiled("app/m.c", "app/first", "app/second")
USE = shell("use", "cp out/app/m.c.o out/b", ("out/app/m.c.o",), ("out/b",))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.write({"first/empty.h": "", "second/x.h": "int x = 1;\n", "m.c": '#include "x.h"\n'})
    return made


def why(bench: Bench, step: Step = STEP) -> Explanation:
    return explain(bench.plan(STEP if step.label == USE.label else step, USE), bench.store, step, log_folder=bench.logs)


def names(explanation: Explanation) -> list[str]:
    return [change.name for change in explanation.changes]


def test_facts_are_those_that_were_hashed(bench: Bench) -> None:
    outcome = bench.build(STEP)[STEP.label]
    found = why(bench)
    assert found.is_cached
    assert found.key == key_of(found.facts) == outcome.key
    assert {"tool", "argv[0]", "input app/m.c", "header app/second/x.h", "search app/first"} <= dict(found.facts).keys()


def test_step_that_never_ran_is_new(bench: Bench) -> None:
    found = why(bench)
    assert (found.is_new, found.is_cached, found.changes) == (True, False, ())


def test_edited_header_is_told_before_and_after_the_build(bench: Bench) -> None:
    bench.build(STEP)
    bench.write({"second/x.h": "int x = 2;\n"})
    before = why(bench)
    assert (before.is_cached, names(before)) == (False, ["header app/second/x.h"])
    bench.build(STEP)
    after = why(bench)
    assert (after.is_cached, after.changes) == (True, before.changes)


def test_header_that_shadows_another_is_told(bench: Bench) -> None:
    bench.build(STEP)
    bench.write({"first/x.h": ""})
    assert why(bench).changes == (Change("search app/first", "", "x.h"),)


def test_changed_option_is_told_with_both_values(bench: Bench) -> None:
    bench.build(STEP)
    found = why(bench, replace(STEP, argv=("-O3", *STEP.argv[1:])))
    assert found.changes == (Change("argv[0]", STEP.argv[0], "-O3"),)


def test_added_input_has_no_value_before(bench: Bench) -> None:
    bench.build(STEP)
    (change,) = why(bench, replace(STEP, inputs=("app/m.c", "app/second/x.h"))).changes[:1]
    assert (change.name, change.before) == ("input app/second/x.h", None)


def test_output_that_has_to_be_built_first_is_unknown(bench: Bench) -> None:
    bench.build(STEP, USE)
    bench.write({"m.c": "int other;\n"})
    (change,) = why(bench, USE).changes
    assert (change.name, change.after) == ("input out/app/m.c.o", UNKNOWN)


def test_nothing_changed_when_the_step_ran_once(bench: Bench) -> None:
    bench.build(STEP, USE)
    bench.build(STEP, USE)
    found = why(bench, USE)
    assert (found.is_cached, found.changes) == (True, ())


def test_damaged_history_is_no_history(bench: Bench) -> None:
    bench.build(STEP)
    (bench.logs / "history.json").write_text('{"compile app/m.c": 7}')
    assert why(bench).is_new
