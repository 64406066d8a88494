"""Questions to a person at a terminal, each with its default."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from composer.errors import ComposerError

Answer = TypeVar("Answer")


def is_terminal() -> bool:
    """Whether somebody can read a question and answer it."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, default: str, accept: Callable[[str], Answer]) -> Answer:
    """What the person says, or `default` for nothing; asked again as long as `accept` raises ComposerError.

    Raises KeyboardInterrupt where the input ends.
    """
    while True:
        sys.stderr.write(f"{question} [{default}]: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            sys.stderr.write("\n")
            raise KeyboardInterrupt
        try:
            return accept(line.strip() or default)
        except ComposerError as error:
            for diagnostic in error.diagnostics:
                hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
                sys.stderr.write(f"  {diagnostic.message}{hint}\n")


def choose(question: str, words: Sequence[str], accept: Callable[[str], Answer]) -> Answer:
    """Which of `words`, the first by default; they are numbered, and a number or a word will do."""
    for number, word in enumerate(words, 1):
        sys.stderr.write(f"  {number}  {word}\n")

    def chosen(text: str) -> Answer:
        is_number = text.isdecimal() and 1 <= int(text) <= len(words)
        return accept(words[int(text) - 1] if is_number else text)

    return ask(question, words[0], chosen)
