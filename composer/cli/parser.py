"""The words that `compose` understands. Each command's own module is imported only when it runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

import composer
from composer.cli.command import Command, Parser
from composer.cli.images import IMAGES
from composer.cli.tools import TOOLS
from composer.cli.words import add_build_words, add_json_word
from composer.errors import Code, ComposerError, Diagnostic
from composer.load.suggest import hint_for, nearest

COMMANDS = (*IMAGES, *TOOLS)

# Commands of the design whose part does not exist yet: refused by name.
NOT_YET = ("cc", "disk", "lock", "port", "sbom")


class _Words(Parser):
    """A parser whose complaints are diagnostics like all others."""

    def error(self, message: str) -> NoReturn:
        raise _mistake(message, f"see `{self.prog} --help`")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments of one call; `command` loads what to run and `words` are `argv`. Raises ComposerError for a mistake.

    Words after a bare `--` are the guest's, whatever they look like.
    """
    words = list(argv)
    guest: list[str] = []
    if "--" in words:
        at = words.index("--")
        words, guest = words[:at], words[at + 1 :]
    parser, command, count = parser_for(words)
    if command is None:
        parser.parse_known_args(words)  # --help and --version end here
        raise _mistake("no command is given", f"commands: {_listed()}; see `compose --help`")
    if words[0].startswith("-"):
        raise _unknown_word(words[0], command)
    # Intermixed, so that options may stand between words, as in `why malloc --json MANIFEST`.
    args, unknown = command.parse_known_intermixed_args(words[count:])
    if unknown:
        raise _unknown_word(unknown[0], command)
    if guest and not getattr(args, "takes_guest_words", False):
        raise _mistake(
            f"`{command.prog}` takes no words after --",
            "only `compose run` and `compose debug` do: they are the guest's",
        )
    args.arguments = tuple(guest)
    args.words = tuple(argv)
    return args


def parser_for(words: Sequence[str]) -> tuple[Parser, Parser | None, int]:
    """The parser, that of the command that `words` name, and how many of them do.

    Only that one gets its words: a start costs as little as it can.
    """
    parser = _Words(
        prog="compose", description="Compose the smallest unikernel image that runs an app.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"compose {composer.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Words)
    wanted = next((word for word in words if not word.startswith("-")), None)
    _require_command(wanted)
    for command in COMMANDS:
        commands.add_parser(command.name, help=command.summary)
    if wanted is None:
        return parser, None, 0
    command = next(command for command in COMMANDS if command.name == wanted)
    following = words[1] if len(words) > 1 and not words[1].startswith("-") else None
    if command.subcommands and following is not None:
        return parser, _sub_parser(command, following), 2
    return parser, _command_parser(command), 1


def _command_parser(command: Command) -> Parser:
    """What understands the words behind the command's name; of one with subcommands, those of the first."""
    subs = command.subcommands
    words = _filled_parser(f"compose {command.name}", command, subs[0] if subs else command)
    words.set_defaults(command=command.load)
    if subs:
        listed = "".join(f"  {sub.name:<10}{sub.summary}\n" for sub in subs)
        words.epilog = f"subcommands, each with its own --help (default: {subs[0].name}):\n{listed}\n{words.epilog}"
        words.usage = f"{words.prog} [{' | '.join(sub.name for sub in subs)}] ..."
    return words


def _sub_parser(command: Command, name: str) -> Parser:
    """What understands the words behind a subcommand's name; raises ComposerError if there is none called so."""
    known = {sub.name: sub for sub in command.subcommands}
    if name not in known:
        message = f"`compose {command.name}` has no subcommand '{name}'"
        raise _mistake(message, hint_for(name, known, "subcommands"))
    words = _filled_parser(f"compose {command.name} {name}", known[name], known[name])
    words.set_defaults(command=command.load)
    return words


def _filled_parser(program: str, command: Command, own: Command) -> Parser:
    """A parser called `program` that is described as `command` and has the words of `own`."""
    words = _Words(
        prog=program,
        description=f"{command.summary[0].upper()}{command.summary[1:]}.",
        epilog=f"example:\n  {command.example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    own.add_words(words)
    (add_build_words if own.reads_manifest else add_json_word)(words)
    words.set_defaults(subcommand=own.name)
    return words


def _require_command(wanted: str | None) -> None:
    """Raise ComposerError if `wanted` is no command, or none yet."""
    names = [command.name for command in COMMANDS]
    if wanted in NOT_YET:
        message = f"the command '{wanted}' is not supported yet"
        raise ComposerError(Diagnostic(Code.NOT_YET, message, hint=f"commands: {_listed()}"))
    if wanted is not None and wanted not in names:
        raise _mistake(f"there is no command '{wanted}'", hint_for(wanted, names, "commands"))


def _listed() -> str:
    return ", ".join(command.name for command in COMMANDS)


def _unknown_word(word: str, command: Parser) -> ComposerError:
    """A word that the command does not know."""
    if not word.startswith("-"):
        return _mistake(f"`{command.prog}` does not know what to do with '{word}'", f"see `{command.prog} --help`")
    option = word.partition("=")[0]
    known = [name for action in command._actions for name in action.option_strings]
    if option in known:
        return _mistake(f"the option '{option}' stands before the command", f"write `{command.prog} {word}`")
    near = nearest(option, known)
    hint = f"did you mean '{near}'?" if near else f"see `{command.prog} --help`"
    return _mistake(f"`{command.prog}` has no option '{option}'", hint)


def _mistake(message: str, hint: str) -> ComposerError:
    return ComposerError(Diagnostic(Code.USAGE, message, hint=hint))
