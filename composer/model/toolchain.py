"""Toolchains: what `toolchains/*.yaml` says, and what probing this machine made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from composer.model.value import Name, Value

Words = Annotated[tuple[str, ...], Field(strict=False)]


class ToolchainFacts(Value):
    """Program names, the accepted versions and the base flags of one toolchain; nothing else."""

    name: Name
    summary: str
    arch: str
    compiler: Words  # program names, tried in order
    min_version: str
    flags: Words
    profiles: Mapping[str, Words]
    link_flags: Words


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A toolchain of this machine, known by the content of what really runs."""

    facts: ToolchainFacts
    compiler: str  # absolute path of the driver
    linker: str  # absolute path of ld
    programs: tuple[str, ...]  # absolute paths of all that runs: driver, cc1, as, ld
    version: str
    identity: str  # digest over driver, cc1, as and ld
    include: str  # absolute path of the compiler's own freestanding headers
