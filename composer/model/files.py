"""The read-only tree of the manifest's `files`: what stands in it, without the bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One name in the tree. Of its permissions only one is kept: others differ between checkouts of the same files."""

    path: str  # relative to the tree, "/" between names
    kind: Literal["folder", "file", "link"]
    size: int = 0  # bytes of a file
    executable: bool = False  # a file that its owner may execute
    target: str = ""  # of a link


@dataclass(frozen=True, slots=True)
class FileTree:
    """A folder on disk. Its entries are sorted so that what is in a folder follows it at once."""

    folder: str  # absolute path
    entries: tuple[FileEntry, ...]
