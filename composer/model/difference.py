"""What is different between two images: told by whatever compares two of them, each in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from composer.model.image import Image, Row

# What bytes can be summed up by, and the fields of a `Row` that make such a key.
KEYS: Mapping[str, tuple[str, ...]] = {
    "recipe": ("recipe",),
    "object": ("recipe", "object"),
    "section": ("recipe", "object", "section"),
}
_IN_PARTS = frozenset({"options", "recipes"})  # of a resolved manifest: told on their own


@dataclass(frozen=True, slots=True)
class Sum:
    """Bytes of the rows that share a key."""

    bytes: int = 0  # of the file
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What the rows of one key took in the old image and take in the new one."""

    key: tuple[str, ...]
    old: Sum
    new: Sum

    @property
    def growth(self) -> int:
        """Bytes of the file that are more now; negative if it shrank."""
        return self.new.bytes - self.old.bytes


@dataclass(frozen=True, slots=True)
class Altered:
    """Something with a name whose value is another one; None where there was or is none."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """All that is different between two images; empty throughout if they are the same."""

    growth: int  # bytes of the file
    memory_growth: int
    come: tuple[str, ...]  # recipes of which something is in the new image alone
    gone: tuple[str, ...]
    versions: tuple[Altered, ...]  # of recipes that are in both
    options: tuple[Altered, ...]  # of recipes that are in both, as `recipe.option`
    settings: tuple[Altered, ...]  # other keys of the resolved manifest
    toolchain: tuple[Altered, ...]  # name, version, identity
    objects: tuple[str, ...]  # logical paths of those that are in both with other bytes
    is_same_file: bool  # the bootable file, byte for byte

    @property
    def is_nothing(self) -> bool:
        """Whether the two images do not differ in anything that is told here."""
        parts = (self.come, self.gone, self.versions, self.options, self.settings, self.toolchain, self.objects)
        return self.is_same_file and not any(parts) and not self.memory_growth


def difference(old: Image, new: Image) -> Difference:
    """What is different in `new`."""
    before, after = _alive(old), _alive(new)
    both = before.keys() & after.keys()
    return Difference(
        growth=new.file_bytes - old.file_bytes,
        memory_growth=new.memory_bytes - old.memory_bytes,
        come=tuple(name for name in after if name not in before),
        gone=tuple(name for name in before if name not in after),
        versions=_altered({name: before[name] for name in both}, {name: after[name] for name in both}),
        options=_altered(_options(old, both), _options(new, both)),
        settings=_altered(_settings(old), _settings(new)),
        toolchain=_altered(_toolchain(old), _toolchain(new)),
        objects=tuple(path for path in new.objects if old.objects.get(path, new.objects[path]) != new.objects[path]),
        is_same_file=old.files.get(old.bootable) == new.files.get(new.bootable),
    )


def decided(old: Image, new: Image) -> Iterator[Altered]:
    """What was decided otherwise for `new`, each under a name that says what it is of."""
    found = difference(old, new)
    before, after = _alive(old), _alive(new)
    yield from found.settings
    yield from (replace(one, name=f"compiler {one.name}") for one in found.toolchain)
    yield from (Altered(f"recipe {name}", None, after[name]) for name in found.come)
    yield from (Altered(f"recipe {name}", before[name], None) for name in found.gone)
    yield from (replace(one, name=f"recipe {one.name}") for one in found.versions)
    yield from (replace(one, name=f"option {one.name}") for one in found.options)


def changes(old: Image, new: Image, by: str) -> tuple[Change, ...]:
    """What the rows of each key of `KEYS[by]` take in either image, the most changed first."""
    before, after = sums(old.rows, by), sums(new.rows, by)
    found = (Change(key, before.get(key, Sum()), after.get(key, Sum())) for key in before.keys() | after.keys())
    return tuple(sorted(found, key=lambda change: (-abs(change.growth), change.key)))


def sums(rows: Sequence[Row], by: str) -> Mapping[tuple[str, ...], Sum]:
    """Bytes by key of `KEYS[by]`."""
    found: dict[tuple[str, ...], Sum] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in KEYS[by])
        known = found.get(key, Sum())
        found[key] = Sum(known.bytes + row.bytes, known.memory_bytes + row.memory_bytes)
    return found


def _alive(image: Image) -> Mapping[str, str]:
    """Versions of the recipes of which something is in the image, in their order."""
    return {recipe.name: recipe.version for recipe in image.recipes if recipe.alive}


def _options(image: Image, recipes: Iterable[str]) -> Mapping[str, Any]:
    options: Mapping[str, Any] = image.manifest.get("options", {})
    return {name: value for name, value in options.items() if name.rpartition(".")[0] in recipes}


def _settings(image: Image) -> Mapping[str, Any]:
    return {key: value for key, value in image.manifest.items() if key not in _IN_PARTS}


def _toolchain(image: Image) -> Mapping[str, str]:
    return {key: value for key, value in image.toolchain.items() if key != "reason"}


def _altered(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Altered, ...]:
    names = sorted(old.keys() | new.keys())
    return tuple(Altered(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))
