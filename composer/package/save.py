"""Writes images into an OCI layout. A new one appears as a whole; in one that is there the index changes last."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.faults import writing
from composer.package.documents import INDEX_FILE, LAYOUT_FILE, TAG, Packaged, index, layout
from composer.package.read import read_index
from composer.whole import draft_of, write_whole

_HINT = "name a folder that is not there yet, or an OCI layout, below a folder that you may write to"


def check_place(folder: Path) -> None:
    """Raise ComposerError if a layout cannot be in `folder`: it is a file, or a folder with something else in it."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() and not (folder / LAYOUT_FILE).is_file():
        what = "this folder has something else in it" if folder.is_dir() else "this is a file"
        raise ComposerError(Diagnostic(Code.USAGE, what, Location(str(folder)), _HINT))
    if not folder.exists() and not folder.absolute().parent.is_dir():
        raise ComposerError(
            Diagnostic(Code.FILE_MISSING, "there is no such folder", Location(str(folder.parent)), _HINT)
        )


def save(folder: Path, images: Sequence[Packaged]) -> None:
    """Have `images` in the layout `folder`, each in the place of one with its tag; raises ComposerError."""
    check_place(folder)
    with writing(folder, Code.OUTPUT_UNWRITABLE, _HINT):
        if (folder / LAYOUT_FILE).exists():
            _fill(folder, images, tuple(_others(folder, images)))
            return
        draft = draft_of(folder.absolute())
        draft.mkdir()
        try:
            _fill(draft, images, ())
            draft.rename(folder)
        finally:
            with suppress(FileNotFoundError):
                shutil.rmtree(draft)


def _others(folder: Path, images: Sequence[Packaged]) -> Iterator[Mapping[str, Any]]:
    """What the layout has besides, whoever made it."""
    tags = {image.tag for image in images}
    for row in read_index(folder):
        if row.get("annotations", {}).get(TAG) not in tags:
            yield row


def _fill(folder: Path, images: Sequence[Packaged], others: Sequence[Mapping[str, Any]]) -> None:
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True, exist_ok=True)
    for name, content in {name: content for image in images for name, content in image.blobs.items()}.items():
        write_whole(blobs / name, content)
    write_whole(folder / LAYOUT_FILE, layout())
    write_whole(folder / INDEX_FILE, index([*others, *(image.descriptor for image in images)]))
