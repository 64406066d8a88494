"""Where an image passes on its way to main: by names that every recipe keeps to (recipes/CONVENTIONS.md)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.model.boot import Course, Part, Stage
from composer.model.image import Image
from composer.reach.objects import read_symbols

_MAPPED = "boot_mapped"
_READY = ("arguments_start", "start")  # what a boot recipe calls after image_init; a process has its words already
_MAIN, _WRITER = "main", "console_write"


def course_of(image: Image, debug: Path) -> Course:
    """The course of `image`, whose symbols are in `debug`; raises `ComposerError` (IMAGE_UNREADABLE)."""
    try:
        symbols = {symbol.name: symbol.value for symbol in read_symbols(debug.read_bytes())}
        stages = tuple(_stages(image, symbols))
    except (OSError, ValueError, LookupError, struct.error) as error:
        message = "the image's symbols cannot be read"
        raise ComposerError(
            Diagnostic(Code.IMAGE_UNREADABLE, message, Location(str(debug)), "build it again")
        ) from error
    # An optimiser of the whole program may put the writer's code where it is called.
    writer = None if image.manifest["lto"] else symbols.get(_WRITER)
    return Course(stages, writer)


def _stages(image: Image, symbols: Mapping[str, int]) -> Iterator[Stage]:
    yield Stage(Part.ENTRY, "", image.entry)
    if _MAPPED in symbols:
        yield Stage(Part.MAPPED, _MAPPED, symbols[_MAPPED])
    for step in image.init:
        yield Stage(Part.INIT, step.call, symbols[step.call], step.recipe)
    ready = next((name for name in _READY if name in symbols), _MAIN)
    yield Stage(Part.READY, ready, symbols[ready])
    yield Stage(Part.MAIN, _MAIN, symbols[_MAIN])
