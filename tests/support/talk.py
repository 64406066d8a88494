"""Run beside a guest: say words to it over TCP, as no usual client would, and print what comes back.

talk.py pipeline          many requests at once, some of them cut in pieces
talk.py chat              three guests in a room
talk.py datagrams         of all sizes
"""

from __future__ import annotations

import random
import socket
import sys
import time

GUEST = "10.9.0.2"
SECONDS = 20


def say(*words: object) -> None:
    """A line for the test."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def connected(port: int) -> socket.socket:
    """A connection to the guest."""
    return socket.create_connection((GUEST, port), SECONDS)


def pipeline() -> None:
    """Requests that come before the earlier ones have been answered, in pieces of any size; replies keep their order."""
    rng = random.Random(5)
    lines = [b"GET /style.css", b"HEAD /index.html", b"GET /nothing", b"GET /", b"GET /../main.c"]
    requests = b"".join(line + b" HTTP/1.1\r\nHost: guest\r\n\r\n" for line in lines * 40)
    requests += b"GET /style.css HTTP/1.1\r\nConnection: close\r\n\r\n"
    with connected(8080) as wire:
        while requests:
            size = rng.randint(1, 700)
            wire.sendall(requests[:size])
            requests = requests[size:]
        replies = b""
        while some := wire.recv(65536):
            replies += some
    starts = replies.split(b"HTTP/1.1 ")[1:]
    codes = [start[:3].decode() for start in starts]
    say("order", codes == ["200", "200", "404", "200", "404"] * 40 + ["200"], len(codes))
    heads = [start.split(b"\r\n\r\n", 1) for start in starts]
    say("bodies", {len(body) for number, (_, body) in enumerate(heads) if number % 5 == 1})
    say("style", all(b"font-family" in heads[number][1] for number in range(0, 200, 5)))
    say("last", b"Connection: close" in heads[-1][0], b"font-family" in heads[-1][1])
    with connected(8080) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nX: " + b"y" * 4000)
        say("too long", wire.recv(100).split(b"\r\n")[0].decode())
    with connected(8080) as wire:
        wire.sendall(b"PUT / HTTP/1.1\r\n\r\n")
        say("not done", wire.recv(100).split(b"\r\n")[0].decode())


def chat() -> None:
    """What one says the others hear; who goes is missed by nobody but them."""
    people = []
    for _ in range(3):
        people.append(connected(7000).makefile("rwb", buffering=0))
        time.sleep(0.3)
    say("first hears", people[0].readline(), people[0].readline())
    people[1].write(b"hello\nthere\n")
    say("first", people[0].readline(), people[0].readline())
    say("third", people[2].readline(), people[2].readline())
    people[2].close()
    say("first", people[0].readline())


def datagrams() -> None:
    """Each comes back as it went, up to the largest there are."""
    rng = random.Random(6)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.settimeout(SECONDS)
        wire.connect((GUEST, 5000))
        right = 0
        for size in (0, 1, 2, 1471, 1472, 1473, 4000, 20000, 65507):
            sent = rng.randbytes(size)
            wire.send(sent)
            right += wire.recv(65536) == sent
        say("right", right)


if __name__ == "__main__":
    {"pipeline": pipeline, "chat": chat, "datagrams": datagrams}[sys.argv[1]]()
