"""The guest's command line: environment and arguments as one string (recipes/CONVENTIONS.md has the grammar).

Settings `K=V`, a bare `--`, the arguments, and a closing bare `--`, because some machines (microvm)
append words of their own, which the guest must not take for arguments.
"""

from __future__ import annotations

from collections.abc import Sequence

from composer.errors import Code, ComposerError, Diagnostic
from composer.run.marks import Word

MAX_BYTES = 2000  # what every boot protocol and the guest's parser surely take
SEPARATOR = "--"


def command_line(
    environment: Sequence[tuple[str, str]], arguments: Sequence[str], word: Word | None = None, most: int = MAX_BYTES
) -> str:
    """The command line that gives a guest `environment` and `arguments`, and `word` before them.

    Raises `ComposerError` (USAGE) for what no command line can carry: a variable without a proper
    name, a NUL byte, more than `most` bytes without the word.
    """
    for name, _ in environment:
        if not name or "=" in name:
            raise _mistake(f"'{name}' cannot be the name of an environment variable", "write NAME=VALUE")
    settings = [quoted(f"{name}={value}") for name, value in environment]
    line = " ".join([*settings, SEPARATOR, *map(quoted, arguments), SEPARATOR])
    if "\0" in line:
        raise _mistake("an argument or an environment variable holds a NUL byte", "leave the NUL byte out")
    length = len(line.encode("utf-8", "surrogateescape"))
    if length > most:
        raise _mistake(
            f"the arguments and the environment take {length} bytes, and a guest's command line holds {most}",
            "pass fewer or shorter arguments",
        )
    return line if word is None else f"{word} {line}"


def quoted(word: str) -> str:
    """`word` as the guest's parser reads it back; a word of harmless characters stays as it is."""
    if word and word != SEPARATOR and not any(char in ' "\\' or char < " " or char == "\x7f" for char in word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _mistake(message: str, hint: str) -> ComposerError:
    return ComposerError(Diagnostic(Code.USAGE, message, hint=hint))
