"""The manifest: what a user writes in `unikernel.yaml` (DESIGN section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from composer.errors import Location
from composer.model.files import FileTree
from composer.model.network import Net, PortText
from composer.model.recipe import Catalog, OptionValue
from composer.model.step import APP
from composer.model.target import Target
from composer.model.value import ByteCount, Capability, Name, Places, Value

# Keys of DESIGN section 1 whose part of the composer does not exist yet: refused by name, never ignored.
NOT_YET_KEYS = frozenset({"env", "share", "disks", "allow_missing"})
NOT_YET_APP_KEYS = frozenset({"build", "binary", "args"})

MACHINE_TARGET = "kvm/x86_64"  # where the key `machine` says something: elsewhere there is one machine
DEVICE_PLATFORM = "kvm"  # likewise the key `console`
BUSES: Mapping[str, str] = MappingProxyType({"microvm": "mmio", "q35": "pci", "pc": "pci"})

# What one manifest says once: no target overrides it, and the command line does not set it.
FIXED_KEYS = frozenset({"name", "target", "targets"})


class App(Value):
    """The program: sources of one's own, or the recipe that has it; `load` refuses both and neither.

    Globs and folders are relative to the manifest's folder.
    """

    sources: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] = Field(
        default=(), description="C and assembly sources; globs such as src/*.c"
    )
    recipe: Name | None = Field(default=None, description="A program of the catalog, instead of sources")
    include: Annotated[tuple[str, ...], Field(strict=False)] = Field(default=(), description="Folders of headers")
    defines: Mapping[str, str] = Field(default_factory=dict, description="Macros")
    flags: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        default=(), description="More flags for the compiler"
    )
    requires: Annotated[tuple[Capability, ...], Field(strict=False)] = Field(
        default=(), description="Capabilities of recipes whose headers the sources include, such as zlib"
    )


class Manifest(Value):
    """One image to compose, for one target or several."""

    name: Name = Field(description="The image's name, and its files'")
    app: App = Field(description="The program: sources of one's own, or a recipe that is one")
    target: str | None = Field(default=None, description="What the image runs on, as platform/arch")
    targets: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        default=(), description="Several targets: a list, or a mapping from each to what is different there"
    )
    libc: Literal["auto", "nolibc", "picolibc", "newlib", "musl"] = Field(
        default="auto", description="The C library; auto takes the smallest that has all that the program uses"
    )
    network: Literal["auto", "none", "host", "lwip"] = Field(
        default="auto",
        description="Who answers if the program uses sockets: a stack of its own, or the host's of a process; none refuses",
    )
    net: Net | None = Field(default=None, description="The guest's address; without it DHCP is asked")
    ports: Annotated[tuple[PortText, ...], Field(strict=False)] = Field(
        default=(), description='Ports of this machine that lead to the guest, such as "8080:80"'
    )
    machine: Literal["any", "microvm", "q35", "pc"] = Field(
        default="any", description="The machine of kvm/x86_64, whose bus alone is linked"
    )
    console: Literal["auto", "virtio"] = Field(
        default="auto", description="What the console is: the machine's own port, or a device of virtio"
    )
    memory: ByteCount = Field(
        default=16 << 20, description="The guest's memory, such as 16MiB", json_schema_extra={"default": "16MiB"}
    )
    profile: Literal["size", "speed", "debug"] = Field(default="size", description="What the compiler is to be good at")
    lto: bool | None = Field(
        default=None, description="Optimise across objects; without it if the profile gains by that"
    )
    toolchain: Name | None = Field(default=None, description="The compiler; without it the best for each target")
    files: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="A folder whose files the guest can read"
    )
    recipes: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)] = Field(
        default=(), description="Folders with recipes of one's own, relative to the manifest's folder"
    )
    options: Mapping[str, OptionValue] = Field(default_factory=dict, description="Options of recipes, as recipe.option")

    def settings(self, target: Target) -> Mapping[str, OptionValue]:
        """What keys of the manifest say on `target` that recipes have options for, by the options' `key`."""
        said = self._settings_of_the_machine(target)
        if self.net is not None:
            said["net.dhcp"] = self.net.is_dhcp
            if not self.net.is_dhcp:
                interface = self.net.interface
                said |= {"net.address": str(interface.ip), "net.prefix": interface.network.prefixlen}
            if self.net.gateway is not None:
                said["net.gateway"] = self.net.gateway
            if self.net.wait is not None:
                said["net.wait"] = self.net.wait
            if self.net.dns:
                said["net.dns"] = " ".join(self.net.dns)
            if self.net.ipv6:
                said["net.ipv6"] = True
            if self.net.interface6 is not None:
                said["net.address6"] = str(self.net.interface6.ip)
            if self.net.gateway6 is not None:
                said["net.gateway6"] = self.net.gateway6
        return said

    def _settings_of_the_machine(self, target: Target) -> dict[str, OptionValue]:
        said: dict[str, OptionValue] = {}
        if str(target) == MACHINE_TARGET and self.machine in BUSES:
            said["machine.bus"] = BUSES[self.machine]
        if target.platform == DEVICE_PLATFORM and self.console != "auto":
            said["console"] = self.console
        return said


@dataclass(frozen=True, slots=True)
class TargetManifest:
    """The manifest as it holds for one target, with the place of each value.

    The target's overrides are in it, and what the command line sets.
    """

    target: Target
    target_at: Location  # where the target is named
    manifest: Manifest
    places: Places
    sources: tuple[str, ...]  # the app's sources, globs expanded, relative to the manifest's folder, sorted
    files: FileTree | None  # what `files` has
    catalog: Catalog  # with the recipes of its folders

    @property
    def owner(self) -> str:
        """Whose the program's objects are: the app's own, or a recipe's."""
        return self.manifest.app.recipe or APP


@dataclass(frozen=True, slots=True)
class LoadedManifest:
    """A manifest for each of the targets that it (or the command line) names."""

    name: str
    file: str  # as messages name it
    folder: str  # absolute path of the manifest's folder
    each: tuple[TargetManifest, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        """What to build, in the manifest's order."""
        return tuple(one.target for one in self.each)

    def manifest_for(self, target: Target) -> TargetManifest:
        """The manifest as it holds for `target`, which is one of `targets`."""
        return next(one for one in self.each if one.target == target)
