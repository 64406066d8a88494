"""Random calls on files, as lines for tests/unit/recipes/host/files_test.c."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

Item = TypeVar("Item")

AT_FDCWD = -1
SLOTS = 8
NAMES = ("a", "b", "c", "d", "longer-name")
READ, WRITE, BOTH = 0, 1, 2
CREATE, EXCLUSIVE, TRUNCATE, APPEND = 0o100, 0o200, 0o1000, 0o2000
FOLDER, NO_FOLLOW, NAME_ONLY, NO_LINK, EMPTY_PATH = 0o200000, 0o400000, 0o10000000, 0x100, 0x1000
FOLLOW_LINK, REMOVE_FOLDER, NO_REPLACE = 0x400, 0x200, 1
OMIT, NOW = 0x3FFFFFFE, 0x3FFFFFFF


class Chooser(Protocol):
    """What decides: a random generator, or hypothesis."""

    def choice(self, options: tuple[Item, ...]) -> Item:
        """One of `options`."""

    def below(self, end: int) -> int:
        """A number from 0 up to `end`, which is not among them."""


def path(choose: Chooser, may_be_long: bool = True) -> str:
    """A path of few names, so that calls meet each other."""
    count = choose.choice((0, 1, 1, 1, 1, 2, 2, 2, 3, 4))
    parts = [choose.choice((*NAMES, *NAMES, "..", ".", "a", "a")) for _ in range(count)]
    start = choose.choice(("", "", "", "/", "./"))
    end = choose.choice(("", "", "", "", "/", "//", "/."))
    special = choose.choice((None,) * 60 + ("n" * 255, "n" * 256, "a/" * 2047 + "a", "a/" * 2048 + "a"))
    if special and may_be_long:
        return special
    return start + "/".join(parts) + end


def flags_to_open(choose: Chooser) -> int:
    """Flags of openat, most of them sensible."""
    flags = choose.choice((READ, WRITE, BOTH, BOTH))
    for flag in (CREATE, CREATE, EXCLUSIVE, TRUNCATE, APPEND, NO_FOLLOW, FOLDER, NAME_ONLY):
        if choose.below(4) == 0:
            flags |= flag
    # Together they are EINVAL since Linux 6.4, before it they made a file.
    return flags & ~FOLDER if flags & CREATE else flags


def slot(choose: Chooser) -> int:
    """A place for a descriptor."""
    return choose.below(SLOTS)


def folder(choose: Chooser) -> int:
    """A place for a descriptor, or none: the current folder."""
    return choose.choice((AT_FDCWD,) * 4 + tuple(range(SLOTS)))


def size(choose: Chooser) -> int:
    """Bytes: few, about a page, or many."""
    return choose.choice((0, 1, 7, 100, 4095, 4096, 4097, 8192, 70000, 131072, choose.below(20000)))


def offset(choose: Chooser) -> int:
    """A place in a file, now and then far behind its end or before its beginning."""
    far = (-1, 1 << 21, (1 << 21) + 4095, 1 << 30, (1 << 40) + 5, (1 << 62) + 1)
    return choose.choice((0, 1, 4096, 8191, choose.below(100000), choose.below(10000), choose.choice(far)))


def mode(choose: Chooser) -> int:
    """Permissions that the owner can always use, for these calls are also made without being the superuser."""
    return 0o700 | choose.choice((0, 0o077, 0o022, 0o055, 0o4055, 0o1077, 0o2075))


def _open(c: Chooser) -> str:
    return f"open {folder(c)} |{path(c)}| {flags_to_open(c)} {mode(c)} {slot(c)}"


def _two(call: str, flags: tuple[int, ...]) -> Callable[[Chooser], str]:
    # Of two paths with a mistake each, Linux tells that of a last name which is too long last, and we tell it first.
    return lambda c: f"{call} {folder(c)} |{path(c, False)}| {c.choice(flags)} {folder(c)} |{path(c, False)}|"


def _utimens(c: Chooser) -> str:
    times = [(c.choice((0, 5, -7, 1 << 31)), c.choice((0, 999999999, NOW, OMIT, 1000000000, -1))) for _ in range(2)]
    words = " ".join(f"{seconds} {rest}" for seconds, rest in times)
    return f"utimens {folder(c)} |{path(c) or '.'}| {c.choice((0, NO_LINK))} {words}"


CALLS: tuple[Callable[[Chooser], str], ...] = (
    _open,
    _open,
    _open,
    _open,
    lambda c: f"close {slot(c)}",
    lambda c: f"read {slot(c)} {size(c)}",
    lambda c: f"read {slot(c)} {size(c)}",
    lambda c: f"write {slot(c)} {size(c)} {c.below(256)}",
    lambda c: f"write {slot(c)} {size(c)} {c.below(256)}",
    lambda c: f"pread {slot(c)} {size(c)} {offset(c)}",
    lambda c: f"pwrite {slot(c)} {size(c)} {offset(c)}",
    lambda c: f"readv {slot(c)} {size(c)}",
    lambda c: f"writev {slot(c)} {size(c)} {c.below(256)}",
    lambda c: f"lseek {slot(c)} {offset(c)} {c.below(3)}",
    lambda c: f"lseek {slot(c)} 0 0",
    lambda c: f"ftruncate {slot(c)} {offset(c)}",
    lambda c: f"fsync {slot(c)}",
    lambda c: f"dup {slot(c)} {slot(c)}",
    lambda c: f"fchmod {slot(c)} {mode(c)}",
    lambda c: f"fchdir {slot(c)}",
    lambda c: f"getfl {slot(c)}",
    lambda c: f"setfl {slot(c)} {c.choice((0, APPEND))}",
    lambda c: f"getfd {slot(c)}",
    lambda c: f"getdents {slot(c)} {c.choice((288, 500, 4096))}",
    lambda c: f"fstat {slot(c)}",
    lambda c: f"stat {folder(c)} |{path(c)}| {c.choice((0, 0, NO_LINK, EMPTY_PATH))}",
    lambda c: f"access {folder(c)} |{path(c)}| {c.below(9)}",
    lambda c: f"unlink {folder(c)} |{path(c)}| {c.choice((0, 0, REMOVE_FOLDER, 1))}",
    lambda c: f"mkdir {folder(c)} |{path(c)}| {mode(c)}",
    lambda c: f"mkdir {folder(c)} |{path(c)}| {mode(c)}",
    lambda c: f"mknod {folder(c)} |{path(c)}| {c.choice((0, 0o100000, 0o040000)) | 0o644}",
    _two("rename", (0, 0, 0, NO_REPLACE)),
    _two("rename", (0,)),
    _two("link", (0, 0, FOLLOW_LINK)),
    _two("symlink", (0,)),
    lambda c: f"readlink {folder(c)} |{path(c)}| {c.choice((0, 1, 100, 4096))}",
    lambda c: f"chmod {folder(c)} |{path(c)}| {mode(c)}",
    lambda c: f"truncate {AT_FDCWD} |{path(c)}| {offset(c)}",
    _utimens,
    lambda c: f"chdir {AT_FDCWD} |{path(c)}|",
    lambda c: f"getcwd {AT_FDCWD} {c.choice((1, 3, 10, 4096))}",
    lambda c: f"umask {AT_FDCWD} {c.choice((0, 0o22, 0o77))}",
)


def call(choose: Chooser) -> str:
    """One call."""
    return choose.choice(CALLS)(choose)
