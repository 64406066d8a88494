"""Reads OCI layouts from anywhere. Nothing is used before its digest was compared with what names it."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.fetch.unpack import Refused, unpack
from composer.package.documents import INDEX_FILE, LAYER, LAYOUT_FILE, MANIFEST, TAG, TARGET

_MOST_BYTES = 4 << 20  # of a document
_ALGORITHM = "sha256:"
_AGAIN = "make the package again: `compose package`"


def read_index(folder: Path) -> Sequence[Mapping[str, Any]]:
    """What the layout in `folder` lists; raises ComposerError if that is none."""
    if not (folder / LAYOUT_FILE).is_file():
        what = "is no OCI layout" if folder.is_dir() else "is no folder"
        raise _refused(Code.NOT_AN_IMAGE, folder, f"this {what}", "name a folder that `compose package --oci` made")
    rows = _listed(folder / INDEX_FILE, "manifests")
    if not all(isinstance(row, dict) and isinstance(row.get("annotations", {}), dict) for row in rows):
        raise _broken(folder / INDEX_FILE, "it is no index of OCI")
    return rows


def choose(folder: Path, tag: str | None, targets: Sequence[str]) -> Mapping[str, Any]:
    """The one image of ours in the layout that has the tag or is for the first of `targets`; raises ComposerError."""
    ours = {str(row["annotations"].get(TAG)): row for row in read_index(folder) if TARGET in row.get("annotations", {})}
    if not ours:
        raise _refused(Code.NOT_AN_IMAGE, folder, "none of its images was made by compose", "`podman` runs containers")
    found = {
        name: row
        for name, row in ours.items()
        if (tag is None or name == tag) and (not targets or row["annotations"][TARGET] == targets[0])
    }
    if len(found) == 1:
        return next(iter(found.values()))
    message = "there are several images in it" if found else "there is no such image in it"
    listed = ", ".join(f"{name} for {row['annotations'][TARGET]}" for name, row in sorted(ours.items()))
    raise _refused(Code.UNKNOWN_NAME, folder, message, f"choose by --target, or oci:DIR:TAG, of {listed}")


def take(folder: Path, chosen: Mapping[str, Any], into: Path) -> None:
    """Have the files of the image that `chosen` describes in the new folder `into`; raises ComposerError, OSError."""
    if chosen.get("mediaType") != MANIFEST:
        raise _broken(folder / INDEX_FILE, "what it lists is no manifest of an image")
    manifest = _blob(folder, chosen)
    into.mkdir()
    for row in _listed(manifest, "layers"):
        if not isinstance(row, dict) or row.get("mediaType") != LAYER:
            raise _broken(manifest, "a layer is of a kind that is not ours")
        layer = _blob(folder, row)
        draft = into / "layer"
        draft.mkdir()
        try:
            unpack(layer, 0, draft)
        except Refused as refused:
            raise _broken(layer, str(refused)) from None
        for file in draft.iterdir():
            file.replace(into / file.name)
        shutil.rmtree(draft)


def _blob(folder: Path, row: Mapping[str, Any]) -> Path:
    """The blob that `row` describes, which is what it should be."""
    name = str(row.get("digest")).removeprefix(_ALGORITHM)
    if not digest.is_digest(name):
        raise _broken(folder / INDEX_FILE, f"{row.get('digest')!r} is no digest of SHA-256")
    file = folder / "blobs/sha256" / name
    try:
        if stat.S_ISREG(file.stat().st_mode) and digest.of_file(file) == name:
            return file
    except OSError as error:
        raise _broken(file, str(error.strerror)) from None
    raise _broken(file, "it is not what its digest says")


def _listed(file: Path, key: str) -> list[Any]:
    """The list `key` of a document."""
    try:
        with file.open("rb") as stream:
            value = json.loads(stream.read(_MOST_BYTES))[key]
    except OSError as error:
        raise _broken(file, str(error.strerror)) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _broken(file, f"it has no {key}") from None
    if not isinstance(value, list):
        raise _broken(file, f"its {key} are no list")
    return value


def _broken(file: Path, what: str) -> ComposerError:
    return _refused(Code.IMAGE_UNREADABLE, file, f"the package cannot be used: {what}", _AGAIN)


def _refused(code: Code, place: Path, message: str, hint: str) -> ComposerError:
    return ComposerError(Diagnostic(code, message, Location(str(place)), hint))
