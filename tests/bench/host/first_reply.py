"""Ask a server that is about to start, again and again: prints `ready`, and the second of the monotonic clock at which its first reply had come.

first_reply.py ADDRESS PORT SECONDS     (to be ended by who started it; status 1: no reply in that time)
"""

from __future__ import annotations

import selectors
import socket
import sys
import time

EVERY_SECONDS = 0.002
REQUEST = b"GET / HTTP/1.1\r\nHost: first\r\n\r\n"


def attempt(selector: selectors.BaseSelector, address: tuple[str, int]) -> None:
    """Begin one more connection; those before it go on, and the first that is made wins."""
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(address)
    selector.register(client, selectors.EVENT_WRITE)


def replied(client: socket.socket) -> bool:
    """Whether the connection was made, and brought a reply."""
    if client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        client.close()
        return False
    client.setblocking(True)
    client.sendall(REQUEST)
    return bool(client.recv(1))


def main() -> int:
    address, port, seconds = sys.argv[1:]
    end = time.monotonic() + float(seconds)
    with selectors.DefaultSelector() as selector:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while time.monotonic() < end:
            attempt(selector, (address, int(port)))
            for key, _ in selector.select(EVERY_SECONDS):
                selector.unregister(key.fileobj)
                assert isinstance(key.fileobj, socket.socket)
                if replied(key.fileobj):
                    sys.stdout.write(f"{time.monotonic()}\n")
                    return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
