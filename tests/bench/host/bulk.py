"""The client of apps/bulk: prints how many MiB a second come from it and go to it. `bulk.py ADDRESS MIB`."""

from __future__ import annotations

import socket
import sys
import time

PORT, AT_ONCE = 5001, 1 << 18


def transfer(address: str, direction: str, mib: int) -> float:
    """MiB per second; `s` lets the guest send, `r` receive."""
    with socket.create_connection((address, PORT), timeout=60) as peer:
        peer.sendall(f"{direction}{mib}".encode())
        time.sleep(0.05)  # its first words are a packet of their own
        begin = time.monotonic()
        if direction == "s":
            buffer = bytearray(AT_ONCE)
            while peer.recv_into(buffer):
                pass
        else:
            for _ in range(mib << 20 >> 18):
                peer.sendall(bytes(AT_ONCE))
            peer.recv(1)
        return mib / (time.monotonic() - begin)


if __name__ == "__main__":
    print(*(transfer(sys.argv[1], direction, int(sys.argv[2])) for direction in "sr"))
