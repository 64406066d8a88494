"""The reference of what can go wrong: exit statuses, and each error code with an example that the tests run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from composer.errors import Code, Exit
from docs.reference.tables import table
from tests.mistakes.mistake import EXPECTED, HERE, names, read

_PHASES = {
    "M": "the manifest and the command line",
    "C": "recipes",
    "T": "targets and toolchains",
    "R": "the choice of recipes",
    "S": "symbols of objects",
    "B": "the steps of a build",
    "F": "code of others",
    "V": "the finished image",
    "G": "the running guest",
    "X": "this machine",
}
_ERROR = re.compile(r"error\[([A-Z]\d{3})\]: (.*)")
_PLACE = re.compile(r"^([\w./-]+\.(?:yaml|c)):\d+", re.MULTILINE)
_SHORT = 14  # lines of a file that are worth showing


def text() -> str:
    """The statuses, then the codes by phase."""
    parts = ["## Exit statuses", table(("status", "meaning"), ((str(int(one)), one.meaning) for one in Exit))]
    examples = _examples()
    for letter in dict.fromkeys(code.id[0] for code in Code):
        parts.append(f"## {letter}: {_PHASES[letter]}")
        parts += [part for code in _codes(letter) for part in _about(code, examples)]
    return "\n\n".join(parts)


def _codes(letter: str) -> list[Code]:
    return sorted((code for code in Code if code.id.startswith(letter)), key=lambda code: code.id)


def _examples() -> Mapping[str, list[str]]:
    """The mistakes that show each code, the shortest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(names(), key=lambda name: (len(_expected(name)), name)):
        for identifier in dict.fromkeys(match[0] for match in _ERROR.findall(_expected(name))):
            found.setdefault(identifier, []).append(name)
    # An interruption is not told as an error.
    return {Code.INTERRUPTED.id: ["interrupted-while-building"], **found}


def _expected(name: str) -> str:
    return (HERE / name / EXPECTED).read_text()


def _about(code: Code, examples: Mapping[str, list[str]]) -> Iterator[str]:
    """The code, one example of it whole, and what else is said with it."""
    first, *others = examples[code.id]
    yield f"### {code.id}: {code.name.lower().replace('_', ' ')}"
    yield f"Exit status {int(code.exit)}."
    yield from _example(first)
    texts = {message for name in others for found, message in _ERROR.findall(_expected(name)) if found == code.id}
    shown = {message for _, message in _ERROR.findall(_expected(first))}
    if texts - shown:
        yield "It also says:"
        yield "\n".join(f"- {_literal(message)}" for message in sorted(texts - shown))


def _example(name: str) -> Iterator[str]:
    """What a user has, what is typed and what is told, as the test of the same name has it."""
    expected = _expected(name)
    for file in dict.fromkeys(_PLACE.findall(expected)):
        path = HERE / name / file
        if path.is_file() and len(lines := _lines(path)) <= _SHORT:
            yield _fence(f'text title="{file}"', lines)  # no colours: many are wrong on purpose
    mistake = read(name)
    typed = f"$ compose {shlex.join(mistake.command)}"
    yield _fence("console", [typed, *mistake.stdout.splitlines(), *expected.splitlines()])


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines()


def _fence(info: str, lines: list[str]) -> str:
    return "\n".join([f"```{info}", *lines, "```"])


def _literal(message: str) -> str:
    """A message as code of Markdown, whatever quotes it has."""
    return f"`` {message} ``" if "`" in message else f"`{message}`"
