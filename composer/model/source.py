"""Upstream sources: code of others, which a recipe names by digest and which is fetched when an image needs it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from composer.model.value import Name, Value

UPSTREAM = "upstream"  # the first component of words of a recipe that name a file of such a tree: upstream/ID/…


_SHA256 = r"[0-9a-f]{64}"
_PYPI = r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+]+"
_NPM = r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*@[0-9][A-Za-z0-9.+-]*"
_MOST_STRIPPED = 8


def _legal(pattern: str, hint: str) -> Callable[[str], str]:
    """A check that a text is all `pattern`; raises ValueError with `hint`."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(hint)
        return text

    return check


def _few(count: int) -> int:
    if not 0 <= count <= _MOST_STRIPPED:
        raise ValueError(f"write how many leading folders are dropped, from 0 to {_MOST_STRIPPED}")
    return count


def _some(archives: tuple[Archive, ...]) -> tuple[Archive, ...]:
    if not archives:
        raise ValueError("name at least one archive")
    return archives


class Archive(Value):
    """One file that the tree can be unpacked from, and where it may be found besides caches and mirrors."""

    file: Annotated[str, AfterValidator(_legal(r"[A-Za-z0-9][A-Za-z0-9._+~-]*", "write the file's name alone"))]
    sha256: Annotated[
        str,
        AfterValidator(_legal(_SHA256, "write 64 digits, as sha256sum prints them")),
        Field(json_schema_extra={"pattern": f"^{_SHA256}$"}),
    ]
    strip: Annotated[int, AfterValidator(_few)] = 0  # leading folders of each member's name that are dropped
    # The source package in whose pool folder it lies (Debian Policy 5.6.1).
    debian: Annotated[str, AfterValidator(_legal(r"[a-z0-9][a-z0-9.+-]+", "write a source package's name"))] | None = (
        None
    )
    pypi: Annotated[str, AfterValidator(_legal(_PYPI, "write name==version"))] | None = None
    npm: Annotated[str, AfterValidator(_legal(_NPM, "write name@version"))] | None = None
    url: Annotated[str, AfterValidator(_legal(r"https?://\S+", "write http:// or https://"))] | None = None


class Source(Value):
    """A tree of files: the first of `archives` that can be had, unpacked, with the patches applied in their order."""

    id: Name
    archives: Annotated[tuple[Archive, ...], Field(strict=False), AfterValidator(_some)]
    patches: Annotated[tuple[str, ...], Field(strict=False)] = ()  # relative to the recipe's folder

    @model_validator(mode="after")
    def _archives_differ(self) -> Source:
        if len({archive.sha256 for archive in self.archives}) != len(self.archives):
            raise ValueError("two archives have the same sha256")
        return self


def root_of(source: str) -> str:
    """The logical root of the tree of the source with this id."""
    return f"{UPSTREAM}-{source}"


def upstream_id(word: str) -> str | None:
    """The id of the source that a recipe's `word` speaks of: `musl` for `upstream/musl/src/*.c`; else None."""
    parts = PurePosixPath(word).parts
    return parts[1] if len(parts) > 1 and parts[0] == UPSTREAM else None


def whole_tree(word: str) -> str | None:
    """`upstream/ID` for the word `upstream/ID/**`, which means a whole tree; else None."""
    parts = PurePosixPath(word).parts
    return "/".join(parts[:2]) if len(parts) == 3 and parts[0] == UPSTREAM and parts[2] == "**" else None


def logical(folder: str, word: str) -> str:
    """The logical path of a file or folder that a recipe in `folder` (a logical path too) calls `word`."""
    source = upstream_id(word)
    if source is None:
        return f"{folder}/{word}"
    return "/".join((root_of(source), *PurePosixPath(word).parts[2:]))
