"""What a command of `compose` is, to the parser: a name, words, and the module that is imported only when it runs."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass

Parser = argparse.ArgumentParser
MODULE = "composer.cli.{}_command"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, what it does, an example, and its own words besides the common ones.

    One with `subcommands` is one of them: what the next word names, else the first.
    """

    name: str
    summary: str
    example: str
    add_words: Callable[[Parser], None] = lambda parser: None
    reads_manifest: bool = True  # so it has the words that change one, and those of a build
    subcommands: tuple[Command, ...] = ()

    def load(self) -> Callable[[argparse.Namespace], int]:
        """Import the command's module; what runs the command."""
        module = importlib.import_module(MODULE.format(self.name.replace("-", "_")))
        run: Callable[[argparse.Namespace], int] = module.run
        return run
