"""What `compose doctor` finds on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from composer.model.target import Target


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that images need to be built, run or debugged: what is here, or what is not."""

    what: str
    found: str = ""
    lack: str = ""  # what is wrong; empty if nothing is
    hint: str = ""  # what helps
    wanted: Mapping[str, str | None] = field(default_factory=dict)  # programs that would help -> their packages here


@dataclass(frozen=True, slots=True)
class TargetFindings:
    """What there is for images of one target."""

    target: Target
    build: Finding
    run: Finding
    debug: Finding

    @property
    def works(self) -> bool:
        """Whether images can be built and run."""
        return not self.build.lack and not self.run.lack


@dataclass(frozen=True, slots=True)
class Findings:
    """What there is on this machine."""

    targets: tuple[TargetFindings, ...]
    others: tuple[Finding, ...]
    install: str  # the line that installs all that is missing; empty if nothing is, or nothing installs it
