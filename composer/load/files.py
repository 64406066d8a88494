"""The tree of the manifest's `files`: found, and refused where an image cannot have it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from composer.errors import Code, Diagnostic, Location
from composer.load.paths import display_path
from composer.model.files import FileEntry, FileTree

LONGEST_TARGET = 4095  # bytes of a link, as Linux has it
MOST_MISTAKES = 10  # of one tree that are told


def read_files(folder: Path, name: str, memory: int, at: Location, found: list[Diagnostic]) -> FileTree | None:
    """The tree `name`, relative to the manifest's `folder`; None if there is none, and why is put into `found`.

    `memory` is what the guest has, in bytes. The bytes of files are not read.
    """
    place = Path(os.path.normpath(folder / name))
    if not place.is_dir():
        message = f"'{name}' is not a folder" if place.exists() else f"there is no folder '{name}'"
        shown = display_path(folder)
        hint = f"'files' names a folder relative to the manifest's{'' if shown == '.' else f', {shown}'}"
        found.append(Diagnostic(Code.FILES_MISSING, message, at, hint))
        return None
    if folder.is_relative_to(place):
        hint = "put the files into a folder of their own, and name that"
        found.append(Diagnostic(Code.FILES_REFUSED, f"'{name}' has the manifest itself in it", at, hint))
        return None
    items = list(_walk(place, ""))
    entries = [item for item in items if isinstance(item, FileEntry)]
    mistakes = [item for item in items if isinstance(item, Diagnostic)]
    total = sum(entry.size for entry in entries)
    if total >= memory:
        message = f"the files of '{name}' have {total:,} bytes, but 'memory' gives the guest {memory:,}"
        hint = f"write memory: {total * 5 // 4 // (1 << 20) + 2}MiB or more, or take files out"
        mistakes.append(Diagnostic(Code.FILES_TOO_LARGE, message, at, hint))
    found += mistakes[:MOST_MISTAKES]
    return None if mistakes else FileTree(str(place), tuple(entries))


def _walk(root: Path, below: str) -> Iterator[FileEntry | Diagnostic]:
    """Everything under the folder `below` of the tree, or what is wrong with it."""
    try:
        names = sorted(os.listdir(root / below), key=os.fsencode)  # noqa: PTH208 - names only, of whole trees
    except OSError as error:
        yield _refused(root / below, f"cannot be read: {error.strerror}", "let yourself read it, or take it out")
        return
    for name in names:
        path = f"{below}/{name}" if below else name
        entry = _entry(root, path)
        yield entry
        if isinstance(entry, FileEntry) and entry.kind == "folder":
            yield from _walk(root, path)


def _entry(root: Path, path: str) -> FileEntry | Diagnostic:
    place = root / path
    if any(sign < " " or sign == "\x7f" or "\ud800" <= sign <= "\udfff" for sign in place.name):
        spelled = Path(os.fsencode(place).decode("utf-8", "backslashreplace").encode("unicode_escape").decode())
        return _refused(
            spelled, "has a name that is not plain text", "give it a name in UTF-8 without control characters"
        )
    status = place.lstat()
    if stat.S_ISDIR(status.st_mode):
        return FileEntry(path, "folder")
    if stat.S_ISLNK(status.st_mode):
        return _link(root, path)
    if not stat.S_ISREG(status.st_mode):
        kind = "a device" if stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode) else "a pipe or a socket"
        return _refused(place, f"is {kind}", "take it out; the guest makes its own /dev")
    if not os.access(place, os.R_OK):
        return _refused(place, "cannot be read", "let yourself read it, or take it out")
    return FileEntry(path, "file", status.st_size, bool(status.st_mode & stat.S_IXUSR))


def _link(root: Path, path: str) -> FileEntry | Diagnostic:
    """A link as it is; in the guest the tree is the root, so an absolute target is taken from there."""
    target = os.readlink(root / path)  # noqa: PTH115 - as it is written
    depth = path.count("/")
    if not target.startswith("/"):
        for part in target.split("/"):
            depth += 0 if part in ("", ".") else -1 if part == ".." else 1
            if depth < 0:
                return _refused(
                    root / path, f"leads outside the tree, to '{target}'", "copy what it leads to into the tree"
                )
    elif Path(target).is_relative_to(root):
        inside = Path(target).relative_to(root)
        hint = f"write it as the guest will see it: '/{inside}'"
        return _refused(root / path, f"leads to a place on this machine, '{target}'", hint)
    if len(os.fsencode(target)) > LONGEST_TARGET:
        return _refused(root / path, "is a link with too long a target", "shorten it")
    return FileEntry(path, "link", target=target)


def _refused(place: Path, what: str, hint: str) -> Diagnostic:
    return Diagnostic(Code.FILES_REFUSED, f"this {what}", Location(display_path(place)), hint)
