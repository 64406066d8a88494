"""What a Makefile says of the sources of its programs and of the compiler's words, read as text.

`make` is not asked, for that runs what the file wants to run. What is not understood (conditions, functions that
call programs, other files) is told and left out.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from composer.model.program import BuildFile, LeftOut

_ASSIGNMENT = re.compile(r"\s*(?:(?:export|override)\s+)*([\w.-]+)\s*(\?|\+|!|:{1,3})?=\s*(.*)")
_RULE = re.compile(r"([^\t=#:][^=#:]*?)\s*::?(?!=)\s*([^;]*)(?:;(.*))?$")
_CONDITION = re.compile(r"\s*(ifeq|ifneq|ifdef|ifndef|else|endif|define|endef|-?include|sinclude)\b\s*(.*)")
_REFERENCE = re.compile(r"\$(?:\(([^()$]*)\)|\{([^{}$]*)\}|(\w|[@<^+?*%]))")
_WORDS_OF = ("CPPFLAGS", "CFLAGS", "LDFLAGS", "LDLIBS", "LIBS")  # what the rules that make has by itself use
_KNOWN = {"CC": "cc", "AR": "ar", "RM": "rm -f", "MAKE": "make"}
_COMPILER = re.compile(r"[@-]*\s*(?:\S*/)?(?:\S+-)?(?:cc|gcc|clang|c99|tcc)\b")
_OBJECTS = (".o", ".lo", ".obj")
_FILE = "_"  # in place of the files that a rule is for: they are no words of interest, but stand behind options
_DEPTH = 20  # of variables in variables
_LONGEST = 1 << 20  # of a text that is expanded
_NOT_UNDERSTOOD = "not understood"


@dataclass(slots=True)
class _Reader:
    """What has been read so far."""

    name: str
    files: Collection[str]  # all that are there, relative to the Makefile's folder
    suffixes: tuple[str, ...]  # of sources
    variables: dict[str, str] = field(default_factory=lambda: dict(_KNOWN))
    rules: dict[str, list[str]] = field(default_factory=dict)  # target -> what it is made from
    recipes: dict[str, list[str]] = field(default_factory=dict)  # target -> commands
    unread: dict[LeftOut, None] = field(default_factory=dict)

    def leave(self, line: int, text: str, why: str = _NOT_UNDERSTOOD) -> None:
        self.unread[LeftOut(f"{self.name}:{line}: {text.strip()}", why)] = None

    def read(self, text: str) -> None:
        """Read all lines."""
        depth, targets = 0, list[str]()
        for number, line in _lines(text):
            if line.startswith("\t"):
                if depth == 0:
                    for target in targets:
                        self.recipes.setdefault(target, []).append(line.strip())
                continue
            match = _CONDITION.match(line)
            if match:
                if match[1].startswith(("if", "define")):
                    self.leave(number, line, "nothing up to its end is read") if depth == 0 else None
                    depth += 1
                elif match[1] in ("endif", "endef"):
                    depth = max(0, depth - 1)
                elif match[1] == "include" and depth == 0:
                    self.leave(number, line, "not read")
            elif depth == 0 and line.strip():
                targets = self._read_line(number, line)

    def _read_line(self, number: int, line: str) -> list[str]:
        """Read an assignment or the head of a rule; the targets of a rule."""
        assignment = _ASSIGNMENT.fullmatch(line)
        if assignment:
            name, operator, value = assignment.groups()
            if operator == "!" or "$(shell" in value:
                self.leave(number, line)
            elif operator == "+":
                self.variables[name] = f"{self.variables.get(name, '')} {value}".strip()
            elif operator != "?" or name not in self.variables:
                self.variables[name] = self.expand(value) if operator and operator[0] == ":" else value
            return []
        rule = _RULE.fullmatch(line)
        if rule is None or _ASSIGNMENT.fullmatch(rule[2]):
            self.leave(number, line)
            return []
        targets = self.expand(rule[1]).split()
        for target in targets:
            self.rules.setdefault(target, []).extend(self.expand(rule[2]).replace("|", " ").split())
            if rule[3]:
                self.recipes.setdefault(target, []).append(rule[3].strip())
        return targets

    def expand(self, text: str) -> str:
        """`text` with the values of what it refers to; what is not understood is nothing."""
        for _ in range(_DEPTH):
            after = _REFERENCE.sub(self._value, text)
            if after == text or len(after) > _LONGEST:
                break
            text = after
        return text

    def _value(self, match: re.Match[str]) -> str:
        inside = match[1] if match[1] is not None else match[2]
        if inside is None:
            return self.variables.get(match[3], "") if match[3].isalnum() else _FILE
        function, _, rest = inside.partition(" ")
        if rest and function in _FUNCTIONS:
            return _FUNCTIONS[function](rest, self.files)
        name, colon, change = inside.partition(":")
        if colon and "=" in change:
            before, after = change.split("=", 1)
            pattern = before if "%" in before else f"%{before}"
            return _patsubst(f"{pattern},{after if '%' in before else f'%{after}'},{self.variables.get(name, '')}")
        if rest:
            self.unread[LeftOut(f"{self.name}: $({inside})", _NOT_UNDERSTOOD)] = None
        return self.variables.get(inside, "")

    def sources_of(self, target: str) -> frozenset[str]:
        """The sources that `target` is made from."""
        found: set[str] = set()
        seen: set[str] = set()
        todo = [target]
        while todo:
            word = todo.pop()
            if word in seen:
                continue
            seen.add(word)
            todo += self.rules.get(word, [])
            commands = " ".join(self.expand(line) for line in self.recipes.get(word, []))
            todo += [
                name for name in commands.split() if name.endswith((*self.suffixes, *_OBJECTS)) and "%" not in name
            ]
            found |= (
                {posixpath.normpath(word)} & {*self.files} if word.endswith(self.suffixes) else {*self._source(word)}
            )
        return frozenset(found)

    def _source(self, word: str) -> Iterator[str]:
        """The source that make's own rules, or those of a pattern, make an object or a program from."""
        stem, suffix = posixpath.splitext(word)
        if suffix not in ("", *_OBJECTS) or (suffix == "" and self.rules.get(word)):
            return
        stem = posixpath.normpath(stem)
        while True:
            same = [f"{stem}{ending}" for ending in self.suffixes if f"{stem}{ending}" in self.files]
            below = [
                name for name in self.files if name.endswith(tuple(f"/{stem}{ending}" for ending in self.suffixes))
            ]
            if same or (suffix and len(below) == 1):
                yield from (same or below)[:1]
                return
            _, slash, stem = stem.partition("/")  # objects in a folder of their own, as in build/src/main.o
            if not slash or not suffix:
                return

    def compiler_words(self) -> tuple[str, ...]:
        """All words that compilers are told."""
        lines = [self.expand(self.variables[name]) for name in _WORDS_OF if name in self.variables]
        commands = (self.expand(line) for commands in self.recipes.values() for line in commands)
        lines += [line for line in commands if _COMPILER.match(line)]
        found: list[str] = []
        for line in lines:
            if "`" in line or "$$(" in line:
                self.unread[LeftOut(f"{self.name}: {line}", "it asks a program")] = None
                continue
            try:
                found += shlex.split(line)
            except ValueError:
                self.unread[LeftOut(f"{self.name}: {line}", _NOT_UNDERSTOOD)] = None
        return tuple(found)


def read_makefile(name: str, text: str, files: Collection[str], suffixes: tuple[str, ...]) -> BuildFile:
    """What the Makefile `name` with the content `text` says; `files` are all below its folder."""
    reader = _Reader(name, files, suffixes)
    reader.read(text)
    # What an object depends on is no program.
    targets = (name for name in reader.rules if not name.startswith(".") and not name.endswith((*_OBJECTS, *suffixes)))
    linked = tuple(dict.fromkeys(group for group in map(reader.sources_of, targets) if group))
    words = reader.compiler_words()
    return BuildFile(name, linked, words, tuple(reader.unread))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its number, what it goes on with behind a backslash in it, and without comments."""
    held, start = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        start = start or number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        whole = held + line
        if not whole.startswith("\t"):
            whole = re.sub(r"(?<!\\)#.*", "", whole).rstrip()
        yield start, whole.replace("\\#", "#")
        held, start = "", 0


def _patsubst(rest: str, files: Collection[str] = ()) -> str:
    before, after, text = (*rest.split(",", 2), "", "")[:3]
    head, percent, tail = before.strip().partition("%")
    words = []
    for word in text.split():
        if percent and word.startswith(head) and word.endswith(tail) and len(word) >= len(head) + len(tail):
            word = after.strip().replace("%", word[len(head) : len(word) - len(tail)], 1)
        elif not percent and word == before.strip():
            word = after.strip()
        words.append(word)
    return " ".join(words)


def _wildcard(rest: str, files: Collection[str]) -> str:
    def matches(name: str, pattern: str) -> bool:
        return name.count("/") == pattern.count("/") and fnmatch.fnmatchcase(name, pattern)

    found = (name for pattern in rest.split() for name in sorted(files) if matches(name, posixpath.normpath(pattern)))
    return " ".join(dict.fromkeys(found))


def _filtered(rest: str, is_kept: bool) -> str:
    patterns, _, text = rest.partition(",")
    known = [re.escape(pattern).replace("%", ".*") for pattern in patterns.split()]
    return " ".join(word for word in text.split() if any(re.fullmatch(p, word) for p in known) == is_kept)


def _subst(rest: str, files: Collection[str]) -> str:
    before, after, text = (*rest.split(",", 2), "", "")[:3]
    return text.replace(before, after) if before else text


def _affixed(rest: str, make: Callable[[str, str], str]) -> str:
    affix, _, text = rest.partition(",")
    return " ".join(make(affix.strip(), word) for word in text.split())


def _each(rest: str, change: Callable[[str], str]) -> str:
    return " ".join(change(word) for word in rest.split())


_FUNCTIONS: Mapping[str, Callable[[str, Collection[str]], str]] = MappingProxyType(
    {
        "wildcard": _wildcard,
        "patsubst": _patsubst,
        "subst": _subst,
        "addprefix": lambda rest, files: _affixed(rest, lambda prefix, word: prefix + word),
        "addsuffix": lambda rest, files: _affixed(rest, lambda suffix, word: word + suffix),
        "notdir": lambda rest, files: _each(rest, posixpath.basename),
        "dir": lambda rest, files: _each(rest, lambda word: posixpath.dirname(word) + "/" if "/" in word else "./"),
        "basename": lambda rest, files: _each(rest, lambda word: posixpath.splitext(word)[0]),
        "sort": lambda rest, files: " ".join(sorted({*rest.split()})),
        "strip": lambda rest, files: _each(rest, str),
        "filter": lambda rest, files: _filtered(rest, True),
        "filter-out": lambda rest, files: _filtered(rest, False),
    }
)
