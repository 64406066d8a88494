"""Looks at a file from anywhere: what it is, and the description and the symbols that belong to just these bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.store import Store
from composer.model.image import IMAGE_FILE, Image, image_from_json
from composer.model.inspection import Anatomy, Check, Inspection
from composer.pipeline.read import MALFORMED, description_key, read_image
from composer.verify.inspection import HEAD_BYTES, dissect, foreign, kind_of

LARGEST = (
    1 << 30
)  # bytes of a file that is read; the largest program that compilers' small code model allows has twice that
_BESIDE, _STORE = "beside it", "in the store"
_DESCRIBED, _NOTED = "its bytes are those of image.json", "it carries its manifest's digest"


@dataclass(frozen=True, slots=True)
class _Description:
    """An image.json, and where it was found."""

    image: Image
    where: str


def inspect(path: Path, store: Store) -> Inspection:
    """Everything that can be found out about the file; raises ComposerError for one that is no image."""
    if path.name.endswith(".json"):
        return _inspect_description(path, store)
    content = _read(path)
    return _inspect_file(path, content, _description_of(path, digest.of_bytes(content), store), store)


def _inspect_description(path: Path, store: Store) -> Inspection:
    """The file that an image.json describes: beside it, or in the store."""
    if not path.is_file():
        _refuse(path)
    image = read_image(path)
    file = path.with_name(image.bootable)
    kept = image.files.get(image.bootable)
    content = _read(file) if file.is_file() else None if kept is None else store.read(kept)
    if content is None:
        found = f"{path.name} alone: {image.bootable} is neither beside it nor in the store"
        return Inspection(str(path), None, None, None, image, found, "", ())
    return replace(_inspect_file(file, content, _Description(image, "that was named"), store), path=str(path))


def _inspect_file(path: Path, content: bytes, description: _Description | str, store: Store) -> Inspection:
    """What is known of `content`, by its description, or by why there is none."""
    own = digest.of_bytes(content)
    at = Location(str(path))
    anatomy, symbols_from = _dissected(path, content, description, store, at)
    image = None if isinstance(description, str) else description.image
    found = description if isinstance(description, str) else f"{IMAGE_FILE} {description.where}"
    checks = (*anatomy.checks, _described(path, own, description), _noted(anatomy, image))
    return Inspection(str(path), len(content), own, anatomy, image, found, symbols_from, checks)


def _read(path: Path) -> bytes:
    """The whole file, if its first bytes say that it may be an image."""
    if not path.is_file():
        _refuse(path)
    at = Location(str(path))
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            if kind_of(head) is None:
                raise foreign(f"this is {_spell(head)}, neither an ELF file nor an arm64 Image", at)
            content = head + stream.read(LARGEST + 1 - len(head))
    except OSError as error:
        message = f"this cannot be read: {error.strerror}"
        raise ComposerError(Diagnostic(Code.FILE_UNREADABLE, message, at, "see to its permissions")) from error
    if len(content) > LARGEST:
        raise foreign(f"this is larger than {LARGEST >> 20:,} MiB, as no image is", at)
    return content


def _spell(head: bytes) -> str:
    """What a file is that begins like that."""
    if not head:
        return "an empty file"
    try:
        is_text = "\0" not in head.decode()
    except UnicodeDecodeError as error:
        is_text = error.reason == "unexpected end of data" and b"\0" not in head
    return "text" if is_text else "a file of another kind"


def _refuse(path: Path) -> None:
    """Raise ComposerError for what is no file."""
    at = Location(str(path))
    if path.is_dir():
        inside = (
            IMAGE_FILE
            if (path / IMAGE_FILE).is_file()
            else next((each.name for each in sorted(path.glob("*.elf"))), None)
        )
        hint = "name an image in it: mine.elf, mine.img or image.json"
        hint = hint if inside is None else f"name the file in it: `compose inspect {path / inside}`"
        raise ComposerError(Diagnostic(Code.NOT_AN_IMAGE, "this is a folder, and an image is a file", at, hint))
    if path.exists():
        raise foreign("this is not a file", at)
    raise ComposerError(
        Diagnostic(Code.FILE_MISSING, "there is no such file", at, "build an image first: `compose build`")
    )


# What belongs to it


def _description_of(path: Path, own: str, store: Store) -> _Description | str:
    """The image.json of the file with the digest `own`; else why there is none."""
    beside = _parsed(path.with_name(IMAGE_FILE))
    if beside is not None and own in beside.files.values():
        return _Description(beside, _BESIDE)
    blob = store.recall(description_key(own))
    kept = store.read(blob) if isinstance(blob, str) else None
    stored = _parsed_text(kept) if kept is not None else None
    if stored is not None and own in stored.files.values():
        return _Description(stored, _STORE)
    return f"no {IMAGE_FILE} of it is known" if beside is None else f"{IMAGE_FILE} beside it is of other files"


def _parsed(file: Path) -> Image | None:
    try:
        return _parsed_text(file.read_bytes()) if file.stat().st_size <= LARGEST else None
    except OSError:
        return None


def _parsed_text(text: bytes) -> Image | None:
    try:
        return image_from_json(text)
    except MALFORMED:
        return None


def _dissected(
    path: Path, content: bytes, description: _Description | str, store: Store, at: Location
) -> tuple[Anatomy, str]:
    """The file with the first symbols that are its own, and where these are."""
    anatomy = dissect(content, None, at)
    if anatomy.symbols is not None:
        return anatomy, "in the file itself"
    for debug, where in _debug_files(path, description, store):
        with_symbols = dissect(content, debug, at)
        if with_symbols.symbols is not None:
            return with_symbols, where
    return anatomy, ""


def _debug_files(path: Path, description: _Description | str, store: Store) -> Iterator[tuple[bytes, str]]:
    """Files that may have the symbols; whether they have, their bytes must show."""
    image = None if isinstance(description, str) else description.image
    name = f"{path.stem if image is None else image.name}.dbg"
    beside = path.with_name(name)
    if beside.is_file() and beside.stat().st_size <= LARGEST:
        yield beside.read_bytes(), f"in {name} {_BESIDE}"
    if image is not None and name in image.files:
        kept = store.read(image.files[name])
        if kept is not None:
            yield kept, f"in {name} {_STORE}"


def _described(path: Path, own: str, description: _Description | str) -> Check:
    if isinstance(description, str):
        beside = _parsed(path.with_name(IMAGE_FILE))
        if beside is not None and path.name in beside.files:
            return Check(_DESCRIBED, "no", f"{IMAGE_FILE} {_BESIDE} has another sha256 for {path.name}")
        return Check(_DESCRIBED, "unseen", description)
    if own in description.image.files.values():
        return Check(_DESCRIBED, "yes", f"the sha256 is in {IMAGE_FILE} {description.where}")
    return Check(_DESCRIBED, "no", f"{IMAGE_FILE} {description.where} has another sha256 for {path.name}")


def _noted(anatomy: Anatomy, image: Image | None) -> Check:
    if anatomy.manifest_digest is None:
        return Check(_NOTED, "no", "it has no note of compose")
    if image is None:
        return Check(_NOTED, "unseen", "its note has one, and the manifest is not known")
    if anatomy.manifest_digest == image.manifest_digest == digest.of_json(image.manifest):
        return Check(_NOTED, "yes", f"its note has the one of the manifest in {IMAGE_FILE}")
    return Check(_NOTED, "no", f"its note has another one than the manifest in {IMAGE_FILE}")
