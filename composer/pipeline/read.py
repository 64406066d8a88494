"""Reads the description of a finished image; light, because `compose run` of a fresh image needs no more."""

from __future__ import annotations

from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.model.image import Image, image_from_json

IMAGE_FILE = "image.json"


def read_image(path: Path) -> Image:
    """The description of a finished image: an image.json, or a file or folder beside or around it."""
    file = path if path.name.endswith(".json") else (path if path.is_dir() else path.parent) / IMAGE_FILE
    try:
        return image_from_json(file.read_bytes())
    except FileNotFoundError:
        message = f"there is no {IMAGE_FILE} beside it" if path.is_file() else "there is no such image"
        hint = "build it first: `compose build`"
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not an image.json of this version"
        message, hint = f"the image's description cannot be read: {reason}", "build it again: `compose build`"
    raise ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, message, Location(str(path)), hint))


def last_image(folder: Path) -> Image | None:
    """The description of the image in `folder`, None if there is none that can be read."""
    try:
        return image_from_json((folder / IMAGE_FILE).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
