"""Digests of files, remembered by what `stat` says of them.

A remembered digest is believed when device, inode, size, mtime and ctime are those of the moment of
hashing, and
- the file had been left alone for SETTLED_NS by then. A file that changes again within one tick of
  its file system's clock keeps its stamp (4 ms on ext4, 1 s on NFS servers, 2 s on FAT), so a
  younger one is hashed anew. A time in the future counts as young, so a clock that was set back
  costs time and nothing else;
- it was hashed since this machine started. After a power cut a file may have its size and times
  but not its content. Whatever the store holds is hashed anew after a start, which is why the store
  needs no fsync (0.3 ms a file on a virtual disk, 5 to 30 ms on real ones, several files a step):
  after `kill -9` the rename is enough, after a power cut this is.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from composer import digest

SETTLED_NS = 2_000_000_000
# Remembered files above which those that this run did not ask for are forgotten.
MANY = 20_000

Stamp: TypeAlias = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Seen:
    stamp: Stamp
    digest: str
    settled: bool


def stamp_of(path: str) -> Stamp:
    """What changes when a file does (device, inode, size, mtime, ctime; times in ns); raises OSError."""
    status = os.stat(path)  # noqa: PTH116 - asked for every input of every step: a Path costs more than the call
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def boot_id() -> str:
    """Names this start of the machine; empty where the kernel does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


class Stamps:
    """One run's view of the disk: each file is hashed once, and `unchanged` tells whether that still holds."""

    def __init__(self, remembered: object) -> None:
        """`remembered` is what `changes` of an earlier run gave; anything else counts as nothing."""
        self._known = _read(remembered)
        self._seen: dict[str, _Seen] = {}

    def digest(self, path: str) -> str:
        """Digest of the content that this run works with; raises OSError."""
        seen = self._seen.get(path)
        if seen is None:
            seen = self._seen[path] = self._look(path)
        return seen.digest

    def unchanged(self, path: str) -> bool:
        """Whether the file still has the content that `digest` told."""
        seen = self._seen.get(path)
        if seen is None:
            return False
        try:
            if seen.settled and stamp_of(path) == seen.stamp:
                return True
            return digest.of_file(Path(path)) == seen.digest
        except OSError:
            return False

    def forget(self, path: str) -> None:
        """Have the file hashed anew when it is asked for next."""
        self._seen.pop(path, None)
        self._known.pop(path, None)

    def changes(self) -> object | None:
        """A JSON value for the next run, or None when that would learn nothing new from it."""
        fresh = {path: seen for path, seen in self._seen.items() if seen.settled}
        if all(self._known.get(path) == seen for path, seen in fresh.items()):
            return None
        kept = fresh if len(self._known) > MANY else self._known | fresh
        return {"boot": boot_id(), "files": {path: [*seen.stamp, seen.digest] for path, seen in kept.items()}}

    def _look(self, path: str) -> _Seen:
        stamp = stamp_of(path)
        known = self._known.get(path)
        if known is not None and known.stamp == stamp:
            return known
        now = time.time_ns()
        content = digest.of_file(Path(path))
        settled = now - max(stamp[3], stamp[4]) >= SETTLED_NS and stamp_of(path) == stamp
        return _Seen(stamp, content, settled)


def _read(remembered: object) -> dict[str, _Seen]:
    """The entries of `remembered`; none where it is damaged or of another start of the machine."""
    match remembered:
        case {"boot": str(boot), "files": dict(files)} if boot and boot == boot_id():
            pass
        case _:
            return {}
    try:
        return {
            str(path): _Seen((dev, ino, size, mtime, ctime), known, True)
            for path, (dev, ino, size, mtime, ctime, known) in files.items()
        }
    except (ValueError, TypeError):
        return {}
