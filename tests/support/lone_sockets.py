"""Guests whose network has nobody else on it, for programs that talk to themselves."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.composed import GUEST_SECONDS, KVM, KVM_ARM, LINUX, LINUX_ARM
from tests.support.network import BENCHES, machine_command

_AS_3 = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.execv(sys.argv[2], sys.argv[2:])"
USER_MODE: Mapping[str, tuple[str, ...]] = {LINUX: (), LINUX_ARM: ("qemu-aarch64",)}  # what runs a process of a target
_ADDRESSES = ("network: 10.", "network: fe80:", "network: fec0:")  # what QEMU's network gives
_BENCHES = {KVM: "q35", KVM_ARM: "virt-pci"}


@dataclass(frozen=True, slots=True)
class Bed:
    """Where sockets are tried: a target, and whose they are."""

    target: str
    network: str = "lwip"

    @property
    def words(self) -> tuple[str, ...]:
        """For `compose build`; what is smallest needs none."""
        return () if self in _DEFAULTS else ("--set", f"network={self.network}")


_DEFAULTS = (Bed(KVM), Bed(KVM_ARM), Bed(LINUX, "host"), Bed(LINUX_ARM, "host"))
LONE_BEDS = {
    "kvm": Bed(KVM),
    "kvm-arm": Bed(KVM_ARM),
    "linux": Bed(LINUX, "host"),
    "linux-arm": Bed(LINUX_ARM, "host"),
    "linux-lwip": Bed(LINUX),
}


def lone_run(bed: Bed, image: Path, seconds: float = GUEST_SECONDS) -> str:
    """All that the guest prints, without what the stack says of its own address."""
    if bed.network == "host":
        done = _finished([*USER_MODE[bed.target], str(image)], seconds=seconds)
    elif bed.target == LINUX:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with ours, theirs:
            high = os.dup(theirs.fileno()) if theirs.fileno() == 3 else theirs.fileno()
            words = [sys.executable, "-c", _AS_3, str(high), str(image)]
            done = _finished(words, (high,), seconds)
            if high != theirs.fileno():
                os.close(high)
    else:
        done = _finished(machine_command(BENCHES[_BENCHES[bed.target]], image, "-- --", "user"), seconds=seconds)
    lines = done.replace("\r", "").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_ADDRESSES))


def _finished(words: list[str], passed: tuple[int, ...] = (), seconds: float = GUEST_SECONDS) -> str:
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=passed,
        timeout=seconds,
        check=False,
    )
    told = done.stdout.decode(errors="backslashreplace")
    assert done.returncode == 0, told
    return told
