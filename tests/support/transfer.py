"""Run in the namespace of a tap: a client of tests/boot/apps/transfers.

transfer.py give N     take N bytes of the guest and compare them
transfer.py take N     send N bytes and compare the guest's hash of them

It prints `right`, or what is wrong, and the seconds that it took.
"""

from __future__ import annotations

import random
import socket
import sys
import time

GUEST, PORT, SECONDS = "10.9.0.2", 5001, 300
AT_ONCE = 1 << 16


def sequence(size: int) -> bytes:
    """What the guest sends."""
    number, made = size | 1, bytearray(size)
    for i in range(size):
        number ^= number << 13 & 0xFFFFFFFF
        number ^= number >> 17
        number ^= number << 5 & 0xFFFFFFFF
        made[i] = number & 0xFF
    return bytes(made)


def fnv(content: bytes) -> int:
    """The hash that the guest makes: FNV-1a."""
    number = 0xCBF29CE484222325
    for byte in content:
        number = (number ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return number


def receive(wire: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    received = b""
    while some := wire.recv(AT_ONCE):
        received += some
    return received


def main() -> None:
    """One transfer."""
    what, size = sys.argv[1], int(sys.argv[2])
    sent = random.Random(size).randbytes(size) if what == "take" else b""
    wanted = b"%016x\n" % fnv(sent) if what == "take" else sequence(size)
    begin = time.monotonic()
    with socket.create_connection((GUEST, PORT), SECONDS) as wire:
        wire.sendall(f"{what} {size}\n".encode() + sent)
        is_right = receive(wire) == wanted
    sys.stdout.write(f"{'right' if is_right else 'wrong'} {time.monotonic() - begin:.1f}\n")


if __name__ == "__main__":
    main()
