"""Builds that are killed, interrupted or not alone."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from composer.errors import Exit
from tests.support import build_driver
from tests.support.builds import Bench, processes_in

REPOSITORY = Path(__file__).parents[3]
KILLS = 50
# From the first step's start to the last one's end and a little over, on a machine like the one this was written on.
SPAN_SECONDS = 0.2


def wait_for_step(bench: Bench) -> None:
    """Until a step of the child has made the file `out/on`."""
    while not list((bench.store.root / "v1/drafts").glob("*/*/out/on")):
        time.sleep(0.005)


def start(bench: Bench, salt: str) -> subprocess.Popen[str]:
    """A child that runs the driver's build, or a shell script; returns when the build begins."""
    argv = [sys.executable, "-m", "tests.support.build_driver", str(bench.folder), salt]
    child = subprocess.Popen(
        argv, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "go\n"
    return child


def finish(child: subprocess.Popen[str]) -> tuple[str, str]:
    """The rest of what the child prints; `communicate` would lose what `readline` has read ahead."""
    assert child.stdout is not None
    assert child.stderr is not None
    with child.stdout, child.stderr:
        said = child.stdout.read(), child.stderr.read()
    child.wait()
    return said


def outputs(bench: Bench, salt: str) -> dict[str, Any]:
    """Digests of a build that nobody disturbs."""
    done = bench.run(build_driver.plan_of(bench, salt))
    return {label: dict(outcome.outputs) for label, outcome in sorted(done.items())}


def wait_for_no_process(folder: Path) -> list[int]:
    """Who still works in `folder` after a time that is ample for ending them."""
    until = time.monotonic() + 20
    while (left := processes_in(folder)) and time.monotonic() < until:
        time.sleep(0.005)
    return left


def everything_is_whole(bench: Bench) -> bool:
    """Whether each entry of the store is what its name and place say."""
    entries = [
        path
        for shelf in ("actions", "facts", "found", "memo")
        for path in (bench.store.root / "v1" / shelf).glob("*/*")
    ]
    for path in entries:
        json.loads(path.read_bytes())
    return bench.store.check().evicted == ()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "bench")
    build_driver.write_sources(made)
    return made


@pytest.mark.slow
def test_kill_at_any_moment_leaves_no_process_and_a_right_store(bench: Bench, tmp_path: Path) -> None:
    clean = Bench(tmp_path / "clean")
    build_driver.write_sources(clean)
    expected = outputs(clean, "0")
    moments = random.Random(1)
    killed = 0
    for number in range(KILLS):
        child = start(bench, str(number))
        time.sleep(moments.uniform(0, SPAN_SECONDS))
        child.kill()
        finish(child)
        killed += child.returncode == -signal.SIGKILL
        assert wait_for_no_process(bench.store.root) == []
        assert everything_is_whole(bench)
    assert killed > KILLS / 2
    for number in range(KILLS):
        assert outputs(bench, str(number)) == expected
    bench.store.close()
    assert [path.name for path in (bench.store.root / "v1/drafts").iterdir()] == ["lock"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("delay", [0.0, 0.03, 0.06])
def test_interrupted_build_ends_its_steps_and_can_go_on(bench: Bench, number: signal.Signals, delay: float) -> None:
    bench.write({"s0.c": "#define A(x) x x x x x x x x\n" + "A(A(A(A(A(A(int f();))))))\n"})
    child = start(bench, "1")
    while not processes_in(bench.store.root) and child.poll() is None:
        time.sleep(0.001)
    time.sleep(delay)
    child.send_signal(number)
    _, said = finish(child)
    assert child.returncode == Exit.INTERRUPTED
    assert "Traceback" not in said
    assert processes_in(bench.store.root) == []
    assert [path.name for path in (bench.store.root / "v1/drafts").iterdir()] == ["lock"]
    assert everything_is_whole(bench)
    assert outputs(bench, "1").keys() == {"merge", *(f"compile app/s{i}.c" for i in range(build_driver.SOURCES))}


def test_step_is_asked_to_end_before_it_is_made_to(bench: Bench) -> None:
    child = start(
        bench, "trap 'echo asked > %s; exit' TERM; touch out/on; sleep 1000 & wait" % (bench.folder / "asked")
    )
    wait_for_step(bench)
    child.send_signal(signal.SIGTERM)
    finish(child)
    assert (bench.folder / "asked").read_text() == "asked\n"


def test_step_that_ignores_polite_signals_is_ended_by_an_interruption(bench: Bench) -> None:
    child = start(bench, "trap '' TERM INT HUP; touch out/on; sleep 1000 & sleep 1000")
    wait_for_step(bench)
    child.send_signal(signal.SIGINT)
    finish(child)
    assert child.returncode == Exit.INTERRUPTED
    assert processes_in(bench.store.root) == []


def test_steps_of_a_killed_build_are_ended_wherever_they_went(bench: Bench) -> None:
    child = start(bench, "setsid sh -c 'touch out/on; sleep 1000' & sleep 1000")
    wait_for_step(bench)
    child.kill()
    finish(child)
    assert wait_for_no_process(bench.store.root) == []


def test_eight_builds_at_once_share_one_store(bench: Bench) -> None:
    children = [start(bench, "1") for _ in range(8)]
    said = [finish(child) for child in children]
    assert [errors for _, errors in said] == [""] * 8
    results = [json.loads(result) for result, _ in said]
    assert [child.returncode for child in children] == [0] * 8
    assert all(result == results[0] for result in results)
    assert everything_is_whole(bench)
    assert outputs(bench, "1") == results[0]
    assert bench.said.ran == []


def test_eight_builds_of_different_things_share_one_store(bench: Bench) -> None:
    children = [start(bench, str(number)) for number in range(8)]
    said = [finish(child) for child in children]
    assert [errors for _, errors in said] == [""] * 8
    results = [json.loads(result) for result, _ in said]
    assert all(result == results[0] for result in results)
    assert everything_is_whole(bench)
