"""How much memory an image needs before anything of it can run: a machine too small often hangs without a word."""

from __future__ import annotations

import struct

from composer.errors import Code, ComposerError, Diagnostic
from composer.layout.pack import PT_LOAD, flat_room, read_header

_IMAGE_HEADER = struct.Struct("<8xQQ32x4s")  # text_offset, image_size, magic: "Booting AArch64 Linux"
_IMAGE_MAGIC = b"ARM\x64"


def room_of(image: bytes) -> int:
    """The bytes of memory, from its first one on, that `image` and what its loader adds take.

    An arm64 Image counts from the beginning of memory, an ELF file of x86_64 from address 0.
    Raises `ComposerError` (IMAGE_UNREADABLE) for anything else.
    """
    if len(image) >= _IMAGE_HEADER.size:
        offset, size, magic = _IMAGE_HEADER.unpack_from(image)
        if magic == _IMAGE_MAGIC:
            return flat_room(offset + size)
    ends = [p.address + p.memory_size for p in read_header(image).programs if p.type == PT_LOAD]
    if not ends:
        raise ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, "the image has nothing to load"))
    return max(ends)
