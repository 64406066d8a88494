"""Paths as people know them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def display_path(path: Path) -> str:
    """`path` as the user would type it: relative to the current folder if it lies inside."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path.absolute())


def display_logical(logical: str, roots: Mapping[str, str]) -> str:
    """A logical path as the user would type it; what is below none of `roots` is returned as it is."""
    root, _, rest = logical.partition("/")
    return display_path(Path(roots[root], rest)) if root in roots and rest else logical
