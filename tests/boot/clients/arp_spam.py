"""Run in the namespace of a tap: send so many answers of ARP that nobody asked for.

arp_spam.py SEED COUNT
"""

from __future__ import annotations

import random
import socket
import sys

GUEST, HOST = socket.inet_aton("10.9.0.2"), socket.inet_aton("10.9.0.1")
ALL = b"\xff" * 6


def main() -> None:
    """Send them, one after the other."""
    rng, count = random.Random(sys.argv[1]), int(sys.argv[2])
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind(("tap0", 0))
        for _ in range(count):
            card = rng.choice((rng.randbytes(6), bytes(6), ALL, b"\x01" + rng.randbytes(5)))
            address = rng.choice(
                (HOST, GUEST, b"\x0a\x09\x00" + rng.randbytes(1), rng.randbytes(4), bytes(4), b"\xff" * 4)
            )
            to = rng.choice((GUEST, address, bytes(4)))
            kind = rng.choice((b"\0\1", b"\0\2"))
            fields = rng.choice((b"\0\1\x08\0\6\4",) * 9 + (rng.randbytes(6),)) + kind
            frame = ALL + card + b"\x08\x06" + fields + card + address + rng.choice((ALL, bytes(6))) + to
            wire.send((frame + bytes(18))[: rng.choice((60, 60, 60, 42, 30))])
    sys.stdout.write(f"sent {count}\n")


if __name__ == "__main__":
    main()
