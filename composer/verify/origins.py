"""Whose the sections of a merged object are: by their symbols, else by their content, else by their source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
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


class Part(NamedTuple):
    """Bytes of a merged section, from `start` up to `end`, that come of one object."""

    start: int
    end: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Origins:
    """What became of the objects that were merged; nothing of the kind without link-time optimisation."""

    compiled: tuple[Member, ...] = ()  # those objects
    # By path and name of a section: the parts of it whose origin is known, in their order.
    sections: Mapping[tuple[str, str], tuple[Part, ...]] = field(default_factory=lambda: MappingProxyType({}))


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
    by_word = _unique((_word(symbol), origin) for symbol, origin in _symbols(compiled))
    by_number = _unique((_word(name), origin) for name, origin in _symbols(compiled) if _is_numbered(name))

    def known(symbol: str) -> Origin | None:
        if _is_numbered(symbol):
            return by_number.get(_word(symbol))
        return by_symbol.get(symbol) or by_symbol.get(_word(symbol)) or by_word.get(_word(symbol))

    constants = _unique(_contents(compiled, content_of))
    owners = {member.path: member.owner for member in compiled}
    content = content_of(merged.path)
    symbols: dict[int, set[Origin | None]] = {}
    for symbol in merged.index.symbols:
        if symbol.section != NO_SECTION:
            symbols.setdefault(symbol.section, set()).add(known(symbol.name))
    found: dict[tuple[str, str], tuple[Part, ...]] = {}
    sized = [(place, section) for place, section in enumerate(merged.index.sections) if section.size]
    for place, section in sized:
        named = symbols.get(place, set())
        origin = next(iter(named)) if len(named) == 1 else None
        if not named:  # such as the table of a `switch` in a function after which the section is called
            origin = known(section.name.removeprefix(".rodata."))
        if origin is None and not named and section.kind is Kind.CONSTANTS:
            found[merged.path, section.name] = _parts(section_content(content, section.number), constants)
        if origin is None and section.kind is Kind.CODE and (at := locate(merged, place, 0)) is not None:
            path = sources.get(at.file, "")
            origin = Origin(owners[path], path, section.name) if path in owners else None
        if origin is not None:
            found[merged.path, section.name] = (Part(0, section.size, origin),)
    return Origins(tuple(compiled), MappingProxyType(found))


def _symbols(compiled: Sequence[Member]) -> Iterator[tuple[str, Origin]]:
    for member in compiled:
        for symbol in member.index.symbols:
            if symbol.section != NO_SECTION:
                section = member.index.sections[symbol.section].name
                yield symbol.name, Origin(member.owner, member.path, section)


def _contents(compiled: Sequence[Member], content_of: Callable[[str], bytes]) -> Iterator[tuple[bytes, Origin]]:
    """Constants that have no name, such as texts with zeros in them."""
    for member in compiled:
        named = {symbol.section for symbol in member.index.symbols}
        for place, section in enumerate(member.index.sections):
            if section.kind is Kind.CONSTANTS and not section.merges and place not in named:
                content = section_content(content_of(member.path), section.number)
                yield content, Origin(member.owner, member.path, section.name)


def _parts(content: bytes, constants: Mapping[bytes, Origin]) -> tuple[Part, ...]:
    """Where in `content` the constants are, the longest looked for first; none lies in another."""
    parts: list[Part] = []
    for constant in sorted(constants, key=len, reverse=True):
        start = content.find(constant)
        end = start + len(constant)
        if constant and start >= 0 and not any(part.start < end and start < part.end for part in parts):
            parts.append(Part(start, end, constants[constant]))
    return tuple(sorted(parts))


def _unique(pairs: Iterable[tuple[Key, Origin]]) -> Mapping[Key, Origin]:
    """What only one section has."""
    all_pairs = set(pairs)
    count = Counter(key for key, _ in all_pairs)
    return {key: origin for key, origin in all_pairs if count[key] == 1}


def _word(symbol: str) -> str:
    """The name as it stands in the source: what compilers add begins with a dot (`fetch.constprop.0`)."""
    return symbol.partition(".")[0]


def _is_numbered(symbol: str) -> bool:
    """Whether it is some variable inside a function (`words.1`); merged, it has another number than compiled."""
    return re.fullmatch(r"\w+\.\d+(\.lto_priv\.\d+)?", symbol) is not None
