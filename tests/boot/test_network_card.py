"""Frames through virtio's network card, on each bus of each machine."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.composed import APPS, GUEST_SECONDS, KVM, ROOT, Workshop
from tests.support.network import BENCHES, Bench, machine_command, on_the_wire
from tests.support.tap import why_not

KIND = 0x88B5
CARD = bytes.fromhex("525400123456")
OURS = bytes.fromhex("525400abcdef")
PEER = ROOT / "tests/support/tap_peer.py"
SIZES = (60, 61, 64, 127, 128, 590, 1023, 1024, 1025, 1500, 1513, 1514)


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest) -> Bench:
    return BENCHES[str(request.param)]


def test_gateway_answers_who_it_is(workshop: Workshop, bench: Bench) -> None:
    image = workshop.image("frames", bench.target)
    command = machine_command(bench, image, "-- arp --", "user")
    done = subprocess.run(command, capture_output=True, text=True, timeout=GUEST_SECONDS, check=True)
    answer = "10.0.2.2 is at 52:55:0a:00:02:02, asked by 10.0.2.15\n"
    assert done.stdout == "52:54:00:12:34:56 mtu 1500\n" + answer, done.stderr


def frames_of(seed: int, count: int) -> list[bytes]:
    """Frames of all sizes with random content; their second byte of data tells the guest how to cut its answer."""
    rng = random.Random(seed)
    sizes = [*SIZES, *(rng.randint(60, 1514) for _ in range(count - len(SIZES)))]
    head = CARD + OURS + KIND.to_bytes(2, "big")
    return [head + rng.randbytes(size - len(head)) for size in sizes]


def test_frames_of_all_sizes_come_back_unharmed_and_in_order(workshop: Workshop, bench: Bench) -> None:
    """Sent as fast as possible, so that bursts are larger than all queues."""
    sent = frames_of(seed=7, count=4000)
    with on_the_wire(bench, workshop.image("frames", bench.target), f"-- echo {len(sent)} --") as peer:
        peer.wait_for(b"ready")
        received = peer.exchange(sent, len(sent), KIND)
        console = peer.end()
    assert f"echoed {len(sent)}, {len(sent)} sent\n" in console
    assert received == [frame[6:12] + frame[:6] + frame[12:] for frame in sent]


def test_more_frames_than_the_queue_holds_leave_in_order(workshop: Workshop, bench: Bench) -> None:
    count = 5000
    with on_the_wire(bench, workshop.image("frames", bench.target), f"-- flood {count} --") as peer:
        received = peer.exchange([], count, KIND)
        peer.wire.send(frames_of(1, 12)[0])
        console = peer.end()
    assert f"flooded {count}\n" in console
    assert [int.from_bytes(frame[14:18], "little") for frame in received] == list(range(count))


def test_link_that_goes_and_comes_is_told(workshop: Workshop, bench: Bench) -> None:
    with on_the_wire(bench, workshop.image("frames", bench.target), "-- link --") as peer:
        peer.wait_for(b"link is up\n")
        for turn, word in enumerate((b"down", b"up", b"down", b"up")):
            peer.console = b""
            peer.monitor.command("set_link", name="card", up=turn % 2 == 1)
            peer.wait_for(b"link " + word + b"\n")
        peer.wire.send(frames_of(1, 12)[0])
        console = peer.end()
    assert console == "link up\n4 changes\n"


@pytest.mark.parametrize(
    ("bench", "words"),
    [
        (Bench(KVM, "q35", "virtio-net-pci,romfile=,disable-modern=on"), "disable-modern=off"),
        (Bench(KVM, "microvm", "virtio-net-device"), "virtio-mmio.force-legacy=false"),
    ],
)
def test_device_of_before_version_1_is_refused_by_name(workshop: Workshop, bench: Bench, words: str) -> None:
    command = machine_command(bench, workshop.image("frames", bench.target), "-- arp --", "user")
    done = subprocess.run(command, capture_output=True, text=True, timeout=GUEST_SECONDS, check=True)
    assert done.stdout.startswith("virtio: a device is older than version 1"), done.stdout
    assert words in done.stdout
    assert done.stdout.endswith("no device\n")


def test_card_works_in_two_mebibytes(workshop: Workshop) -> None:
    bench = Bench(KVM, "q35", "virtio-net-pci,romfile=", memory="2M")
    command = machine_command(bench, workshop.image("frames", KVM), "-- arp --", "user")
    done = subprocess.run(command, capture_output=True, text=True, timeout=GUEST_SECONDS, check=True)
    assert "10.0.2.2 is at" in done.stdout, done.stdout


@pytest.mark.parametrize("name", ["pc", "microvm", "virt-mmio", "virt-pci"])
def test_kicks_and_interrupts_are_few_under_load(workshop: Workshop, tmp_path: Path, name: str) -> None:
    """QEMU counts them: 5,000 frames are flushed in batches of 16, and nothing is waited for but room."""
    bench, count, log = BENCHES[name], 5000, tmp_path / "trace"
    words = ("-trace", "virtio_queue_notify", "-trace", "virtio_notify", "-D", str(log))
    traced = replace(bench, words=(*bench.words, *words))
    with on_the_wire(traced, workshop.image("frames", bench.target), f"-- flood {count} --") as peer:
        peer.exchange([], count, KIND)
        peer.wire.send(frames_of(1, 12)[0])
        console = peer.end()
    assert f"flooded {count}\n" in console
    happened = Counter(line.split()[0] for line in log.read_text().splitlines())
    assert 0 < happened["virtio_queue_notify"] < count / 10, happened
    assert 0 < happened["virtio_notify"] < count / 10, happened


@pytest.mark.parametrize("name", ["pc", "microvm", "virt-mmio", "virt-pci", "virt-gicv3"])
def test_guest_that_waits_for_frames_leaves_the_processor_alone(workshop: Workshop, name: str) -> None:
    """Also when there have been interrupts: a line that nobody had acknowledged would end each halt at once."""
    bench, sent = BENCHES[name], frames_of(seed=7, count=200)
    with on_the_wire(bench, workshop.image("frames", bench.target), f"-- echo {len(sent) + 1} --") as peer:
        peer.wait_for(b"ready")
        for at in range(0, len(sent), 10):
            peer.exchange(sent[at : at + 10], 10, KIND)
        time.sleep(0.2)
        before = peer.processor_seconds()
        time.sleep(1)
        taken = peer.processor_seconds() - before
        peer.exchange(sent[:1], 1, KIND)
        peer.end()
    assert taken < 0.2, f"{taken} s of one"


@pytest.mark.parametrize("name", ["pc", "microvm", "microvm-without-acpi", "virt-mmio", "virt-pci"])
def test_card_still_interrupts_after_the_timer_did_so_at_the_same_time(workshop: Workshop, name: str) -> None:
    bench, count = BENCHES[name], 60_000
    frame = frames_of(1, 12)[0]
    with on_the_wire(bench, workshop.image("frames", bench.target), f"-- timers {count} --") as peer:
        peer.wait_for(b"ready")
        for _ in range(count):
            peer.wire.send(frame)
        peer.wait_for(b"calm")
        time.sleep(0.5)  # until it has come to rest
        begin = time.monotonic()
        peer.wire.send(frame)
        console = peer.end()
    assert f"took {count}\n" in console
    assert time.monotonic() - begin < 3, "only the longest time of the timer ended the wait, which is 4.3 s"


@pytest.mark.parametrize(("bus", "works", "fails"), [("pci", "q35", "microvm"), ("mmio", "microvm", "q35")])
def test_image_can_have_one_bus_alone(workshop: Workshop, tmp_path: Path, bus: str, works: str, fails: str) -> None:
    out = tmp_path / "out"
    words = ("--quiet", "--out", str(out), *workshop.pin, "--target", KVM, "--set", f"virtio.bus={bus}")
    done = workshop.call("build", *words, str(APPS / "frames/unikernel.yaml"))
    assert done.status == 0, done.told
    image = replace(workshop, out=out).image("frames", KVM)
    assert image.stat().st_size < workshop.image("frames", KVM).stat().st_size
    for name, text in ((works, "10.0.2.2 is at"), (fails, "no device\n")):
        command = machine_command(BENCHES[name], image, "-- arp --", "user")
        told = subprocess.run(command, capture_output=True, text=True, timeout=GUEST_SECONDS, check=True)
        assert text in told.stdout, told.stdout


@pytest.mark.parametrize("name", ["q35", "microvm", "virt-mmio", "virt-pci"])
def test_frames_longer_than_any_wire_s_go_both_ways_in_one(workshop: Workshop, name: str) -> None:
    """A tap takes and gives what TCP would have to cut: QEMU merges several of the guest's buffers for it."""
    if why := why_not():
        pytest.skip(why)
    bench = BENCHES[name]
    words = machine_command(bench, workshop.image("frames", bench.target), "-- segments --", "tap,fd=TAP")
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, str(PEER), *words], capture_output=True, text=True, timeout=GUEST_SECONDS
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert done.stdout.splitlines()[1:] == [
        "guest: abilities 15",
        "guest: 9054 bytes in 5 pieces, checksum right",
        "header: 1 1 54 1460 34 16",
        "frame: 9054 the same",
    ]


@pytest.mark.parametrize("name", ["q35-above-4-gib", "microvm-above-4-gib", "virt-pci"])
def test_frames_may_lie_anywhere_in_memory(workshop: Workshop, name: str) -> None:
    """Each lies across two large pages, and one of them across the hole that devices have below 4 GiB."""
    bench, mebibytes = (BENCHES[name], 3300) if "above" in name else (replace(BENCHES[name], memory="64M"), 32)
    count = mebibytes // 2 - 2
    with on_the_wire(bench, workshop.image("frames", bench.target), f"-- spread {mebibytes} --") as peer:
        received = peer.exchange([], count, KIND)
        peer.wire.send(frames_of(1, 12)[0])
        console = peer.end()
    assert f"spread {count}\n" in console
    head = bytes.fromhex("ffffffffffff") + CARD + KIND.to_bytes(2, "big")
    for number, frame in enumerate(received):
        assert frame == head + number.to_bytes(4, "little") + bytes(42) + number.to_bytes(4, "little")
