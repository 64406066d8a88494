"""When entries of the store were used last, so that what is in use is not cleaned away.

An entry's last use is its file's time. Who uses one sets that time, if it is older than GRAIN_SECONDS, and holds a lock
(flock, shared) from the look at the entry until it is set; who cleans holds the same lock alone from its first look to its
last removal. So an entry is either used before, and then young enough to stay, or found missing, which is a miss like
any other. Objects that steps made have no time of their own, for it is part of their stamp (`execute/stamps.py`): they
were used when an action that made them was.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

GRAIN_SECONDS = 3600.0
LOCK = "lock"


class Lease:
    """The lock of one store, as one process holds it; where it cannot be opened nobody can clean either."""

    def __init__(self, folder: str) -> None:
        self._path = f"{folder}/{LOCK}"
        self._descriptor: int | None = None

    def close(self) -> None:
        """Give the lock back; it may be taken again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @contextmanager
    def shared(self) -> Iterator[None]:
        """While entries are looked at and written; nobody cleans meanwhile."""
        with self._held(fcntl.LOCK_SH):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While entries are removed; nobody uses one meanwhile."""
        with self._held(fcntl.LOCK_EX):
            yield

    def note_use(self, path: str) -> bool:
        """That the entry `path` is used now; whether it is there. Call it while the lock is held."""
        try:
            if time.time() - os.stat(path).st_mtime > GRAIN_SECONDS:  # noqa: PTH116 - of each entry that a build uses
                with suppress(PermissionError):  # another user's entry in a shared store
                    os.utime(path)
        except OSError:
            return False
        return True

    @contextmanager
    def _held(self, kind: int) -> Iterator[None]:
        descriptor = self._opened()
        if descriptor is None:
            yield
            return
        fcntl.flock(descriptor, kind)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _opened(self) -> int | None:
        if self._descriptor is None:
            for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):  # the second for another user's store
                with suppress(OSError):
                    self._descriptor = os.open(self._path, flags | os.O_CLOEXEC, 0o666)
                    break
        return self._descriptor


def started_first(drafts: Path, besides: Path) -> float | None:
    """When the first of those processes started that use the store now; None if there are none.

    `drafts` is the folder of their folders (`execute/drafts.py`), `besides` one that does not count.
    """
    found = []
    for folder in drafts.iterdir():
        if folder == besides or not folder.is_dir():
            continue
        with suppress(OSError):
            descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                found.append(os.fstat(descriptor).st_mtime)
            finally:
                os.close(descriptor)
    return min(found, default=None)
