"""Upstream sources of the recipes of an image: found in the store, or fetched, unpacked and patched."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.execute.faults import writing
from composer.execute.outcome import Reporter
from composer.execute.store import FORMAT, Store
from composer.execute.trees import find_tree, make_tree
from composer.fetch.archive import Attempt, alone, bring
from composer.fetch.patch import PatchFails, apply
from composer.fetch.places import Search
from composer.fetch.unpack import Refused, unpack
from composer.load.globs import GlobFault, expand
from composer.load.paths import display_path
from composer.load.sources import words_of_build, words_of_generate
from composer.model.recipe import Catalog, CatalogRecipe
from composer.model.source import Archive, Source, upstream_id, whole_tree
from composer.model.value import KeyPath

FORMAT_OF_TREES = 1  # raise it whenever the same archive gives another tree
_HINT = "give the file with --source FILE, or a folder or address that has it with --mirror, or see to the network"
_HINT_OFFLINE = "leave out --offline, or give the file with --source FILE, or a folder that has it with --mirror DIR"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source of a recipe, with what its tree depends on besides the archive."""

    source: Source
    at: Location | None  # where a recipe names it
    patches: tuple[tuple[str, bytes], ...] = ()  # name for people, content


@dataclass(frozen=True, slots=True)
class Tree:
    """An unpacked source in the store."""

    key: str
    files: Path
    archive: Archive
    origin: str | None  # where the archive came from just now; None: it was in the store


def wanted_sources(names: Iterable[str], catalog: Catalog) -> Mapping[str, Wanted]:
    """By id, the sources of these recipes; raises ComposerError for a patch that cannot be read."""
    found: dict[str, Wanted] = {}
    for name in names:
        entry = catalog.recipes[name]
        for index, source in enumerate(entry.recipe.sources):
            if source.id not in found:
                at = entry.places.at("sources", index)
                found[source.id] = Wanted(source, at, _patches(entry, catalog, source, at))
    return found


def patches_of(names: Iterable[str], catalog: Catalog) -> Iterator[Path]:
    """The files of all patches of these recipes."""
    for name in names:
        for source in catalog.recipes[name].recipe.sources:
            yield from _patch_files(catalog.recipes[name], catalog, source)


def _patch_files(entry: CatalogRecipe, catalog: Catalog, source: Source) -> Sequence[Path]:
    root, _, rest = entry.folder.partition("/")
    return [Path(catalog.roots[root], rest, name) for name in source.patches]


def _patches(entry: CatalogRecipe, catalog: Catalog, source: Source, at: Location) -> tuple[tuple[str, bytes], ...]:
    try:
        return tuple((display_path(path), path.read_bytes()) for path in _patch_files(entry, catalog, source))
    except OSError as error:
        message = f"a patch of the source '{source.id}' cannot be read: {error.strerror}"
        raise ComposerError(Diagnostic(Code.RECIPE_SOURCE_MISSING, message, at)) from error


def expanded(catalog: Catalog, names: Iterable[str], trees: Mapping[str, Tree]) -> Catalog:
    """`catalog` with the upstream globs of these recipes expanded; raises ComposerError for one without a file."""
    mistakes: list[Diagnostic] = []
    recipes = dict(catalog.recipes)
    for name in names:
        if recipes[name].recipe.sources:
            recipes[name] = _expanded(recipes[name], trees, mistakes)
    raise_any(mistakes)
    return replace(catalog, recipes=MappingProxyType(recipes))


def _expanded(entry: CatalogRecipe, trees: Mapping[str, Tree], mistakes: list[Diagnostic]) -> CatalogRecipe:
    def found(own: tuple[str, ...], words: Iterable[tuple[KeyPath, str]]) -> tuple[str, ...]:
        upstream = ((path, word) for path, word in words if upstream_id(word) is not None)
        files = (_files(word, entry.places.at(*path), trees, mistakes) for path, word in upstream)
        return tuple(sorted({*own, *itertools.chain.from_iterable(files)}))

    build, generate = enumerate(entry.recipe.build), enumerate(entry.recipe.generate)
    sources = zip(entry.sources, (words_of_build(*numbered) for numbered in build), strict=True)
    inputs = zip(entry.inputs, (words_of_generate(*numbered) for numbered in generate), strict=True)
    return replace(entry, sources=tuple(found(*row) for row in sources), inputs=tuple(found(*row) for row in inputs))


def _files(word: str, at: Location, trees: Mapping[str, Tree], mistakes: list[Diagnostic]) -> tuple[str, ...]:
    """The files that a word of a recipe means, as words; a whole tree stays one word."""
    if (tree := whole_tree(word)) is not None:
        return (tree,)
    top = "/".join(PurePosixPath(word).parts[:2])
    folder = trees[PurePosixPath(word).parts[1]].files
    found = expand(folder, word.removeprefix(f"{top}/"))
    if found.fault is not None:
        what = "matches no file" if found.fault is GlobFault.MISSING else "leads outside the upstream tree"
        hint = f"its files are in {display_path(folder)}"
        mistakes.append(Diagnostic(Code.RECIPE_SOURCE_MISSING, f"the source '{word}' {what}", at, hint))
    return tuple(f"{top}/{file}" for file in found.files)


def tree_key(archive: Archive, wanted: Wanted) -> str:
    """The digest of all that the unpacked tree depends on."""
    patches = [digest.of_bytes(content) for _, content in wanted.patches]
    return digest.of_json(["tree", FORMAT_OF_TREES, archive.sha256, archive.strip, patches])


def have_tree(wanted: Wanted, store: Store, search: Search, reporter: Reporter) -> Tree:
    """The tree of a source, which is fetched, unpacked and patched if the store has it not.

    Raises ComposerError.
    """
    for archive in wanted.source.archives:
        key = tree_key(archive, wanted)
        files = find_tree(store, key)
        if files is not None:
            store.use(archive.sha256)  # what it would be unpacked from again
            return Tree(key, files, archive, None)
    archive, origin = have_archive(wanted, store, search, reporter)

    key = tree_key(archive, wanted)
    blob = store.path_of(archive.sha256)
    files = make_tree(store, key, lambda folder: _fill(folder, blob, archive, wanted, reporter))
    return Tree(key, files, archive, origin)


def _fill(folder: Path, blob: Path, archive: Archive, wanted: Wanted, reporter: Reporter) -> None:
    """Unpack and patch."""
    try:
        alike = unpack(blob, archive.strip, folder)
    except Refused as error:
        message = f"the archive {archive.file} of the source '{wanted.source.id}' is refused: {error}"
        hint = "name another archive in the recipe; nothing of this one was kept"
        raise ComposerError(Diagnostic(Code.ARCHIVE_REFUSED, message, wanted.at, hint)) from error
    if alike is not None:
        reporter.told(f"note: {archive.file} has '{alike[0]}' and '{alike[1]}', which differ in case alone")
    for patch, content in wanted.patches:
        try:
            apply(content, folder)
        except PatchFails as error:
            message = f"the patch does not apply to {archive.file}: {error}"
            hint = "make it anew from exactly that archive, and list it behind those that it builds on"
            raise ComposerError(Diagnostic(Code.PATCH_FAILS, message, Location(patch), hint)) from error


def have_archive(wanted: Wanted, store: Store, search: Search, reporter: Reporter) -> tuple[Archive, str | None]:
    """One of the source's archives, whose blob is in the store then, and where it came from (None: it was there).

    Raises ComposerError.
    """
    for archive in wanted.source.archives:
        if _is_whole(store, archive.sha256):
            return archive, None
    attempts: list[tuple[Archive, tuple[Attempt, ...]]] = []
    for archive in wanted.source.archives:
        found = _fetch(archive, store, search, reporter)
        if not isinstance(found, tuple):
            return archive, found
        attempts.append((archive, found))
    raise ComposerError(_not_to_be_had(wanted, attempts, search))


def _is_whole(store: Store, sha256: str) -> bool:
    """Whether the store has the blob undamaged; a damaged one is evicted."""
    if not store.use(sha256):
        return False
    if digest.of_file(store.path_of(sha256)) == sha256:
        return True
    store.evict(sha256)
    return False


def _fetch(archive: Archive, store: Store, search: Search, reporter: Reporter) -> str | tuple[Attempt, ...] | None:
    """Put the archive into the store; where it came from (None: another process brought it), or what each place said."""

    def trying(place: str) -> None:
        reporter.told(f"getting {archive.file} from {place}")

    def received(here: int, total: int | None) -> None:
        reporter.received(archive.file, here, total)

    folder = store.root / FORMAT / "partial"
    with writing(store.root, Code.STORE_UNWRITABLE):
        folder.mkdir(parents=True, exist_ok=True)
        lock = folder / f"{archive.sha256}.lock"
        with alone(lock, lambda who: reporter.told(f"waiting for {who}, which gets {archive.file}")):
            if _is_whole(store, archive.sha256):
                return None
            file = folder / archive.sha256
            try:
                found = bring(archive, search, file, trying, received)
            finally:
                reporter.ended()
            if isinstance(found, str):
                store.put_file(file, move=True)
            return found


def _not_to_be_had(
    wanted: Wanted, attempts: Sequence[tuple[Archive, tuple[Attempt, ...]]], search: Search
) -> Diagnostic:
    lines = [f"the source '{wanted.source.id}' cannot be had:"]
    for archive, failed in attempts:
        lines.append(f"    {archive.file}, sha256 {archive.sha256}:")
        lines += (f"      {attempt.place}: {attempt.said}" for attempt in failed)
        if search.offline:
            lines.append("      it is not in the store, and --offline forbids the network")
        elif not failed:
            lines.append("      the recipe names no place that has it")
    hint = _HINT_OFFLINE if search.offline else _HINT
    return Diagnostic(Code.SOURCE_NOT_TO_BE_HAD, "\n".join(lines), wanted.at, hint)
