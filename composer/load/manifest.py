"""The manifest: read, checked against the catalog, its sources found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, TypeAlias

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.load.app import wrong_app
from composer.load.catalog import Outside, outside
from composer.load.check import examine, in_order
from composer.load.document import Document, keys_of, parse_document, read_document
from composer.load.files import read_files
from composer.load.globs import GlobFault, expand, files_below, leads_outside
from composer.load.layers import read_layers
from composer.load.network import wrong_machine, wrong_network
from composer.load.options import wrong_options
from composer.load.paths import display_path
from composer.load.suggest import nearest
from composer.model.assignment import Assignment
from composer.model.files import FileTree
from composer.model.manifest import (
    NOT_YET_APP_KEYS,
    NOT_YET_KEYS,
    LoadedManifest,
    Manifest,
    TargetManifest,
)
from composer.model.recipe import Catalog
from composer.model.target import PLATFORMS, Target
from composer.model.value import Places

MANIFEST_FILE = "unikernel.yaml"
SOURCE_SUFFIXES = (".c", ".S")


CatalogWith: TypeAlias = Callable[[Sequence[Outside]], Catalog]  # with the recipes of these folders as well


def manifest_file(path: Path) -> Path:
    """The file that is meant by `path`."""
    return path / MANIFEST_FILE if path.is_dir() else path


def load_manifest(
    path: Path,
    catalog_with: CatalogWith,
    targets: Sequence[str] = (),
    assignments: Sequence[Assignment] = (),
    text: str | None = None,
) -> LoadedManifest:
    """Read the manifest `path` (a folder means the `unikernel.yaml` in it), or `text` as if the file had it.

    `targets` come from the command line and replace those of the file; `assignments` come from there too and win
    over the file and its overrides. Raises ComposerError with all mistakes at once.
    """
    file = manifest_file(path)
    if file.suffix in SOURCE_SUFFIXES and file.is_file():
        hint = f"write a {MANIFEST_FILE} beside it that names it under app.sources"
        raise ComposerError(
            Diagnostic(Code.NOT_A_MAPPING, "this is a source, not a manifest", Location(display_path(file)), hint)
        )
    told = read_document(file, "manifest") if text is None else parse_document(text, display_path(file), "manifest")
    layers = read_layers(told, assignments)
    folder = file.absolute().parent
    catalogs = {name: catalog_with(_outside(layers.document_for(name), folder)) for name in (*layers.overrides, "")}
    every = _joined(catalogs)
    base = _check(layers.base, folder, catalogs[""])
    found = [*base.mistakes, *layers.mistakes]
    chosen = _targets(layers.base, every, targets, found)
    found += wrong_options(layers, tuple(chosen), every)
    found += wrong_machine(layers, tuple(chosen))
    variants: dict[str, _Checked] = {}
    for name in dict.fromkeys([*layers.overrides, *map(str, chosen)]):
        document = layers.document_for(name)
        variants[name] = base if document is layers.base else _check(document, folder, catalogs.get(name, catalogs[""]))
        # Most of its mistakes are those of the base, told once.
        known = {diagnostic.at for diagnostic in found}
        found += (diagnostic for diagnostic in variants[name].mistakes if diagnostic.at not in known)
    raise_any(in_order(found))
    each = tuple(variants[str(target)].for_target(target, at) for target, at in chosen.items())
    return LoadedManifest(each[0].manifest.name, layers.base.places.file, str(folder), each)


def _outside(document: Document, folder: Path) -> list[Outside]:
    """The folders of recipes that a manifest in `folder` names."""
    return [outside(word, folder, at) for word, at in _texts(document, "recipes") if word]


def _joined(catalogs: Mapping[str, Catalog]) -> Catalog:
    """All recipes that any target can have; of those of one name the one that most have."""
    recipes = {name: entry for catalog in catalogs.values() for name, entry in catalog.recipes.items()}
    return replace(catalogs[""], recipes=MappingProxyType(recipes))


@dataclass(frozen=True, slots=True)
class _Checked:
    """What one document says, as far as it is a manifest."""

    manifest: Manifest | None
    places: Places
    sources: tuple[str, ...]
    files: FileTree | None
    mistakes: tuple[Diagnostic, ...]
    catalog: Catalog

    def for_target(self, target: Target, at: Location) -> TargetManifest:
        """The manifest of a document without mistakes."""
        assert self.manifest is not None, "a manifest without mistakes has a value"
        return TargetManifest(target, at, self.manifest, self.places, self.sources, self.files, self.catalog)


def _check(document: Document, folder: Path, catalog: Catalog) -> _Checked:
    manifest, found = examine(Manifest, document, [*_not_yet(document), *wrong_app(document, catalog)])
    if manifest is not None:
        found += wrong_network(manifest, document.places, catalog)
    sources = _sources(document, folder, found)
    files = None
    if manifest is not None and manifest.files is not None:
        files = read_files(folder, manifest.files, manifest.memory, document.places.at("files"), found)
    return _Checked(manifest, document.places, sources, files, tuple(found), catalog)


def _texts(document: Document, *path: str) -> list[tuple[str, Location]]:
    """The text, or each text of the list, at `path`, with its place; what is something else was told before."""
    value: Any = document.value
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, list):
        return [(text, document.places.at(*path, i)) for i, text in enumerate(value) if isinstance(text, str)]
    return [(value, document.places.at(*path))] if isinstance(value, str) else []


def _not_yet(document: Document) -> Iterator[Diagnostic]:
    """Keys which the design names and this version cannot do."""
    hint = "remove it; a later version will know it"
    for path, known in (((), NOT_YET_KEYS), (("app",), NOT_YET_APP_KEYS)):
        for key in keys_of(document, *path):
            if key in known:
                name = ".".join((*path, key))
                yield Diagnostic(
                    Code.NOT_YET, f"the key '{name}' is not supported yet", document.places.at_key(*path, key), hint
                )


def _targets(
    document: Document, catalog: Catalog, wanted: Sequence[str], found: list[Diagnostic]
) -> dict[Target, Location]:
    """Each target to build, with the place that names it."""
    one, several = document.value.get("target"), document.value.get("targets")
    named = [(text, Location("--target")) for text in wanted]
    if not named:
        named = _texts(document, "target") + _texts(document, "targets")
    if not (named or one or several):
        hint = "add a line such as `target: kvm/x86_64`"
        found.append(Diagnostic(Code.MISSING_KEY, "the manifest names no target", document.places.at(), hint))
    if one and several:
        message = "both 'target' and 'targets' are given"
        found.append(Diagnostic(Code.WRONG_VALUE, message, document.places.at("target"), "keep one of them"))
    chosen: dict[Target, Location] = {}
    for text, at in named:
        try:
            chosen.setdefault(parse_target(text, at, catalog), at)
        except ComposerError as error:
            found += error.diagnostics
    return chosen


def known_targets() -> tuple[Target, ...]:
    """Every pair that is, or may be one day."""
    return tuple(Target(platform, arch) for platform, archs in PLATFORMS.items() for arch in archs)


def buildable_targets(catalog: Catalog) -> tuple[Target, ...]:
    """Pairs for which the catalog has a recipe that provides `boot`."""
    boots = [entry.recipe for entry in catalog.recipes.values() if "boot" in entry.recipe.provides]
    return tuple(pair for pair in known_targets() if any(recipe.supported(pair) for recipe in boots))


def parse_target(text: str, at: Location, catalog: Catalog) -> Target:
    """The target written `platform/arch`; raises ComposerError with the nearest that can be built."""
    buildable = buildable_targets(catalog)
    spelled = {str(target): target for target in buildable}
    if text in spelled:
        return spelled[text]
    known = [*map(str, known_targets())]
    platform, _, arch = text.partition("/")
    if text in known:
        # Another hypervisor runs the same machine; another architecture is another machine.
        near = min(buildable, key=lambda other: (other.arch != arch, other.platform != platform), default="none")
        message = f"the target '{text}' is not supported yet"
        raise ComposerError(Diagnostic(Code.NOT_YET, message, at, f"the nearest that is: {near}"))
    if platform in PLATFORMS and any(arch in archs for archs in PLATFORMS.values()):
        same = [str(target) for target in buildable if target.platform == platform]
        hint = f"the nearest that can be built: {', '.join(same) or ', '.join(spelled)}"
        message = f"the target '{text}' cannot exist: there is no {platform} on {arch}"
        raise ComposerError(Diagnostic(Code.IMPOSSIBLE_PAIR, message, at, hint))
    close = nearest(text, known)
    hint = f"did you mean '{close}'?" if close else f"targets: {', '.join(spelled)}"
    raise ComposerError(Diagnostic(Code.UNKNOWN_TARGET, f"there is no target '{text}'", at, hint))


def _sources(document: Document, folder: Path, found: list[Diagnostic]) -> tuple[str, ...]:
    sources: set[str] = set()
    for pattern, at in _texts(document, "app", "sources"):
        expanded = expand(folder, pattern)
        if expanded.fault is not None:
            found.append(_wrong_source(pattern, at, expanded.fault, folder))
        for file in expanded.files:
            if not file.endswith(SOURCE_SUFFIXES):
                hint = "name .c and .S files; headers are found by #include"
                found.append(Diagnostic(Code.SOURCE_NOT_C, f"'{file}' is not a C or assembly source", at, hint))
        sources.update(expanded.files)
    for name, at in _texts(document, "app", "include"):
        if leads_outside(folder, name):
            hint = "name a folder below the manifest's"
            found.append(Diagnostic(Code.SOURCE_OUTSIDE, f"'{name}' leads outside the manifest's folder", at, hint))
        elif not (folder / name).is_dir():
            message, hint = f"there is no folder '{name}'", _named_relative("folders", folder)
            found.append(Diagnostic(Code.SOURCE_MISSING, message, at, hint))
    return tuple(sorted(sources))


def _wrong_source(pattern: str, at: Location, fault: GlobFault, folder: Path) -> Diagnostic:
    if fault is GlobFault.OUTSIDE:
        hint = "move the file below the manifest's folder, or the manifest above the file"
        return Diagnostic(Code.SOURCE_OUTSIDE, f"'{pattern}' leads outside the manifest's folder", at, hint)
    if (folder / pattern).is_dir():
        hint = f"name its files, for example '{PurePosixPath(pattern)}/*.c'"
        return Diagnostic(Code.SOURCE_MISSING, f"the source '{pattern}' is a folder", at, hint)
    near = nearest(pattern, files_below(folder))
    hint = f"did you mean '{near}'?" if near else _named_relative("sources", folder)
    return Diagnostic(Code.SOURCE_MISSING, f"the source '{pattern}' matches no file", at, hint)


def _named_relative(what: str, folder: Path) -> str:
    shown = display_path(folder)
    return f"{what} are named relative to the manifest's folder{'' if shown == '.' else f', {shown}'}"
