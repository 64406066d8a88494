"""Everything a command starts from: the manifest, the catalog, the toolchains, and where things go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from composer.errors import Location
from composer.load.catalog import Catalogs, outside
from composer.load.manifest import load_manifest
from composer.load.paths import display_path
from composer.load.shipped import shipped_folder
from composer.load.toolchain import PinnedToolchain, find_toolchain, load_toolchains
from composer.model.manifest import LoadedManifest
from composer.model.recipe import Catalog
from composer.model.step import APP, RECIPES
from composer.model.target import Target
from composer.model.toolchain import Toolchain
from composer.pipeline.fresh import store_folder
from composer.pipeline.settings import Settings

TOOLCHAIN_MEMO = "toolchains.json"


@dataclass(frozen=True, slots=True)
class Project:
    """A manifest with all that its images are made from."""

    settings: Settings
    loaded: LoadedManifest
    catalog: Catalog  # of the target that is looked at, first of the manifest's first

    def for_target(self, target: Target) -> Project:
        """The same with the catalog of `target`."""
        return replace(self, catalog=self.loaded.manifest_for(target).catalog)

    @property
    def name(self) -> str:
        """The image's name."""
        return self.loaded.name

    @property
    def out(self) -> Path:
        """The folder that holds one folder per target."""
        return self.settings.out_root / self.name

    @property
    def roots(self) -> Mapping[str, str]:
        """Logical name -> absolute path of every folder that steps read."""
        return {APP: self.loaded.folder, **self.catalog.roots}

    def folder_of(self, target: Target) -> Path:
        """Where the image for `target` goes."""
        return self.out / target.slug

    def toolchain(self, target: Target) -> Toolchain:
        """The toolchain for `target` on this machine; raises ComposerError if there is none."""
        known = load_toolchains(shipped_folder("toolchains"))
        one = self.loaded.manifest_for(target)
        name = one.manifest.toolchain
        pinned = None if name is None else PinnedToolchain(name, one.places.at("toolchain"))
        memo = Path(store_folder(), TOOLCHAIN_MEMO)
        return find_toolchain(known, target.arch, memo, one.manifest.profile, pinned)

    def logical(self, at: Location | None) -> Location | None:
        """`at` with a path that is the same on every machine; of a place outside all roots only the name."""
        if at is None:
            return None
        return Location(self._logical_file(at.file), at.line, at.column)

    def _logical_file(self, file: str) -> str:
        path = Path(file).absolute()
        around = [(folder, root) for root, folder in self.roots.items() if path.is_relative_to(folder)]
        if not around or not path.is_file():  # "--target" is a place as well
            return file
        folder, root = max(around)  # the innermost
        return f"{root}/{path.relative_to(folder)}"


def load_recipes(folders: Iterable[Path]) -> Catalog:
    """The shipped recipes and those in `folders`; raises ComposerError with the mistakes found."""
    return catalogs_with(folders).having()


def catalogs_with(folders: Iterable[Path]) -> Catalogs:
    """The shipped recipes with those in `folders`, and with those that a manifest names."""
    given = [outside(str(folder), Path(), Location(display_path(folder))) for folder in folders]
    return Catalogs(shipped_folder(RECIPES), given)


def load_project(settings: Settings) -> Project:
    """Load all inputs of `settings`; raises ComposerError with the mistakes found."""
    catalogs = catalogs_with(settings.recipes)
    loaded = load_manifest(settings.manifest, catalogs.having, settings.targets, settings.assignments)
    return Project(settings, loaded, loaded.each[0].catalog)
