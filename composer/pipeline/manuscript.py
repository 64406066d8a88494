"""A manifest's file while its text is being changed: read once, written as a whole, never over what somebody else wrote."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.document import read_text
from composer.load.paths import display_path


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The file as it was read."""

    path: Path  # with links followed: what they lead to is written
    shown: str
    text: str

    @classmethod
    def read(cls, path: Path) -> Manuscript:
        """Read the file `path`; raises ComposerError."""
        shown = display_path(path)
        return cls(path.resolve(), shown, read_text(path, shown, "manifest"))

    @property
    def is_writable(self) -> bool:
        """Whether it can be saved."""
        return os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)

    def is_changed(self) -> bool:
        """Whether the file has another text now, or is gone."""
        try:
            return self.path.read_bytes() != self.text.encode()
        except OSError:
            return True

    def saved(self, text: str) -> Manuscript:
        """Put `text` in place of the file's, whose mode stays; raises ComposerError if that cannot be done."""
        self._write(self.path, text, lambda draft: _take_after(draft, self.path))
        return Manuscript(self.path, self.shown, text)

    def put_aside(self, text: str) -> Path:
        """Write `text` to a file beside the manifest that was not there before; raises ComposerError."""
        names = (self.path.with_name(f"{self.path.name}{number or ''}.diff") for number in range(1000))
        place = next(name for name in names if not name.exists())
        self._write(place, text, lambda draft: None)
        return place

    def _write(self, place: Path, text: str, prepare: Callable[[int], None]) -> None:
        """Write a draft beside `place` and move it there: whoever reads sees the old text or the new one."""
        draft = None
        try:
            descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(text.encode())
                stream.flush()
                prepare(descriptor)
                os.fsync(descriptor)
            Path(draft).replace(place)
        except OSError as error:
            if draft is not None:
                Path(draft).unlink(missing_ok=True)
            message = f"cannot be written: {error.strerror}"
            at = Location(display_path(place))
            hint = "see to its permissions and to the disk; nothing is lost, the file is as it was"
            raise ComposerError(Diagnostic(Code.OUTPUT_UNWRITABLE, message, at, hint)) from None


def _take_after(draft: int, path: Path) -> None:
    """Give the file of a descriptor the mode and, if we may, the owner of `path`."""
    status = path.stat()
    with suppress(PermissionError):
        os.fchown(draft, status.st_uid, status.st_gid)
    os.fchmod(draft, status.st_mode & 0o7777)
