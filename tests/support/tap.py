"""Guests behind a tap in a network namespace of their own, where real clients can reach them."""

from __future__ import annotations

import os
import re
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.composed import LINUX, ROOT
from tests.support.network import BENCHES, MMIO, MODERN_MMIO, PCI, Bench

GUEST, HOST = "10.9.0.2", "10.9.0.1"
GUEST6, HOST6 = "fd09::5054:ff:fe12:3456", "fd09::1"  # the guest's by its card's own address, if it has IPv6
SERVERS = str(ROOT / "tests/support/tap_servers.py")
BY_TAP = "tap,ifname=tap0,script=no,downscript=no"
CLIENT_SECONDS = 60

# Where examples of the network are tried. A process has no machine; without a card it has the sockets of the namespace.
BEDS: dict[str, Bench] = {
    "q35": BENCHES["q35"],
    "microvm": BENCHES["microvm"],
    "virt": BENCHES["virt-pci"],
    "linux": Bench(LINUX, "", "tap"),
    "host": Bench(LINUX, "", ""),
}
__all__ = ["BEDS", "GUEST", "GUEST6", "HOST", "HOST6", "MMIO", "MODERN_MMIO", "PCI", "Guest", "Wire", "why_not", "wire"]

# fd0a::1 is behind the router that fd09::1 is. Nobody else has the addresses of IPv6, so nothing waits until that is known.
_SET_UP = (
    "ip link set lo up && ip tuntap add tap0 mode tap && echo 0 >/proc/sys/net/ipv6/conf/tap0/accept_dad && "
    "echo 0 >/proc/sys/net/ipv6/conf/tap0/accept_ra && "
    "ip addr add 10.9.0.1/24 dev tap0 && ip addr add fd09::1/64 dev tap0 nodad && "
    "ip addr add fd0a::1/128 dev lo && ip link set tap0 up"
)
# The process gets the tap as its descriptor 3.
_ON_TAP = (
    "import fcntl, os, struct, sys; tap = os.open('/dev/net/tun', os.O_RDWR);"
    "fcntl.ioctl(tap, 0x400454CA, struct.pack('16sH22x', b'tap0', 0x1002));"
    "os.set_inheritable(tap, True); tap == 3 or os.dup2(tap, 3); os.execv(sys.argv[1], sys.argv[1:])"
)


# The host's list of servers of names, for the one process that follows.
_SERVERS = "# of the test\nsearch test\nnameserver fe80::1\nnameserver\t10.9.0.1 \noptions ndots:1\n"
_WITH_SERVERS = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'


def why_not() -> str:
    """Why no tap can be made here; empty: one can."""
    if not Path("/dev/net/tun").exists():
        return "there is no /dev/net/tun"
    tried = subprocess.run(["unshare", "-rn", "sh", "-c", _SET_UP], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"no tap can be made here: {tried.stderr.strip()}"


@dataclass(slots=True)
class Guest:
    """A guest that runs, and what it has printed."""

    process: subprocess.Popen[bytes]
    console: bytes = b""

    @property
    def told(self) -> str:
        """The console so far; the message of assertions."""
        return self.console.decode(errors="backslashreplace")

    def wait_for(self, text: bytes, count: int = 1) -> None:
        """Read the console until `text` has appeared, so many times."""
        assert self.process.stdout is not None
        descriptor, deadline = self.process.stdout.fileno(), time.monotonic() + CLIENT_SECONDS
        while self.console.count(text) < count:
            ready, _, _ = select.select([descriptor], [], [], max(0, deadline - time.monotonic()))
            byte = os.read(descriptor, 1) if ready else b""
            assert byte, f"{text!r} did not come\n{self.told}"
            self.console += byte

    def end(self, seconds: float = CLIENT_SECONDS) -> str:
        """All that it printed, once it has ended by itself."""
        output, _ = self.process.communicate(timeout=seconds)
        self.console += output
        return self.told


@dataclass(slots=True)
class Wire:
    """A namespace with a tap, DHCP and names."""

    holder: subprocess.Popen[bytes]
    guests: list[Guest] = field(default_factory=list)

    def inside(self, *words: str) -> list[str]:
        """`words` as a command in the namespace."""
        return ["nsenter", "-t", str(self.holder.pid), "-U", "-n", "--preserve-credentials", *words]

    def wait_for_port(self, port: int, seconds: float = CLIENT_SECONDS) -> None:
        """Wait until somebody in the namespace has `port`: it listens there, or takes datagrams."""
        deadline = time.monotonic() + seconds
        tables = [Path(f"/proc/{self.holder.pid}/net/{name}") for name in ("tcp", "udp")]
        while not any(re.search(rf":{port:04X} 00000000:0000 0[A7] ", table.read_text()) for table in tables):
            assert time.monotonic() < deadline, f"nobody came to have the port {port}"
            time.sleep(0.02)

    def client(
        self, *words: str, data: bytes | None = None, seconds: float = CLIENT_SECONDS
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a client in the namespace until it ends."""
        return subprocess.run(
            self.inside(*words), input=data, capture_output=True, timeout=seconds, cwd=ROOT, check=False
        )

    def start(
        self,
        bed: Bench,
        image: Path,
        *words: str,
        network: str = BY_TAP,
        descriptors: Sequence[int] = (),
        options: Sequence[str] = (),
    ) -> Guest:
        """Start a guest with `words` for its app. Of a machine: its network, what QEMU inherits for it, and more words for QEMU."""
        if not bed.card:
            subprocess.run(self.inside("ip", "addr", "replace", f"{GUEST}/32", "dev", "lo"), check=True)
        process = subprocess.Popen(
            self.inside(*_command(bed, image, words, network), *options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            pass_fds=descriptors,
        )
        self.guests.append(Guest(process))
        return self.guests[-1]


def _command(bed: Bench, image: Path, words: Sequence[str], network: str) -> list[str]:
    if not bed.card:
        servers = image.with_name("resolv.conf")
        servers.write_text(_SERVERS)
        return ["unshare", "-m", "sh", "-c", _WITH_SERVERS, "sh", str(servers), str(image), *words]
    if not bed.machine:
        return [sys.executable, "-c", _ON_TAP, str(image), *words]
    line = " ".join(("--", *words, "--"))
    return [
        *(f"qemu-system-{bed.target.split('/')[1]}", "-accel", "tcg", "-nodefaults", "-no-user-config"),
        *("-display", "none", "-no-reboot", "-serial", "stdio", "-machine", bed.machine, "-cpu", "max"),
        *("-m", bed.memory, *bed.words, "-netdev", f"{network},id=n", "-device", f"{bed.card},netdev=n,id=card"),
        *("-kernel", str(image), "-append", line),
    ]


@contextmanager
def wire(*without: str, servers: Sequence[str] = (SERVERS,)) -> Iterator[Wire]:
    """A namespace, `without` some of its servers; everything in it is gone when the context ends. `servers`: their program, Python's words."""
    words = shlex.join([sys.executable, *servers, *without])
    with subprocess.Popen(
        ["unshare", "-rn", "sh", "-c", f"{_SET_UP} && exec {words}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as holder:
        here = Wire(holder)
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"ready\n"
            yield here
        finally:
            for guest in here.guests:
                guest.process.kill()
                guest.process.communicate()
            holder.kill()
