"""What `compose inspect` finds out about a file: what the file itself shows, and the description that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from composer.model.image import Image

# "unseen": the file alone, or what is known beside it, does not show it.
Verdict = Literal["yes", "no", "unseen"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that an image should be, whether it is, and how that was seen."""

    name: str
    verdict: Verdict
    how: str


@dataclass(frozen=True, slots=True)
class ImageSegment:
    """A part of the file with the rights that it has, or is to have, in memory."""

    rights: str  # of the letters r, w, x
    address: int
    file_bytes: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a file that boots, or that a kernel starts, shows of itself."""

    format: Literal["ELF", "Image"]
    arch: str
    loader: str  # as model.recipe.ImageFacts has it; "" for a machine's code that no loader of ours starts
    entry: int
    segments: tuple[ImageSegment, ...]
    memory_bytes: int  # from the first page to the last; of an Image what its header says
    manifest_digest: str | None  # of the note that every image of ours carries
    symbols: int | None  # how many are known; None: neither in the file nor in a file that it was made from
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that is known of one file."""

    path: str  # as the user named it
    file_bytes: int | None  # None: only a description is here
    sha256: str | None
    anatomy: Anatomy | None
    image: Image | None  # the description that belongs to the file, by its digest
    found: str  # where that is, or why there is none
    symbols_from: str  # where the symbols are, "" if nowhere
    checks: tuple[Check, ...]  # all of them
