"""Archives made member by member, well-meant and hostile ones."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from composer import digest

Compression: TypeAlias = Literal["", "gz", "bz2", "xz"]
_MODES: dict[Compression, Literal["w:", "w:gz", "w:bz2", "w:xz"]] = {
    "": "w:",
    "gz": "w:gz",
    "bz2": "w:bz2",
    "xz": "w:xz",
}


def entry(
    name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644
) -> tarfile.TarInfo:
    """A member of a tar; its content is kept in it."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode, info.size = kind, link, mode, len(content)
    info.pax_headers = {"content": content.decode("latin-1")}
    return info


def tar(file: Path, *entries: tarfile.TarInfo, mode: Compression = "gz") -> Path:
    """A tar of `entries`; the name that it was given."""
    with tarfile.open(file, _MODES[mode], format=tarfile.GNU_FORMAT) as archive:
        for info in entries:
            archive.addfile(info, io.BytesIO(info.pax_headers["content"].encode("latin-1")))
    return file


def tar_of(file: Path, files: Mapping[str, str], mode: Compression = "gz") -> Path:
    """A tar of text files."""
    return tar(file, *(entry(name, text.encode()) for name, text in files.items()), mode=mode)


def zip_of(file: Path, files: Mapping[str, str]) -> Path:
    """A zip of text files; a name with a space and a mode behind it, in octal, has that mode."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for word, text in files.items():
            name, _, mode = word.partition(" ")
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, int(mode or "100644", 8) << 16
            archive.writestr(info, text)
    return file


def source_yaml(archive: Path, *, name: str = "lib", strip: int = 1, more: str = "", patches: str = "") -> str:
    """The key `sources` of a recipe for that archive."""
    sha256 = digest.of_file(archive)
    return (
        f"sources: [{{id: {name}, archives: [{{file: {archive.name}, sha256: {sha256}, strip: {strip}{more}}}]"
        f"{f', patches: [{patches}]' if patches else ''}}}]\n"
    )
