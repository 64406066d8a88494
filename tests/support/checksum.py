"""The checksum of the Internet."""

from __future__ import annotations

import struct


def checksum(content: bytes) -> int:
    """The complement of the sum of `content` as words of 16 bits, an odd byte with a zero behind it (RFC 1071)."""
    words: int = sum(struct.unpack(f">{(len(content) + 1) // 2}H", content + b"\0" * (len(content) % 2)))
    while words >> 16:
        words = (words & 0xFFFF) + (words >> 16)
    return words ^ 0xFFFF
