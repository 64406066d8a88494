"""Images that are started from an OCI layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.drafts import Drafts
from composer.execute.faults import writing
from composer.execute.store import Store
from composer.package.read import choose, take
from composer.pipeline.fresh import store_folder
from composer.pipeline.read import read_image

_drafts: list[Drafts] = []  # what is unpacked is there until this process ends


def unpacked(words: str, targets: Sequence[str]) -> Path:
    """The folder with the files of the image that `words`, DIR or DIR:TAG, name; raises ComposerError."""
    folder, tag = Path(words), None
    if not folder.is_dir():
        place, separator, rest = words.partition(":")
        folder, tag = Path(place), rest if separator else None
    chosen = choose(folder, tag, targets)
    with writing(Path(store_folder()), Code.STORE_UNWRITABLE):
        _drafts.append(Store(Path(store_folder())).drafts())
        into = _drafts[-1].new()
        take(folder, chosen, into)
    _require_whole(folder, into)
    return into


def _require_whole(folder: Path, into: Path) -> None:
    """Raise ComposerError if the image in `into` is not what its own description says."""
    image = read_image(into)
    for name, content in image.files.items():
        file = into / name
        if "/" in name or not file.is_file() or file.is_symlink() or digest.of_file(file) != content:
            message = f"the package cannot be used: {name} is not in it, or is another one than its image.json says"
            raise ComposerError(
                Diagnostic(Code.IMAGE_UNREADABLE, message, Location(str(folder)), "make the package again")
            )
