"""Print what a server in a guest survives, and what it holds before and after.

    python tests/bench/survival.py [NAME…] [--count N] [--seed S] [--bed BED]

A row for each trial of tests/support/survival.py: how many clients, how many of them (or of the good ones among them) failed, the rate of the
first and of the last tenth where there is one, and the stack's bytes and the free pages before and after. The status is 1 if any failed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from composer.pipeline.fresh import store_folder
from tests.support.composed import ROOT, Workshop
from tests.support.survival import TRIALS, survive
from tests.support.tap import BEDS

BUILD_SECONDS = 900


def main(argv: Sequence[str] | None = None) -> int:
    """Run the trials and print their rows."""
    args = _parser().parse_args(argv)
    failed = 0
    for name in args.names or TRIALS:
        failed += _row(name, args.count or TRIALS[name].long, args.seed, args.bed)
    return int(failed > 0)


def _row(name: str, count: int, seed: int, bed: str) -> int:
    trial = TRIALS[name]
    with tempfile.TemporaryDirectory(prefix="survival-") as folder:
        workshop = Workshop(ROOT, Path(store_folder()), Path(folder, "out"), seconds=BUILD_SECONDS)
        report = survive(workshop, Path(folder, trial.server), name, bed, count, seed, trial.long_pause)
    before, found, after = report.before, report.found, report.after
    rates = f"{found.first_rate:,.0f} -> {found.last_rate:,.0f}/s, " if found.first_rate else ""
    print(f"{name} on {bed}: {found.done:,}, {found.failed:,} failed, {rates}seed {seed}")
    print(f"    {found.told}")
    print(f"    memory {before.memory:,} -> {after.memory:,} B, frames {before.frames} -> {after.frames}, ", end="")
    print(f"free pages {before.pages:,} -> {after.pages:,}", flush=True)
    return found.failed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="See what a server in a guest survives.")
    choices = [*TRIALS, []]
    parser.add_argument("names", nargs="*", choices=choices, metavar="NAME", help=f"of {', '.join(TRIALS)}")
    parser.add_argument("--count", type=int, metavar="N", help="how many clients (default: that of the issue)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of all that is random")
    parser.add_argument("--bed", default="microvm", choices=[bed for bed in BEDS if bed != "host"], help="the machine")
    return parser


if __name__ == "__main__":
    sys.exit(main())
