"""The order of work."""

from __future__ import annotations

import graphlib

import pytest

from composer.execute.board import Board, predecessors, urgency
from composer.model.step import Plan
from tests.support.builds import shell

DIAMOND = {
    "top": frozenset[str](),
    "short": frozenset({"top"}),
    "long": frozenset({"top"}),
    "end": frozenset({"short", "long"}),
}
SECONDS = {"top": 1.0, "short": 1.0, "long": 5.0, "end": 1.0}


def test_urgency_is_the_longest_way_to_the_end() -> None:
    assert urgency(DIAMOND, SECONDS) == {"end": 1.0, "long": 6.0, "short": 2.0, "top": 7.0}


def test_urgency_takes_the_usual_time_for_a_step_that_never_ran() -> None:
    assert urgency({"a": frozenset(), "b": frozenset(), "c": frozenset()}, {"a": 3.0, "b": 3.0})["c"] == 3.0


def test_board_gives_the_start_of_the_longest_path_first() -> None:
    board = Board(DIAMOND, SECONDS, keep_going=False)
    assert board.take_ready() == ["top"]
    board.done("top")
    assert board.take_ready() == ["long", "short"]
    board.wait("short")
    board.wait("long")
    assert [board.next(), board.next(), board.next()] == ["long", "short", None]


def test_board_gives_nothing_after_a_failure() -> None:
    board = Board(DIAMOND, {}, keep_going=False)
    board.take_ready()
    board.wait("top")
    board.failed()
    assert board.next() is None
    assert list(board.take_ready()) == []


def test_board_that_keeps_going_gives_what_does_not_depend_on_the_failure() -> None:
    board = Board({"bad": frozenset(), "after": frozenset({"bad"}), "good": frozenset()}, {}, keep_going=True)
    assert board.take_ready() == ["bad", "good"]
    board.wait("good")
    board.failed()
    assert board.next() == "good"
    board.done("good")
    assert list(board.take_ready()) == []


def test_steps_that_wait_for_each_other_are_refused() -> None:
    one = shell("one", "", ("out/b",), ("out/a",))
    two = shell("two", "", ("out/a",), ("out/b",))
    with pytest.raises(graphlib.CycleError):
        Board(predecessors(Plan((one, two))), {}, keep_going=False)


def test_input_from_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="out/x"):
        predecessors(Plan((shell("one", "", ("out/x",), ("out/a",)),)))


def test_output_of_two_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="same output"):
        predecessors(Plan((shell("one", "", (), ("out/a",)), shell("two", "", (), ("out/a",)))))


def test_label_of_two_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="same label"):
        predecessors(Plan((shell("one", "", (), ("out/a",)), shell("one", "", (), ("out/b",)))))
