"""What a server in a guest must survive: bad clients, and what it holds before and after them.

Each trial is one function for both: the tests, with small counts, and `tests/bench/survival.py`, with those of its row in TRIALS.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.composed import APPS, EXAMPLES, Workshop
from tests.support.processor_time import spent
from tests.support.tap import BEDS, GUEST, Guest, Wire, wire

CLIENTS = "tests.support.bad_clients"
WITNESS = APPS / "survival/witness.c"
WITNESS_PORT = 9000
BACK_SECONDS = 60.0  # until everything that has ended is forgotten
TENTHS = 10
# Ended connections are remembered for 2 s instead of 30, so that a test need not wait that long for what they take.
SETTINGS = {"lwip.tcp_segment_lifetime": "1"}


@dataclass(frozen=True, slots=True)
class Held:
    """What the guest's stack holds (net_in_use.h), and how many pages nobody has."""

    pages: int
    memory: int
    frames: int
    connections: int
    ended: int

    @property
    def is_idle(self) -> bool:
        """Whether there is no connection."""
        return not self.connections and not self.ended


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial has found."""

    done: int
    failed: int
    told: str  # figures of the trial's own
    slowest: float = 0.0  # seconds for a page of a good client
    first_rate: float = 0.0  # per second of the guest's processor
    last_rate: float = 0.0
    remembered: int = 0  # connections that had ended


@dataclass(frozen=True, slots=True)
class Trial:
    """Clients for the example `server`: how they are called with a count, a seed, and seconds between two bytes."""

    server: str
    run: Callable[[Wire, int, int, float], Outcome]
    short: int  # of tests
    long: int
    short_pause: float = 0.0
    long_pause: float = 0.0
    settings: Mapping[str, str] | None = None
    kept: int = 8  # pages, at most: those of the program's heap, which gives none back, for all who are there at a time


def build(workshop: Workshop, folder: Path, trial: Trial, bed: str) -> Path:
    """The image of the trial's server with a witness in it; its sources are put into `folder`."""
    target = BEDS[bed].target
    name = f"{trial.server}-watched"
    shutil.copytree(EXAMPLES / trial.server, folder, ignore=shutil.ignore_patterns("build", "unikernel.yaml"))
    shutil.copy(WITNESS, folder)
    files = "files: rootfs\n" if (folder / "rootfs").exists() else ""
    manifest = folder / "unikernel.yaml"
    manifest.write_text(
        f"name: {name}\napp: {{sources: ['*.c'], defines: {{main: served}}}}\ntarget: {target}\nnetwork: lwip\n{files}"
    )
    words = [word for pair in {**SETTINGS, **(trial.settings or {})}.items() for word in ("--set", "=".join(pair))]
    done = workshop.call("build", "--quiet", "--out", str(workshop.out), *workshop.pin, *words, str(manifest))
    assert done.status == 0, done.told
    return workshop.image(name, target)


def start(here: Wire, bed: str, image: Path) -> Guest:
    """The server, once it can be asked."""
    guest = here.start(BEDS[bed], image)
    guest.wait_for(f"network: {GUEST}\n".encode())
    return guest


@dataclass(frozen=True, slots=True)
class Report:
    """A trial, and what was held before and after it."""

    before: Held
    found: Outcome
    after: Held
    console: str


def survive(workshop: Workshop, folder: Path, name: str, bed: str, count: int, seed: int, pause: float) -> Report:
    """Build the server in `folder`, start it, let the clients come."""
    trial = TRIALS[name]
    image = build(workshop, folder, trial, bed)
    with wire() as here:
        guest = start(here, bed, image)
        connections(here, TENTHS, 0, 0)  # now what is made once is there
        before = held_at_rest(here)
        found = trial.run(here, count, seed, pause)
        after = held_at_rest(here, before)
        guest.process.kill()
        return Report(before, found, after, guest.end())


_ASK = f"""
import socket, sys
with socket.socket(type=socket.SOCK_DGRAM) as s:
    s.settimeout(5)
    s.sendto(b"?", ("{GUEST}", {WITNESS_PORT}))
    sys.stdout.write(s.recv(100).decode())
"""
ASKED = 12  # times at most: a datagram is lost where there is no memory for it, which has to be back in BACK_SECONDS


def held(here: Wire) -> Held:
    """Ask the witness."""
    for _ in range(ASKED):
        done = here.client(sys.executable, "-c", _ASK)
        if done.returncode == 0:
            return Held(*map(int, done.stdout.split()))
    raise AssertionError(done.stderr.decode())


def held_at_rest(here: Wire, wanted: Held | None = None) -> Held:
    """What is held once all connections are forgotten, and as little as in `wanted`; else what it is in the end."""
    end = time.monotonic() + BACK_SECONDS
    while True:
        now = held(here)
        is_back = wanted is None or (now.memory, now.frames) == (wanted.memory, wanted.frames)
        if (now.is_idle and is_back) or time.monotonic() > end:
            return now
        time.sleep(0.5)


def connections(here: Wire, count: int, seed: int, pause: float) -> Outcome:
    """One for each page, ten at a time, by ab; the rates of the first and the last tenth do not depend on who else uses this machine."""
    guest, tenth = here.guests[-1].process.pid, count // TENTHS
    words = ("ab", "-q", "-s", "30", "-c", str(min(10, tenth)), "-n", str(tenth), f"http://{GUEST}:8080/")
    rates, failed = [], 0
    for _ in range(TENTHS):
        before = spent(guest)
        told = here.client(*words, seconds=3600).stdout.decode()
        rates.append(tenth / (spent(guest) - before or 1))
        complete, refused = (re.search(rf"{what} requests: +(\d+)", told) for what in ("Complete", "Failed"))
        failed += tenth - int(complete[1]) + int(refused[1]) if complete and refused else tenth
    told = " ".join(f"{rate:,.0f}" for rate in rates)
    return Outcome(count, failed, f"for a second of the processor: {told}", 0, rates[0], rates[-1], held(here).ended)


def bad_clients(what: str) -> Callable[[Wire, int, int, float], Outcome]:
    """Those of bad_clients.py that are called so, with a good one among them."""

    def run(here: Wire, count: int, seed: int, pause: float) -> Outcome:
        words = (sys.executable, "-m", CLIENTS, what, str(count), str(seed), str(pause))
        done = here.client(*words, seconds=3600)
        assert done.returncode == 0, done.stderr.decode()
        found = json.loads(done.stdout)
        failed = found["failed"] + found["good_failed"] + (found["good"] == 0)
        good = f"{found['good']} pages for a good client, the slowest in {found['slowest']:.2f} s"
        return Outcome(found["done"], failed, f"{good} {found['why'] or ''}".strip(), found["slowest"])

    return run


def ping_flood(here: Wire, count: int, seed: int, pause: float) -> Outcome:
    """As many echoes of 1,000 bytes as fast as they come back, by ping -f."""
    told = here.client("ping", "-q", "-f", "-s", "1000", "-c", str(count), GUEST, seconds=3600).stdout.decode()
    received = re.search(r"(\d+) received", told)
    assert received is not None, told
    return Outcome(count, count - int(received[1]), told.strip().splitlines()[-1])


MANY, FEW = {"descriptors.count": "1024"}, {"descriptors.count": "128"}
TRIALS: Mapping[str, Trial] = {
    "connections": Trial("httpreply", connections, 10_000, 200_000),
    "half-open": Trial("httpreply", bad_clients("half-open"), 10_000, 1_000_000),
    "slow": Trial("http-keepalive", bad_clients("slow"), 500, 500, 0.02, 1, MANY, 1000),
    "crowd": Trial("http-keepalive", bad_clients("slow"), 200, 500, 0.02, 0.1, FEW, 300),
    "row": Trial("httpreply", bad_clients("row"), 1500, 100_000),
    "rude": Trial("http-keepalive", bad_clients("rude"), 500, 100_000, settings=MANY, kept=150),
    "rude-one-by-one": Trial("httpreply", bad_clients("rude"), 200, 20_000),
    "greedy": Trial("http-keepalive", bad_clients("greedy"), 100, 300, 3, 60, MANY, 300),
    "deaf": Trial("http-keepalive", bad_clients("deaf"), 100, 500, 75, 75, MANY, 1000),
    "ping-flood": Trial("httpreply", ping_flood, 3000, 200_000),
}
