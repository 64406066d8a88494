"""Gets one archive: place after place, and nothing is taken whose SHA-256 is not the one that the recipe names."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from composer import digest
from composer.fetch.http import NotThere, Received
from composer.fetch.places import Place, Search, places
from composer.model.source import Archive


@dataclass(frozen=True, slots=True)
class Attempt:
    """A place that did not have the archive, and what it said."""

    place: str
    said: str


def bring(
    archive: Archive, search: Search, file: Path, trying: Callable[[str], None], received: Received
) -> str | tuple[Attempt, ...]:
    """Have the content of `archive` in `file`; the place that had it, else what each place said.

    `trying` is told each place before it is asked. `file` may hold the beginning that an earlier attempt left. Raises OSError if it cannot be written.
    """
    attempts: list[Attempt] = []
    for place in places(archive, search):
        trying(place.name)
        said = _try(place, archive, file, received)
        if said is None:
            return place.name
        attempts.append(Attempt(place.name, said))
    return tuple(attempts)


def _try(place: Place, archive: Archive, file: Path, received: Received) -> str | None:
    """Why the place does not have the archive; None if it is in `file` now."""
    is_resumed = place.resumes and file.exists()
    if not place.resumes:
        file.unlink(missing_ok=True)
    try:
        place.bring(file, received)
    except NotThere as error:
        return str(error)
    found = digest.of_file(file)
    if found == archive.sha256:
        return None
    file.unlink()
    # What it went on with may have come from another place.
    return _try(place, archive, file, received) if is_resumed else f"it has the sha256 {found}"


@contextmanager
def alone(lock: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold `lock`, so that of two processes which want one archive the second finds what the first has brought.

    `waiting` is told the process that holds it. The kernel drops the lock when a process ends in whatever way.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting(os.pread(descriptor, 32, 0).decode(errors="replace") or "another process")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(descriptor)
