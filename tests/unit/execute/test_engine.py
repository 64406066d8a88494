"""Builds of small plans by real processes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError, Diagnostic
from composer.execute import engine
from composer.execute.failure import TAIL_LINES
from composer.model.step import Plan, Step
from tests.support.builds import TOOL, Bench, compiled, processes_in, shell


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def failure_of(bench: Bench, plan: Plan, *, keep_going: bool = False, jobs: int = 2) -> tuple[Diagnostic, ...]:
    with pytest.raises(ComposerError) as caught:
        bench.run(plan, keep_going=keep_going, jobs=jobs)
    return caught.value.diagnostics


CHAIN = (
    shell("one", "cat app/a text/b > out/deep/one", ("app/a", "text/b"), ("out/deep/one",)),
    shell("two", "sort out/deep/one > out/two", ("out/deep/one",), ("out/two",)),
)


def test_inputs_of_all_kinds_reach_a_step(bench: Bench) -> None:
    bench.write({"a": "z\n"})
    outcomes = bench.build(*CHAIN, b=b"y\n")
    assert bench.content(outcomes["two"]) == b"y\nz\n"
    assert (bench.said.total, bench.said.ran, bench.said.ends) == (2, ["one", "two"], 1)


def test_given_output_of_an_earlier_plan_reaches_a_step(bench: Bench) -> None:
    bench.write({"a": "z\n"})
    earlier = bench.build(CHAIN[0], b=b"")["one"].outputs
    outcomes = bench.run(Plan((CHAIN[1],), given=earlier))
    assert bench.content(outcomes["two"]) == b"z\n"


def test_second_build_runs_nothing(bench: Bench) -> None:
    bench.write({"a": "1\n"})
    first = bench.build(*CHAIN, b=b"")
    second = bench.build(*CHAIN, b=b"")
    assert bench.said.ran == []
    assert {label: outcome.outputs for label, outcome in first.items()} == {
        label: outcome.outputs for label, outcome in second.items()
    }
    assert all(outcome.cached for outcome in second.values())


def test_edited_input_runs_its_step_again(bench: Bench) -> None:
    bench.write({"a": "1\n"})
    bench.build(*CHAIN, b=b"")
    bench.write({"a": "2\n"})
    assert bench.content(bench.build(*CHAIN, b=b"")["two"]) == b"2\n"


def test_edit_that_keeps_size_and_mtime_is_seen(bench: Bench) -> None:
    bench.write({"a": "1\n"})
    before = (bench.app / "a").stat()
    bench.build(*CHAIN, b=b"")
    bench.write({"a": "2\n"})
    subprocess.run(["touch", "-d", f"@{before.st_mtime_ns / 1e9:.9f}", bench.app / "a"], check=True)
    assert bench.content(bench.build(*CHAIN, b=b"")["two"]) == b"2\n"


def test_unchanged_output_does_not_run_what_reads_it(bench: Bench) -> None:
    strip = shell("strip", "grep -v '^#' app/a > out/a", ("app/a",), ("out/a",))
    steps = strip, shell("use", "cp out/a out/b", ("out/a",), ("out/b",))
    bench.write({"a": "#1\nx\n"})
    bench.build(*steps)
    bench.write({"a": "#2\nx\n"})
    bench.build(*steps)
    assert bench.said.ran == ["strip"]


def test_same_content_in_another_checkout_is_found(tmp_path: Path) -> None:
    here, there = Bench(tmp_path / "here"), Bench(tmp_path / "a" / "longer" / "there")
    there.store = here.store
    for bench in (here, there):
        bench.write({"include/x.h": "#define X 1\n", "m.c": '#include "x.h"\nint m = X;\n'})
        bench.build(compiled("app/m.c", "app/include", flags=("-g",)))
    assert there.said.cached == ["compile app/m.c"]


def test_same_content_gives_the_same_bytes_in_another_folder_and_store(tmp_path: Path) -> None:
    made = []
    for bench in (Bench(tmp_path / "here"), Bench(tmp_path / "a" / "longer" / "there")):
        bench.write({"m.c": "const char *file = __FILE__;\n"})
        made.append(bench.build(compiled("app/m.c", flags=("-g",)))["compile app/m.c"].outputs)
    assert made[0] == made[1]


def test_step_sees_its_own_environment_and_nothing_else(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "1")
    step = Step("env", "app", "/usr/bin/env", TOOL, ("sh", "-c", "env > out/a"), (), ("out/a",))
    lines = bench.content(bench.build(step)["env"]).decode().splitlines()
    own_of_the_shell = ("PWD=", "_=", "SHLVL=", "OLDPWD=")
    given = {line for line in lines if not line.startswith(own_of_the_shell)}
    assert given == {"LC_ALL=C", "PATH=/usr/bin:/bin", "TZ=UTC"}


def test_step_runs_with_a_fixed_umask_and_no_input(bench: Bench) -> None:
    step = shell("ask", "umask > out/a; readlink /proc/self/fd/0 >> out/a", (), ("out/a",))
    ours, (reading, writing) = os.dup(0), os.pipe()
    os.dup2(reading, 0)
    mask = os.umask(0o077)
    try:
        outcome = bench.build(step)["ask"]
    finally:
        os.umask(mask)
        os.dup2(ours, 0)
        for descriptor in (ours, reading, writing):
            os.close(descriptor)
    assert bench.content(outcome) == b"0022\n/dev/null\n"


def test_placeholder_is_the_folder_of_the_step(bench: Bench) -> None:
    step = Step("where", "app", "/bin/sh", TOOL, ("-c", 'test "$(pwd)" = "{cwd}" && echo yes > out/a'), (), ("out/a",))
    assert bench.content(bench.build(step)["where"]) == b"yes\n"


def test_warnings_come_back_from_a_cached_step(bench: Bench) -> None:
    bench.write({"w.c": "int f(void) { return x(); }\n"})
    step = compiled("app/w.c")
    first, second = (bench.build(step)[step.label] for _ in range(2))
    assert second.cached
    assert first.said == second.said
    assert "w.c:1:22: warning: " in second.said


def test_output_does_not_name_the_folder_that_the_step_ran_in(bench: Bench) -> None:
    outcome = bench.build(shell("say", "echo $(pwd)/out/x; touch out/a", (), ("out/a",)))["say"]
    assert outcome.said == "out/x\n"


def test_silent_step_says_nothing(bench: Bench) -> None:
    assert bench.build(shell("quiet", "touch out/a", (), ("out/a",)))["quiet"].said == ""


def test_failure_names_step_status_asker_tail_log_and_command(bench: Bench) -> None:
    script = "i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i; done; echo oh no >&2; exit 3"
    (diagnostic,) = failure_of(bench, bench.plan(shell("break things", script, (), ("out/a",))))
    assert diagnostic.code is Code.STEP_FAILED
    lines = diagnostic.message.splitlines()
    assert "break things" in lines[0]
    assert "app" in lines[-2]
    assert "status 3" in lines[0]
    assert [line.strip() for line in lines[2:-2]] == [*(f"line {i}" for i in range(30 - TAIL_LINES + 2, 31)), "oh no"]
    log = Path(lines[-1].split("log: ")[1])
    assert log.parent == bench.logs
    assert "line 1\n" in log.read_text()
    assert bench.said.failures == [("break things", diagnostic)]


def test_command_in_a_failure_really_runs_the_step_again(bench: Bench) -> None:
    bench.write({"it's.c": "int main(void) { return missing; }\n"})
    step = compiled("app/it's.c")
    (diagnostic,) = failure_of(bench, bench.plan(step))
    bench.store.close()
    line = (diagnostic.hint or "").removeprefix("run it again: ")
    again = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)  # as a person would
    assert again.returncode == 1
    assert "'missing' undeclared" in again.stderr
    bench.write({"it's.c": "int main(void) { return 0; }\n"})
    assert subprocess.run(line, shell=True, check=False).returncode == 0


def test_death_by_signal_is_told_by_its_name(bench: Bench) -> None:
    (diagnostic,) = failure_of(bench, bench.plan(shell("die", "kill -SEGV $$", (), ("out/a",))))
    assert "SIGSEGV" in diagnostic.message


def test_program_that_is_missing_is_a_failed_step(bench: Bench) -> None:
    (diagnostic,) = failure_of(bench, bench.plan(Step("gone", "app", "/no/such/cc", TOOL, (), (), ("out/a",))))
    assert diagnostic.code is Code.STEP_FAILED
    assert "/no/such/cc" in diagnostic.message


@pytest.mark.parametrize("script", ["true", "mkdir out/a", "ln -s /etc/passwd out/a"])
def test_promised_output_that_is_no_file_is_named(bench: Bench, script: str) -> None:
    (diagnostic,) = failure_of(bench, bench.plan(shell("lazy", script, (), ("out/a",))))
    assert diagnostic.code is Code.STEP_OUTPUT_MISSING
    assert "out/a" in diagnostic.message


def test_missing_input_is_named(bench: Bench) -> None:
    (diagnostic,) = failure_of(bench, bench.plan(shell("use", "touch out/a", ("app/gone.c",), ("out/a",))))
    assert diagnostic.code is Code.INPUT_CHANGED
    assert "app/gone.c" in diagnostic.message


FAILING = (
    shell("bad one", "exit 1", (), ("out/1",)),
    shell("bad two", "exit 1", (), ("out/2",)),
    shell("good", "echo 1 > out/3", (), ("out/3",)),
    shell("after bad", "cp out/1 out/4", ("out/1",), ("out/4",)),
    shell("after good", "cp out/3 out/5", ("out/3",), ("out/5",)),
)


def test_first_failure_stops_what_has_not_started(bench: Bench) -> None:
    diagnostics = failure_of(bench, bench.plan(*FAILING), jobs=1)
    assert len(diagnostics) == 1
    assert bench.said.ran == ["bad one"]


def test_first_failure_lets_what_runs_end_and_keeps_it(bench: Bench) -> None:
    slow = shell("slow", "sleep 0.3; echo 1 > out/s", (), ("out/s",))
    failure_of(bench, bench.plan(shell("bad", "sleep 0.1; exit 1", (), ("out/b",)), slow))
    bench.build(slow)
    assert bench.said.cached == ["slow"]


def test_keep_going_reports_all_failures_and_does_independent_work(bench: Bench) -> None:
    diagnostics = failure_of(bench, bench.plan(*FAILING), keep_going=True, jobs=1)
    assert len(diagnostics) == 2
    assert {label for label, _ in bench.said.failures} == {"bad one", "bad two"}
    assert set(bench.said.ran) == {"bad one", "bad two", "good", "after good"}


def test_failed_step_is_tried_again(bench: Bench) -> None:
    step = shell("flaky", f"test -e {bench.folder}/now && touch out/a", (), ("out/a",))
    failure_of(bench, bench.plan(step))
    (bench.folder / "now").touch()
    bench.build(step)
    assert bench.said.ran == ["flaky"]


@pytest.mark.parametrize("jobs", [1, 3])
def test_so_many_steps_run_at_once_as_asked_for(bench: Bench, jobs: int) -> None:
    count = "mkdir {0}/run-{1}; ls -d {0}/run-* | wc -l > out/{1}; sleep 0.1; rmdir {0}/run-{1}"
    steps = [shell(f"s{i}", count.format(bench.folder, i), (), (f"out/{i}",)) for i in range(6)]
    outcomes = bench.run(bench.plan(*steps), jobs=jobs)
    assert max(int(bench.content(outcome)) for outcome in outcomes.values()) == jobs


def test_input_edited_while_the_step_runs_is_not_kept(bench: Bench) -> None:
    bench.write({"a": "1\n"})
    step = shell("race", f"cat app/a > out/a; echo 2 > {bench.app}/a", ("app/a",), ("out/a",))
    (diagnostic,) = failure_of(bench, bench.plan(step))
    assert diagnostic.code is Code.INPUT_CHANGED
    assert "app/a" in diagnostic.message
    bench.build(step)
    assert bench.said.ran == ["race"]


def test_step_that_writes_into_its_input_is_not_kept_and_the_store_mends_itself(bench: Bench) -> None:
    make = shell("make", "echo 1 > out/a", (), ("out/a",))
    write = shell("write", "chmod u+w $(readlink out/a); echo 2 > out/a; touch out/b", ("out/a",), ("out/b",))
    (diagnostic,) = failure_of(bench, bench.plan(make, write))
    assert diagnostic.code is Code.INPUT_CHANGED
    assert bench.content(bench.build(make)["make"]) == b"1\n"


def test_step_that_hangs_is_ended_with_all_it_started(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "STEP_LIMIT_SECONDS", 0.3)
    hang = "trap '' TERM; setsid sleep 1000 & sleep 1000"
    (diagnostic,) = failure_of(bench, bench.plan(shell("hang", hang, (), ("out/a",))))
    assert diagnostic.code is Code.STEP_FAILED
    assert "did not end" in diagnostic.message
    assert processes_in(bench.store.root) == []


def test_step_that_leaves_a_daemon_behind_does_not_hold_up_the_build(bench: Bench) -> None:
    bench.build(shell("daemon", "setsid sleep 1000 & touch out/a", (), ("out/a",)))
    assert processes_in(bench.store.root) == []


def test_nothing_is_left_in_the_store_but_entries(bench: Bench) -> None:
    bench.write({"a": "1\n"})
    bench.build(*CHAIN, b=b"")
    left = [path.name for path in bench.store.drafts().folder.iterdir()]
    assert left == ["lock"]


def test_time_that_was_set_back_and_future_times_change_nothing(bench: Bench) -> None:
    bench.write({"a": "1\n", "x.h": "", "m.c": '#include "x.h"\n'})
    for name in ("a", "x.h", "m.c"):
        subprocess.run(["touch", "-d", "2037-01-01", bench.app / name], check=True)
    steps = *CHAIN, compiled("app/m.c")
    bench.build(*steps, b=b"")
    bench.build(*steps, b=b"")
    assert bench.said.ran == []


def test_slow_steps_of_the_last_build_start_first(bench: Bench) -> None:
    quick = shell("a quick", "echo 1 > out/a; : $X", ("app/x",), ("out/a",))
    slow = shell("b slow", "sleep 0.2; echo 2 > out/b", ("app/x",), ("out/b",))
    bench.write({"x": "1"})
    bench.run(bench.plan(quick, slow), jobs=1)
    assert bench.said.ran == ["a quick", "b slow"]
    bench.write({"x": "2"})
    bench.run(bench.plan(quick, slow), jobs=1)
    assert bench.said.ran == ["b slow", "a quick"]
