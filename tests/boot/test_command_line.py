"""Arguments and environment reach the app as they were given, and the loader's line is read as its grammar says."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from tests.support.composed import KVM, TARGETS, Machine, Workshop, boot

QUIET = Machine("microvm,auto-kernel-cmdline=off")  # adds no words of its own
LINE_BYTES = 2047  # that the guest takes, as recipes/CONVENTIONS.md says
CUT = b"boot: command line cut\n"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the app `words` was given, in its order."""

    arguments: list[bytes]
    environment: list[bytes]


def seen(console: bytes) -> Seen:
    """Read the app's report; its lines are one letter and hexadecimal digits."""
    lines = console.decode().split("\n")[:-1]
    found = {kind: [bytes.fromhex(line[1:]) for line in lines if line[0] == kind] for kind in "ae"}
    assert len(found["a"]) + len(found["e"]) == len(lines), console
    return Seen(found["a"], found["e"])


@dataclass(slots=True)
class Word:
    """A word of the line while it is read."""

    text: bytes = b""
    is_bare: bool = True


def words_of(line: bytes) -> list[Word]:
    """The words of a command line, by the grammar of recipes/CONVENTIONS.md."""
    words: list[Word] = []
    word: Word | None = None
    is_quoted = is_escaped = False
    for position, number in enumerate(line):
        byte = bytes([number])
        if byte == b" " and not is_quoted and not is_escaped:
            word = None
            continue
        if word is None:
            word = Word()
            words.append(word)
        if is_escaped:
            word.text += byte
            is_escaped = False
        elif byte == b"\\" and position + 1 < len(line):
            word.is_bare, is_escaped = False, True
        elif byte == b'"':
            word.is_bare, is_quoted = False, not is_quoted
        else:
            word.text += byte
    return words


def meaning(line: bytes) -> Seen:
    """What the app gets of a line: settings up to the first bare `--`, nothing from the second one on."""
    arguments = [b"app"]
    settings: list[bytes] = []
    separators = 0
    for word in words_of(line[:LINE_BYTES]):
        if word.is_bare and word.text == b"--":
            separators += 1
        elif separators == 0 and b"=" in word.text:
            settings.insert(0, word.text)
        elif separators < 2:
            arguments.append(word.text)
    return Seen(arguments, settings)


def random_lines(count: int) -> list[bytes]:
    """Short lines in which everything that means something is likely."""
    chance = random.Random(3)
    pieces = [b"a", b"b", b"=", b"-", b"--", b" ", b"  ", b" -- ", b'"', b"\\", b"k=v", b"\xff", b"\t"]
    return [b"".join(chance.choices(pieces, k=chance.randrange(16))) for _ in range(count)]


SPECIAL_LINES = [
    b"",
    b"   ",
    b"--",
    b"-- --",
    b"-- -- --",
    b"-- a -- b",
    b'a=1 b -- c=2 "--" \\-- -- d e=3',
    b"a=1 a=2 a=1",
    b'"" x ""',
    b'"a b"=c',
    b'"a=b" -- "a=b"',
    b"=",
    b"a\\",
    b'"a',
    b'"a\\',
    b"-\\- x=y",
    b"--- -- -",
    b'"\\"" "\\\\" \\" \\\\',
    b'a"b c"d',
    b"x\\ y",
    b"-- virtio_mmio.device=512@0xfeb00e00:12",
]
LONG_LINES = [
    b"x " * 1023 + b"y",
    b"x" * LINE_BYTES,
    b"x" * (LINE_BYTES + 1),
    b"x" * 3000,
    b"k=v " * 511 + b"zzz",
    b"k=v " * 511 + b"zzzz",
    b'"' + b"z" * 3000,
    b"x" * (LINE_BYTES - 1) + b"\\y",  # the cut is behind the backslash
]


@pytest.mark.parametrize("line", SPECIAL_LINES + LONG_LINES, ids=range(len(SPECIAL_LINES + LONG_LINES)))
def test_line_of_the_loader_means_what_the_grammar_says(workshop: Workshop, line: bytes) -> None:
    done = boot(workshop.image("words", KVM), QUIET, line)
    cut = CUT if len(line) > LINE_BYTES else b""
    assert done.console.startswith(cut), done.told
    assert seen(done.console[len(cut) :]) == meaning(line), done.told


@pytest.mark.parametrize("part", range(6))
def test_random_lines_of_the_loader_mean_what_the_grammar_says(workshop: Workshop, part: int) -> None:
    for line in random_lines(90)[part::6]:
        done = boot(workshop.image("words", KVM), QUIET, line)
        assert seen(done.console) == meaning(line), (line, done.told)


def test_words_that_the_machine_appends_are_no_arguments(workshop: Workshop) -> None:
    """Where there is no ACPI to tell of a device, microvm tells of it on the command line."""
    machine = Machine("microvm,acpi=off", devices=("virtio-rng-device",))
    done = boot(workshop.image("words", KVM), machine, b"K=V -- a --")
    assert seen(done.console) == Seen([b"app", b"a"], [b"K=V"]), done.told
    without_end = boot(workshop.image("words", KVM), machine, b"K=V -- a")
    assert seen(without_end.console).arguments[2].startswith(b"virtio_mmio.device="), without_end.told


def random_words(count: int, seed: int) -> list[bytes]:
    """Words that a shell's user may well pass, and words that look like something else."""
    chance = random.Random(seed)
    pieces = [
        b"a",
        b"=",
        b"-",
        b"--",
        b" ",
        b'"',
        b"\\",
        b"'",
        b"K=V",
        b"\n",
        b"\t",
        b"\xff",
        "é".encode(),
        b"$HOME",
        b"*",
    ]
    special = [b"", b" ", b"--", b"-v", b"--timeout", b"a b", b"K=V", b"\\", b'"', b'"--"', b"\\--", b"a\\", b"app"]
    words = [b"".join(chance.choices(pieces, k=chance.randrange(6))) for _ in range(count)]
    return chance.sample([*special, *words], len(special) + count)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("seed", range(3))
def test_arguments_and_environment_of_compose_run_arrive(workshop: Workshop, target: str, seed: int) -> None:
    arguments = random_words(40, seed)
    values = random_words(10, 100 + seed)
    settings = [b"NAME_%d=%s" % (number % 20, value) for number, value in enumerate(values)]  # some of them twice
    words = [word for setting in settings for word in (b"--env", setting)]
    done = workshop.run(workshop.image("words", target), *arguments, words=words)
    assert done.status == 0, done.told
    given = seen(done.output)
    assert given.arguments[1:] == arguments, done.told
    # getenv takes the first of two settings with one name, and a shell's user means the last.
    first = dict(reversed([setting.split(b"=", 1) for setting in given.environment]))
    assert first == dict(setting.split(b"=", 1) for setting in settings), done.told


@pytest.mark.parametrize("target", TARGETS)
def test_app_has_no_argument_and_no_environment_that_nobody_gave_it(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("words", target))
    given = seen(done.output)
    assert (len(given.arguments), given.environment) == (1, []), done.told
