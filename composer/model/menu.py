"""What can be chosen in a manifest, what holds now, and what a choice would change; plain values, told from process to process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from composer.errors import Location


class Kind(StrEnum):
    """How something is chosen."""

    ONE = "one"  # one of the words
    TEXT = "text"  # any text; the words are proposals
    MANY = "many"  # each word is taken or not
    LIST = "list"  # likewise, and any text may be added


@dataclass(frozen=True, slots=True)
class Choice:
    """A key of the manifest, or an option of a recipe."""

    section: str
    name: str  # as `--set` has it
    help: str
    kind: Kind
    words: tuple[str, ...]  # as the manifest would write them
    chosen: tuple[str, ...]  # what holds; one word, but of MANY and LIST
    default: str
    at: Location | None  # the line that says so; None: it is the default
    path: tuple[str, ...]  # the key that an edit sets

    @property
    def value(self) -> str:
        """What holds, as one text."""
        return ", ".join(self.chosen) or "none"

    @property
    def is_set(self) -> bool:
        """Whether the manifest says it."""
        return self.at is not None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A recipe with its bytes; None where they are not known."""

    name: str
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a choice would change in the image for one target."""

    bytes: int | None = None  # an estimate from weights, of the difference; None: only a build can tell
    total: int | None = None  # an estimate of all recipes together
    comes: tuple[Weighed, ...] = ()
    goes: tuple[Weighed, ...] = ()
    libc: str = ""  # the C library that it makes the image have, if it is another one
    problem: str = ""  # why there can be no such image
    unknown: str = ""  # why nothing can be told


@dataclass(frozen=True, slots=True)
class Member:
    """A recipe of the image."""

    recipe: Weighed
    version: str
    summary: str
    reasons: tuple[str, ...]
    options: tuple[str, ...]  # names of choices


@dataclass(frozen=True, slots=True)
class Picture:
    """What a manifest says of one target, and what comes of it."""

    target: str
    targets: tuple[str, ...]
    choices: tuple[Choice, ...]
    members: tuple[Member, ...] = ()
    libc: str = ""
    bytes: int | None = None
    is_exact: bool = False  # the bytes are those of the image that was built of just this
    problem: str = ""  # why there can be no image
