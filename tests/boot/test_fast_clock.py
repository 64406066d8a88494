"""Days of a guest's time in seconds: leases, connections that nobody uses, and what is remembered."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

from tests.support.composed import APPS, Workshop
from tests.support.dhcp_server import DISCOVER, REQUEST
from tests.support.fast_clock import DAY, FAST_BEDS, GUEST, HOUR, MINUTE, REACHED, fast, is_answered, use

TRANSFERS = APPS / "transfers/unikernel.yaml"
LOST = b"network: the address is lost\n"
# Each takes some ten seconds; tests/bench/survival_network.py has days of either.


def image(programs: Workshop, bed: str) -> Path:
    target = FAST_BEDS[bed].target
    programs.build(TRANSFERS, target=target)
    return programs.image("transfers", target)


def test_a_day_passes(programs: Workshop, tmp_path: Path) -> None:
    """The lease of a day is renewed at its half; who says nothing for an hour is asked whether he is there; all that has ended is forgotten."""
    with fast(FAST_BEDS["virt"], image(programs, "virt"), tmp_path) as clock:
        clock.guest.wait_for(REACHED)
        before = clock.held_at_rest()
        with clock.connected() as idle:
            idle.sendall(b"echo\n")
            assert is_answered(idle, b"first")
            idle_since = clock.record.passed()
            clock.record.wait(idle_since + 2 * HOUR, clock.guest)
            assert is_answered(idle, b"later")
        clock.record.wait(DAY + HOUR, clock.guest)
        after = clock.held_at_rest()
        assert before.is_idle
        assert replace(after, pages=before.pages) == before
        assert before.pages - after.pages <= 1, "one more for cells of a size that was not needed before"
    assert clock.guest.told == REACHED.decode()
    questions = clock.record.questions()
    assert [question.kind for _, question in questions] == [DISCOVER, REQUEST, REQUEST, REQUEST]
    for turn, (when, question) in enumerate(questions[2:], 1):
        assert abs(when - turn * DAY / 2) <= MINUTE + 1, questions
        assert question.own == GUEST
    probes = [when - idle_since for when in clock.record.probes()]
    assert len(probes) == 2, probes
    assert all(turn * HOUR <= when < turn * HOUR + MINUTE for turn, when in enumerate(probes, 1)), probes


def test_lease_ends_if_nobody_answers(programs: Workshop, tmp_path: Path) -> None:
    """After 7/8 of it everybody is asked. Then the address is gone, and comes again with the server."""
    with fast(FAST_BEDS["microvm"], image(programs, "microvm"), tmp_path) as clock:
        clock.guest.wait_for(REACHED)
        clock.silence(True)
        clock.guest.wait_for(LOST)
        clock.record.wait(DAY + HOUR, clock.guest)
        clock.silence(False)
        clock.guest.wait_for(REACHED, count=2)
        use(clock)
    assert clock.guest.told == (REACHED + LOST + REACHED).decode()
    questions = clock.record.questions()[2:]
    rebinding = [when for when, question in questions if (question.kind, question.own) == (REQUEST, GUEST)]
    assert abs(rebinding[0] - DAY * 7 / 8) <= MINUTE + 1, questions
    ends = next(when for when, question in questions if question.kind == DISCOVER)
    assert abs(ends - DAY) <= MINUTE + 1, questions
    asking = [when for when, question in questions if question.kind == DISCOVER]
    assert all(later - sooner <= MINUTE + 1 for sooner, later in itertools.pairwise(asking)), questions
