"""Servers among bad clients: nobody else fails for it, and what the stack holds is back to what it was.

The same trials with other numbers: `python tests/bench/survival.py NAME --count N --seed S`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.composed import Workshop
from tests.support.survival import TRIALS, survive
from tests.support.tap import BEDS, why_not

SEED = 6
LONG = {"deaf"}  # takes more than a minute, by its nature
TRIED = [
    *((name, "microvm") for name in TRIALS if name not in LONG),
    *(("rude", bed) for bed in BEDS if bed != "microvm"),
]

WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "a tap can be made")


@pytest.mark.parametrize(("name", "bed"), TRIED)
def test_bad_clients_harm_nobody_and_leave_nothing(programs: Workshop, tmp_path: Path, name: str, bed: str) -> None:
    trial = TRIALS[name]
    report = survive(programs, tmp_path / "server", name, bed, trial.short, SEED, trial.short_pause)
    before, found, after = report.before, report.found, report.after
    assert found.failed == 0, report
    assert found.done == trial.short, report
    assert (after.memory, after.frames, after.connections) == (before.memory, before.frames, 0), report
    assert after.pages >= before.pages - trial.kept, report
    assert found.last_rate >= found.first_rate / 3, report  # busy machines aside
