"""A manifest's file while its text is being changed: read once, written as a whole, never over what somebody else wrote."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.document import read_text
from composer.load.paths import display_path
from composer.whole import write_new


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
        with _writing(self.path):
            self._write(text)
        return Manuscript(self.path, self.shown, text)

    def put_aside(self, text: str) -> Path:
        """Write `text` to a file beside the manifest that was not there before; raises ComposerError."""
        names = (self.path.with_name(f"{self.path.name}{number or ''}.diff") for number in range(1000))
        place = next(name for name in names if not name.exists())
        with _writing(place):
            write_new(place, text)
        return place

    def _write(self, text: str) -> None:
        """Write a draft beside the file and move it there: whoever reads sees the old text or the new one."""
        descriptor, draft = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(text.encode())
                stream.flush()
                _take_after(descriptor, self.path)
                os.fsync(descriptor)
            Path(draft).replace(self.path)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """Tell an OSError inside as what it means for the user's text."""
    try:
        yield
    except OSError as error:
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
