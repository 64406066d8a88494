"""What the link is decided on: sections, symbols and references of objects, and which of them are alive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from composer.model.cause import DESTRUCTORS_START, TLS_START, Cause

NO_SECTION = -1  # of a symbol with an absolute value, of a reason without a referring section
NO_MEMBER = -1  # of a reason that is no use in an object, of a definition by the composer itself


class Kind(StrEnum):
    """What a section is to the image; decides the segment that it goes to."""

    CODE = "code"
    CONSTANTS = "constants"
    CONSTRUCTORS = "constructors"  # addresses of functions that run before `main`
    DESTRUCTORS = "destructors"  # addresses of functions that run when the program ends
    NOTE = "note"
    DATA = "data"
    ZERO = "zero"  # takes memory, no bytes of the file
    UNSET = "unset"  # memory too, whose first content does not matter; boot code need not clear it
    HEAD = "head"  # the first bytes of a file that a loader copies as it is
    TLS_DATA = "tls-data"
    TLS_ZERO = "tls-zero"


THREAD_LOCAL = (Kind.TLS_DATA, Kind.TLS_ZERO)
# What needs somebody who makes it work: a live section of the kind uses this symbol.
STARTERS = {Kind.TLS_DATA: TLS_START, Kind.TLS_ZERO: TLS_START, Kind.DESTRUCTORS: DESTRUCTORS_START}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an object that takes memory in the image."""

    name: str
    kind: Kind
    size: int  # bytes
    align: int  # bytes, a power of two
    number: int  # its place in the object's own section table
    group: str = ""  # signature of its COMDAT group
    merges: bool = False  # the linker may merge its content with that of others
    kept: bool = False  # alive as soon as its object is


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol that an object defines."""

    name: str
    section: int  # index in `ObjectIndex.sections`, or NO_SECTION
    offset: int  # bytes from the section's start
    size: int  # bytes
    binding: str  # "local", "weak", "common" or "global"


@dataclass(frozen=True, slots=True)
class Reference:
    """A relocation: `section` at `offset` uses a symbol by name or a section of the same object."""

    section: int
    offset: int
    symbol: str  # "" if it means a section of the same object
    target: int  # that section; NO_SECTION if `symbol` is set


@dataclass(frozen=True, slots=True)
class ObjectIndex:
    """What one relocatable object has and uses, without its debug information."""

    machine: int  # e_machine of its ELF header
    sections: tuple[Section, ...]
    symbols: tuple[Symbol, ...]
    references: tuple[Reference, ...]  # by section, then offset
    weak: frozenset[str]  # undefined symbols that may stay undefined


@dataclass(frozen=True, slots=True)
class Member:
    """An object that was chosen for the image."""

    owner: str  # a recipe's name, or "app"
    path: str  # logical path of the object, unique; the word that the linker is given
    index: ObjectIndex


@dataclass(frozen=True, slots=True)
class Because:
    """The first reason that was found for a section: `member`'s `section` uses `symbol` at `offset`."""

    cause: Cause
    symbol: str
    member: int = NO_MEMBER  # index in `Reach.members`
    section: int = NO_SECTION  # index in that member's sections
    offset: int = 0  # bytes from that section's start


@dataclass(frozen=True, slots=True)
class Alive:
    """A section that is in the image, and why."""

    member: int
    section: int
    because: Because


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a live section uses a symbol."""

    symbol: str
    because: Because
    definer: int = NO_MEMBER  # the member that defines the symbol


@dataclass(frozen=True, slots=True)
class Reach:
    """The least fixpoint: what is alive and why, what leaves, and what is wrong."""

    members: tuple[Member, ...]  # as given: every object that was chosen
    alive: tuple[Alive, ...]  # in the order in which they were found
    owners: frozenset[str]  # recipes (and "app") with something alive
    left: tuple[str, ...]  # recipes with nothing alive, sorted; their init calls leave with them
    definers: Mapping[str, tuple[int, int]]  # global symbol -> (member, section) whose definition counts
    missing: tuple[Use, ...]  # each symbol that nobody defines, by its first use
    private: tuple[Use, ...]  # each use of another recipe's symbol that it does not export
    # A symbol and the two objects that define it and cannot both be linked; the second may be NO_MEMBER: the composer.
    twice: tuple[tuple[str, int, int], ...]

    def live_members(self) -> tuple[Member, ...]:
        """The objects that the linker is given, in their order."""
        live = {entry.member for entry in self.alive}
        return tuple(member for place, member in enumerate(self.members) if place in live)

    def uses(self, symbol: str) -> bool:
        """Whether something alive refers to `symbol`."""
        alive = {(entry.member, entry.section) for entry in self.alive}
        return any(
            reference.symbol == symbol and (place, reference.section) in alive
            for place, member in enumerate(self.members)
            for reference in member.index.references
        )

    @property
    def has_constructors(self) -> bool:
        """Whether constructors are alive."""
        kinds = (self.members[entry.member].index.sections[entry.section].kind for entry in self.alive)
        return Kind.CONSTRUCTORS in kinds
