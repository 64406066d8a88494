"""Unpacks archives of strangers: member by member, and nothing that could reach beyond the folder.

tarfile's own filters are not used: `data` quietly turns `/etc/x` into `etc/x`, and all of them stop at what the
format says, not at what a recipe's tree may be (bounded, of files, folders and links within it).
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import posixpath
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path, PurePosixPath
from typing import IO, cast

MOST_MEMBERS = 200_000
MOST_BYTES = 2 << 30  # unpacked, with what is skipped
MOST_NAME_BYTES = 1024
_MOST_HEADER_BYTES = 1 << 20  # of what a tar says of one member beyond its fixed header; it is read at once
_EXTENDED = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_PIECE = 1 << 20
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError, NotImplementedError, OSError)


class Refused(Exception):
    """Why an archive is not unpacked, as a sentence that names the member."""


class Kind(Enum):
    """What a member is."""

    FILE = auto()
    FOLDER = auto()
    LINK = auto()  # a symbolic link
    HARD_LINK = auto()  # to a member before it
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive, of any format."""

    name: str
    kind: Kind
    what: str = ""  # of OTHER: in words
    target: str = ""  # of links
    executable: bool = False
    size: int = 0  # of a file, as the archive says
    opened: Callable[[], IO[bytes] | None] = lambda: None


def unpack(archive: Path, strip: int, folder: Path) -> tuple[str, str] | None:
    """Write the members of `archive`, a tar in any compression or a zip, into the empty `folder`.

    Returns two names that differ in case alone, if there are such: other systems cannot have both. `strip` leading folders of each name are dropped, and members that are no longer than that. Raises Refused for an
    archive that is damaged, too large or would write elsewhere; OSError if `folder` cannot be written.
    """
    limits = _Limits()
    written = _Written(folder, limits)
    members = _zip_members(archive) if _is_zip(archive) else _tar_members(archive)
    for member in members:
        limits.count(member)
        path = _place(member.name, strip)
        if path is not None:
            written.add(member, path, strip)
    if not written.kinds:
        raise Refused("it holds no file")
    written.check_links()
    return written.alike()


class _Limits:
    """What an archive may cost."""

    def __init__(self) -> None:
        self._members = 0
        self._bytes = 0

    def count(self, member: Member) -> None:
        """One more member, which says of itself how large it is: a lie is found when it is read."""
        name = member.name
        self._members += 1
        if self._bytes + member.size > MOST_BYTES:
            self.spend(member.size, name)
        if self._members > MOST_MEMBERS:
            raise Refused(f"it has more than {MOST_MEMBERS:,} members")
        if len(name.encode(errors="surrogateescape")) > MOST_NAME_BYTES:
            raise Refused(f"the name of the member '{name[:60]}…' is longer than {MOST_NAME_BYTES:,} bytes")

    def spend(self, size: int, name: str) -> None:
        self._bytes += size
        if self._bytes > MOST_BYTES:
            raise Refused(f"it unpacks to more than {MOST_BYTES:,} bytes; '{name}' is where that is reached")


class _Written:
    """What has been unpacked so far."""

    def __init__(self, folder: Path, limits: _Limits) -> None:
        self._folder = folder
        self._limits = limits
        self.kinds: dict[str, Kind] = {}
        self._links: dict[str, tuple[str, str]] = {}  # path -> member's name and target

    def add(self, member: Member, path: str, strip: int) -> None:
        """Write one member at `path`."""
        self._require_room(member, path)
        match member.kind:
            case Kind.FOLDER:
                (self._folder / path).mkdir(exist_ok=True)
            case Kind.FILE:
                self._copy(member, path)
            case Kind.LINK:
                self._link(member, path)
            case Kind.HARD_LINK:
                self._copy_again(member, path, strip)
            case Kind.OTHER:
                raise Refused(f"the member '{member.name}' is {member.what}")
        self.kinds[path] = Kind.FILE if member.kind is Kind.HARD_LINK else member.kind

    def _require_room(self, member: Member, path: str) -> None:
        """Make the folders above; raises Refused if something else has one of the names."""
        above = ""
        for part in PurePosixPath(path).parts[:-1]:
            above = f"{above}/{part}" if above else part
            if self.kinds.setdefault(above, Kind.FOLDER) is not Kind.FOLDER:
                raise Refused(f"the member '{member.name}' lies below '{above}', which is no folder")
            (self._folder / above).mkdir(exist_ok=True)
        known = self.kinds.get(path)
        if known is not None and not (known is member.kind is Kind.FOLDER):
            raise Refused(f"two members have the name '{member.name}'")

    def _copy(self, member: Member, path: str) -> None:
        stream = member.opened()
        if stream is None:
            raise Refused(f"the member '{member.name}' has no content")
        place = self._folder / path
        with stream, place.open("xb") as out:
            for piece in _pieces(stream, member.name):
                self._limits.spend(len(piece), member.name)
                out.write(piece)
        if member.executable:
            place.chmod(0o755)

    def _copy_again(self, member: Member, path: str, strip: int) -> None:
        target = _place(member.target, strip)
        if target is None or self.kinds.get(target) is not Kind.FILE:
            raise Refused(f"the member '{member.name}' is a link to '{member.target}', which is no file before it")
        content = (self._folder / target).read_bytes()
        self._limits.spend(len(content), member.name)
        (self._folder / path).write_bytes(content)

    def _link(self, member: Member, path: str) -> None:
        if PurePosixPath(member.target).is_absolute() or "\0" in member.target or not member.target:
            raise Refused(f"the member '{member.name}' is a link to '{member.target}', outside the archive")
        (self._folder / path).symlink_to(member.target)
        self._links[path] = member.name, member.target

    def alike(self) -> tuple[str, str] | None:
        """Two names that differ in case alone, if there are such."""
        seen: dict[str, str] = {}
        for path in sorted(self.kinds):
            other = seen.setdefault(path.casefold(), path)
            if other != path:
                return other, path
        return None

    def check_links(self) -> None:
        """Raise Refused for a symbolic link that leads outside, perhaps by way of others."""
        real = self._folder.resolve()
        for path, (name, target) in self._links.items():
            if not (real / path).resolve(strict=False).is_relative_to(real) or _climbs_out(path, target):
                raise Refused(f"the member '{name}' is a link to '{target}', outside the archive")


def _climbs_out(path: str, target: str) -> bool:
    """Whether the words of a link alone lead above the folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target)).startswith("..")


def _place(name: str, strip: int) -> str | None:
    """Where a member goes, None where nothing is left of its name. Raises Refused for one that means another folder."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or name.startswith("\\") or (len(name) > 1 and name[1] == ":"):
        raise Refused(f"the member '{name}' has an absolute name")
    if ".." in pure.parts or "\0" in name or "\\" in name:
        raise Refused(f"the member '{name}' would lie outside the folder")
    parts = pure.parts[strip:]
    return "/".join(parts) or None


def _pieces(stream: IO[bytes], name: str) -> Iterator[bytes]:
    while True:
        try:
            piece = stream.read(_PIECE)
        except _BROKEN as error:
            raise Refused(f"the member '{name}' is damaged: {error}") from error
        if not piece:
            return
        yield piece


def _is_zip(archive: Path) -> bool:
    with archive.open("rb") as stream:
        return stream.read(4) in _ZIP_MAGIC


def _zip_members(path: Path) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise Refused(f"it is damaged: {error}") from error
    with archive:
        for info in archive.infolist():
            yield _of_zip(archive, info)


def _of_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    mode = info.external_attr >> 16 if info.create_system == 3 else 0  # 3: made on Unix (APPNOTE 4.4.2)
    if info.is_dir():
        return Member(info.filename, Kind.FOLDER)
    if stat.S_ISLNK(mode):
        return Member(info.filename, Kind.LINK, target=archive.read(info).decode(errors="surrogateescape"))
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Member(info.filename, Kind.OTHER, "neither a file nor a folder")
    is_program = bool(mode & stat.S_IXUSR)
    return Member(
        info.filename, Kind.FILE, executable=is_program, size=info.file_size, opened=lambda: archive.open(info)
    )


class _Counted:
    """The tar within a file, of which no more than MOST_BYTES are read: a compressed one can say anything."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._bytes = 0

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._bytes += len(piece)
        if self._bytes > MOST_BYTES:
            raise Refused(f"it unpacks to more than {MOST_BYTES:,} bytes")
        return piece


class _Header(tarfile.TarInfo):
    """A header that cannot have tarfile read without bound."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _EXTENDED and header.size > _MOST_HEADER_BYTES:
            raise Refused(f"what it says of a member has more than {_MOST_HEADER_BYTES:,} bytes")
        return header


def _tar_members(path: Path) -> Iterator[Member]:
    try:
        with (
            _inflated(path) as stream,
            tarfile.open(fileobj=cast(IO[bytes], _Counted(stream)), mode="r|", tarinfo=_Header) as archive,
        ):
            for info in archive:
                yield _of_tar(archive, info)
    except _BROKEN as error:
        raise Refused(f"it is damaged: {error}") from error


def _inflated(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked if it is compressed."""
    with path.open("rb") as stream:
        magic = stream.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(path))
    if magic.startswith(b"BZh"):
        return bz2.open(path)
    if magic == b"\xfd7zXZ\0":
        return lzma.open(path)
    return path.open("rb")


def _of_tar(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Member:
    match info.type:
        case tarfile.DIRTYPE:
            return Member(info.name, Kind.FOLDER)
        case tarfile.SYMTYPE:
            return Member(info.name, Kind.LINK, target=info.linkname)
        case tarfile.LNKTYPE:
            return Member(info.name, Kind.HARD_LINK, target=info.linkname)
        case tarfile.CHRTYPE | tarfile.BLKTYPE:
            return Member(info.name, Kind.OTHER, "a device")
        case tarfile.FIFOTYPE:
            return Member(info.name, Kind.OTHER, "a pipe")
        case _ if info.isreg() and not info.issparse():
            is_program = bool(info.mode & stat.S_IXUSR)
            return Member(
                info.name, Kind.FILE, executable=is_program, size=info.size, opened=lambda: archive.extractfile(info)
            )
        case _:
            return Member(info.name, Kind.OTHER, "neither a file, a folder nor a link")
