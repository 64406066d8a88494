"""Servers among bad clients: nobody else fails for it, and what the stack holds is back to what it was.

The same trials with other numbers: `python tests/bench/survival.py NAME --count N --seed S`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.composed import APPS, KVM, LINUX, Workshop
from tests.support.survival import TRIALS, survive
from tests.support.tap import BEDS, why_not

SEED = 6
LONG = {"deaf"}  # takes more than a minute, by its nature
TRIED = [
    *((name, "microvm") for name in TRIALS if name not in LONG),
    *(("rude", bed) for bed in BEDS if bed not in ("microvm", "host")),
]

SCARCE = APPS / "scarce/unikernel.yaml"

WHY_NOT = why_not()


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "a tap can be made")
@pytest.mark.parametrize(("name", "bed"), TRIED)
def test_bad_clients_harm_nobody_and_leave_nothing(programs: Workshop, tmp_path: Path, name: str, bed: str) -> None:
    trial = TRIALS[name]
    report = survive(programs, tmp_path / "server", name, bed, trial.short, SEED, trial.short_pause)
    before, found, after = report.before, report.found, report.after
    assert found.failed == 0, report
    assert found.done == trial.short, report
    assert (after.memory, after.frames, after.connections) == (before.memory, before.frames, 0), report
    assert after.pages >= before.pages - trial.kept, report
    assert found.last_rate >= found.first_rate / 2, report
    assert found.remembered <= 150, report  # of 10,000; lwIP looks through them all for each that comes


@pytest.mark.parametrize("target", [KVM, LINUX])
@pytest.mark.parametrize("what", ["sockets", "connections"])
def test_memory_that_sockets_have_used_up_is_an_error_and_comes_back(
    programs: Workshop, target: str, what: str
) -> None:
    """Twice: as many as at first, and in the end nothing more is in use. What a SYN had no memory for takes time."""
    programs.build(SCARCE, target=target)
    done = programs.run(programs.image("scarce", target), what)
    error = (
        "No buffer space available" if what == "sockets" else "(No buffer space available|Operation now in progress)"
    )
    lines = done.output.decode().splitlines()[-3:]
    turns = [re.fullmatch(rf"{what}: (\d+), {error}", line) for line in lines[:2]]
    assert all(turns), done.told
    first, second = (int(turn[1]) for turn in turns if turn)
    assert first > 200, done.told
    assert second >= first * 0.9, done.told
    more = re.fullmatch(r"more in use: (-?\d+) bytes, (-?\d+) pages", lines[2])
    assert more is not None, done.told
    assert int(more[1]) <= 0, done.told
    assert int(more[2]) <= 8, done.told


def test_descriptors_that_are_used_up_are_an_error_and_come_back(programs: Workshop) -> None:
    done = programs.run(SCARCE, "sockets", words=("--target", LINUX, "--set", "descriptors.count=100"))
    turn = "sockets: 97, Too many open files\n"
    assert f"{turn}{turn}more in use: 0 bytes, " in done.output.decode(), done.told


def test_ports_that_are_used_up_are_the_errors_of_linux_and_come_back(programs: Workshop, tmp_path: Path) -> None:
    """There are fewer than usual, for each of so many sockets is compared with all others."""
    file = "recipes/net/lwip/src/sockets/socket.c"
    here = programs.altered(tmp_path, [(file, "PORTS = 16384", "PORTS = 1000")])
    done = here.run(SCARCE, "ports", "1000", words=("--target", LINUX))
    in_use = "Address already in use"
    told = f"Resource temporarily unavailable; Cannot assign requested address; {in_use}; {in_use}; {in_use}"
    turn = f"ports: 2002, {told}\n"
    assert f"{turn}{turn}more in use: 0 bytes, " in done.output.decode(), done.told
