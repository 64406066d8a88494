"""The order of work."""

from __future__ import annotations

import graphlib

import pytest

from composer.execute.board import Board, predecessors
from composer.execute.forecast import forecast
from composer.model.step import Plan
from tests.support.builds import shell

DIAMOND = {
    "top": frozenset[str](),
    "short": frozenset({"top"}),
    "long": frozenset({"top"}),
    "end": frozenset({"short", "long"}),
}
SECONDS = {"top": 1.0, "short": 1.0, "long": 5.0, "end": 1.0}


def test_board_gives_the_start_of_the_longest_path_first() -> None:
    board = Board(forecast(DIAMOND, SECONDS, 1), keep_going=False)
    assert board.take_ready() == ["top"]
    board.done("top")
    assert board.take_ready() == ["long", "short"]
    board.wait("short")
    board.wait("long")
    assert [board.next(), board.next(), board.next()] == ["long", "short", None]


def test_board_gives_nothing_after_a_failure() -> None:
    board = Board(forecast(DIAMOND, {}, 1), keep_going=False)
    board.take_ready()
    board.wait("top")
    board.failed()
    assert board.next() is None
    assert list(board.take_ready()) == []


def test_board_that_keeps_going_gives_what_does_not_depend_on_the_failure() -> None:
    board = Board(
        forecast({"bad": frozenset(), "after": frozenset({"bad"}), "good": frozenset()}, {}, 1), keep_going=True
    )
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
        Board(forecast(predecessors(Plan((one, two))), {}, 1), keep_going=False)


def test_input_from_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="out/x"):
        predecessors(Plan((shell("one", "", ("out/x",), ("out/a",)),)))


def test_output_of_two_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="same output"):
        predecessors(Plan((shell("one", "", (), ("out/a",)), shell("two", "", (), ("out/a",)))))


def test_label_of_two_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="same label"):
        predecessors(Plan((shell("one", "", (), ("out/a",)), shell("one", "", (), ("out/b",)))))
