"""Blobs become files that people use."""

from __future__ import annotations

from pathlib import Path

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic
from composer.execute.faults import writing
from composer.execute.store import Store
from composer.whole import write_whole


def materialise(store: Store, content: str, destination: Path, mode: int = 0o644) -> bool:
    """Have the blob's content in `destination`, whole at any moment; whether it had to be written.

    Raises ComposerError: OUTPUT_UNWRITABLE, DISK_FULL, STORE_CORRUPT when the blob is missing or damaged.
    """
    with writing(destination, Code.OUTPUT_UNWRITABLE):
        if _is_there(destination, content, mode):
            return False
    data = store.read(content)
    if data is None:
        lost = f"what belongs into {destination} is missing or damaged in the store"
        raise ComposerError(Diagnostic(Code.STORE_CORRUPT, lost, hint="run the same command again: it is made anew"))
    with writing(destination, Code.OUTPUT_UNWRITABLE):
        destination.parent.mkdir(parents=True, exist_ok=True)
        write_whole(destination, data, mode)
    return True


def _is_there(destination: Path, content: str, mode: int) -> bool:
    if not destination.is_file() or destination.is_symlink() or digest.of_file(destination) != content:
        return False
    if destination.stat().st_mode & 0o777 != mode:
        destination.chmod(mode)
    return True
