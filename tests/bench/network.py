"""Servers under load, against the same objects as a program of Linux in a guest: both behind a tap in a namespace, by turns."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from composer.pipeline.fresh import store_folder
from composer.pipeline.read import read_image
from composer.run.command import quiet_machine
from tests.bench.counter import counter
from tests.bench.images import QEMU
from tests.bench.initramfs import Entry, file, folder
from tests.bench.lab import APPS, FLAT_TARGETS, MANIFESTS, ROOT, TARGET, Lab, image_of
from tests.bench.linux_guest import initramfs, linux_words
from tests.bench.linux_kernel import kernel, network_modules
from tests.bench.linux_link import link_for_linux
from tests.bench.requests import PATIENCE_OFF
from tests.bench.table import Figure, median
from tests.support.tap import GUEST, HOST, Wire, wire

KIB = 1 << 10
MACHINE = "microvm"  # for both guests; Linux finds its card only by ACPI
CARD = (
    *("-netdev", "tap,id=n,ifname=tap0,script=no,downscript=no", "-device", "virtio-net-device,netdev=n"),
    *("-global", "virtio-mmio.force-legacy=false"),
)
PORT, BULK_PORT = 8080, 5001
START_SECONDS, LOAD_SECONDS, BULK_MIB, CONNECTIONS = 60.0, 3, 64, 10000
HERE = ROOT / "tests/bench/host"
SIZES = {  # what is linked besides -> most KiB on kvm/x86_64 and on kvm/aarch64
    "DHCP, PCI and MMIO": ((), 72, 80),
    "static address, one bus": (("--set", "net.address=10.9.0.2/24", "--set", "virtio.bus=pci"), 64, 72),
}
Load = Callable[[Wire], Mapping[str, float]]  # `done`: how many requests, or MiB


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found of our guest and of Linux's, round by round, and how many instructions each took for what was `done`."""

    ours: Sequence[Mapping[str, float]]
    linux: Sequence[Mapping[str, float]]
    our_instructions: float
    linux_instructions: float


def network_sizes(lab: Lab) -> Iterator[Figure]:
    """httpreply as it is, and with the least that it may have."""
    for title, (words, most, most_arm) in SIZES.items():
        for target, reach, rival in ((TARGET, most, "222,184 B"), (FLAT_TARGETS[0], most_arm, "212,296 B")):
            project = lab.project("httpreply", f"-{len(words)}-{target.replace('/', '-')}")
            lab.build(project, target, words=words)
            built = image_of(project, "httpreply", target)
            yield Figure(f"httpreply, {title}, {target}", built.stat().st_size, "B", reach * KIB, rival=rival)


def network(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Requests and bytes per second over those of Linux, and the slowest of a hundred requests; and what explains them."""
    yield from _bare_echo(lab, rounds)
    keep = _compared(lab, "http-keepalive", MANIFESTS, rounds, _keep_alive)
    for connections in (1, 10):
        yield _ratio(keep, f"rate-{connections}", f"keep-alive requests, {connections} connection(s)", "/s", 2.0)
    yield _ratio(keep, "slowest-10", "99 % of requests, 10 connections", "ms", 0.5, at_least=False)
    closing = _compared(lab, "httpreply", MANIFESTS, rounds, _connections)
    yield _ratio(closing, "rate", "one connection per request", "/s", 1.5)
    bulk = _compared(lab, "bulk", APPS, rounds, _bulk)
    yield _ratio(bulk, "sends", "bulk, the guest sends", "MiB/s", 1.5)
    yield _ratio(bulk, "receives", "bulk, the guest receives", "MiB/s", 1.5)
    for sides, title in ((keep, "a keep-alive request"), (closing, "a connection with its request"), (bulk, "a MiB")):
        yield _instructions(sides, title)


def _ratio(sides: Compared, key: str, title: str, unit: str, reach: float, *, at_least: bool = True) -> Figure:
    ours, theirs = (median([one[key] for one in side]) for side in (sides.ours, sides.linux))
    note = f"medians of {len(sides.ours)}: {ours:,.1f} {unit}, Linux {theirs:,.1f} {unit}"
    return Figure(f"{title}, over Linux", ours / theirs, "x", reach, at_least=at_least, note=note)


def _instructions(sides: Compared, title: str) -> Figure:
    """Of all that the guest does meanwhile."""
    note = f"Linux {sides.linux_instructions:,.0f}"
    return Figure(f"guest instructions for {title}", round(sides.our_instructions), "", note=note)


def _bare_echo(lab: Lab, rounds: int) -> Iterator[Figure]:
    """A guest that has a card and nothing above it: no server answers faster on this machine."""
    project = lab.project("frames", home=ROOT / "tests/boot/apps")
    lab.build(project)
    command = _with_card("-m", "64M", "-kernel", str(image_of(project, "frames")), "-append", "-- echo 1000000000 --")
    rates: dict[int, list[float]] = {1: [], 10: []}
    for _ in range(rounds):
        with wire() as here, _started(here, command):
            for at_once, found in rates.items():
                words = (sys.executable, str(HERE / "echo.py"), str(at_once), "1")
                found.append(float(here.client(*words).stdout))
    for at_once, found in rates.items():
        rate = median(found)
        note = f"median of {rounds}; {1e6 / rate:.0f} us for each"
        yield Figure(f"frames that a bare guest sends back, {at_once} on their way", rate, "/s", note=note)


def _compared(lab: Lab, name: str, home: Path, rounds: int, load: Load) -> Compared:
    """What `load` finds of our guest and of Linux's, by turns."""
    image, halting = (_server(lab, name, home, *words) for words in ((), PATIENCE_OFF))
    linux = _linux(lab, name, image)
    commands = (_ours(image), linux)
    found: tuple[list[Mapping[str, float]], list[Mapping[str, float]]] = ([], [])
    for _ in range(rounds):
        for command, side in zip(commands, found, strict=True):
            with _guest(command) as here:
                side.append(load(here))
    return Compared(*found, *(_counted(command, load) for command in (_ours(halting), linux)))


def _server(lab: Lab, name: str, home: Path, *words: str) -> Path:
    """Its image, with `words` for the manifest."""
    project = lab.project(name, copy=f"-{len(words)}", home=home)
    lab.build(project, words=("--set", "libc=musl", *words))
    return image_of(project, name)


def _counted(command: Sequence[str], load: Load) -> float:
    """Instructions of the guest for each thing that `load` has done."""
    with counter() as counted, _guest((*command, *counted.words)) as here:
        before = counted.count
        done = load(here)["done"]
        return (counted.count - before) / done


def _with_card(*words: str) -> tuple[str, ...]:
    return (*quiet_machine(QEMU, MACHINE, "tcg", "max"), *CARD, *words, "-serial", "stdio")


def _ours(image: Path) -> tuple[str, ...]:
    return _with_card("-m", "64M", "-kernel", str(image), "-append", "-- --")


def _linux(lab: Lab, name: str, image: Path) -> tuple[str, ...]:
    """A guest of Debian's kernel whose first process loads the card's modules and becomes the program."""
    cache = Path(store_folder()) / "linux"
    program, root, first = lab.folder / f"{name}.linux", lab.folder / f"{name}.cpio", lab.folder / "network_init"
    link_for_linux(read_image(image.parent), lab.store, program)
    subprocess.run(("gcc", "-O2", "-static", str(HERE / "network_init.c"), "-o", str(first)), check=True)
    modules = (file(f"modules/{module}", content) for module, content in network_modules(cache))
    more = (folder("modules"), *modules, *_served(MANIFESTS / name / "rootfs"), file("program", program.read_bytes()))
    root.write_bytes(initramfs(first.read_bytes(), *more))
    return _with_card(*linux_words(kernel(cache), root, (GUEST,)))


def _served(tree: Path) -> Iterator[Entry]:
    """What the program's own `files:` has; folders come before what is in them."""
    for path in sorted(tree.rglob("*")):
        name = str(path.relative_to(tree))
        yield folder(name) if path.is_dir() else file(name, path.read_bytes())


@contextmanager
def _guest(command: Sequence[str]) -> Iterator[Wire]:
    """A namespace in which the guest serves; raises RuntimeError if it does not."""
    with wire() as here, _started(here, command) as process:
        _wait(here, process)
        yield here


@contextmanager
def _started(here: Wire, command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as console:
        process = subprocess.Popen(here.inside(*command), stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def _wait(here: Wire, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for port in (PORT, BULK_PORT):
            probe = f"import socket; socket.create_connection(('{GUEST}', {port}), 1)"
            if here.client(sys.executable, "-c", probe).returncode == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"nobody answers at {GUEST}, seen from {HOST}")


def _wrk(here: Wire, connections: int, *words: str) -> tuple[float, float, float]:
    """Requests per second, milliseconds in which 99 % of them are answered, and how many there were; raises RuntimeError if any failed."""
    url = f"http://{GUEST}:{PORT}/"
    done = here.client(
        *("wrk", "-t1", f"-c{connections}", f"-d{LOAD_SECONDS}", "--latency", *words, url)
    ).stdout.decode()
    rate = re.search(r"Requests/sec: +([\d.]+)", done)
    slowest = re.search(r" 99% +([\d.]+)(us|ms|s)", done)
    count = re.search(r"(\d+) requests in", done)
    if rate is None or slowest is None or count is None or "Non-2xx" in done or "Socket errors" in done:
        raise RuntimeError(f"wrk says:\n{done}")
    return float(rate[1]), float(slowest[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[slowest[2]], float(count[1])


def _keep_alive(here: Wire) -> Mapping[str, float]:
    found: dict[str, float] = {"done": 0}
    for connections in (1, 10):
        found[f"rate-{connections}"], found[f"slowest-{connections}"], count = _wrk(here, connections)
        found["done"] += count
    return found


def _connections(here: Wire) -> Mapping[str, float]:
    words = ("ab", "-q", "-n", str(CONNECTIONS), "-c", "10", f"http://{GUEST}:{PORT}/")
    done = here.client(*words).stdout.decode()
    rate, failed = re.search(r"Requests per second: +([\d.]+)", done), re.search(r"Failed requests: +(\d+)", done)
    if rate is None or failed is None or failed[1] != "0":
        raise RuntimeError(f"ab says:\n{done}")
    return {"rate": float(rate[1]), "done": CONNECTIONS}


def _bulk(here: Wire) -> Mapping[str, float]:
    done = here.client(sys.executable, str(HERE / "bulk.py"), GUEST, str(BULK_MIB))
    sends, receives = map(float, done.stdout.split())
    return {"sends": sends, "receives": receives, "done": 2 * BULK_MIB}
