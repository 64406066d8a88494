"""The reference of the command line: each command's own `--help`."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from unittest import mock

from composer.cli.parser import COMMANDS, parse


def text() -> str:
    """All commands, in the order of `compose --help`."""
    return "\n\n".join(_section(*words) for words in ((), *_commands()))


def _commands() -> Iterator[tuple[str, ...]]:
    for command in COMMANDS:
        yield (command.name,)
        yield from ((command.name, sub.name) for sub in command.subcommands)


def _section(*words: str) -> str:
    program = " ".join(("compose", *words))
    return f"{'###' if len(words) > 1 else '##'} {program}\n\n```text\n{help_of(*words)}```"


def help_of(*words: str) -> str:
    """What `compose WORDS --help` prints on a terminal of 80 columns."""
    said = io.StringIO()
    with (
        mock.patch.dict(os.environ, COLUMNS="80"),
        contextlib.redirect_stdout(said),
        contextlib.suppress(SystemExit),
    ):
        parse([*words, "--help"])
    return said.getvalue()
