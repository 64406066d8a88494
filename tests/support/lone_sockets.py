"""Guests whose network has nobody else on it, for programs that talk to themselves."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.support.composed import GUEST_SECONDS, KVM, KVM_ARM, LINUX
from tests.support.network import BENCHES, machine_command

_AS_3 = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.execv(sys.argv[2], sys.argv[2:])"
_ADDRESSES = ("network: 10.", "network: fe80:", "network: fec0:")  # what QEMU's network gives
_BENCHES = {KVM: "q35", KVM_ARM: "virt-pci"}


def lone_run(target: str, image: Path) -> str:
    """All that the guest prints, without what the stack says of its own address."""
    if target == LINUX:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with ours, theirs:
            high = os.dup(theirs.fileno()) if theirs.fileno() == 3 else theirs.fileno()
            words = [sys.executable, "-c", _AS_3, str(high), str(image)]
            done = _finished(words, (high,))
            if high != theirs.fileno():
                os.close(high)
    else:
        done = _finished(machine_command(BENCHES[_BENCHES[target]], image, "-- --", "user"))
    lines = done.replace("\r", "").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_ADDRESSES))


def _finished(words: list[str], passed: tuple[int, ...] = ()) -> str:
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=passed,
        timeout=GUEST_SECONDS,
        check=False,
    )
    told = done.stdout.decode(errors="backslashreplace")
    assert done.returncode == 0, told
    return told
