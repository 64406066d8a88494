"""What is to be expected of steps, and the longest path through those that ran."""

from __future__ import annotations

import pytest

from composer.execute.forecast import critical_path, forecast
from tests.unit.execute.test_board import DIAMOND, SECONDS

EXPECTED = forecast(DIAMOND, SECONDS, 2)


def test_urgency_is_the_longest_way_to_the_end() -> None:
    assert EXPECTED.urgency == {"end": 1.0, "long": 6.0, "short": 2.0, "top": 7.0}


def test_a_step_that_never_ran_takes_the_usual_time() -> None:
    expected = forecast({"a": frozenset(), "b": frozenset(), "c": frozenset()}, {"a": 3.0, "b": 3.0}, 1)
    assert expected.urgency["c"] == expected.seconds["c"] == 3.0
    assert "c" not in expected.known


@pytest.mark.parametrize(
    ("left", "jobs", "rest"),
    [
        (dict.fromkeys(DIAMOND, 0.0), 2, 7.0),  # the longest path
        (dict.fromkeys(DIAMOND, 0.0), 1, 8.0),  # everything, one after the other
        ({"long": 4.0, "end": 0.0}, 2, 2.0),
        ({"end": 9.0}, 2, 0.0),  # overdue: nothing more can be said
        ({}, 2, None),
    ],
)
def test_the_rest_is_the_longest_path_or_all_the_work(left: dict[str, float], jobs: int, rest: float | None) -> None:
    assert forecast(DIAMOND, SECONDS, jobs).rest(left) == rest


def test_the_rest_is_unknown_if_most_steps_are() -> None:
    assert forecast(DIAMOND, {"long": 5.0}, 1).rest(dict.fromkeys(DIAMOND, 0.0)) is None


def test_a_path_leads_from_a_step_to_the_end_of_the_work() -> None:
    assert EXPECTED.path_from("top") == ("top", "long", "end")
    assert EXPECTED.path_from("short") == ("short", "end")


def test_the_critical_path_leaves_out_what_took_no_time() -> None:
    assert critical_path(DIAMOND, SECONDS) == (("top", 1.0), ("long", 5.0), ("end", 1.0))
    assert critical_path(DIAMOND, {"short": 2.0, "end": 1.0}) == (("short", 2.0), ("end", 1.0))
    assert critical_path(DIAMOND, {}) == ()
