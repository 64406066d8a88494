"""A toolchain: the programs that compile and link, known by the content of what really runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A probed toolchain for one architecture."""

    name: str
    arch: str
    compiler: str  # absolute path of the driver
    linker: str  # absolute path of ld
    version: str
    identity: str  # digest over driver, cc1, as, ld
    include: str  # absolute path of the compiler's own freestanding headers
    flags: tuple[str, ...]
    profiles: Mapping[str, tuple[str, ...]]
    link_flags: tuple[str, ...]
