"""Machines with a network card whose other end is a socket of the test: no frame is lost on the way."""

from __future__ import annotations

import json
import os
import select
import selectors
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.composed import GUEST_SECONDS, KVM, KVM_ARM, finish
from tests.support.processor_time import spent

MODERN_MMIO = ("-global", "virtio-mmio.force-legacy=false")
FRAME_MOST = 70000


@dataclass(frozen=True, slots=True)
class Bench:
    """A machine of QEMU and a card in it."""

    target: str
    machine: str
    card: str  # of `-device`
    memory: str = "8M"
    words: tuple[str, ...] = ()


PCI = "virtio-net-pci,romfile="
MMIO = "virtio-net-device"
BENCHES = {
    "pc": Bench(KVM, "pc", PCI),
    "pc-modern": Bench(KVM, "pc", PCI + ",disable-legacy=on"),
    "pc-transitional": Bench(KVM, "pc", PCI + ",disable-legacy=off"),
    "pc-without-messages": Bench(KVM, "pc", PCI + ",vectors=0"),
    "q35": Bench(KVM, "q35", PCI),
    "q35-above-4-gib": Bench(KVM, "q35", PCI, memory="5G"),
    "microvm": Bench(KVM, "microvm", MMIO, words=MODERN_MMIO),
    "microvm-above-4-gib": Bench(KVM, "microvm", MMIO, "5G", MODERN_MMIO),
    "microvm-without-acpi": Bench(KVM, "microvm,acpi=off", MMIO, words=MODERN_MMIO),
    "virt-mmio": Bench(KVM_ARM, "virt", MMIO, words=MODERN_MMIO),
    "virt-pci": Bench(KVM_ARM, "virt", PCI),
    "virt-gicv3": Bench(KVM_ARM, "virt,gic-version=3", PCI),
}


@dataclass(slots=True)
class Monitor:
    """QEMU's monitor, which listens at `path`."""

    path: str
    _wire: socket.socket | None = field(default=None)

    @property
    def words(self) -> tuple[str, ...]:
        """What makes QEMU listen."""
        return ("-qmp", f"unix:{self.path},server=on,wait=off")

    def command(self, execute: str, **arguments: object) -> None:
        """Give it a command, which must succeed."""
        if self._wire is None:
            self._wire = socket.socket(socket.AF_UNIX)
            self._wire.connect(self.path)
            self._said()
            self._tell({"execute": "qmp_capabilities"})
        self._tell({"execute": execute, "arguments": arguments})

    def close(self) -> None:
        """Leave it."""
        if self._wire is not None:
            self._wire.close()

    def _tell(self, words: object) -> None:
        assert self._wire is not None
        self._wire.sendall(json.dumps(words).encode() + b"\n")
        while "return" not in (said := self._said()):
            assert "error" not in said, said

    def _said(self) -> dict[str, object]:
        assert self._wire is not None
        line = b""
        while not line.endswith(b"\n"):
            line += self._wire.recv(1)
        said: dict[str, object] = json.loads(line)
        return said


@dataclass(slots=True)
class Peer:
    """The other end of the card, and QEMU's monitor."""

    wire: socket.socket
    process: subprocess.Popen[bytes]
    monitor: Monitor
    console: bytes = b""

    def wait_for(self, text: bytes) -> None:
        """Read the console until `text` has appeared."""
        assert self.process.stdout is not None
        descriptor, deadline = self.process.stdout.fileno(), time.monotonic() + GUEST_SECONDS
        while text not in self.console:
            ready, _, _ = select.select([descriptor], [], [], deadline - time.monotonic())
            byte = os.read(descriptor, 1) if ready else b""
            assert byte, f"{text!r} did not come\n{self.told}"
            self.console += byte

    def processor_seconds(self) -> float:
        """The processor's time that QEMU has taken so far."""
        return spent(self.process.pid)

    def end(self) -> str:
        """All that the guest printed, after its machine has turned itself off."""
        output, _ = finish(self.process, GUEST_SECONDS)
        self.console += output
        assert self.process.returncode == 0, self.told
        return self.console.decode(errors="backslashreplace")

    @property
    def told(self) -> str:
        """The console so far; the message of assertions."""
        return self.console.decode(errors="backslashreplace")

    def exchange(self, frames: Sequence[bytes], answers: int, kind: int) -> list[bytes]:
        """Send `frames` as fast as QEMU takes them, and meanwhile receive so many of that `kind`."""
        received: list[bytes] = []
        waiting = list(reversed(frames))
        self.wire.setblocking(False)
        deadline = time.monotonic() + GUEST_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.wire, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while waiting or len(received) < answers:
                assert time.monotonic() < deadline, f"{len(waiting)} not sent, {len(received)} came back"
                if not waiting:
                    selector.modify(self.wire, selectors.EVENT_READ)
                for _, events in selector.select(1):
                    if events & selectors.EVENT_READ:
                        frame = self.wire.recv(FRAME_MOST)
                        received += [frame] if int.from_bytes(frame[12:14], "big") == kind else []
                    if waiting and events & selectors.EVENT_WRITE:
                        self._send(waiting)
        return received

    def _send(self, waiting: list[bytes]) -> None:
        try:
            self.wire.send(waiting[-1])
        except BlockingIOError:
            time.sleep(0.0001)  # the socket can be written to, but its reader's queue is full
            return
        waiting.pop()


def machine_command(bench: Bench, image: Path, line: str, network: str, more: Sequence[str] = ()) -> list[str]:
    """QEMU's words."""
    arch = bench.target.split("/")[1]
    return [
        *(f"qemu-system-{arch}", "-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-serial", "stdio", "-machine", bench.machine, "-cpu", "max", "-m", bench.memory, *bench.words),
        *("-netdev", f"{network},id=n", "-device", f"{bench.card},netdev=n,id=card,mac=52:54:00:12:34:56"),
        *("-kernel", str(image), "-append", line, *more),
    ]


@contextmanager
def on_the_wire(bench: Bench, image: Path, line: str) -> Iterator[Peer]:
    """Boot `image` on a machine whose card is wired to the test; the guest is dead when the context ends."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs, tempfile.TemporaryDirectory(prefix="network-") as folder:
        monitor = Monitor(f"{folder}/monitor")
        network = f"dgram,local.type=fd,local.str={theirs.fileno()}"
        with subprocess.Popen(
            machine_command(bench, image, line, network, monitor.words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(theirs.fileno(),),
            bufsize=0,
        ) as process:
            peer = Peer(ours, process, monitor)
            try:
                yield peer
            finally:
                process.kill()
                monitor.close()
