"""Guests on wires that lose, double, delay and reorder frames. ROUGH_SEED is the seed of that; tests/bench/survival_network.py does more of it."""

from __future__ import annotations

import os
import random
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.composed import APPS, EXAMPLES, Workshop
from tests.support.network import Monitor
from tests.support.relay import Faults, lanes
from tests.support.rough import Relay, happened, relayed, relayed_in_pieces, transfer
from tests.support.tap import BEDS, GUEST, Guest, Wire, why_not, wire

SEED = os.environ.get("ROUGH_SEED", "1")
HINT = f"ROUGH_SEED={SEED}"
CALM = Faults()
ROUGH = Faults(lost=0.05, doubled=0.02, held=0.05)
FAR = Faults(lost=0.05, doubled=0.02, held=0.05, delay=0.15)
REACHED = f"network: {GUEST}\n".encode()
LINK_SECONDS = 1.0
ARP_SPAM = Path(__file__).parent / "clients/arp_spam.py"
WRITES_TWICE = Path(__file__).parent / "clients/writes_twice.py"

WHY_NOT = why_not()
needs_tap = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "a tap can be made")
on_each_bed = pytest.mark.parametrize("bed", ["microvm", "q35", "virt"])


@pytest.fixture
def here() -> Iterator[Wire]:
    with wire() as made:
        yield made


def image(programs: Workshop, bed: str, manifest: Path = APPS / "transfers/unikernel.yaml") -> Path:
    """Built for the machine."""
    target = BEDS[bed].target
    programs.build(manifest, target=target)
    return programs.image(manifest.parent.name, target)


def test_the_same_seed_has_the_same_fates() -> None:
    frames = [random.Random(7).randbytes(60 + number) for number in range(500)]
    went: list[list[bytes]] = []
    for seed in ("1", "1", "2"):
        lane, _ = lanes(seed, FAR)
        for number, frame in enumerate(frames):
            lane.take(frame, number / 1000)
        went.append([])
        lane.give(1000, lambda frame, went=went[-1]: went.append(frame) is None)  # type: ignore[misc]
        happened(FAR, lane.counts, seed)
        assert (
            lane.counts.came + lane.counts.doubled
            == lane.counts.lost + lane.counts.went
            == len(went[-1]) + lane.counts.lost
        )
    assert went[0] == went[1] != went[2]


@needs_tap
@pytest.mark.parametrize("bed", ["microvm", "virt"])
def test_nothing_is_lost_on_a_calm_wire(programs: Workshop, here: Wire, bed: str) -> None:
    with relayed(here, BEDS[bed], image(programs, bed), CALM, SEED) as (guest, relay):
        guest.wait_for(REACHED)
        for what in ("give", "take"):
            transfer(here, guest, what, 1 << 20, HINT)
        for counts in relay.end():
            assert counts.came == counts.went > 700
            happened(CALM, counts, HINT)


def come_through(here: Wire, guest: Guest, relay: Relay) -> None:
    """Bytes are intact both ways, though all that makes a wire rough has happened to them."""
    guest.wait_for(REACHED)
    for what in ("give", "take"):
        transfer(here, guest, what, 400_000, HINT)
    for counts in relay.end():
        happened(ROUGH, counts, HINT)


@needs_tap
@on_each_bed
def test_bytes_come_through_a_rough_wire(programs: Workshop, here: Wire, bed: str) -> None:
    with relayed(here, BEDS[bed], image(programs, bed), ROUGH, SEED) as (guest, relay):
        come_through(here, guest, relay)


@needs_tap
def test_long_segments_come_through_a_rough_wire(programs: Workshop, here: Wire) -> None:
    with relayed_in_pieces(here, BEDS["q35"], image(programs, "q35"), ROUGH, SEED) as (guest, relay):
        come_through(here, guest, relay)


@needs_tap
def test_pages_come_from_far_away(programs: Workshop, here: Wire) -> None:
    served = image(programs, "microvm", EXAMPLES / "http-keepalive/unikernel.yaml")
    with relayed(here, BEDS["microvm"], served, FAR, SEED) as (guest, relay):
        guest.wait_for(REACHED)
        done = here.client("ab", "-q", "-s", "30", "-n", "20", "-c", "20", f"http://{GUEST}:8080/style.css")
        told = f"{HINT}\n{done.stdout.decode()}{done.stderr.decode()}{guest.told}"
        assert re.search(r"Complete requests: +20\n", told), told
        assert re.search(r"Failed requests: +0\n", told), told
        for counts in relay.end():
            happened(FAR, counts, HINT)


@needs_tap
def test_lost_segment_is_sent_again_before_its_time(programs: Workshop, here: Wire) -> None:
    """By the acknowledgements behind it, 0.8 s for all; by the clock alone they take 5 s and more."""
    faults = Faults(every=100)
    with relayed(here, BEDS["microvm"], image(programs, "microvm"), faults, "1") as (guest, relay):
        guest.wait_for(REACHED)
        took = [transfer(here, guest, "give", 300_000, "") for _ in range(6)]
        _, from_guest = relay.end()
    assert from_guest.lost >= 12
    assert sum(took) < 2.5, took


@needs_tap
def test_acknowledgement_does_not_keep_who_writes_twice(programs: Workshop, here: Wire) -> None:
    """Linux sends the second piece when the first is acknowledged, which waits for at most 50 ms."""
    guest = here.start(BEDS["microvm"], image(programs, "microvm"))
    guest.wait_for(REACHED)
    done = here.client(sys.executable, str(WRITES_TWICE), GUEST)
    assert done.returncode == 0, done.stderr.decode()
    assert float(done.stdout) < 0.08


@needs_tap
@on_each_bed
def test_connection_outlives_the_link(programs: Workshop, here: Wire, tmp_path: Path, bed: str) -> None:
    """Each way, a transfer is under way when the link goes, and goes on when it has come again."""
    monitor = Monitor(str(tmp_path / "monitor"))
    near = Faults(delay=0.02)
    with relayed(here, BEDS[bed], image(programs, bed), near, SEED, monitor.words) as (guest, _):
        guest.wait_for(REACHED)
        for what in ("give", "take"):
            with ThreadPoolExecutor(1) as other:
                took = other.submit(transfer, here, guest, what, 1_500_000, "")
                time.sleep(0.6)
                for is_up in (False, True):
                    assert not took.done(), "the link was not needed"
                    monitor.command("set_link", name="card", up=is_up)
                    time.sleep(LINK_SECONDS)
                assert LINK_SECONDS < took.result() < LINK_SECONDS + 15, guest.told
        monitor.close()
    assert guest.told == REACHED.decode()


@needs_tap
def test_answers_of_arp_that_nobody_asked_for(programs: Workshop, here: Wire) -> None:
    """For all addresses, for ours, for the guest's own, from nobody and from everybody. They are believed, until who has the address is heard."""
    guest = here.start(BEDS["microvm"], image(programs, "microvm"))
    guest.wait_for(REACHED)
    transfer(here, guest, "give", 1000, "")
    done = here.client(sys.executable, str(ARP_SPAM), SEED, "5000")
    assert done.stdout == b"sent 5000\n", done.stderr.decode()
    here.client("ip", "neigh", "flush", "dev", "tap0")  # so that it asks, and is heard
    for what in ("give", "take"):
        transfer(here, guest, what, 100_000, HINT)
    assert guest.told == REACHED.decode()
