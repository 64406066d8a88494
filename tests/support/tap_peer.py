"""Run in a network namespace of its own: wire QEMU to a tap, give its guest one TCP frame of 9,000 bytes as no wire has it, print what comes back.

tap_peer.py QEMU WORDS…     (the words have `fd=TAP`, which becomes the tap's descriptor)
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import sys

TUNSETIFF, SIOCSIFFLAGS, IFF_UP = 0x400454CA, 0x8914, 1
IFF_TAP_NO_PI_VNET = 0x0002 | 0x1000 | 0x4000
SOL_PACKET, PACKET_VNET_HDR = 263, 15
IP, ALL = 0x0800, 0x0003
CARD, HOST = bytes.fromhex("525400123456"), bytes.fromhex("525400abcdef")
SEGMENT, HEADERS = 1460, 54
VNET = struct.Struct("<BBHHHH")  # flags, kind of segments, bytes of headers, of a segment, checksum's start and offset
SECONDS = 30


def frame() -> bytes:
    """An Ethernet frame with IPv4 and TCP; who reads it looks at no checksum."""
    data = bytes(number * 7 % 251 for number in range(9000))
    ip = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 40 + len(data), 1, 0, 64, 6, 0, bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
    )
    tcp = struct.pack(">HHIIBBHHH", 80, 8080, 1, 1, 0x50, 0x10, 1000, 0, 0)
    return CARD + HOST + IP.to_bytes(2, "big") + ip + tcp + data


def tell(*words: object) -> None:
    """A line for the test."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def main() -> int:
    """What came back, as words for the test."""
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", b"tap0", IFF_TAP_NO_PI_VNET))
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
    fcntl.ioctl(wire, SIOCSIFFLAGS, struct.pack("16sH22x", b"tap0", IFF_UP))
    wire.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    wire.bind(("tap0", ALL))
    wire.settimeout(SECONDS)
    words = [word.replace("fd=TAP", f"fd={tap}") for word in sys.argv[1:]]
    sent = frame()
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, pass_fds=(tap,)) as guest:
        try:
            assert guest.stdout is not None
            for line in guest.stdout:
                tell("guest:", line.decode().strip())
                if line.startswith(b"abilities"):
                    wire.send(VNET.pack(1, 1, HEADERS, SEGMENT, 34, 16) + sent)
                if line.endswith(b"right\n"):
                    break
            while True:
                content = wire.recv(1 << 17)
                back = content[VNET.size :]
                if back[:6] == HOST and back[12:14] == IP.to_bytes(2, "big"):
                    break
            is_same = back[12:] == sent[12:] and back[6:12] == CARD
            tell("header:", *VNET.unpack(content[: VNET.size]))
            tell("frame:", len(back), "the same" if is_same else "another")
            guest.wait(SECONDS)
        finally:
            guest.kill()
    return guest.returncode


if __name__ == "__main__":
    sys.exit(main())
