"""Dependency files as compilers write them: rules in the syntax of make.

Escapes (GNU make manual, "Rule Syntax" and "Using Wildcard Characters in File Names"; GCC manual,
"-MQ"): a backslash joins lines at their end and quotes a space, a tab or a number sign; 2N+1
backslashes before a space are N backslashes and the space, 2N are N backslashes and a separator;
backslashes elsewhere stand for themselves; `$$` is a dollar sign.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"(?P<join>\\\r?\n)|(?P<slashes>\\+)(?P<mark>[ \t#])|(?P<dollar>\$\$)|(?P<end>\r?\n)|(?P<gap>[ \t]+)|(?P<text>.)",
    re.S,
)


def parse(text: str) -> tuple[str, ...]:
    """All prerequisites of all rules of `text`, each once, in their order; targets are left out."""
    found: dict[str, None] = {}
    for words in _rules(text):
        ends = (index for index, word in enumerate(words) if word.endswith(":"))
        colon = next(ends, -1)
        found.update(dict.fromkeys(words[colon + 1 :]))
    return tuple(found)


def _rules(text: str) -> list[list[str]]:
    """The words of each logical line."""
    lines: list[list[str]] = [[]]
    word = ""
    for kind, piece in _pieces(text):
        if kind == "text":
            word += piece
            continue
        if word:
            lines[-1].append(word)
            word = ""
        if kind == "end":
            lines.append([])
    if word:
        lines[-1].append(word)
    return lines


def _pieces(text: str) -> list[tuple[str, str]]:
    """Unescaped text, gaps between words, and ends of lines."""
    pieces: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(text):
        slashes, mark = match["slashes"], match["mark"]
        if slashes and mark == "#":
            pieces.append(("text", slashes[:-1] + "#"))
        elif slashes:
            pieces.append(("text", "\\" * (len(slashes) // 2)))
            pieces.append(("text", mark) if len(slashes) % 2 else ("gap", mark))
        elif match["dollar"]:
            pieces.append(("text", "$"))
        elif match["end"]:
            pieces.append(("end", ""))
        elif match["gap"] or match["join"]:
            pieces.append(("gap", ""))
        else:
            pieces.append(("text", match["text"]))
    return pieces
