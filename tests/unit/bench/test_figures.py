"""The parts of the figures' script that measure nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.command import busy
from tests.bench.images import least_kib
from tests.bench.resolving import Answered, summary
from tests.bench.table import Figure, as_json, as_table, median, spell


def test_median_is_the_middle_value_or_the_mean_of_the_two_in_the_middle() -> None:
    assert median([9.0, 1.0, 2.0]) == 2.0
    assert median([8.0, 1.0, 2.0, 4.0]) == 3.0


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_median_has_as_many_values_below_as_above(values: list[float]) -> None:
    middle = median(values)
    assert sum(value < middle for value in values) <= len(values) / 2
    assert sum(value > middle for value in values) <= len(values) / 2


def test_goal_that_is_just_met_is_ok_and_one_byte_more_is_short() -> None:
    assert Figure("size", 100, "B", 100).verdict == "ok"
    assert Figure("size", 101, "B", 100).verdict == "short"


def test_lower_bound_is_short_below_it() -> None:
    assert Figure("seeds", 3, "", 3, at_least=True).verdict == "ok"
    assert Figure("seeds", 2, "", 3, at_least=True).verdict == "short"


def test_figure_without_a_goal_has_no_verdict() -> None:
    figure = Figure("size", 100, "B")
    assert figure.verdict == ""
    assert figure.is_reached


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(6144, "B", "6,144 B"), (0.126, "s", "0.13 s"), (4.96, "ms", "5.0 ms"), (1.5, "x", "1.50 x"), (20, "", "20")],
)
def test_numbers_are_spelled_with_the_digits_that_mean_something(value: float, unit: str, text: str) -> None:
    assert spell(value, unit) == text


def test_table_has_a_line_per_figure_in_aligned_columns() -> None:
    figures = [
        Figure("small", 1, "B", 2, rival="9 B"),
        Figure("a longer name", 3000, "B", 2, at_least=True, note="of 7"),
    ]
    assert as_table(figures).splitlines() == [
        "figure         Unikraft 0.17  reach   ours",
        "small          9 B            <= 2 B  1 B      ok",
        "a longer name  -              >= 2 B  3,000 B  ok  of 7",
    ]


def test_json_says_of_each_figure_whether_it_is_reached() -> None:
    rows = json.loads(as_json([Figure("size", 7, "B", 6, rival="9 B")]))
    assert [(row["name"], row["ours"], row["reach"], row["rival"], row["reached"]) for row in rows] == [
        ("size", 7, 6, "9 B", False)
    ]


@given(st.integers(1, 5000))
def test_least_memory_is_the_first_number_that_works(least: int) -> None:
    assert least_kib(lambda kib: kib >= least, 5000) == least


def test_guest_that_never_runs_has_no_least_memory() -> None:
    with pytest.raises(RuntimeError, match="5000 KiB"):
        least_kib(lambda kib: False, 5000)


def test_load_of_others_is_told_and_our_own_is_not() -> None:
    assert busy(2.1, 2) == ""
    assert "4.0 on 2" in busy(4.0, 2)


def test_summary_of_seeds_counts_the_worst_time_and_every_kind_of_answer() -> None:
    answers = [
        Answered(0.5, 0.5, is_proven=True, is_possible=True, is_greedy_wrong=True),
        Answered(2.5, 2.5, is_proven=False, is_possible=True, is_greedy_wrong=False),
        Answered(0.1, 0.1, is_proven=True, is_possible=False, is_greedy_wrong=False),
    ]
    assert [(figure.ours, figure.verdict) for figure in summary(answers)] == [
        (2.5, "short"),
        (2, "short"),
        (1, "short"),
        (1, "short"),
    ]
