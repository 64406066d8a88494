"""Errors of the file system, told as what the user can do about them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.load.paths import display_path

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
STORE_HINT = "set COMPOSE_STORE to a folder that you may write to"
OUTPUT_HINT = "choose another folder with --out DIR"
ROOM_HINT = "free some space, then run the same command again: what is built already is kept"
# What a step's own tools say when the disk is full: they run with LC_ALL=C, so in these words.
ROOM_WORDS = (*(os.strerror(number) for number in sorted(NO_ROOM)), "File size limit exceeded")


def no_room(place: str) -> Diagnostic:
    """The disk, the quota or the limit on a file's size is exhausted at `place`."""
    return Diagnostic(Code.DISK_FULL, f"no room left to write {place}", hint=ROOM_HINT)


@contextmanager
def writing(place: Path, refused: Code, output_hint: str = OUTPUT_HINT) -> Iterator[None]:
    """Turn an OSError inside into DISK_FULL where it is one, else into `refused`, naming `place`."""
    try:
        yield
    except OSError as error:
        shown = display_path(place)
        if error.errno in NO_ROOM:
            raise ComposerError(no_room(shown)) from error
        what, hint = ("the store", STORE_HINT) if refused is Code.STORE_UNWRITABLE else ("the output", output_hint)
        reason = error.strerror or str(error)
        raise ComposerError(Diagnostic(refused, f"cannot write {what} {shown}: {reason}", hint=hint)) from error
