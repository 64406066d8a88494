"""The archive that Linux unpacks as its first root: cpio's "newc" form (Documentation/driver-api/early-userspace/buffer-format.rst)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_MAGIC = "070701"
_END = "TRAILER!!!"
_ALIGN = 4
_FOLDER, _CHARACTER, _FILE = 0o040755, 0o020666, 0o100755


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in the archive; `path` has no leading slash, and a folder comes before what is in it."""

    path: str
    mode: int
    content: bytes = b""
    device: tuple[int, int] = (0, 0)


def folder(path: str) -> Entry:
    """A folder."""
    return Entry(path, _FOLDER)


def file(path: str, content: bytes) -> Entry:
    """A file that may be run."""
    return Entry(path, _FILE, content)


def character_device(path: str, major: int, minor: int) -> Entry:
    """A device of bytes by its numbers (Documentation/admin-guide/devices.txt)."""
    return Entry(path, _CHARACTER, device=(major, minor))


def archive(entries: Iterable[Entry]) -> bytes:
    """The whole archive; the same entries give the same bytes."""
    parts = [_record(entry, number) for number, entry in enumerate(entries, 1)]
    return b"".join([*parts, _record(Entry(_END, 0), 0)])


def _record(entry: Entry, inode: int) -> bytes:
    name = entry.path.encode() + b"\0"
    fields = (inode, entry.mode, 0, 0, 1, 0, len(entry.content), 0, 0, *entry.device, len(name), 0)
    head = (_MAGIC + "".join(f"{field:08x}" for field in fields)).encode() + name
    return _padded(head) + _padded(entry.content)


def _padded(part: bytes) -> bytes:
    return part + bytes(-len(part) % _ALIGN)
