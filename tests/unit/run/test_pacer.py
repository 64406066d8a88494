"""Typing waits for the processor that a machine has had, and for no machine that sleeps for ever."""

from __future__ import annotations

import subprocess
import time

from composer.run.launch import Pace
from composer.run.pacer import Pacer

BOUND = 60.0  # seconds
SPIN = "while :; do :; done"


def waited(script: str, pace: Pace) -> float:
    """Seconds until something may be typed again to a shell that runs `script`."""
    with subprocess.Popen(["sh", "-c", script]) as process:
        try:
            pacer = Pacer(process.pid, pace)
            assert pacer.may_type()  # nothing was typed yet
            pacer.note()
            start = time.monotonic()
            assert not pacer.may_type()
            while not pacer.may_type():
                assert time.monotonic() < start + BOUND
                time.sleep(0.001)
            return time.monotonic() - start
        finally:
            process.kill()


def test_busy_machine_is_given_its_time_on_a_processor() -> None:
    assert 0.05 <= waited(SPIN, Pace(1, busy_seconds=0.05, idle_seconds=BOUND)) < BOUND


def test_machine_that_gets_no_processor_is_waited_for_longer() -> None:
    stopped = f"kill -STOP $$; {SPIN}"
    assert waited(stopped, Pace(1, busy_seconds=0.01, idle_seconds=0.3)) >= 0.3


def test_process_that_has_ended_keeps_nobody_waiting_for_ever() -> None:
    assert waited("exit", Pace(1, busy_seconds=0.01, idle_seconds=0.2)) >= 0.2
