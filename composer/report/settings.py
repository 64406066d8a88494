"""What was decided of an image, as texts, and how that differs from another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from composer.model.image import Image


def settings_of(image: Image) -> dict[str, str]:
    """The manifest's keys, options, recipes with their versions, and the compiler; a description may be anybody's."""
    found = {"compiler": spell_compiler(image)}
    for key, value in image.manifest.items():
        if key == "options" and isinstance(value, dict):
            found |= {f"option {name}": _spell(one) for name, one in value.items()}
        elif key == "recipes" and isinstance(value, dict):
            found |= {f"recipe {name}": f"v{version}" for name, version in value.items()}
        else:
            found[key] = _spell(value)
    return found


def spell_compiler(image: Image) -> str:
    """Its name and version."""
    return f"{image.toolchain.get('name', '?')} {image.toolchain.get('version', '?')}"


def differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    """Each key whose text is another one, with both; None where there is no such key."""
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _spell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
