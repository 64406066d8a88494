"""The least memory with which a server answers a thousand requests, over what a guest of one instruction needs."""

from __future__ import annotations

import struct
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from composer.run.command import CONSOLE, quiet_machine
from composer.run.probes import TEXT_OFFSET
from tests.bench.lab import FLAT_TARGETS, TARGET, Lab, image_of
from tests.bench.requests import ADDRESS
from tests.bench.table import Figure
from tests.support.guests import HANG, kvm_guest
from tests.support.tap import BEDS, GUEST, wire

REQUESTS = 1000
MOST_MIB = 16
ALIVE_SECONDS = 1.0
LISTEN_SECONDS, SERVE_SECONDS = 10.0, 60.0
BED = {TARGET: "microvm", FLAT_TARGETS[0]: "virt"}
REACH_MIB = {TARGET: 2}  # of the others: 1 over that guest


def server_memory(lab: Lab) -> Iterator[Figure]:
    """Of httpreply, in MiB, in which QEMU counts."""
    folder, project = lab.folder / "one-instruction", lab.project("httpreply", "-memory")
    folder.mkdir()
    floors = {TARGET: kvm_guest(folder, HANG).image, FLAT_TARGETS[0]: _one_instruction(folder / "one.img")}
    for target, floor in floors.items():
        lab.build(project, target, words=ADDRESS)
        image = image_of(project, "httpreply", target)
        least = next(mib for mib in range(1, MOST_MIB) if _lives(_command(target, floor, mib)))
        ours = next(mib for mib in range(least, MOST_MIB) if _serves(_command(target, image, mib)))
        note = f"{REQUESTS:,} requests by 10 connections; a guest of one instruction {least} MiB"
        yield Figure(f"least memory for httpreply, {target}", ours, "MiB", REACH_MIB.get(target, least + 1), note=note)


def _one_instruction(path: Path) -> Path:
    """An arm64 Image that branches to itself, at the place in memory that ours have (Documentation/arm64/booting.rst)."""
    path.write_bytes(struct.pack("<IIQQQ24x4sI", 0x14000000, 0, TEXT_OFFSET, 64, 0, b"ARM\x64", 0))
    return path


def _command(target: str, image: Path, mib: int) -> tuple[str, ...]:
    bed = BEDS[BED[target]]
    return (
        *quiet_machine(f"qemu-system-{target.split('/')[1]}", bed.machine, "tcg", "max"),
        *(*bed.words, "-m", f"{mib}M", "-kernel", str(image), "-append", "-- --", *CONSOLE),
        *("-netdev", "tap,id=n,ifname=tap0,script=no,downscript=no", "-device", f"{bed.card},netdev=n"),
    )


def _lives(command: Sequence[str]) -> bool:
    """Whether QEMU takes the guest at all."""
    with wire() as here, _started(here.inside(*command)) as process:
        try:
            process.wait(ALIVE_SECONDS)
        except subprocess.TimeoutExpired:
            return True
        finally:
            process.kill()
    return False


def _serves(command: Sequence[str]) -> bool:
    with wire() as here, _started(here.inside(*command)) as process:
        limit = threading.Timer(LISTEN_SECONDS, process.kill)  # too little memory may be no end, but silence
        limit.start()
        try:
            if f"network: {GUEST}\n".encode() not in (process.stdout or ()):
                return False
            limit.cancel()
            words = ("ab", "-q", "-s", "10", "-n", str(REQUESTS), "-c", "10", f"http://{GUEST}:8080/")
            done = here.client(*words, seconds=SERVE_SECONDS)
            return f"Complete requests:      {REQUESTS}\nFailed requests:        0\n".encode() in done.stdout
        finally:
            limit.cancel()
            process.kill()


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
