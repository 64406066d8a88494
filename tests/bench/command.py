"""The command line of `tests/bench/figures.py`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tests.bench.arm import arm
from tests.bench.boot import boot
from tests.bench.boot_stages import boot_stages
from tests.bench.builds import builds
from tests.bench.calls import calls, programs
from tests.bench.first_reply import first_reply
from tests.bench.images import memory, sizes
from tests.bench.instructions import instructions
from tests.bench.lab import Lab
from tests.bench.least_memory import server_memory
from tests.bench.libcs import libc_builds, libcs
from tests.bench.menu import menu
from tests.bench.network import network, network_sizes
from tests.bench.page import page
from tests.bench.resolving import resolving
from tests.bench.startup import startup
from tests.bench.table import Figure, as_json, as_table
from tests.bench.toolchains import toolchains

ROUNDS = 7
ROUNDS_BESIDE_LINUX = 11

Measure = Callable[[Lab, int], Iterable[Figure]]
MEASURES: Mapping[str, Measure] = {
    "sizes": lambda lab, rounds: sizes(lab),
    "toolchains": lambda lab, rounds: toolchains(lab),
    "memory": lambda lab, rounds: memory(lab),
    "boot": boot,
    "boot-stages": boot_stages,
    "arm": arm,
    "instructions": lambda lab, rounds: instructions(lab),
    "builds": builds,
    "startup": startup,
    "resolve": lambda lab, rounds: resolving(),
    "menu": lambda lab, rounds: menu(lab),
    "calls": calls,
    "programs": programs,
    "libcs": lambda lab, rounds: libcs(lab),
    "libc-builds": libc_builds,
    "network-sizes": lambda lab, rounds: network_sizes(lab),
    "network": network,
    "server-memory": lambda lab, rounds: server_memory(lab),
    "first-reply": first_reply,
    "page": page,
}
DEFAULT_ROUNDS = {"calls": ROUNDS_BESIDE_LINUX, "programs": ROUNDS_BESIDE_LINUX}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; the status is 0 whatever the figures are, because a busy machine is no mistake."""
    args = _parser().parse_args(argv)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="figures-") as folder:
        lab = Lab(Path(folder))
        print(f"measuring {' '.join(lab.command)}", file=sys.stderr)
        for name in args.names or MEASURES:
            print(f"  {name}", file=sys.stderr)
            figures += MEASURES[name](lab, args.rounds or DEFAULT_ROUNDS.get(name, ROUNDS))
    print(as_json(figures) if args.json else as_table(figures), end="")
    print(busy(os.getloadavg()[0], os.cpu_count() or 1), end="", file=sys.stderr)
    return 0


def busy(load: float, processors: int) -> str:
    """A warning if others used this machine meanwhile; one job of ours is expected on each processor."""
    if load <= processors + 0.5:
        return ""
    return f"the load was {load:.1f} on {processors} processors: times are longer than on a machine of its own\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure every figure of this project, rivals' beside ours.")
    listed = ", ".join(MEASURES)
    # argparse checks even the empty list against the choices.
    choices = [*MEASURES, []]
    parser.add_argument("names", nargs="*", choices=choices, metavar="NAME", help=f"of {listed} (default: all)")
    parser.add_argument(
        "--rounds",
        type=_count,
        metavar="N",
        help=f"rounds of each time (default: {ROUNDS}, beside Linux {ROUNDS_BESIDE_LINUX})",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)
