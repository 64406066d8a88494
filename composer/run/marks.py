"""The end of a guest told on its console, for machines without a status port (recipes/CONVENTIONS.md).

`compose run` puts a word in front of the guest's command line: a seed for its stack canary and a nonce. A guest
that got one ends with a mark: 0x1e, the nonce, the letter of `enum ending`, the status in hex, a line's end.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

_BEGIN = 0x1E
_SEED_BYTES, _NONCE_BYTES = 8, 4
_HEX = b"0123456789abcdef"
_LETTERS = b"EAT"  # enum ending, machine.h


@dataclass(frozen=True, slots=True)
class Word:
    """What is new in each run: the two parts of the word, in lower-case hex."""

    seed: str  # 16 digits
    nonce: str  # 8 digits

    def __str__(self) -> str:
        return f"compose={self.seed}{self.nonce}"


def fresh_word() -> Word:
    """A word that no guest can have seen before."""
    return Word(secrets.token_hex(_SEED_BYTES), secrets.token_hex(_NONCE_BYTES))


class MarkReader:
    """Takes the mark with `nonce` out of a stream, wherever the stream is cut; holds back only what may become one."""

    def __init__(self, nonce: str) -> None:
        self.record = b""  # letter and status, once the mark has come
        nonce_bytes = (bytes([byte]) for byte in nonce.encode())
        self._allowed = (bytes([_BEGIN]), *nonce_bytes, _LETTERS, _HEX, _HEX, b"\n")
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What of the stream is the guest's text."""
        if self.record:
            return data
        window, self._held = self._held + data, b""
        text = bytearray()
        at = 0
        while (start := window.find(_BEGIN, at)) >= 0:
            text += window[at:start]
            end = start + self._fitting(window, start)
            if end - start == len(self._allowed):
                self.record = window[end - 4 : end - 3] + bytes.fromhex(window[end - 3 : end - 1].decode())
                return bytes(text) + window[end:]
            if end == len(window):
                self._held = window[start:]
                return bytes(text)
            text += window[start:end]  # nothing of it can begin another one: all but the first byte are printable
            at = end
        return bytes(text) + window[at:]

    def rest(self) -> bytes:
        """What was held back, now that nothing follows."""
        held, self._held = self._held, b""
        return held

    def _fitting(self, window: bytes, start: int) -> int:
        """How many bytes from `start` on can be a mark's."""
        piece = window[start : start + len(self._allowed)]
        pairs = zip(piece, self._allowed, strict=False)
        return next((at for at, (byte, allowed) in enumerate(pairs) if byte not in allowed), len(piece))
