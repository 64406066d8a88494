"""The manifest: read, checked against the catalog, its sources found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.load.check import check
from composer.load.document import Document, display_path, keys_of, read_document
from composer.load.globs import GlobFault, expand, files_below
from composer.load.suggest import hint_for, nearest
from composer.model.manifest import (
    NOT_YET_APP_KEYS,
    NOT_YET_KEYS,
    NOT_YET_VALUES,
    LoadedManifest,
    Manifest,
)
from composer.model.recipe import Catalog, OptionValue
from composer.model.target import PLATFORMS, Target

MANIFEST_FILE = "unikernel.yaml"


def load_manifest(path: Path, catalog: Catalog, targets: Sequence[str] = ()) -> LoadedManifest:
    """Read the manifest `path` (a folder means the `unikernel.yaml` in it).

    `targets` come from the command line and replace those of the file.
    Raises ComposerError with all mistakes of the file at once.
    """
    file = path / MANIFEST_FILE if path.is_dir() else path
    document = read_document(file, "manifest")
    manifest = check(Manifest, document, tuple(_not_yet(document)))
    folder = file.absolute().parent
    found: list[Diagnostic] = []
    chosen = _targets(manifest, document, catalog, targets, found)
    sources = _sources(manifest, document, folder, found)
    found += _wrong_options(manifest, document, catalog)
    raise_any(found)
    return LoadedManifest(manifest, document.places, str(folder), chosen, sources)


def _not_yet(document: Document) -> Iterator[Diagnostic]:
    """Keys and values which the design names and this version cannot do."""
    hint = "remove it; a later version will know it"
    for path, known in (((), NOT_YET_KEYS), (("app",), NOT_YET_APP_KEYS)):
        for key in keys_of(document, *path):
            if key in known:
                name = ".".join((*path, key))
                yield Diagnostic(
                    Code.NOT_YET, f"the key '{name}' is not supported yet", document.places.at_key(*path, key), hint
                )
    for key, values in NOT_YET_VALUES.items():
        value = document.value.get(key)
        if isinstance(value, str) and value in values:
            yield Diagnostic(Code.NOT_YET, f"'{key}: {value}' is not supported yet", document.places.at(key), hint)
    if isinstance(document.value.get("targets"), dict):
        message = "'targets' as a mapping with overrides is not supported yet"
        yield Diagnostic(Code.NOT_YET, message, document.places.at("targets"), "write a list: targets: [kvm/x86_64]")


def _targets(
    manifest: Manifest, document: Document, catalog: Catalog, wanted: Sequence[str], found: list[Diagnostic]
) -> tuple[Target, ...]:
    named = [(text, Location("--target")) for text in wanted]
    if not named:
        named = [(manifest.target, document.places.at("target"))] if manifest.target else []
        named += [(text, document.places.at("targets", index)) for index, text in enumerate(manifest.targets)]
    if not named:
        hint = "add a line such as `target: kvm/x86_64`"
        found.append(Diagnostic(Code.MISSING_KEY, "the manifest names no target", document.places.at(), hint))
    if manifest.target and manifest.targets:
        message = "both 'target' and 'targets' are given"
        found.append(Diagnostic(Code.WRONG_VALUE, message, document.places.at("target"), "keep one of them"))
    chosen: dict[Target, None] = {}
    for text, at in named:
        try:
            chosen[parse_target(text, at, catalog)] = None
        except ComposerError as error:
            found += error.diagnostics
    return tuple(chosen)


def buildable_targets(catalog: Catalog) -> tuple[Target, ...]:
    """Pairs for which the catalog has a recipe that provides `boot`."""
    boots = [entry.recipe for entry in catalog.recipes.values() if "boot" in entry.recipe.provides]
    pairs = [Target(platform, arch) for platform, archs in PLATFORMS.items() for arch in archs]
    return tuple(pair for pair in pairs if any(recipe.supported(pair) for recipe in boots))


def parse_target(text: str, at: Location, catalog: Catalog) -> Target:
    """The target written `platform/arch`; raises ComposerError with the nearest that can be built."""
    buildable = buildable_targets(catalog)
    spelled = {str(target): target for target in buildable}
    if text in spelled:
        return spelled[text]
    known = [f"{platform}/{arch}" for platform, archs in PLATFORMS.items() for arch in archs]
    platform, _, arch = text.partition("/")
    if text in known:
        near = nearest(text, spelled) or next(iter(spelled), "none")
        message = f"the target '{text}' is not supported yet"
        raise ComposerError(Diagnostic(Code.NOT_YET, message, at, f"the nearest that is: {near}"))
    if platform in PLATFORMS and any(arch in archs for archs in PLATFORMS.values()):
        same = [str(target) for target in buildable if target.platform == platform]
        hint = f"the nearest that can be built: {', '.join(same) or ', '.join(spelled)}"
        raise ComposerError(Diagnostic(Code.IMPOSSIBLE_PAIR, f"'{platform}' does not exist on '{arch}'", at, hint))
    raise ComposerError(
        Diagnostic(Code.UNKNOWN_TARGET, f"there is no target '{text}'", at, hint_for(text, known, "targets"))
    )


def _sources(manifest: Manifest, document: Document, folder: Path, found: list[Diagnostic]) -> tuple[str, ...]:
    sources: set[str] = set()
    for index, pattern in enumerate(manifest.app.sources):
        at = document.places.at("app", "sources", index)
        expanded = expand(folder, pattern)
        match expanded.fault:
            case GlobFault.MISSING:
                near = nearest(pattern, files_below(folder))
                hint = f"did you mean '{near}'?" if near else f"sources are named relative to {display_path(folder)}"
                found.append(Diagnostic(Code.SOURCE_MISSING, f"the source '{pattern}' matches no file", at, hint))
            case GlobFault.OUTSIDE:
                hint = "move the file below the manifest's folder, or the manifest above the file"
                found.append(
                    Diagnostic(Code.SOURCE_OUTSIDE, f"'{pattern}' leads outside the manifest's folder", at, hint)
                )
        for file in expanded.files:
            if not file.endswith((".c", ".S")):
                hint = "name .c and .S files; headers are found by #include"
                found.append(Diagnostic(Code.SOURCE_NOT_C, f"'{file}' is not a C or assembly source", at, hint))
        sources.update(expanded.files)
    for index, name in enumerate(manifest.app.include):
        at = document.places.at("app", "include", index)
        if Path(name).is_absolute() or ".." in Path(name).parts:
            hint = "name a folder below the manifest's"
            found.append(Diagnostic(Code.SOURCE_OUTSIDE, f"'{name}' leads outside the manifest's folder", at, hint))
        elif not (folder / name).is_dir():
            hint = f"folders are named relative to {display_path(folder)}"
            found.append(Diagnostic(Code.SOURCE_MISSING, f"there is no folder '{name}'", at, hint))
    return tuple(sorted(sources))


def _wrong_options(manifest: Manifest, document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    for key, value in manifest.options.items():
        recipe_name, _, option_name = key.partition(".")
        at = document.places.at("options", key)
        entry = catalog.recipes.get(recipe_name)
        if entry is None:
            yield _unknown_recipe(recipe_name, at, catalog)
        elif option_name not in entry.recipe.options:
            known = (f"{recipe_name}.{name}" for name in entry.recipe.options)
            hint = (
                hint_for(key, known, "its options")
                if entry.recipe.options
                else f"the recipe '{recipe_name}' has no options"
            )
            yield Diagnostic(Code.UNKNOWN_OPTION, f"there is no option '{key}'", at, hint)
        elif complaint := entry.recipe.options[option_name].complaint(value):
            option = entry.recipe.options[option_name]
            hint = f"{option.help} (default: {spell_option(option.default)})"
            yield Diagnostic(Code.WRONG_VALUE, f"the option '{key}' {complaint}, not '{spell_option(value)}'", at, hint)


def _unknown_recipe(name: str, at: Location, catalog: Catalog) -> Diagnostic:
    with_options = {n: e for n, e in catalog.recipes.items() if e.recipe.options}
    hint = hint_for(name, with_options, "recipes with options")
    return Diagnostic(Code.UNKNOWN_RECIPE, f"there is no recipe '{name}'; options are written recipe.option", at, hint)


def spell_option(value: OptionValue) -> str:
    """An option's value as a manifest would write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def options_by_recipe(manifest: Manifest) -> Mapping[str, Mapping[str, OptionValue]]:
    """The manifest's options, recipe by recipe."""
    sorted_out: dict[str, dict[str, OptionValue]] = {}
    for key, value in manifest.options.items():
        recipe, _, option = key.partition(".")
        sorted_out.setdefault(recipe, {})[option] = value
    return sorted_out
