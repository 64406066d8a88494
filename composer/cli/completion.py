"""What may come next on a command line: asked by the scripts that `compose completion` prints, at each press of Tab.

The parsers say it: which commands and options there are, and by the name that its help gives it what a value is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from composer.cli.command import Command, Parser
from composer.cli.parser import COMMANDS, parser_for
from composer.errors import ComposerError
from composer.pipeline.vocabulary import vocabulary

FOLDER = "/"  # among the suffixes of files: only folders

# By the name that a value has in the help: the suffixes of the files it may be; folders lead there. None: any file.
FILES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "MANIFEST": (".yaml",),
        "MANIFEST|IMAGE": (".yaml", ".json", ".elf", ".img"),
        "IMAGE": (".json", ".elf", ".img"),
        "OLD": (".json", ".elf", ".img"),
        "ARCHIVE|DIR": (),
        "DIR": (FOLDER,),
        "DIR|URL": (FOLDER,),
        "FOLDER": (FOLDER,),
        "FILE": (),
        "FILE|TTY": (),
    }
)
# Likewise the kinds of words of the vocabulary, or the key of a manifest whose values it may be.
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"P/A": ("targets",), "RECIPE": ("recipes",), "WHAT": ("recipes", "capabilities")}
)
VALUES_OF: Mapping[str, str] = MappingProxyType({"PROFILE": "profile", "TOOLCHAIN": "toolchain"})
ASSIGNMENT = "KEY=VALUE"
# What nobody can know before it is typed.
FREE = frozenset(
    {"ADDRESS", "COMMAND", "K=V", "N", "NAME", "PLACE", "SECONDS", "SIZE", "STEP", "TEXT", "WORD"}
    | {"[HERE:]PORT[/udp]"}
)
_LONGEST_MEANING = 60

Meanings = dict[str, str]  # by word


@dataclass(frozen=True, slots=True)
class Answer:
    """What the word that is being typed may be."""

    words: Mapping[str, str] = field(default_factory=dict)  # each with what it means
    files: tuple[str, ...] | None = None  # suffixes; of all files if there is none. None: no file


def answer(words: Sequence[str]) -> Answer:
    """What the last of `words`, those behind `compose`, may be; nothing where they are none of `compose`."""
    *before, current = words
    if "--" in before:
        return Answer(files=())  # the guest's
    try:
        parser, command, count = parser_for(before)
        if command is None or before[0].startswith("-"):
            return Answer(_options(parser, {}) if current.startswith("-") else _summaries(COMMANDS))
        line = _Line(command)
        for word in before[count:]:
            line.add(word)
        found = line.next(current)
    except ComposerError:
        return Answer()
    if len(before) == count == 1 and line.is_free and not current.startswith("-"):
        subs = next(known.subcommands for known in COMMANDS if known.name == before[0])
        return Answer({**_summaries(subs), **found.words}, found.files)
    return found


def _summaries(commands: Sequence[Command]) -> Meanings:
    return {command.name: command.summary for command in commands}


class _Line:
    """The words of one command as far as they are typed."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._options = {name: action for action in parser._actions for name in action.option_strings}
        self._places = [action for action in parser._actions if not action.option_strings]
        self._count = 0  # of words that are no options
        self._open: argparse.Action | None = None  # the option whose value comes next
        self.used: dict[argparse.Action, list[str]] = {}

    @property
    def is_free(self) -> bool:
        """Whether the next word stands for itself, not for an option's value."""
        return self._open is None

    def add(self, word: str) -> None:
        """Take in a word that is complete."""
        if self._open is not None:
            self.used[self._open].append(word)
            self._open = None
            return
        name, equals, value = word.partition("=")
        action = self._options.get(name) if word.startswith("-") else None
        if action is not None:
            self.used.setdefault(action, []).extend([value] if equals else [])
            self._open = action if action.nargs is None and not equals else None
        elif not word.startswith("-"):
            self._count += 1

    def next(self, current: str) -> Answer:
        """What may come as the next word, of which `current` is typed."""
        if self._open is not None:
            return self._values(self._open, current)
        name, equals, value = current.partition("=")
        if equals and name in self._options:
            found = self._values(self._options[name], value)
            return Answer({f"{name}={word}": meaning for word, meaning in found.words.items()}, found.files)
        if current.startswith("-"):
            return Answer(_options(self._parser, self.used))
        place = self._place()
        return Answer() if place is None else self._values(place, current)

    def _place(self) -> argparse.Action | None:
        """What the next word that is no option stands for."""
        for number, action in enumerate(self._places):
            if number == self._count or action.nargs in ("*", "+"):
                return action
        return None

    def _values(self, action: argparse.Action, current: str) -> Answer:
        name = str(action.metavar)
        if name in FILES:
            return Answer(files=FILES[name])
        return Answer(dict(self._words(name, current)))

    def _words(self, name: str, current: str) -> Iterator[tuple[str, str]]:
        """What a value that the help calls `name` may be."""
        if name.startswith("{"):
            yield from ((word, "") for word in name.strip("{}").split(","))
            return
        if name in FREE:
            return
        known = vocabulary(
            [value for action, values in self.used.items() if action.dest == "recipes" for value in values]
        )
        if name in VALUES_OF:
            yield from ((value, "") for value in known["keys"][VALUES_OF[name]][1])
        for kind in WORDS.get(name, ()):
            yield from ((word, meaning) for word, (meaning, _) in known[kind].items())
        if name == ASSIGNMENT:
            key, equals, _ = current.partition("=")
            if not equals:
                yield from ((f"{key}=", meaning) for key, (meaning, _) in known["keys"].items())
            elif key in known["keys"]:
                yield from ((f"{key}={value}", "") for value in known["keys"][key][1])


def _options(parser: Parser, used: Mapping[argparse.Action, Sequence[str]]) -> Meanings:
    """The options of `parser` that may be given besides those that are `used`."""
    groups = (group._group_actions for group in parser._mutually_exclusive_groups)
    excluded = {action for group in groups if any(action in used for action in group) for action in group}
    free = (
        action
        for action in parser._actions
        if isinstance(action, argparse._AppendAction) or (action not in used and action not in excluded)
    )
    return {name: _meaning(action) for action in free for name in action.option_strings}


def _meaning(action: argparse.Action) -> str:
    """What an option means, as short as a list wants it."""
    text = ((action.help or "") % {**vars(action), "prog": "compose"}).partition(" (default")[0].partition(";")[0]
    return text if len(text) <= _LONGEST_MEANING else f"{text[: _LONGEST_MEANING - 1].rstrip()}…"
