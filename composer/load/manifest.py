"""The manifest: read, checked against the catalog, its sources found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.load.check import examine, in_order
from composer.load.document import Document, display_path, keys_of, read_document
from composer.load.globs import GlobFault, expand, files_below, leads_outside
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
SOURCE_SUFFIXES = (".c", ".S")


def load_manifest(path: Path, catalog: Catalog, targets: Sequence[str] = ()) -> LoadedManifest:
    """Read the manifest `path` (a folder means the `unikernel.yaml` in it).

    `targets` come from the command line and replace those of the file.
    Raises ComposerError with all mistakes of the file at once.
    """
    file = path / MANIFEST_FILE if path.is_dir() else path
    if file.suffix in SOURCE_SUFFIXES and file.is_file():
        hint = f"write a {MANIFEST_FILE} beside it that names it under app.sources"
        raise ComposerError(
            Diagnostic(Code.NOT_A_MAPPING, "this is a source, not a manifest", Location(display_path(file)), hint)
        )
    document = read_document(file, "manifest")
    manifest, found = examine(Manifest, document, _not_yet(document))
    folder = file.absolute().parent
    chosen = _targets(document, catalog, targets, found)
    sources = _sources(document, folder, found)
    found += _wrong_options(document, catalog)
    raise_any(in_order(found))
    assert manifest is not None, "a manifest without mistakes has a value"
    return LoadedManifest(manifest, document.places, str(folder), chosen, sources)


def _texts(document: Document, *path: str) -> list[tuple[str, Location]]:
    """The text, or each text of the list, at `path`, with its place; what is something else was told before."""
    value: Any = document.value
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, list):
        return [(text, document.places.at(*path, i)) for i, text in enumerate(value) if isinstance(text, str)]
    return [(value, document.places.at(*path))] if isinstance(value, str) else []


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
    document: Document, catalog: Catalog, wanted: Sequence[str], found: list[Diagnostic]
) -> tuple[Target, ...]:
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


def _wrong_options(document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    options = document.value.get("options")
    for key, value in options.items() if isinstance(options, dict) else ():
        recipe_name, _, option_name = key.partition(".")
        at = document.places.at_key("options", key)
        entry = catalog.recipes.get(recipe_name)
        if entry is None:
            yield _unknown_recipe(key, at, catalog)
        elif option_name not in entry.recipe.options:
            known = (f"{recipe_name}.{name}" for name in entry.recipe.options)
            hint = (
                hint_for(key, known, "its options")
                if entry.recipe.options
                else f"the recipe '{recipe_name}' has no options"
            )
            yield Diagnostic(Code.UNKNOWN_OPTION, f"there is no option '{key}'", at, hint)
        elif isinstance(value, bool | int | str) and (complaint := entry.recipe.options[option_name].complaint(value)):
            option = entry.recipe.options[option_name]
            hint = f"{option.help} (default: {spell_option(option.default)})"
            message = f"the option '{key}' {complaint}, not '{spell_option(value)}'"
            yield Diagnostic(Code.WRONG_VALUE, message, document.places.at("options", key), hint)


def _unknown_recipe(key: str, at: Location, catalog: Catalog) -> Diagnostic:
    name, dot, _ = key.partition(".")
    owners = {recipe: entry.recipe.options for recipe, entry in catalog.recipes.items() if entry.recipe.options}
    if not dot:
        meant = [f"{recipe}.{option}" for recipe, options in owners.items() for option in options if option == name]
        hint = f"did you mean '{meant[0]}'?" if meant else "options are written recipe.option"
        return Diagnostic(Code.UNKNOWN_OPTION, f"'{key}' names no recipe", at, hint)
    message = f"there is no recipe '{name}'; options are written recipe.option"
    return Diagnostic(Code.UNKNOWN_RECIPE, message, at, hint_for(name, owners, "recipes with options"))


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
