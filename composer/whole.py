"""Files that are whole at any moment: who reads sees all that was there, or all that is there now."""

from __future__ import annotations

import glob
import os
import shutil
from contextlib import suppress
from pathlib import Path


def write_whole(destination: Path, data: bytes, mode: int = 0o644) -> None:
    """Have `data` in `destination`, whole at any moment; raises OSError."""
    draft = draft_of(destination)
    try:
        draft.write_bytes(data)
        draft.chmod(mode)
        draft.replace(destination)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_new(path: Path, text: str) -> None:
    """Write `text` to `path`; raises FileExistsError if there is anything, OSError if it cannot be written.

    Whatever happens meanwhile, `path` is not there or has all of it.
    """
    draft = draft_of(path)
    try:
        draft.write_text(text, encoding="utf-8")
        _name(draft, path)
    finally:
        with suppress(OSError):
            draft.unlink()  # unless a rename has moved it


def _name(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)  # fails if there is something, which a rename does not
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        draft.rename(path)  # for a file system without links


def draft_of(destination: Path) -> Path:
    """Where this process writes what becomes `destination`, a file or a folder; drafts of others that were killed are removed."""
    _sweep(destination)
    return destination.with_name(f".{destination.name}.{os.getpid()}")


def _sweep(destination: Path) -> None:
    """Remove drafts whose writers were killed."""
    for draft in destination.parent.glob(f".{glob.escape(destination.name)}.*"):
        pid = draft.suffix[1:]
        if pid.isdigit() and not _is_running(int(pid)):
            _remove(draft)


def _remove(draft: Path) -> None:
    if draft.is_dir() and not draft.is_symlink():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        draft.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
