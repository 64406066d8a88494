"""Run in a network namespace of its own: give the guest behind tap0 its address by DHCP, and answer its questions for names.

tap_servers.py     (prints `ready` once it listens; ends when its input does)
"""

from __future__ import annotations

import selectors
import socket
import struct
import sys

OURS, GUESTS = "10.9.0.1", "10.9.0.2"
NAMES = {b"here.test": OURS, b"guest.test": GUESTS}
COOKIE = bytes.fromhex("63825363")
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
NO_SUCH_NAME = 3


def option(code: int, content: bytes) -> bytes:
    """One option of DHCP."""
    return bytes((code, len(content))) + content


def lease(question: bytes) -> bytes:
    """What DHCP answers, or nothing."""
    at, kind = 240, 0
    while at < len(question) and question[at] != 255:
        if question[at] == 53:
            kind = question[at + 2]
        at += 2 + question[at + 1] if question[at] else 1
    if kind not in (DISCOVER, REQUEST):
        return b""
    ours, guests = socket.inet_aton(OURS), socket.inet_aton(GUESTS)
    head = b"\2" + question[1:4] + question[4:8] + bytes(4) + bytes(4) + guests + ours + bytes(4) + question[28:44]
    options = (
        option(53, bytes((OFFER if kind == DISCOVER else ACK,)))
        + option(54, ours)
        + option(51, struct.pack(">I", 3600))
    )
    options += option(1, bytes((255, 255, 255, 0))) + option(3, ours) + option(6, ours)
    return head + bytes(192) + COOKIE + options + b"\xff"


def named(question: bytes) -> bytes:
    """What DNS answers; nobody answers for names that begin with `silent`."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]])
        at += 1 + question[at]
    asked = question[12 : at + 5]
    address = NAMES.get(b".".join(labels).lower())
    is_for_address = asked[-4:-2] == b"\0\1"
    if labels[0] == b"silent":
        return b""
    if address is None:
        return question[:2] + struct.pack(">HHHHH", 0x8180 | NO_SUCH_NAME, 1, 0, 0, 0) + asked
    if not is_for_address:
        return question[:2] + struct.pack(">HHHHH", 0x8180, 1, 0, 0, 0) + asked
    answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(address)
    return question[:2] + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + asked + answer


def main() -> int:
    """Serve until the input ends."""
    dhcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dhcp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    dhcp.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"tap0")
    dhcp.bind(("", 67))
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.bind((OURS, 53))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with selectors.DefaultSelector() as selector:
        for file in (dhcp, dns, sys.stdin):
            selector.register(file, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    return 0
                if key.fileobj is dhcp:
                    answer, to = lease(dhcp.recv(2048)), ("255.255.255.255", 68)
                    if answer:
                        dhcp.sendto(answer, to)
                else:
                    question, to = dns.recvfrom(2048)
                    answer = named(question)
                    if answer:
                        dns.sendto(answer, to)


if __name__ == "__main__":
    sys.exit(main())
