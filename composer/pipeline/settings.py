"""What the command line says of a build."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from composer.fetch.places import Search
from composer.model.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line says of a build, besides the manifest."""

    manifest: Path
    targets: tuple[str, ...] = ()
    assignments: tuple[Assignment, ...] = ()  # the later wins
    recipes: tuple[Path, ...] = ()  # folders with more recipes
    out: Path | None = None  # None: build/ beside the manifest
    jobs: int = 1
    keep_going: bool = False
    search: Search = field(default_factory=Search)  # for upstream sources
    first_only: bool = False  # of several targets build the first

    @property
    def folder(self) -> Path:
        """The absolute folder of the manifest."""
        place = self.manifest.absolute()
        return place if place.is_dir() else place.parent

    @property
    def out_root(self) -> Path:
        """The absolute folder in which each image has a folder of its name."""
        return self.out.absolute() if self.out else self.folder / "build"
