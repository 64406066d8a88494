"""What is known of a big library before any of it is compiled: which source defines and uses which symbols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from composer.model.value import Symbol, Value

ARCH = "{arch}"  # in words of a recipe: the target's architecture

Words = Annotated[tuple[str, ...], Field(strict=False)]


class Library(Value):
    """Sources that are compiled only as far as an image reaches them; globs are relative to the recipe's folder.

    A source in a folder called as the architecture takes the place of the one of its name in the folder above,
    as C libraries have it. `index/<arch>.txt` of the recipe says what each source defines and uses.
    """

    sources: Words
    exclude: Words = ()
    include: Words = ()
    defines: Mapping[str, str] = Field(default_factory=dict)
    flags: Words = ()
    # What recipes and compilers use unseen: these are reached in every image.
    roots: Annotated[tuple[Symbol, ...], Field(strict=False)] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A source of a library, by the symbols of its object."""

    source: str  # relative to the recipe's folder, or below `upstream/`
    defines: frozenset[str]
    weak: frozenset[str]  # of what it defines: may be defined once more elsewhere
    uses: frozenset[str]  # undefined and not weak
    bytes: int = 0  # of its object in a file, before anything is dropped


@dataclass(frozen=True, slots=True)
class LibraryIndex:
    """All sources of a library for one architecture."""

    units: tuple[Unit, ...]
    definers: Mapping[str, int]  # symbol -> the unit that a search takes: of several the first with a strong definition
    symbols: frozenset[str]  # everything that the library can define

    def bytes_of(self, sources: Iterable[str]) -> int:
        """What the objects of these sources bring into a file."""
        wanted = {*sources}
        return sum(unit.bytes for unit in self.units if unit.source in wanted)


def library_index(units: Iterable[Unit]) -> LibraryIndex:
    """The index of `units`."""
    listed = tuple(units)
    definers: dict[str, int] = {}
    for number, unit in enumerate(listed):
        for symbol in unit.defines:
            known = definers.setdefault(symbol, number)
            if symbol not in unit.weak and symbol in listed[known].weak:
                definers[symbol] = number
    return LibraryIndex(listed, MappingProxyType(definers), frozenset(definers))
