"""A process beside the screen that finds out what choices would change, so that keys are never waited for.

It is forked before the screen begins, with all that is known by then. One question is asked at a time; those that wait
are given up as soon as nobody wants to know any more.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeAlias

from composer.errors import ComposerError
from composer.model.menu import Effect, Picture
from composer.pipeline.menu import Menu


@dataclass(frozen=True, slots=True)
class Look:
    """What does this text say of a target?"""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Weigh:
    """What would a choice change?"""

    text: str
    target: str
    name: str
    word: str


@dataclass(frozen=True, slots=True)
class Spread:
    """For which other targets would a choice leave no image?"""

    text: str
    target: str
    name: str
    word: str


Question: TypeAlias = Look | Weigh | Spread
Losses: TypeAlias = tuple[tuple[str, str], ...]  # targets, each with the reason
Answer: TypeAlias = Picture | Effect | Losses | ComposerError


class ThinkerDied(Exception):
    """The process has ended with what it says: a mistake of ours."""


class Thinker:
    """The process, and what it has answered."""

    def __init__(self, menu: Menu) -> None:
        context = get_context("fork")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_think, args=(menu, theirs, self._connection), daemon=True)
        self._process.start()
        theirs.close()
        self._answers: dict[Question, Answer] = {}
        self._waiting: list[Question] = []
        self._asked: Question | None = None

    def ask(self, questions: Sequence[Question]) -> None:
        """Answer these next, the first of them first, and nothing else."""
        self._waiting = [question for question in questions if question not in self._answers]
        self._go_on()

    def answer(self, question: Question) -> Answer | None:
        """What is known; None: nothing yet."""
        return self._answers.get(question)

    def wait(self) -> tuple[Question, Answer]:
        """Wait for an answer, which may have been given up meanwhile; raises ThinkerDied, and EOFError at the end."""
        question, answer = self._connection.recv()
        if isinstance(answer, str):
            raise ThinkerDied(answer)
        return question, answer

    def note(self, question: Question, answer: Answer) -> None:
        """Remember an answer that was waited for, and ask the next question."""
        self._answers[question] = answer
        self._asked = None
        self._go_on()

    def _go_on(self) -> None:
        self._waiting = [question for question in self._waiting if question != self._asked]
        if self._asked is None and self._waiting:
            self._asked = self._waiting.pop(0)
            self._connection.send(self._asked)

    def end(self) -> None:
        """End the process; what it has begun to compile is ended with it."""
        self._process.terminate()
        with suppress(OSError):
            self._connection.send(None)  # it may have been about to ask for more
        self._process.join()


def _think(menu: Menu, questions: Connection, others: Connection) -> None:
    """Answer until the screen is gone, or says that it goes."""
    others.close()
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            while (question := questions.recv()) is not None:
                questions.send((question, _answer(menu, question)))
        except (EOFError, OSError):
            raise
        except Exception:
            questions.send((None, traceback.format_exc()))
    os._exit(0)  # what it shares with the screen is the screen's to close


def _answer(menu: Menu, question: Question) -> Answer:
    try:
        match question:
            case Look(text, target):
                return menu.picture(text, target)
            case Weigh(text, target, name, word):
                return menu.effect(text, target, name, word)
            case Spread(text, target, name, word):
                return menu.elsewhere(text, target, name, word)
    except ComposerError as error:
        return error
