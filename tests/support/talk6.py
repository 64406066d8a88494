"""Run beside a guest that has IPv6: say to it by frames of its link what a machine there should not, or only seldom.

talk6.py datagrams        of many sizes come back, with their bytes
talk6.py neighbours       ten thousand machines ask for the guest's address; then a good one
talk6.py unanswered       what the guest holds for neighbours who are not there
talk6.py lies              paths that are too narrow, messages whose options have no end; then a page
"""

from __future__ import annotations

import random
import socket
import struct
import sys
import urllib.request
from collections.abc import Iterator

from tests.support.checksum import checksum

GUEST, HOST, TAP = "fd09::5054:ff:fe12:3456", "fd09::1", "tap0"
CARD = bytes.fromhex("525400123456")
ICMP6, SECONDS = 58, 20
SOLICITATION, ADVERTISEMENT, ROUTER, REDIRECT, TOO_BIG = 135, 136, 134, 137, 2


def say(*words: object) -> None:
    """A line for the test."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def packed(address: str) -> bytes:
    """Its 16 bytes."""
    return socket.inet_pton(socket.AF_INET6, address)


def frame(source: bytes, message: bytes, mac: bytes = bytes.fromhex("525400abcdef"), hops: int = 255) -> bytes:
    """A message of ICMPv6 to the guest, whose sum is at its third byte and zero yet."""
    to = packed(GUEST)
    total = checksum(source + to + struct.pack(">II", len(message), ICMP6) + message)
    message = message[:2] + struct.pack(">H", total) + message[4:]
    return CARD + mac + b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(message), ICMP6, hops) + source + to + message


def wire() -> socket.socket:
    """The guest's link, by whole frames."""
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    raw.bind((TAP, 0))
    return raw


def page() -> bytes:
    """What the guest serves."""
    with urllib.request.urlopen(f"http://[{GUEST}]:8080/", timeout=SECONDS) as reply:
        content: bytes = reply.read()
    return content


def datagrams() -> None:
    """Each comes back as it went."""
    rng = random.Random(6)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as here:
        here.settimeout(SECONDS)
        here.connect((GUEST, 5000))
        right = 0
        for size in (0, 1, 1452, 1453, 4000, 20000, 65487):
            sent = rng.randbytes(size)
            here.send(sent)
            right += here.recv(65536) == sent
        say("right", right)


def neighbours() -> None:
    """Each has an address and a card of its own; the guest answers them all and remembers few."""
    with wire() as raw:
        for number in range(10000):
            source = packed("fd09::2:0")[:12] + struct.pack(">I", 0x20000 + number)
            mac = b"\x52\x55" + struct.pack(">I", number)
            raw.send(
                frame(source, struct.pack(">BBHI", SOLICITATION, 0, 0, 0) + packed(GUEST) + b"\x01\x01" + mac, mac)
            )
    say("page", len(page()) > 19000)


def unanswered() -> None:
    """Of 3,000 datagrams of 1,000 bytes one for each neighbour that it remembers."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as here:
        here.settimeout(SECONDS)
        here.connect((GUEST, 5000))
        here.send(b"unanswered")
        held = int(here.recv(100))
        say("held", 0 < held < 100_000)


def lies() -> Iterator[bytes]:
    """What no machine may say."""
    router = packed("fe80::9")
    inside = struct.pack(">IHBB", 6 << 28, 8, 6, 64) + packed(GUEST) + packed(HOST) + bytes(8)
    for mtu in (0, 40, 48, 56, 68, 1279):
        yield frame(packed(HOST), struct.pack(">BBHI", TOO_BIG, 0, 0, mtu) + inside)
    for option in (b"\x01\x00" + bytes(6), b"\x01\x20" + bytes(6), b"\x01", b"\x02\x01"):
        yield frame(packed(HOST), struct.pack(">BBHI", SOLICITATION, 0, 0, 0) + packed(GUEST) + option)
        yield frame(packed(HOST), struct.pack(">BBHI", ADVERTISEMENT, 0, 0, 0x60000000) + packed(HOST) + option)
        yield frame(router, struct.pack(">BBHBBHII", ROUTER, 0, 0, 64, 0, 1800, 0, 0) + option)
        yield frame(router, struct.pack(">BBHI", REDIRECT, 0, 0, 0) + router + packed(HOST) + option)


def lied() -> None:
    """A page is served before and after, and is as long."""
    before = page()
    with wire() as raw:
        for lie in lies():
            raw.send(lie)
    say("page", len(before) > 19000 and page() == before)


if __name__ == "__main__":
    {"datagrams": datagrams, "neighbours": neighbours, "unanswered": unanswered, "lies": lied}[sys.argv[1]]()
