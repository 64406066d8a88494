"""`compose recipes new`: a recipe made from a C library, by looking at its files and by compiling what compiles."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.faults import writing
from composer.execute.outcome import Reporter
from composer.execute.store import Store
from composer.fetch.unpack import Refused, unpack
from composer.load.catalog import RECIPE_FILE, Catalogs, outside
from composer.load.library_tree import LibraryTree, look_at
from composer.load.licence import UNDECIDED
from composer.load.manifest import buildable_targets
from composer.load.shipped import shipped_folder
from composer.model.recipe import Catalog
from composer.model.source import UPSTREAM
from composer.model.step import RECIPES
from composer.model.target import Target
from composer.pipeline.alone import Compiled, compile_recipe, complaint_in, open_alone
from composer.pipeline.libc import LIBC
from composer.pipeline.settings import Settings
from composer.pipeline.workshop import Workshop
from composer.report.new_recipe import Draft, as_yaml

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~-]*")
_VERSION = re.compile(r"[-_]v?(\d[\w.+~]*?)(?:\.orig)?\.(?:tar|tgz|zip|txz|tbz)")


@dataclass(frozen=True, slots=True)
class Wish:
    """What `compose recipes new` was asked for."""

    name: str
    origin: Path
    into: Path

    @property
    def place(self) -> Path:
        """The folder that is going to be the recipe."""
        return self.into / self.name


def require_possible(wish: Wish, catalog: Catalog) -> None:
    """Raise ComposerError for a name that cannot be, or is taken, and for a library that is not there."""
    if _NAME.fullmatch(wish.name) is None:
        message = f"'{wish.name}' is not a legal name"
        hint = "start with a lower-case letter; then lower-case letters, digits, - and _"
        raise ComposerError(Diagnostic(Code.WRONG_VALUE, message, hint=hint))
    known = catalog.recipes.get(wish.name)
    if known is not None:
        message = f"there is a recipe '{wish.name}' already"
        hint = "choose another name; a recipe that is to replace a shipped one is better made from that one"
        raise ComposerError(Diagnostic(Code.RECIPE_TAKEN, message, Location(known.places.file), hint))
    if os.path.lexists(wish.place):
        hint = "choose another name, or another folder with --into; nothing is ever overwritten"
        raise ComposerError(Diagnostic(Code.RECIPE_TAKEN, "this is there already", Location(str(wish.place)), hint))
    if not wish.origin.exists():
        hint = "--from names an archive or a folder on this machine"
        message = "there is no such archive or folder"
        raise ComposerError(Diagnostic(Code.FILE_MISSING, message, Location(str(wish.origin)), hint))
    if not wish.into.is_dir():
        hint = "make it first, or name another one with --into"
        raise ComposerError(Diagnostic(Code.FILE_MISSING, "there is no such folder", Location(str(wish.into)), hint))
    if not wish.origin.is_dir() and _FILE.fullmatch(wish.origin.name) is None:
        hint = "rename it: letters, digits and . _ + ~ -, and no . or - at its beginning"
        message = f"no recipe can name an archive that is called '{wish.origin.name}'"
        raise ComposerError(Diagnostic(Code.WRONG_VALUE, message, Location(str(wish.origin)), hint))


def make_recipe(wish: Wish, given: Sequence[Path], settings: Settings, store: Store, reporter: Reporter) -> Draft:
    """Write the recipe and say what it has; raises ComposerError, and then nothing is left of it."""
    with _draft_folder(wish) as folder:
        draft = _from_folder(wish, folder) if wish.origin.is_dir() else _from_archive(wish, store)
        draft = _tried(draft, folder, given, settings, store, reporter)
        (folder / RECIPE_FILE).write_text(as_yaml(draft))
        with _writing(wish.into):
            folder.rename(wish.place)
    return draft


@contextmanager
def _writing(into: Path) -> Iterator[None]:
    """Tell what goes wrong with writing inside; elsewhere is said by another word here than in a build."""
    try:
        with writing(into, Code.OUTPUT_UNWRITABLE):
            yield
    except ComposerError as error:
        hint = "choose another folder with --into DIR"
        is_here = error.diagnostics[0].code is Code.OUTPUT_UNWRITABLE
        raise ComposerError(replace(error.diagnostics[0], hint=hint)) if is_here else error from None


@contextmanager
def _draft_folder(wish: Wish) -> Iterator[Path]:
    """A folder called as the recipe, beside its place, which goes unless it has been moved."""
    with _writing(wish.into):
        around = Path(tempfile.mkdtemp(prefix=f".{wish.name}-", dir=wish.into))
    try:
        folder = around / wish.name
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _from_folder(wish: Wish, folder: Path) -> Draft:
    """Copy the library into the recipe: headers for others to `include/`, all else to `src/`."""
    tree = look_at(wish.origin)
    _require_sources(tree, wish)
    moved = {name: _own_name(name, tree) for name in (*tree.sources, *tree.headers)}
    if tree.licence_file is not None:
        moved[tree.licence_file] = tree.licence_file
    with _writing(wish.into):
        for name, place in moved.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(wish.origin / name, folder / place)
    private = dict.fromkeys(str(PurePosixPath(moved[name]).parent) for name in tree.headers)
    return replace(
        _draft(wish, tree),
        include=tuple(name for name in private if name.startswith("src/")),
        sources=tuple(moved[name] for name in tree.sources),
    )


def _own_name(name: str, tree: LibraryTree) -> str:
    """Where a file of a library stands in a recipe of its own."""
    path = PurePosixPath(name)
    if path.suffix == ".h" and (
        path.parent == PurePosixPath(tree.public) or (tree.public != "." and path.is_relative_to(tree.public))
    ):
        return str("include" / path.relative_to(tree.public))
    return str("src" / (path.relative_to("src") if path.is_relative_to("src") else path))


def _from_archive(wish: Wish, store: Store) -> Draft:
    """Name the archive by its digest; it is in the store then, so that a build finds it."""
    with tempfile.TemporaryDirectory(prefix="compose-new-") as place:
        top = Path(place)
        try:
            unpack(wish.origin, 0, top)
        except Refused as error:
            hint = "name another archive; nothing of this one was kept"
            message = f"the archive is refused: {error}"
            raise ComposerError(Diagnostic(Code.ARCHIVE_REFUSED, message, Location(str(wish.origin)), hint)) from error
        strip = 0
        while len(inside := [*top.iterdir()]) == 1 and inside[0].is_dir():
            top, strip = inside[0], strip + 1
        tree = look_at(top)
    _require_sources(tree, wish)
    store.put_file(wish.origin)
    above = f"{UPSTREAM}/{wish.name}"
    archive: dict[str, str | int] = {"file": wish.origin.name, "sha256": digest.of_file(wish.origin), "strip": strip}
    return replace(
        _draft(wish, tree),
        archive=archive,
        public=(_below(above, tree.public),),
        include=tuple(_below(above, name) for name in tree.private),
        sources=tuple(f"{above}/{name}" for name in tree.sources),
    )


def _below(above: str, name: str) -> str:
    return above if name == "." else f"{above}/{name}"


def _require_sources(tree: LibraryTree, wish: Wish) -> None:
    if tree.sources:
        return
    what = f"only programs, with a main: {', '.join(tree.programs[:3])}" if tree.programs else "no C source"
    hint = "name a C library; one's own program is named in a manifest, under app.sources"
    raise ComposerError(Diagnostic(Code.NOTHING_TO_COMPILE, f"it has {what}", Location(str(wish.origin)), hint))


def _draft(wish: Wish, tree: LibraryTree) -> Draft:
    version = _VERSION.search(wish.origin.name)
    if tree.licence is None:
        why = f"decide: {tree.licence_file or 'nothing'} tells it; write it in SPDX's words, such as MIT"
    else:
        why = f"as {tree.licence_file or tree.sources[0]} says"
    left = {name: "it has a main" for name in tree.programs}
    licence = tree.licence or UNDECIDED
    found = version[1] if version else "1"
    return Draft(wish.name, found, wish.origin.name, licence, why, left_out=left, requires=(LIBC,))


def _tried(
    draft: Draft, folder: Path, given: Sequence[Path], settings: Settings, store: Store, reporter: Reporter
) -> Draft:
    """`draft` without the sources that do not compile, with what the others export and require."""
    while True:
        (folder / RECIPE_FILE).write_text(as_yaml(replace(draft, exports=())))
        workshop = _workshop(folder, draft.name, given, settings, store, reporter)
        try:
            return _found(draft, compile_recipe(workshop, draft.name, closed=False))
        except ComposerError as error:
            broken = dict(_broken_sources(error.diagnostics, draft, workshop))
            if not broken or len(broken) == len(draft.sources):
                return replace(draft, left_out={**draft.left_out, **broken}) if broken else draft
            left = tuple(source for source in draft.sources if source not in broken)
            draft = replace(draft, sources=left, left_out={**draft.left_out, **broken})


def _workshop(
    folder: Path, name: str, given: Sequence[Path], settings: Settings, store: Store, reporter: Reporter
) -> Workshop:
    """Where the recipe is compiled, for the first target that this machine has a compiler for; raises ComposerError."""
    places = [outside(str(one), Path(), Location(str(one))) for one in (folder.absolute(), *given)]
    catalog = Catalogs(shipped_folder(RECIPES), places).having()
    failure: ComposerError | None = None
    for target in _likeliest(buildable_targets(catalog)):
        try:
            return open_alone(catalog, name, target, settings, store, reporter)
        except ComposerError as error:
            failure = failure or error
    assert failure is not None, "there are targets"
    raise failure


def _likeliest(targets: Sequence[Target]) -> Sequence[Target]:
    """This machine's own kind first."""
    return sorted(targets, key=lambda target: (target.platform != "linux", target.arch != os.uname().machine))


def _broken_sources(diagnostics: Sequence[Diagnostic], draft: Draft, workshop: Workshop) -> Iterator[tuple[str, str]]:
    """Sources that do not compile, each with the compiler's first complaint."""
    for diagnostic in diagnostics:
        for source in draft.sources:
            path = workshop.project.catalog.recipes[draft.name].path_of(source)
            if f"'compile {path}'" in diagnostic.message:
                said = complaint_in(diagnostic)
                yield source, "it does not compile" if said is None else said[1].strip()


def _found(draft: Draft, one: Compiled) -> Draft:
    """`draft` with what its objects tell."""
    offered = tuple(
        sorted(symbol for symbol in one.defined if any(_says(text, symbol) for text in one.public.values()))
    )
    uses = one.touched or one.reached.missing
    return replace(draft, exports=offered, requires=(LIBC,) if uses else ())


def _says(text: str, symbol: str) -> bool:
    return re.search(rf"\b{re.escape(symbol)}\b", text) is not None
