"""Run in the namespace of a tap: ask tests/boot/apps/transfers by two writes, and print the mean of the seconds that it takes."""

from __future__ import annotations

import socket
import sys
import time

ROUNDS = 20


def main() -> None:
    """All rounds."""
    begin = time.monotonic()
    for _ in range(ROUNDS):
        with socket.create_connection((sys.argv[1], 5001), 20) as wire:
            wire.sendall(b"take 2\n")
            time.sleep(0.005)  # the guest has read it, and waits for what it shall take
            wire.sendall(b"x")
            wire.sendall(b"y")
            while wire.recv(100):
                pass
    sys.stdout.write(f"{(time.monotonic() - begin) / ROUNDS}\n")


if __name__ == "__main__":
    main()
