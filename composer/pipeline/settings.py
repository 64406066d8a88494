"""What the command line says of a build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line says of a build, besides the manifest."""

    manifest: Path
    targets: tuple[str, ...] = ()
    recipes: tuple[Path, ...] = ()  # folders with more recipes
    out: Path | None = None  # None: build/ beside the manifest
    jobs: int = 1
    keep_going: bool = False


def out_folder(settings: Settings, manifest_folder: Path) -> Path:
    """Where images of manifests in `manifest_folder` go."""
    return settings.out.absolute() if settings.out else manifest_folder / "build"
