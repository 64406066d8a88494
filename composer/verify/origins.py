"""Whose the sections of a merged object are: by their symbols, else by their content, else by their source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from composer.errors import Location
from composer.model.linkage import NO_SECTION, Kind, Member
from composer.reach.objects import section_content

Key = TypeVar("Key", bound=Hashable)

MERGED = "(merged)"  # the owner of merged objects, and of what several objects share; no recipe can have such a name


class Origin(NamedTuple):
    """A section of an object as it was compiled."""

    owner: str
    path: str
    section: str


@dataclass(frozen=True, slots=True)
class Origins:
    """What became of the objects that were merged; nothing of the kind without link-time optimisation."""

    compiled: tuple[Member, ...] = ()  # those objects
    sections: Mapping[tuple[str, str], Origin] = field(default_factory=lambda: MappingProxyType({}))  # by path and name


LocateFunction = Callable[[Member, int, int], Location | None]  # of an object, a section's index, an offset in it


def trace(
    merged: Member,
    compiled: Sequence[Member],
    content_of: Callable[[str], bytes],
    locate: LocateFunction,
    sources: Mapping[str, str],
) -> Origins:
    """Find the origins of all sections of `merged` that come of one object alone.

    `content_of` gives an object's bytes by its path, `locate` the source line at which a function begins, and
    `sources` the path of the object that a source became.
    """
    by_symbol = _unique(_symbols(compiled))
    by_content = _unique(_contents(compiled, content_of))
    owners = {member.path: member.owner for member in compiled}
    content = content_of(merged.path)
    symbols: dict[int, set[Origin | None]] = {}
    for symbol in merged.index.symbols:
        if symbol.section != NO_SECTION:
            symbols.setdefault(symbol.section, set()).add(by_symbol.get(_written(symbol.name)))
    found: dict[tuple[str, str], Origin] = {}
    for place, section in enumerate(merged.index.sections):
        named = symbols.get(place, set())
        origin = next(iter(named)) if len(named) == 1 else None
        if not named and section.kind is Kind.CONSTANTS:
            origin = by_content.get(section_content(content, section.number))
        if origin is None and section.kind is Kind.CODE and (at := locate(merged, place, 0)) is not None:
            path = sources.get(at.file, "")
            origin = Origin(owners[path], path, section.name) if path in owners else None
        if origin is not None:
            found[merged.path, section.name] = origin
    return Origins(tuple(compiled), MappingProxyType(found))


def _symbols(compiled: Sequence[Member]) -> Iterator[tuple[str, Origin]]:
    for member in compiled:
        for symbol in member.index.symbols:
            if symbol.section != NO_SECTION:
                section = member.index.sections[symbol.section].name
                yield _written(symbol.name), Origin(member.owner, member.path, section)


def _contents(compiled: Sequence[Member], content_of: Callable[[str], bytes]) -> Iterator[tuple[bytes, Origin]]:
    """Constants that have no name, such as the tables of a `switch`."""
    for member in compiled:
        named = {symbol.section for symbol in member.index.symbols}
        for place, section in enumerate(member.index.sections):
            if section.kind is Kind.CONSTANTS and not section.merges and place not in named:
                content = section_content(content_of(member.path), section.number)
                yield content, Origin(member.owner, member.path, section.name)


def _unique(pairs: Iterator[tuple[Key, Origin]]) -> Mapping[Key, Origin]:
    """What only one section has."""
    all_pairs = set(pairs)
    count = Counter(key for key, _ in all_pairs)
    return {key: origin for key, origin in all_pairs if count[key] == 1}


def _written(symbol: str) -> str:
    """The name as it stands in the source: what compilers add begins with a dot (`fetch.constprop.0`, `words.1`)."""
    return symbol.partition(".")[0]
