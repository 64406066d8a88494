"""What a page needs from elsewhere: code of others, lines of sources; and the place that it is written to."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.faults import writing
from composer.load.paths import display_path
from composer.load.shipped import shipped_folder
from composer.model.source import Archive, Source
from composer.pipeline.look import View
from composer.pipeline.upstream import Wanted, have_tree
from composer.pipeline.workshop import Workshop
from composer.report.page import SOURCES, Described, Library, is_ours
from composer.whole import draft_of, write_whole

_START_BYTES = 512  # of a file, in which a page says that it is one
_HINT = "name a file in a folder that you may write to"


def libraries(workshop: Workshop) -> tuple[Library, ...]:
    """The code of others that a page carries: what came with the composer, else fetched once; raises ComposerError."""
    listed = json.loads((SOURCES / "libraries.json").read_text())
    return tuple(_library(entry, workshop) for entry in listed)


def _library(entry: dict[str, str], workshop: Workshop) -> Library:
    archive = Archive.model_validate(entry["archive"])
    folder = shipped_folder("page") / entry["name"]
    if not folder.is_dir():
        wanted = Wanted(Source(id=entry["name"], archives=(archive,)), None)
        search = workshop.project.settings.search
        folder = have_tree(wanted, workshop.store, search, workshop.reporter).files
    notice, code = ((folder / entry[key]).read_text() for key in ("notice", "code"))
    version = str(archive.npm).rpartition("@")[2]
    return Library(entry["name"], version, entry["does"], entry["license"], notice, code)


def described(view: View, remarks: tuple[str, ...]) -> Described:
    """What the catalog and the sources say of an image."""
    catalog = view.workshop.project.catalog.recipes
    summaries = {name: catalog[name].recipe.summary for name in (r.name for r in view.recipes) if name in catalog}
    return Described(view.recipes, summaries, _line_at, remarks)


def _line_at(place: Location) -> str:
    lines = _lines(place.file)
    return lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""


@cache
def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text(errors="replace").splitlines())
    except OSError:
        return ()


def check_place(file: Path) -> None:
    """Raise ComposerError if a page must not be written to `file`; a page of ours there is written anew."""
    shown = Location(display_path(file))
    if not file.parent.is_dir():
        raise ComposerError(
            Diagnostic(Code.FILE_MISSING, "there is no such folder", Location(display_path(file.parent)), _HINT)
        )
    with writing(file, Code.OUTPUT_UNWRITABLE, _HINT):
        draft = draft_of(file)
        draft.touch()  # before anything is fetched or compiled for it
        draft.unlink()
    if not file.exists():
        return
    if not file.is_file():
        raise ComposerError(Diagnostic(Code.USAGE, "it is not a file, so no page can be written there", shown, _HINT))
    with writing(file, Code.OUTPUT_UNWRITABLE, _HINT), file.open("r+b") as content:
        start = content.read(_START_BYTES)
    if not is_ours(start):
        hint = "name another file, or remove this one; a page that compose made is written anew"
        raise ComposerError(Diagnostic(Code.USAGE, "it is there already, and is no page of compose", shown, hint))


def save(file: Path, text: str) -> None:
    """Write the page, whole at any moment; raises ComposerError."""
    with writing(file, Code.OUTPUT_UNWRITABLE, _HINT):
        write_whole(file, text.encode())
