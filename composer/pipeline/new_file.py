"""A new file: whole or absent, and never in the place of another."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_new(path: Path, text: str) -> None:
    """Write `text` to `path`; raises FileExistsError if there is anything, OSError if it cannot be written.

    Whatever happens meanwhile, `path` is not there or has all of it.
    """
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(draft).chmod(0o666 & ~_umask())
        _name(draft, path)
    finally:
        with suppress(OSError):
            os.unlink(draft)  # noqa: PTH108 - a rename has moved it


def _name(draft: str, path: Path) -> None:
    try:
        os.link(draft, path)  # fails if there is something, which a rename does not
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        Path(draft).rename(path)  # for a file system without links


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
