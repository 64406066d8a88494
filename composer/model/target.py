"""Targets: a platform and an architecture, written `platform/arch` as docker and kraft write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """What an image runs on."""

    platform: str
    arch: str

    def __str__(self) -> str:
        return f"{self.platform}/{self.arch}"

    @classmethod
    def parse(cls, text: str) -> Target:
        """The target written `platform/arch`, whether there is one like that or not."""
        platform, _, arch = text.partition("/")
        return cls(platform, arch)

    @property
    def slug(self) -> str:
        """The target as one word of a file name."""
        return f"{self.platform}-{self.arch}"


# Every pair of DESIGN section 7. Which of them can be built is the catalog's to say: a pair exists
# as soon as a recipe that provides `boot` supports it; the others are refused as "not yet".
PLATFORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kvm": ("x86_64", "aarch64"),
        "xen": ("x86_64", "aarch64"),
        "linux": ("x86_64", "aarch64"),
        "bare": ("cortex-m3",),
    }
)
