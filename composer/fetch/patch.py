"""Applies patches in the unified format, strictly: each line where the patch says it is, or nothing at all.

No offset and no fuzz: a tree is known by its digest, so a patch that does not fit exactly was made for another one.
The format is that of `diff -u` and `git diff` (GNU diffutils manual, "Detailed Description of Unified Format"); new files
and deleted ones are `/dev/null` on the other side. Renames, modes and binary patches are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_OTHER = (b"rename ", b"copy ", b"old mode", b"new mode", b"GIT binary patch", b"Binary files ")
_NOWHERE = b"/dev/null"
_NO_NEWLINE = b"\\"


class PatchFails(Exception):
    """Why a patch cannot be applied, as a sentence that names the file, and the hunk by its line in the patch."""


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Consecutive lines, with their ends."""

    line: int  # of the patch
    start: int  # first old line, from 1; of a hunk without old lines the line before it
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """What happens to one file."""

    old: str | None  # None: the file is new
    new: str | None  # None: the file goes
    hunks: tuple[_Hunk, ...]


def apply(patch: bytes, folder: Path) -> None:
    """Apply `patch` to the files below `folder`, whose names in it begin with one folder (`a/`, `b/`).

    Raises PatchFails; the files may then be half changed.
    """
    changes = list(_changes(_lines(patch)))
    if not changes:
        raise PatchFails("it changes no file")
    for change in changes:
        _apply(change, folder)


def _lines(content: bytes) -> list[bytes]:
    """The lines with their ends; a carriage return ends none (`splitlines` says that it does)."""
    return re.findall(rb"[^\n]*\n|[^\n]+", content)


def _apply(change: _Change, folder: Path) -> None:
    name = change.new or change.old
    assert name is not None, "_changes refuses a change of nothing"
    if change.old is not None and change.new is not None and change.old != change.new:
        raise PatchFails(f"it makes '{change.new}' of '{change.old}', and renaming is not done here")
    file = folder / name
    if change.old is None and file.exists():
        raise PatchFails(f"'{name}' is to be new, and it is there already")
    try:
        lines = [] if change.old is None else _lines(file.read_bytes())
    except OSError as error:
        raise PatchFails(f"'{name}' cannot be read: {error.strerror}") from error
    if file.is_symlink():
        raise PatchFails(f"'{name}' is a symbolic link")
    result = b"".join(_patched(lines, change.hunks, name))
    if change.new is None:
        if result:
            raise PatchFails(f"'{name}' is to go, and the patch does not name all of its lines")
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(result)


def _patched(lines: Sequence[bytes], hunks: Sequence[_Hunk], name: str) -> Iterator[bytes]:
    done = 0
    for hunk in hunks:
        start = hunk.start - 1 if hunk.old else hunk.start
        end = start + len(hunk.old)
        if start < done or tuple(lines[start:end]) != hunk.old:
            raise PatchFails(
                f"'{name}' is not as its hunk in line {hunk.line} says ({_difference(lines, start, hunk)})"
            )
        yield from lines[done:start]
        yield from hunk.new
        done = end
    yield from lines[done:]


def _difference(lines: Sequence[bytes], start: int, hunk: _Hunk) -> str:
    for number, wanted in enumerate(hunk.old, start):
        if number >= len(lines):
            return f"the file ends before line {number + 1}"
        if lines[number] != wanted:
            return f"line {number + 1} is another"
    return "it overlaps the one before"


def _changes(lines: Sequence[bytes]) -> Iterator[_Change]:
    at = 0
    while at < len(lines):
        if lines[at].startswith(_OTHER):
            word = lines[at].decode(errors="replace").strip()
            raise PatchFails(f"line {at + 1} says '{word}', and only lines of text are changed here")
        if lines[at].startswith(b"@@ -"):
            raise PatchFails(f"the hunk in line {at + 1} belongs to no file")
        if not (lines[at].startswith(b"--- ") and at + 1 < len(lines) and lines[at + 1].startswith(b"+++ ")):
            at += 1
            continue
        old, new = _name(lines[at], at), _name(lines[at + 1], at + 1)
        if old is None and new is None:
            raise PatchFails(f"line {at + 1} names no file")
        hunks, at = _hunks(lines, at + 2)
        yield _Change(old, new, hunks)


def _name(line: bytes, at: int) -> str | None:
    word = line[4:].split(b"\t")[0].rstrip(b"\r\n")
    if word == _NOWHERE:
        return None
    pure = PurePosixPath(word.decode(errors="surrogateescape"))
    if pure.is_absolute() or ".." in pure.parts or len(pure.parts) < 2:
        raise PatchFails(f"line {at + 1} names '{pure}', which is no file below the tree (write a/FILE and b/FILE)")
    return "/".join(pure.parts[1:])


def _hunks(lines: Sequence[bytes], at: int) -> tuple[tuple[_Hunk, ...], int]:
    """The hunks that begin at index `at`, and the index behind them."""
    found: list[_Hunk] = []
    while at < len(lines) and (head := _HUNK.match(lines[at])):
        old_left, new_left = (1 if head[group] is None else int(head[group]) for group in (2, 4))
        begun, old, new = at, list[bytes](), list[bytes]()
        at += 1
        while old_left or new_left:
            sign, text = _line(lines, at, begun)
            old += [text] if sign in " -" else []
            new += [text] if sign in " +" else []
            old_left -= sign in " -"
            new_left -= sign in " +"
            at += 2 if at + 1 < len(lines) and lines[at + 1].startswith(_NO_NEWLINE) else 1
        if old_left < 0 or new_left < 0:
            raise PatchFails(f"the hunk in line {begun + 1} has not as many lines as it says")
        found.append(_Hunk(begun + 1, int(head[1]), tuple(old), tuple(new)))
    return tuple(found), at


def _line(lines: Sequence[bytes], at: int, begun: int) -> tuple[str, bytes]:
    """The sign and the text of a hunk's line, without its end if the next line says that it has none."""
    line = lines[at] if at < len(lines) else b""
    sign, text = line[:1].decode(errors="replace"), line[1:]
    if line in (b"\n", b"\r\n"):
        sign, text = " ", line  # some editors drop the blank of an empty line
    if sign not in ("+", "-", " "):
        raise PatchFails(f"the hunk in line {begun + 1} has not as many lines as it says")
    if at + 1 < len(lines) and lines[at + 1].startswith(_NO_NEWLINE):
        text = text.removesuffix(b"\n")
    return sign, text
