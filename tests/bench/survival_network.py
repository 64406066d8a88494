"""Print what a guest survives of bad networks, and of time.

    python tests/bench/survival_network.py [NAME…] [--rounds N] [--seed S] [--bed BED]

rough    transfers each way, when 5 % of the frames are lost and others doubled and overtaken; a round is a seed
far      likewise, at 300 ms from each other
lies     each lie of a DHCP server alone; a round is all of them
days     the guest's time in fast-forward (microvm and virt); a round is a day

The status is 1 if anything did not come through.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from composer.pipeline.fresh import store_folder
from tests.support.composed import APPS, EXAMPLES, ROOT, Workshop
from tests.support.dhcp_server import GUESTS, LIES, OURS, REQUEST, Question
from tests.support.fast_clock import DAY, FAST_BEDS, MINUTE, REACHED, fast, is_answered, use
from tests.support.fast_clock import GUEST as QEMU_GUEST
from tests.support.relay import Faults
from tests.support.rough import happened, relayed, transfer
from tests.support.tap import BEDS, GUEST, wire

ROUGH = Faults(lost=0.05, doubled=0.02, held=0.05)
FAR = Faults(lost=0.05, doubled=0.02, held=0.05, delay=0.15)
DAY_SECONDS = 300.0  # of ours, at most
TAP_REACHED = f"network: {GUEST}\n"


def built(folder: Path, manifest: Path, target: str) -> Path:
    """The image."""
    workshop = Workshop(ROOT, Path(store_folder()), folder / "out", seconds=900)
    workshop.build(manifest, target=target)
    return workshop.image(manifest.parent.name, target)


def transfers(faults: Faults, size: int) -> Callable[[Path, str, int, int], Iterator[str]]:
    """A trial of transfers of so many bytes."""

    def trial(folder: Path, bed: str, rounds: int, seed: int) -> Iterator[str]:
        image = built(folder, APPS / "transfers/unikernel.yaml", BEDS[bed].target)
        for number in range(seed, seed + rounds):
            hint = f"--seed {number} --rounds 1"
            with wire() as here, relayed(here, BEDS[bed], image, faults, str(number)) as (guest, relay):
                guest.wait_for(TAP_REACHED.encode())
                took = [transfer(here, guest, what, size, hint) for what in ("give", "take")]
                counts = relay.end()
            for one in counts:
                happened(faults, one, hint)
            yield f"seed {number}: {size:,} bytes given in {took[0]} s, taken in {took[1]} s; {counts[0]}, {counts[1]}"

    return trial


def lies(folder: Path, bed: str, rounds: int, seed: int) -> Iterator[str]:
    """Each alone, and then what is right: nothing else is asked for."""
    image = built(folder, EXAMPLES / "httpreply/unikernel.yaml", BEDS[bed].target)
    log = folder / "asked"
    for _ in range(rounds):
        for name in LIES:
            with wire(servers=("-m", "tests.support.dhcp_server", str(log), "lies", name)) as here:
                guest = here.start(BEDS[bed], image)
                guest.wait_for(TAP_REACHED.encode())
                page = here.client("curl", "-sS", "-m", "10", f"http://{GUEST}:8080/").stdout
            questions = [Question(**json.loads(line)) for line in log.read_text().splitlines()]
            wanted = {(one.address, one.server) for one in questions if one.kind == REQUEST}
            assert b"Hello" in page, (name, guest.told)
            assert wanted == {(GUESTS, OURS)}, (name, wanted)
        yield f"{len(LIES)} lies, none taken"


def days(folder: Path, bed: str, rounds: int, seed: int) -> Iterator[str]:
    """With a connection that nobody uses for the first day, and some that end on each."""
    image = built(folder, APPS / "transfers/unikernel.yaml", FAST_BEDS[bed].target)
    with fast(FAST_BEDS[bed], image, folder) as clock:
        clock.guest.wait_for(REACHED)
        before = clock.held_at_rest()
        with clock.connected() as idle:
            idle.sendall(b"echo\n")
            assert is_answered(idle, b"here")
            clock.record.wait(DAY, clock.guest, DAY_SECONDS)
            assert is_answered(idle, b"still there"), clock.guest.told
        for day in range(1, rounds + 1):
            use(clock)
            clock.record.wait(day * DAY, clock.guest, DAY_SECONDS)
        after = clock.held_at_rest()
        assert clock.guest.told == REACHED.decode()
        renewals = [when for when, question in clock.record.questions() if question.own == QEMU_GUEST]
        for turn, when in enumerate(renewals, 1):
            assert abs(when - turn * DAY / 2) <= turn * MINUTE, renewals
        yield f"{len(renewals)} renewals, {len(clock.record.probes())} probes\n    {before}\n    {after}"


TRIALS: Mapping[str, tuple[Callable[[Path, str, int, int], Iterator[str]], int]] = {
    "rough": (transfers(ROUGH, 4 << 20), 10),
    "far": (transfers(FAR, 400_000), 5),
    "lies": (lies, 1),
    "days": (days, 2),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the trials and print what they tell."""
    args = _parser().parse_args(argv)
    failed = 0
    for name in args.names or TRIALS:
        trial, rounds = TRIALS[name]
        with tempfile.TemporaryDirectory(prefix="survival-") as folder:
            try:
                for told in trial(Path(folder), args.bed, args.rounds or rounds, args.seed):
                    print(f"{name} on {args.bed}: {told}", flush=True)
            except AssertionError as error:
                failed += 1
                print(f"{name} on {args.bed} FAILED, seed {args.seed}: {error}", flush=True)
    return int(failed > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="See what a guest survives of bad networks, and of time.")
    choices = [*TRIALS, []]
    parser.add_argument("names", nargs="*", choices=choices, metavar="NAME", help=f"of {', '.join(TRIALS)}")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often (default: that of the trial)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of all that is random")
    parser.add_argument("--bed", default="microvm", choices=("microvm", "q35", "virt"), help="the machine")
    return parser


if __name__ == "__main__":
    sys.exit(main())
