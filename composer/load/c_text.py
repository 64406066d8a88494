"""What the text of a C source or header tells at a glance. Nothing is preprocessed, nothing is compiled.

A glance may be wrong: it decides which files are proposed to a person, never what is in an image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from composer.model.program import CText

_COMMENT_OR_TEXT = re.compile(
    r"""//(?:[^\\\n]|\\.)*+ | /\*.*?(?:\*/|\Z) | "(?:[^"\\\n]|\\.)*+" | '(?:[^'\\\n]|\\.)*+'""", re.DOTALL | re.VERBOSE
)
_DIRECTIVE = re.compile(r"\s*#\s*(\w+)\s*(.*)")
_INCLUDE = re.compile(r'(["<])([^">]+)[">]')
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_CALL = re.compile(r"([A-Za-z_]\w*)\s*+\(")
# A function with its body, perhaps in the manner of before 1989; what stands before its name tells whether it is static.
_FUNCTION = re.compile(
    r"(?:^|(?<=[;}]))([^;{}()=]*?)\b([A-Za-z_]\w*)\s*+\((?:[^;{}()]|\([^;{}()]*+\))*+\)(?:\s*+\w[\w\s*\[\],]*+;)*+\s*+\{"
)
_VARIABLE = re.compile(
    r"^(?!(?:extern|typedef|static|return|goto)\b)[A-Za-z_][\w\s*]*?[\s*](\w+)\s*+(?:\[[^\]\n]*\]\s*+)*+[=;]",
    re.MULTILINE,
)
_PORT_NUMBER = re.compile(r"\bhtons\s*\(\s*(\w+)\s*\)")
_CONSTANT = re.compile(r"\b([A-Za-z_]\w*)\s*=\s*(\d+)\b")
_PORT_TEXT = re.compile(r'\bgetaddrinfo\s*\([^,;]*,\s*"(\d{1,5})"')
# Names that no compiler of an image defines, and what is never compiled.
_STATEMENTS = frozenset({"if", "for", "while", "switch"})
_NEVER = frozenset({"0", "__cplusplus", "_WIN32", "_WIN64", "WIN32", "_MSC_VER", "__APPLE__"})
_CONDITION = re.compile(r"(?:defined\s*\(?\s*)?(\w+)\s*\)?$")


class _Branch(Enum):
    """Whether the lines of a branch of an `#if` are compiled."""

    YES = auto()
    NO = auto()
    PERHAPS = auto()


def read_c(text: str) -> CText:
    """What `text` says."""
    sure, perhaps, directives = _sorted_lines(_without_comments(text))
    everything = f"{sure}\n{perhaps}"
    plain, plain_sure = _without_texts(everything), _without_texts(sure)
    functions = {name for before, name in _FUNCTION.findall(plain) if "static" not in before.split()} - _STATEMENTS
    sure_functions = {name for _, name in _FUNCTION.findall(plain_sure)}
    macros = {name: value for name, _, value in (line.partition(" ") for line in directives.defines)}
    names = {*_IDENTIFIER.findall(plain), *(word for value in macros.values() for word in _IDENTIFIER.findall(value))}
    calls = frozenset(_CALL.findall(plain_sure))
    return CText(
        has_main="main" in sure_functions,
        may_have_main="main" in functions,
        includes=directives.includes(_Branch.YES),
        may_include=directives.includes(_Branch.PERHAPS),
        defined=frozenset(functions | {*_VARIABLE.findall(plain)}),
        names=frozenset(names),
        calls=calls,
        ports=tuple(_ports(sure, macros, names)) if "bind" in calls else (),
    )


def _ports(text: str, macros: dict[str, str], names: set[str]) -> Iterator[str]:
    constants = dict(_CONSTANT.findall(text)) | macros
    numbers = [constants.get(word, word).strip("() ") for word in _PORT_NUMBER.findall(text)]
    suffix = "/udp" if "SOCK_DGRAM" in names and "SOCK_STREAM" not in names else ""
    for number in dict.fromkeys([*numbers, *_PORT_TEXT.findall(text)]):
        if number.isdecimal() and 0 < int(number) < 1 << 16:
            yield f"{int(number)}{suffix}"


def _without_comments(text: str) -> str:
    joined = text.replace("\r\n", "\n").replace("\\\n", "")
    return _COMMENT_OR_TEXT.sub(lambda match: match[0] if match[0][0] in "\"'" else " ", joined)


def _without_texts(text: str) -> str:
    return _COMMENT_OR_TEXT.sub('""', text)


class _Directives:
    """The preprocessor's lines that matter."""

    def __init__(self) -> None:
        self.defines: list[str] = []
        self._includes: dict[tuple[str, bool], _Branch] = {}

    def add(self, word: str, rest: str, branch: _Branch) -> None:
        """Note one line that may be compiled."""
        if word == "define":
            self.defines.append(rest.replace("\t", " ", 1))
        elif word == "include" and (match := _INCLUDE.match(rest)):
            key = (match[2], match[1] == '"')
            self._includes[key] = _Branch.YES if branch is _Branch.YES else self._includes.get(key, branch)

    def includes(self, branch: _Branch) -> tuple[tuple[str, bool], ...]:
        """What is included for sure, or perhaps."""
        return tuple(key for key, found in self._includes.items() if found is branch)


def _sorted_lines(text: str) -> tuple[str, str, _Directives]:
    """The lines that are compiled for sure, those that may be, and the directives among both."""
    lines: dict[_Branch, list[str]] = {branch: [] for branch in _Branch}
    directives = _Directives()
    branches: list[_Branch] = []
    guard = _guard_of(text)
    for line in text.split("\n"):
        match = _DIRECTIVE.match(line)
        if match is None:
            lines[_whole(branches)].append(line)
        elif match[1].startswith("if"):
            branches.append(_Branch.YES if match[2].strip() == guard else _branch_of(match[1], match[2].strip()))
        elif match[1] in ("else", "elif", "elifdef", "elifndef") and branches:
            branches[-1] = _after(branches[-1]) if match[1] == "else" else _Branch.PERHAPS
        elif match[1] == "endif" and branches:
            branches.pop()
        elif _whole(branches) is not _Branch.NO:
            directives.add(match[1], match[2], _whole(branches))
    return "\n".join(lines[_Branch.YES]), "\n".join(lines[_Branch.PERHAPS]), directives


def _guard_of(text: str) -> str | None:
    """The macro that keeps a header from being read twice."""
    match = re.match(r"\s*#\s*ifndef\s+(\w+)\s*\n\s*#\s*define\s+(\w+)", text)
    return match[1] if match and match[1] == match[2] else None


def _whole(branches: list[_Branch]) -> _Branch:
    """Whether a line inside all of `branches` is compiled."""
    if _Branch.NO in branches:
        return _Branch.NO
    return _Branch.PERHAPS if _Branch.PERHAPS in branches else _Branch.YES


def _branch_of(word: str, condition: str) -> _Branch:
    match = _CONDITION.match(condition.removeprefix("!").strip())
    if match is None or match[1] not in _NEVER:
        return _Branch.PERHAPS
    is_turned = (word == "ifndef") != condition.startswith("!")
    return _Branch.YES if is_turned else _Branch.NO


def _after(branch: _Branch) -> _Branch:
    """What `#else` makes of it."""
    return {_Branch.YES: _Branch.NO, _Branch.NO: _Branch.YES}.get(branch, branch)
