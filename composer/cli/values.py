"""What the words of commands may be: types of arguments for argparse, each with what it must be if it is not."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence

from composer.cli.command import Parser
from composer.model.assignment import Assignment


def count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError("must be a number from 1 to 65535")
    return int(text)


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return number


def profile(text: str) -> Assignment:
    return Assignment("profile", text, f"--profile {text}")


def toolchain(text: str) -> Assignment:
    return Assignment("toolchain", text, f"--toolchain {text}")


def assignment(text: str) -> Assignment:
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE, such as memory=32MiB")
    return Assignment(key, value, f"--set {text}")


def days(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError("must be a number of days, 0 or more")
    return number


def size(text: str) -> int:
    from composer.model.value import parse_size

    try:
        return parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def one_of(words: Sequence[str]) -> Callable[[str], str]:
    """The type of a word that is one of `words`."""

    def chosen(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"'{text}' is not one of {', '.join(words)}")
        return text

    return chosen


def spelled(words: Sequence[str]) -> str:
    """How the help names such a word."""
    return f"{{{','.join(words)}}}"


def add_choice(parser: Parser, option: str, *words: str) -> None:
    """An option that is one of `words`, the first of them if it is not given."""
    parser.add_argument(
        option, type=one_of(words), default=words[0], metavar=spelled(words), help="default: %(default)s"
    )
