"""What is told of steps: those of a plan, and one of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from composer.execute.explain import Change, Explanation
from composer.execute.forecast import forecast
from composer.execute.foresee import UNKNOWN, Foresight
from composer.model.step import Step
from composer.report import explain, plan
from composer.report.lines import wrapped
from composer.report.plan import Steps
from composer.report.terminal import UNICODE
from tests.unit.report.test_reports import text_of


def step(label: str, asker: str) -> Step:
    return Step(label, asker, "/usr/bin/gcc", "t", ("-c", "a b"), ("app/main.c",), ("out/main.o",))


STEPS = (
    step("compile app/main.c", "app"),
    step("compile a.c", "libc"),
    step("compile b.c", "libc"),
    step("generate t", "libc"),
)
LEFT = {
    "compile app/main.c": frozenset[str](),
    "generate t": frozenset[str](),
    "compile b.c": frozenset({"generate t"}),
}
LAST = {"compile app/main.c": 0.02, "compile b.c": 0.3, "generate t": 0.1}
SOME = Steps(
    "four", "kvm/x86_64", STEPS, {"link image": "what is alive"},
    Foresight({s.label: s.label not in LEFT for s in STEPS}, forecast(LEFT, LAST, 2), LAST),
)  # fmt: skip


def test_a_plan_is_a_sum_by_recipe_and_what_would_run() -> None:
    assert text_of(plan.as_lines(SOME, UNICODE, None, is_verbose=False)).splitlines() == [
        "four for kvm/x86_64, 5 steps: 3 to run, 1 in the store, 1 later",
        "recipe  kind      steps  to run",
        "app     compile       1       1",
        "libc    compile       2       1",
        "libc    generate      1       1",
        "would run:",
        "  compile app/main.c (app), last time 20 ms",
        "  compile b.c (libc), last time 300 ms",
        "  generate t (libc), last time 100 ms",
        "then, decided by what is alive:",
        "  link image: what is alive",
        "about 400 ms for what would run; critical path 400 ms:",
        "     100 ms  generate t",
        "     300 ms  compile b.c",
    ]


def test_a_verbose_plan_has_every_step_with_its_command() -> None:
    lines = text_of(plan.as_lines(SOME, UNICODE, None, is_verbose=True)).splitlines()
    assert lines[1:5] == [
        "  compile app/main.c (app), to run, last time 20 ms",
        "    /usr/bin/gcc -c 'a b'",
        "  compile a.c (libc), in the store",
        "    /usr/bin/gcc -c 'a b'",
    ]


def test_a_plan_for_programs_tells_what_would_run() -> None:
    value = json.loads(json.dumps(plan.as_json(SOME)))
    assert [row["in_store"] for row in value["steps"]] == [False, True, False, False]
    assert [row["step"] for row in value["critical_path"]] == ["generate t", "compile b.c"]
    assert value["later"] == [{"label": "link image", "what": "what is alive"}]


FACTS = (
    ("tool", "t"),
    ("argv[0]", "-c"),
    ("argv[1]", "a b"),
    ("input app/main.c", "d"),
    ("header x.h", "e"),
    ("search app", ""),
)
PLAIN = Explanation(STEPS[0], "the-key", True, FACTS, False, (), 0.02)


def told(explanation: Explanation, *users: str, is_verbose: bool = False) -> list[str]:
    return list(explain.as_lines(explanation, "kvm/x86_64", users, is_verbose=is_verbose))


def test_a_step_is_explained_in_prose_and_then_in_facts() -> None:
    assert told(PLAIN) == [
        "compile app/main.c for kvm/x86_64: in the store",
        "  it runs /usr/bin/gcc for the app, last time in 20 ms",
        "  it makes out/main.o, used by the link, if anything in it is alive",
        "  nothing has changed since it ran",
        "  it runs again if one of these changes: gcc itself, one of its 2 arguments, its input, its header, "
        "which headers its folder has",
        "  key the-key, made of:",
        "    tool: t",
        "    arguments: -c 'a b'",
        "    input app/main.c: d",
        "    header x.h: e",
        "    search app",
    ]
    assert "    argv[1]: a b" in told(PLAIN, is_verbose=True)


def test_those_who_use_a_step_are_named() -> None:
    assert told(PLAIN, "a", "b")[2].endswith("used by a, b")
    assert told(PLAIN, *"abcde")[2].endswith("used by a, b, c and 2 more steps")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ((Change("input a.c", "x", "y"),), "the content of a.c"),
        ((Change("header a.h", None, "y"),), "a.h is a header now"),
        ((Change("input a.c", "x", None),), "a.c is no longer an input"),
        ((Change("input out/a.o", "x", UNKNOWN),), "out/a.o has to be built first"),
        ((Change("tool", "x", "y"),), "the program that it runs is another one"),
        ((Change("search inc", "", "x.h"),), "in inc it finds x.h and found nothing"),
        ((Change("environment PATH", "/a", "/b"),), "the variable PATH is /b and was /a"),
        (
            (Change("argv[3]", "-O2", "-O3"), Change("argv[4]", "-g", "-g")),
            "its arguments: now without -O2 and with -O3",
        ),
        ((Change("argv[3]", "-a", "-b"), Change("argv[4]", None, "-a")), "its arguments: now with -b"),
        ((Change("argv[3]", "-a", "-b"), Change("argv[4]", "-b", "-a")), "its arguments are in another order"),
        ((Change("depfile", "a", "b"),), "depfile: b (was a)"),
    ],
)
def test_what_has_changed_is_told_in_prose(changes: tuple[Change, ...], line: str) -> None:
    assert told(replace(PLAIN, changes=changes))[3:5] == ["  changed since the run before:", f"    {line}"]
    assert told(replace(PLAIN, changes=changes, is_cached=False))[3] == "  changed since it ran last:"


def test_a_digest_is_not_broken_by_a_narrow_terminal() -> None:
    line = f"  key {'0' * 64}, made of:"
    assert "0" * 64 in "\n".join(wrapped(line, 40))
