"""The words that `compose` understands. Each command's own module is imported only when it runs."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Sequence
from typing import NoReturn

import composer
from composer.cli.command import Command, Parser, add_json_word, add_recipes_word
from composer.cli.tools import TOOLS
from composer.errors import Code, ComposerError, Diagnostic
from composer.load.suggest import hint_for, nearest
from composer.model.assignment import Assignment


def _manifests(parser: Parser, many: bool = False) -> None:
    meaning = "a unikernel.yaml or its folder (default: the current folder)"
    if many:
        parser.add_argument("manifests", nargs="*", default=["."], metavar="MANIFEST", help=meaning)
    else:
        parser.add_argument("manifest", nargs="?", default=".", metavar="MANIFEST", help=meaning)


def _many_manifests(parser: Parser) -> None:
    _manifests(parser, many=True)


def _build_words(parser: Parser) -> None:
    _manifests(parser, many=True)
    parser.add_argument("--keep-going", action="store_true", help="after a failure go on with what does not need it")


_IMAGE = "a manifest or its folder, or an image.json, .elf or .img that was built (default: the current folder)"
_BESIDE = "several, for xen/aarch64 alone, run beside each other, each line with its image's name, and get no input"


def _run_words(parser: Parser) -> None:
    parser.add_argument("manifests", nargs="*", default=["."], metavar="MANIFEST|IMAGE", help=f"{_IMAGE}; {_BESIDE}")
    _guest_words(parser)
    parser.add_argument("--dry-run", action="store_true", help="print the command that would run, and stop")
    parser.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="end the guest after that long, with exit 4"
    )
    parser.add_argument(
        "--expect", metavar="TEXT", help="succeed as soon as the guest has printed TEXT, fail if it never does"
    )


def _guest_words(parser: Parser) -> None:
    parser.add_argument(
        "--memory", metavar="SIZE", help="memory of the guest, such as 64MiB, instead of the manifest's"
    )
    parser.add_argument(
        "--env", action="append", default=[], metavar="K=V", help="set an environment variable of the app"
    )
    parser.add_argument(
        "--hypervisor", metavar="FILE", help="Xen for arm64, or a .deb with it, instead of the distribution's"
    )
    _network_words(parser)
    parser.set_defaults(takes_guest_words=True)


def _network_words(parser: Parser) -> None:
    from composer.cli.networks import mac, named, published

    words = parser.add_argument_group(
        "network", "Without --tap and --wire the guest has QEMU's user networking, which needs no rights."
    )
    words.add_argument(
        "--publish",
        action="append",
        type=published,
        default=[],
        metavar="[HERE:]PORT[/udp]",
        help="lead a port of this machine (default: a free one) to the guest's PORT, instead of the manifest's ports; "
        "may be repeated",
    )
    line = words.add_mutually_exclusive_group()
    line.add_argument("--tap", type=named, metavar="NAME", help="connect it to a tap device that is there")
    line.add_argument(
        "--wire", type=named, metavar="NAME", help="connect it to all guests that you run with the same --wire NAME"
    )
    words.add_argument("--pcap", metavar="FILE", help="record all frames, for tcpdump or Wireshark")
    words.add_argument("--mac", type=mac, metavar="ADDRESS", help="the address of the machine's card")


def _debug_words(parser: Parser) -> None:
    parser.add_argument("manifest", nargs="?", default=".", metavar="MANIFEST|IMAGE", help=_IMAGE)
    _guest_words(parser)
    parser.add_argument(
        "--break", dest="place", default="main", metavar="PLACE", help="where to stop first (default: %(default)s)"
    )
    parser.add_argument(
        "--console",
        metavar="FILE|TTY",
        help="the guest's console: a file, or another terminal, where it can be typed to (default: what it prints "
        "appears here while it runs; it has no input, but with --batch and --server yours)",
    )
    parser.add_argument(
        "--gdb-command",
        action="append",
        default=[],
        metavar="COMMAND",
        help="what gdb does once the guest has stopped; may be repeated",
    )
    parser.add_argument("--batch", action="store_true", help="end after these commands; without your .gdbinit")
    parser.add_argument(
        "--server", action="store_true", help="start no gdb, but say how to connect to the waiting guest"
    )
    parser.add_argument(
        "--port", type=_port, metavar="N", help="the port of --server or --vscode (default: a free one)"
    )
    parser.add_argument(
        "--vscode", action="store_true", help="only write an entry to .vscode/launch.json beside the manifest"
    )
    parser.set_defaults(expect=None)


def _graph_words(parser: Parser) -> None:
    _manifests(parser)
    parser.add_argument(
        "-i", "--invert", metavar="NAME", help="what wants the recipe NAME, instead of what the image wants"
    )
    parser.add_argument("--depth", type=_count, metavar="N", help="show no more than N levels")
    _choice(parser, "--format", "tree", "dot", "mermaid", "json")


def _why_words(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="a recipe, a capability or a symbol")
    _manifests(parser)


def _size_words(parser: Parser) -> None:
    _manifests(parser)
    parser.add_argument("--diff", metavar="OLD", help="an image.json, or the folder of one, to compare with")
    _choice(parser, "--by", "recipe", "object", "section")


def _explain_words(parser: Parser) -> None:
    parser.add_argument("step", metavar="STEP", help="a step's label as `compose plan` prints it, or the end of one")
    _manifests(parser)


COMMANDS = (
    Command("build", "compose images", "compose build --target kvm/x86_64 manifests/hello", _build_words),
    Command(
        "run",
        "run an image, after building what is stale",
        "compose run --timeout 10 manifests/crash -- null",
        _run_words,
    ),
    Command(
        "debug",
        "start an image under gdb, stopped in main",
        "compose debug --target kvm/x86_64 manifests/hello -- world",
        _debug_words,
    ),
    Command(
        "graph", "show what is in an image and why", "compose graph --format mermaid manifests/hello", _graph_words
    ),
    Command(
        "why",
        "tell why a recipe, capability or symbol is in an image, or why not",
        "compose why printf manifests/hello",
        _why_words,
    ),
    Command("size", "show the bytes of an image", "compose size --by section manifests/hello", _size_words),
    Command("plan", "show the steps of a build", "compose plan --json manifests/hello", _manifests),
    Command(
        "explain",
        "show what a step's key is made of, and what changed",
        "compose explain main.c manifests/hello",
        _explain_words,
    ),
    Command("show-script", "print the linker script of an image", "compose show-script manifests/hello", _manifests),
    Command(
        "fetch",
        "get the upstream sources that a build needs",
        "compose fetch --mirror /media/archives manifests/hello",
        _many_manifests,
    ),
    Command("clean", "remove what was built from a manifest", "compose clean manifests/hello", _manifests),
    *TOOLS,
)

# Commands of the design whose part does not exist yet: refused by name.
NOT_YET = ("inspect", "init", "menu", "package")


class _Words(Parser):
    """A parser whose complaints are diagnostics like all others."""

    def error(self, message: str) -> NoReturn:
        raise _mistake(message, f"see `{self.prog} --help`")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError("must be a number from 1 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return seconds


def _profile(text: str) -> Assignment:
    return Assignment("profile", text, f"--profile {text}")


def _toolchain(text: str) -> Assignment:
    return Assignment("toolchain", text, f"--toolchain {text}")


def _assignment(text: str) -> Assignment:
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE, such as memory=32MiB")
    return Assignment(key, value, f"--set {text}")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments of one call; `command` loads what to run and `words` are `argv`. Raises ComposerError for a mistake.

    Words after a bare `--` are the guest's, whatever they look like.
    """
    words = list(argv)
    guest: list[str] = []
    if "--" in words:
        at = words.index("--")
        words, guest = words[:at], words[at + 1 :]
    parser, command, count = _parser(words)
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


def _parser(words: Sequence[str]) -> tuple[Parser, Parser | None, int]:
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
    (_common_words if own.reads_manifest else add_json_word)(words)
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


def _choice(parser: Parser, option: str, *words: str) -> None:
    """An option that is one of `words`, the first of them if it is not given."""

    def chosen(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"'{text}' is not one of {', '.join(words)}")
        return text

    metavar = f"{{{','.join(words)}}}"
    parser.add_argument(option, type=chosen, default=words[0], metavar=metavar, help="default: %(default)s")


def _common_words(parser: Parser) -> None:
    parser.add_argument(
        "--target", action="append", default=[], metavar="P/A", help="platform/arch instead of the manifest's"
    )
    # One list for all three words, for of two that set the same the later wins.
    assignments: list[Assignment] = []
    parser.add_argument(
        "--profile",
        dest="assignments",
        action="append",
        type=_profile,
        default=assignments,
        metavar="NAME",
        help="size, speed or debug instead of the manifest's profile",
    )
    parser.add_argument(
        "--set",
        dest="assignments",
        action="append",
        type=_assignment,
        default=assignments,
        metavar="KEY=VALUE",
        help="set a key of the manifest, or an option as recipe.option; wins over the manifest",
    )
    parser.add_argument(
        "--toolchain",
        dest="assignments",
        action="append",
        type=_toolchain,
        default=assignments,
        metavar="NAME",
        help="gcc, clang or zig, instead of the best for the target",
    )
    add_recipes_word(parser)
    parser.add_argument(
        "--source", action="append", default=[], metavar="FILE", help="an upstream archive, known by its sha256"
    )
    parser.add_argument(
        "--mirror",
        action="append",
        default=[],
        metavar="DIR|URL",
        help="where upstream archives are looked for before the network; $COMPOSE_MIRROR is the last of them",
    )
    parser.add_argument("--offline", action="store_true", help="fetch nothing: what is not in the store is told")
    parser.add_argument("--out", metavar="DIR", help="where images go (default: build/ beside the manifest)")
    parser.add_argument(
        "-j",
        "--jobs",
        type=_count,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes at once (default: %(default)s)",
    )
    add_json_word(parser)
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true", help="also print each step's command")
    loudness.add_argument("-q", "--quiet", action="store_true", help="print no progress")
