"""Reads a file out of a Debian package, on any system: deb(5) is an `ar` archive with a tar archive in it."""

from __future__ import annotations

import io
import lzma
import re
import tarfile
import zlib
from collections.abc import Iterator

MAGIC = b"!<arch>\n"
_HEADER_BYTES = 60  # ar(5): name 16, time 12, owner 6, group 6, mode 8, size 10, end 2
_END = b"`\n"
_MOST_BYTES = 256 << 20  # of a file that is read; a package may claim anything


def file_in(package: bytes, wanted: re.Pattern[str]) -> bytes:
    """The first file of `package` whose whole path (without a leading `./`) is `wanted`.

    Raises ValueError if it is no whole package, is packed in a way that Python cannot read, or lacks the file.
    """
    data = next((content for name, content in _members(package) if name.startswith("data.tar")), None)
    if data is None:
        raise ValueError("it is not a Debian package")
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for entry in archive:
                if entry.isfile() and wanted.fullmatch(entry.name.removeprefix("./")) and entry.size <= _MOST_BYTES:
                    stream = archive.extractfile(entry)
                    assert stream is not None  # it is a file
                    return stream.read()
    except (tarfile.TarError, lzma.LZMAError, zlib.error, OSError, EOFError) as error:
        raise ValueError(f"its files cannot be unpacked: {error}") from error
    raise ValueError("it does not hold the hypervisor")


def _members(package: bytes) -> Iterator[tuple[str, bytes]]:
    if not package.startswith(MAGIC):
        return
    at = len(MAGIC)
    while at + _HEADER_BYTES <= len(package):
        header = package[at : at + _HEADER_BYTES]
        size = header[48:58].strip()
        if header[58:] != _END or not size.isdigit():
            return
        at += _HEADER_BYTES
        yield header[:16].decode(errors="replace").strip().rstrip("/"), package[at : at + int(size)]
        at += int(size) + int(size) % 2
