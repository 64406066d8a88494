"""Run in a network namespace of its own: give the guest behind tap0 its addresses, by DHCP and as a router of IPv6, and answer its questions for names.

tap_servers.py [WITHOUT…]     (prints `ready` once it listens; ends when its input does)

WITHOUT is what is not there: `dhcp` or `router`.
"""

from __future__ import annotations

import selectors
import socket
import struct
import sys

OURS, GUESTS = "10.9.0.1", "10.9.0.2"
OURS6, FAR6 = "fd09::1", "fd0a::1"
NAMES = {b"here.test": OURS, b"guest.test": GUESTS, b"four.test": OURS}
NAMES6 = {b"here.test": OURS6, b"six.test": OURS6, b"far.test": FAR6}
COOKIE = bytes.fromhex("63825363")
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
NO_SUCH_NAME = 3
A, AAAA = 1, 28
SOLICITATION, ALL_NODES, ALL_ROUTERS = 133, "ff02::1", "ff02::2"


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
    name, kind = b".".join(labels).lower(), int.from_bytes(asked[-4:-2], "big")
    if labels[0] == b"silent":
        return b""
    if name not in NAMES and name not in NAMES6:
        return question[:2] + struct.pack(">HHHHH", 0x8180 | NO_SUCH_NAME, 1, 0, 0, 0) + asked
    address = content_of(name, kind)
    if not address:
        return question[:2] + struct.pack(">HHHHH", 0x8180, 1, 0, 0, 0) + asked
    answer = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(address)) + address
    return question[:2] + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + asked + answer


def content_of(name: bytes, kind: int) -> bytes:
    """The address of that kind which the name has, or nothing."""
    if kind == A and name in NAMES:
        return socket.inet_aton(NAMES[name])
    return socket.inet_pton(socket.AF_INET6, NAMES6[name]) if kind == AAAA and name in NAMES6 else b""


def advertisement() -> bytes:
    """What a router says (RFC 4861, section 4.2; RFC 8106): its network, of which all may have an address, and a server of names."""
    network, ours = (socket.inet_pton(socket.AF_INET6, text) for text in ("fd09::", OURS6))
    prefix = struct.pack(">BBBBIII", 3, 4, 64, 0xC0, 7200, 3600, 0) + network
    return struct.pack(">BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0) + prefix + struct.pack(">BBHI", 25, 3, 0, 1800) + ours


def router() -> socket.socket:
    """Hears who looks for routers."""
    raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    tap = socket.if_nametoindex("tap0")
    group = socket.inet_pton(socket.AF_INET6, ALL_ROUTERS) + struct.pack("@I", tap)
    raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
    raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, tap)
    return raw


def main() -> int:
    """Serve until the input ends."""
    dhcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dhcp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    dhcp.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"tap0")
    dhcp.bind(("", 67))
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.bind((OURS, 53))
    dns6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    dns6.bind((OURS6, 53))
    radv = router()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with selectors.DefaultSelector() as selector:
        for file, name in ((dhcp, "dhcp"), (dns, ""), (dns6, ""), (radv, "router"), (sys.stdin, "")):
            if name not in sys.argv[1:]:
                selector.register(file, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if not isinstance(key.fileobj, socket.socket):
                    return 0
                serve(key.fileobj, dhcp, radv)


def serve(asked: socket.socket, dhcp: socket.socket, radv: socket.socket) -> None:
    """Answer the question that has come."""
    question, to = asked.recvfrom(2048)
    if asked is radv:
        if question[0] == SOLICITATION:
            radv.sendto(advertisement(), (ALL_NODES, 0))
        return
    answer = lease(question) if asked is dhcp else named(question)
    if answer:
        asked.sendto(answer, ("255.255.255.255", 68) if asked is dhcp else to)


if __name__ == "__main__":
    sys.exit(main())
