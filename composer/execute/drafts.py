"""The store's folder for unfinished things, and whose they are.

Each process that writes has a folder of its own there and holds a lock (flock) on it. The kernel
drops that lock when the process ends in whatever way, so a folder that can be locked is a leftover
and is removed by the next process that starts to write.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import weakref
from contextlib import suppress
from pathlib import Path

LOCK = "lock"


class Drafts:
    """This process's folder for unfinished files; raises OSError where it cannot be made."""

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        # One process at a time makes or sweeps: a folder must not be swept between mkdir and its lock.
        turn = os.open(parent / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            _sweep(parent)
            self.folder = parent.resolve() / os.urandom(8).hex()
            self.folder.mkdir()
            self._lock = _locked(self.folder)
        finally:
            os.close(turn)
        self._count = 0
        self._close = weakref.finalize(self, _remove, self.folder, self._lock, os.getpid())

    def new(self) -> Path:
        """A path in the folder that nobody uses yet; names have one length, so paths have too."""
        self._count += 1
        return self.folder / f"{self._count:07}"

    def close(self) -> None:
        """Remove the folder and all in it."""
        self._close()


def remove(folder: Path) -> None:
    """Remove a folder and all in it, folders too that may not be written to; no error for what resists."""
    with suppress(OSError):
        for here, _, _ in os.walk(folder):
            Path(here).chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> int:
    """Take the lock of `folder`; the descriptor that holds it. Raises BlockingIOError if another has it."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _sweep(parent: Path) -> None:
    """Remove the folders whose owners are gone."""
    for folder in parent.iterdir():
        if folder.name == LOCK:
            continue
        try:
            lock = _locked(folder)
        except OSError:
            continue
        remove(folder)
        os.close(lock)


def _remove(folder: Path, lock: int, owner: int) -> None:
    """Give the folder up; a forked child, which inherits this call, leaves it alone."""
    if os.getpid() == owner:
        remove(folder)
        os.close(lock)
