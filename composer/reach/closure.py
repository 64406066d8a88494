"""How far an image reaches into libraries of which only the index is known, as a linker searches archives.

The answer holds for objects as the index knows them. Another compiler may call what that one did not; reach, which
reads the real objects, has the last word, and the pipeline then asks here once more with what was missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from composer.model.library import LibraryIndex


@dataclass(frozen=True, slots=True)
class Closure:
    """Which sources of the libraries are needed, and what they need from elsewhere."""

    units: Mapping[str, tuple[str, ...]]  # recipe -> sources, in the index's order
    outside: Mapping[str, str]  # symbol that no library defines -> the first recipe whose source uses it
    origins: Mapping[str, str]  # the same symbols -> which of the wanted ones led there first


@dataclass(slots=True)
class _Search:
    libraries: Mapping[str, LibraryIndex]
    defined: set[str]
    taken: dict[str, set[int]] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)

    def follow(self, wanted: list[tuple[str, str, str]]) -> None:
        """Take what defines each (symbol, user, origin), and what that uses in its turn."""
        while wanted:
            symbol, user, origin = wanted.pop()
            if symbol in self.defined:
                continue
            recipe = next((name for name, index in self.libraries.items() if symbol in index.definers), None)
            if recipe is None:
                if user:
                    self.outside.setdefault(symbol, user)
                    self.origins.setdefault(symbol, origin)
                continue
            index = self.libraries[recipe]
            number = index.definers[symbol]
            self.taken.setdefault(recipe, set()).add(number)
            self.defined |= index.units[number].defines
            wanted += [(use, recipe, origin) for use in sorted(index.units[number].uses, reverse=True)]


def closure(libraries: Mapping[str, LibraryIndex], wanted: Iterable[str], defined: Collection[str]) -> Closure:
    """What of `libraries` (recipe -> index, the first that has a symbol counts) defines `wanted` and all that follows.

    `defined` are symbols that others define already: the app's own come before a library's.
    """
    search = _Search(libraries, set(defined))
    search.follow([(symbol, "", symbol) for symbol in sorted(set(wanted), reverse=True)])
    units = {
        name: tuple(libraries[name].units[number].source for number in sorted(numbers))
        for name, numbers in search.taken.items()
    }
    return Closure(units, dict(sorted(search.outside.items())), search.origins)
