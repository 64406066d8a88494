"""The client of a guest that sends frames back: prints how many come back in a second. `echo.py AT_ONCE SECONDS`, in the namespace of tap0."""

from __future__ import annotations

import socket
import sys
import time

KIND = 0x88B5
CARD = bytes.fromhex("525400123456")
FRAME_BYTES = 100  # about those of a request
CALM_SECONDS, TRIES, LIMIT_SECONDS = 0.2, 100, 10


def wait_for_guest(wire: socket.socket, frame: bytes) -> None:
    """Until it has sent one frame back, and all that were tried have come or are lost."""
    is_there = False
    wire.settimeout(CALM_SECONDS)
    for _ in range(TRIES):
        if not is_there:
            wire.send(frame)
        try:
            wire.recv(len(frame))
            is_there = True
        except TimeoutError:
            if is_there:
                return
    raise TimeoutError("no frame comes back")


def main() -> int:
    at_once, seconds = map(int, sys.argv[1:])
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(KIND)) as wire:
        wire.bind(("tap0", KIND))
        frame = CARD + wire.getsockname()[4] + KIND.to_bytes(2, "big") + bytes(FRAME_BYTES)
        wait_for_guest(wire, frame)
        wire.settimeout(LIMIT_SECONDS)
        for _ in range(at_once):
            wire.send(frame)
        count, begin = 0, time.monotonic()
        while time.monotonic() < begin + seconds:
            if wire.recv_into(bytearray(len(frame))):
                wire.send(frame)
                count += 1
        sys.stdout.write(f"{count / (time.monotonic() - begin)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
