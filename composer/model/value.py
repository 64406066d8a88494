"""Building blocks of validated input: closed frozen models, names, sizes, and where each value stood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from composer.errors import Location

KeyPath: TypeAlias = tuple[str | int, ...]


class Value(BaseModel):
    """A frozen model that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the values of one YAML file stand, and the keys before them, by key path."""

    file: str
    values: Mapping[KeyPath, Location] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[KeyPath, Location] = field(default_factory=lambda: MappingProxyType({}))

    def at(self, *path: str | int) -> Location:
        """The location of the value at `path`, or of its nearest ancestor that stands in the file."""
        for length in range(len(path), -1, -1):
            found = self.values.get(path[:length])
            if found is not None:
                return found
        return Location(self.file)

    def at_key(self, *path: str | int) -> Location:
        """The location of the key that ends `path`; of the value if it has no key."""
        return self.keys.get(path) or self.at(*path)


SIZE_UNITS = MappingProxyType({"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30})


_SIZE = r"([1-9]\d{0,8})(KiB|MiB|GiB)"


def parse_size(text: object) -> int:
    """Bytes of a size such as `16MiB`; raises ValueError for anything else, a bare number too."""
    match = re.fullmatch(_SIZE, text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("write a size with its unit, such as 16MiB")
    return int(match[1]) * SIZE_UNITS[match[2]]


ByteCount = Annotated[int, BeforeValidator(parse_size), WithJsonSchema({"type": "string", "pattern": f"^{_SIZE}$"})]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
Capability = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$", max_length=64)]
Symbol = Annotated[str, Field(pattern=r"^[A-Za-z_.$][A-Za-z0-9_.$]*$", max_length=256)]
