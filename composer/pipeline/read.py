"""Reads the description of a finished image; light, because `compose run` of a fresh image needs no more."""

from __future__ import annotations

from pathlib import Path

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.model.image import IMAGE_FILE, Image, image_from_json

MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)  # what `image_from_json` raises


def read_image(path: Path) -> Image:
    """The description of a finished image: an image.json, or a file or folder beside or around it."""
    file = path if path.name.endswith(".json") else (path if path.is_dir() else path.parent) / IMAGE_FILE
    try:
        return image_from_json(file.read_bytes())
    except FileNotFoundError:
        message = f"there is no {IMAGE_FILE} beside it" if path.is_file() else "there is no such image"
        hint = "build it first: `compose build`"
    except (OSError, *MALFORMED) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not an image.json of this version"
        message, hint = f"the image's description cannot be read: {reason}", "build it again: `compose build`"
    raise ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, message, Location(str(path)), hint))


def description_key(content: str) -> str:
    """Under which the store remembers the digest of the description of a file with the digest `content`."""
    return digest.of_json(["description", content])


def last_image(folder: Path) -> Image | None:
    """The description of the image in `folder`, None if there is none that can be read."""
    try:
        return image_from_json((folder / IMAGE_FILE).read_bytes())
    except (OSError, *MALFORMED):
        return None
