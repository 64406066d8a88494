"""Where the catalog and the toolchains are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

import composer

_PACKAGE = Path(composer.__file__).parent


def shipped_folder(name: str) -> Path:
    """The folder `recipes` or `toolchains` that belongs to this composer."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
