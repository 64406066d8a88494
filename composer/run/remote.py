"""A debugger's side of gdb's remote protocol, as much of it as stops a guest of QEMU at addresses ("Remote Protocol" of gdb's manual)."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from types import MappingProxyType

_PLACE = 1  # a breakpoint of the processor: QEMU's TCG has any number, and writes nothing into the guest
_WORD_BYTES = 8
# Architecture -> the number of the register of the instruction; those before it have 8 bytes each.
_PC = MappingProxyType({"x86_64": 16, "aarch64": 32})
_EL_SHIFT, _EL_BITS = 2, 3  # of aarch64's state, which comes after it


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a guest stands."""

    address: int
    level: int  # aarch64's exception level; 0 elsewhere


class Remote:
    """A connection to a stopped guest of `arch`. Every call raises OSError if QEMU has ended or does not answer."""

    def __init__(self, channel: socket.socket, arch: str) -> None:
        self._channel = channel
        self._arch = arch
        self._rest = b""

    def stop_at(self, address: int) -> None:
        """Stop before the instruction at `address` is executed, every time."""
        self._ask(f"Z{_PLACE},{address:x},4")

    def pass_by(self, address: int) -> None:
        """Do not stop there any more."""
        self._ask(f"z{_PLACE},{address:x},4")

    def step(self) -> None:
        """One instruction."""
        self._ask("s")

    def go_on(self) -> Stop | None:
        """Until the next stop; None if the guest has ended."""
        if not self._ask("c").startswith(b"T"):
            return None
        words = self._ask("g")
        at = _PC[self._arch] * _WORD_BYTES
        state = _number(words, at + _WORD_BYTES, 4)
        level = state >> _EL_SHIFT & _EL_BITS if self._arch == "aarch64" else 0
        return Stop(_number(words, at, _WORD_BYTES), level)

    def _ask(self, command: str) -> bytes:
        content = command.encode()
        self._channel.sendall(b"$%b#%02x" % (content, sum(content) % 256))
        answer = self._packet()
        self._channel.sendall(b"+")
        return answer

    def _packet(self) -> bytes:
        while True:
            _, begun, content = self._rest.partition(b"$")
            content, ended, checksum = content.partition(b"#")
            if begun and ended and len(checksum) >= 2:
                self._rest = checksum[2:]
                return content
            data = self._channel.recv(1 << 16)
            if not data:
                raise ConnectionError("the guest's machine has ended")
            self._rest += data


def _number(words: bytes, at: int, size: int) -> int:
    """What stands in hexadecimal, the lowest byte first, at byte `at`."""
    return int.from_bytes(bytes.fromhex(words[2 * at : 2 * (at + size)].decode()), "little")
