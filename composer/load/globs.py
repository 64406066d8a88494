"""Globs of sources: sorted, inside their folder, never empty."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path, PurePosixPath


class GlobFault(Enum):
    """What can be wrong with a glob."""

    MISSING = auto()  # it matches nothing
    OUTSIDE = auto()  # it, or a file that it matches, lies outside the folder


@dataclass(frozen=True, slots=True)
class Expanded:
    """The files that a glob matches, as sorted POSIX paths relative to the folder; or what is wrong."""

    files: tuple[str, ...] = ()
    fault: GlobFault | None = None


def expand(folder: Path, pattern: str) -> Expanded:
    """Files below `folder` that match `pattern` (`*` within a name, `**` for any folders)."""
    pure = PurePosixPath(pattern)
    if not pattern or pure.is_absolute() or ".." in pure.parts:
        return Expanded(fault=GlobFault.OUTSIDE)
    if not any(sign in pattern for sign in "*?["):
        found = [folder / pattern] if (folder / pattern).is_file() else []
    else:
        found = [path for path in folder.glob(pattern) if path.is_file()]
    if not found:
        return Expanded(fault=GlobFault.MISSING)
    real = Path(os.path.realpath(folder))
    if any(not Path(os.path.realpath(path)).is_relative_to(real) for path in found):
        return Expanded(fault=GlobFault.OUTSIDE)
    return Expanded(tuple(sorted(path.relative_to(folder).as_posix() for path in found)))


def files_below(folder: Path) -> Iterator[str]:
    """Names of the files directly in `folder`, for suggestions; nothing if it cannot be read."""
    try:
        yield from (entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError:
        return
