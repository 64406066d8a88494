"""Words that a build gives to a compiler, sorted by what becomes of them in a manifest."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from composer.model.program import CompilerWords, LeftOut

_DECIDED = "the profile, the target and the toolchain decide that"
_IN_LIBC = frozenset({"c", "m", "pthread", "rt", "dl", "util"})
# Flags that change what a program means; others only how it is compiled, what is warned of, and how it is linked.
_MEANING = (
    *("-std=", "-ansi", "-U", "-fwrapv", "-fno-strict-aliasing", "-funsigned-char", "-fsigned-char", "-fcommon"),
    *("-fms-extensions", "-fplan9-extensions", "-fshort-enums", "-fno-delete-null-pointer-checks"),
)
_WITH_WORD = frozenset(
    {"-I", "-D", "-U", "-L", "-l", "-include", "-isystem", "-iquote", "-idirafter", "-o", "-MF", "-MT", "-MQ", "-x"}
)
_OF_NO_INTEREST = frozenset({"-c", "-o", "-E", "-S", "-x", "-MF", "-MT", "-MQ", "-MD", "-MMD", "-MP", "-MM", "-M"})
_FOLDERS = ("-I", "-isystem", "-iquote", "-idirafter")


def sort_words(words: Iterable[str], folders: Collection[str]) -> CompilerWords:
    """What a manifest says instead of `words`; `folders` are those that are there, relative to the manifest's."""
    sorting = _Sorting(folders)
    for option, value in _pairs(words):
        sorting.add(option, value)
    if sorting.dropped:
        sorting.leave(" ".join(sorting.dropped), _DECIDED)
    return CompilerWords(tuple(sorting.include), sorting.defines, tuple(sorting.flags), tuple(sorting.left_out))


@dataclass(slots=True)
class _Sorting:
    """The words so far; mappings to nothing are sets that keep their order."""

    folders: Collection[str]
    include: dict[str, None] = field(default_factory=dict)
    defines: dict[str, str] = field(default_factory=dict)
    flags: dict[str, None] = field(default_factory=dict)
    left_out: dict[LeftOut, None] = field(default_factory=dict)
    dropped: dict[str, None] = field(default_factory=dict)

    def leave(self, what: str, why: str) -> None:
        self.left_out[LeftOut(what, why)] = None

    def add(self, option: str, value: str) -> None:
        """Sort one option with what belongs to it."""
        if option in _FOLDERS:
            self._add_folder(option, value)
        elif option == "-D":
            name, separator, text = value.partition("=")
            self.defines |= {name: text if separator else "1"} if name else {}
        elif option == "-l":
            if value not in _IN_LIBC:
                self.leave(f"-l{value}", "a library; its sources, or a recipe of it, must be named instead")
        elif option == "-include":
            self.leave(f"-include {value}", "include it in the sources that want it")
        elif (option + value).startswith(_MEANING):
            self.flags[option + value] = None
        elif option not in _OF_NO_INTEREST and option.startswith("-"):
            self.dropped[option + value] = None

    def _add_folder(self, option: str, value: str) -> None:
        folder = posixpath.normpath(value)
        if folder in self.folders:
            self.include[folder] = None
        else:
            self.leave(f"{option}{value}", "there is no such folder below this one")


def _pairs(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each word as an option and what belongs to it, written together or apart."""
    rest = iter(words)
    for word in rest:
        if word in _WITH_WORD:
            yield word, next(rest, "")
        else:
            joined = next((option for option in ("-I", "-D", "-U", "-L", "-l") if word.startswith(option)), None)
            yield (joined, word[2:]) if joined else (word, "")
