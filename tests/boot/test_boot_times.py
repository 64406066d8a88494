"""`compose run --boot-times`: every part of a boot in its order, with counts that are the same each time, and the image as it ever was."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.composed import EXAMPLES, KVM, KVM_ARM, LINUX, TARGETS, XEN_ARM, Done, Workshop
from tests.support.fakes import program
from tests.support.running import running

HERE = Path(__file__).parent / "boot_times"
MINE = ("--recipes", str(HERE / "mine"))
TURNS = 300_000
Part = Mapping[str, Any]


def timed(workshop: Workshop, manifest: Path, target: str, *words: str, argument: str | None = None) -> Done:
    guest = () if argument is None else (argument,)
    return workshop.run(manifest, *guest, words=("--boot-times", "--json", "--target", target, *words))


def parts_of(done: Done) -> Sequence[Part]:
    """What was told, whose times have no gap and add up to those of the boot, as the counts do."""
    boot = done.verdict["boot"]
    assert boot["complaint"] is None, done.told
    parts: Sequence[Part] = boot["parts"]
    booting = [part for part in parts if part["part"] != "rest"]
    for part, after in pairwise(parts):
        assert part["at_ms"] + part["ms"] == pytest.approx(after["at_ms"], abs=0.01), done.told
    assert sum(part["ms"] for part in booting) == pytest.approx(boot["ms"], abs=0.05), done.told
    counts = [part["instructions"] for part in booting]
    assert boot["instructions"] == (None if None in counts else sum(counts)), done.told
    return parts


def counts_of(parts: Sequence[Part]) -> list[tuple[str, str, int | None]]:
    """What is the image's own, and so the same each time."""
    return [(part["part"], part["symbol"], part["instructions"]) for part in parts if part["part"] != "start"]


@pytest.mark.parametrize("target", TARGETS)
def test_each_part_has_its_row_and_counts_are_the_same_each_time(programs: Workshop, target: str) -> None:
    programs.build(EXAMPLES / "hello", target=target)
    image = programs.image("hello", target).read_bytes()
    first, second = (parts_of(timed(programs, EXAMPLES / "hello", target)) for _ in range(2))
    init = programs.facts("hello", target)["init"]
    calls = [(part["recipe"], part["symbol"]) for part in first if part["part"] == "init"]
    assert calls == [(step["recipe"], step["call"]) for step in init]
    assert calls
    mapped = [] if target.startswith("linux/") else ["mapped"]
    around = ["start", "entry", *mapped, *["init"] * len(calls), "ready", "main", "rest"]
    assert [part["part"] for part in first] == around
    assert all(count > 0 for _, _, count in counts_of(first)[:-1] if count is not None)
    assert counts_of(first)[-1][2] is None  # nobody counts after the first byte
    assert None not in [count for _, _, count in counts_of(first)[:-1]]
    assert counts_of(first) == counts_of(second)
    assert programs.image("hello", target).read_bytes() == image  # what is seen is the image as it is
    if target == XEN_ARM:
        assert first[0]["instructions"] > 1_000_000  # Xen's own
        assert first[1]["ms"] < first[0]["ms"]  # Xen itself runs through the image's entry, long before


def test_the_image_has_as_much_to_do_behind_a_firmware(programs: Workshop) -> None:
    usual, other = (
        parts_of(timed(programs, EXAMPLES / "hello", KVM, "--set", f"machine={machine}"))
        for machine in ("microvm", "q35")
    )
    assert counts_of(other) == counts_of(usual)
    assert other[0]["instructions"] > 1_000_000  # the firmware


@pytest.mark.parametrize("target", [KVM_ARM, LINUX])
def test_a_slow_init_call_is_seen_in_its_row(programs: Workshop, target: str) -> None:
    quick, slow = (parts_of(timed(programs, HERE, target, *MINE, "--set", f"slow.turns={n}")) for n in (0, TURNS))
    at = next(number for number, part in enumerate(slow) if part["symbol"] == "slow_start")
    assert slow[at]["recipe"] == "slow"
    assert slow[at]["instructions"] >= quick[at]["instructions"] + TURNS
    assert counts_of(slow[at + 1 :]) == counts_of(quick[at + 1 :])


@pytest.mark.parametrize("target", [KVM, LINUX])
def test_a_guest_that_dies_in_an_init_call_shows_how_far_it_came(programs: Workshop, target: str) -> None:
    done = timed(programs, HERE, target, *MINE, "--set", "slow.dies=true")
    assert (done.status, done.verdict["end"]) == (4, "trap"), done.told
    last = parts_of(done)[-1]
    assert (last["part"], last["symbol"], last["instructions"]) == ("init", "slow_start", None)
    said = programs.run(HERE, words=("--boot-times", "--target", target, *MINE, "--set", "slow.dies=true")).errors
    assert b"the guest did not come to main: it ended in the last part\n" in said


def test_a_first_byte_before_main_is_told(programs: Workshop) -> None:
    done = timed(programs, HERE, KVM_ARM, *MINE, "--set", "slow.speaks=true")
    parts, first = parts_of(done), done.verdict["boot"]["first_byte_ms"]
    call = next(part for part in parts if part["symbol"] == "slow_start")
    assert call["at_ms"] <= first <= call["at_ms"] + call["ms"]
    assert parts[-1]["part"] == "main"
    assert b"slowly\nmain at last\n" in done.errors  # the console


@pytest.mark.parametrize("target", [KVM, LINUX])
def test_it_is_a_run_like_any_other(programs: Workshop, target: str) -> None:
    done = programs.run(HERE, words=("--boot-times", "--target", target, *MINE))
    assert done.status == 0, done.told
    assert done.output == b"main at last\n", done.told
    lines = done.errors.decode().splitlines()
    assert lines[0] == f"the boot of late for {target}, emulated:"
    assert lines[-1].startswith("the boot "), done.told
    assert max(map(len, lines)) <= 80, done.told
    found = timed(programs, HERE, target, *MINE, "--expect", "main", argument="stay")
    assert (found.status, found.verdict["end"]) == (0, "expected"), found.told
    assert parts_of(found)[-1]["part"] == "rest"


def test_a_time_out_and_ctrl_c_show_what_was_seen(programs: Workshop) -> None:
    programs.build(HERE, target=KVM, words=MINE)
    image = str(programs.image("late", KVM))
    done = programs.call("run", "-q", "--boot-times", "--timeout", "3", image, "--", "stay")
    assert done.status == 4, done.told
    assert re.search(rb"^main, to the first byte .*\nafter the first byte .*\nthe boot ", done.errors, re.M), done.told
    with running(programs, "-q", "--boot-times", image, "--", "stay") as run:
        run.wait_for("main at last")
        assert run.interrupt() == 8
    assert re.search(r"^main, to the first byte .*\nafter the first byte .*\nthe boot ", run.said, re.M), run.said


def test_where_functions_may_be_anywhere_the_last_part_is_not_counted(programs: Workshop) -> None:
    parts = parts_of(timed(programs, EXAMPLES / "hello", KVM, "--set", "lto=true"))
    counts = {part: count for part, _, count in counts_of(parts)}
    assert counts.pop("rest") is None
    assert counts.pop("main") is None
    assert None not in counts.values()


@pytest.mark.parametrize("target", [KVM, LINUX])
def test_a_guest_that_never_speaks_is_not_counted_for_ever(programs: Workshop, target: str) -> None:
    programs.build(HERE, target=target, words=MINE)
    words = ("run", "-q", "--boot-times", "--json", "--timeout", "2", str(programs.image("late", target)))
    done = programs.call(*words, "--", "never", "speaks")
    assert (done.status, done.verdict["end"], done.verdict["boot"]["first_byte_ms"]) == (4, "timeout", None), done.told
    last = parts_of(done)[-1]
    assert (last["part"], last["instructions"]) == ("main", None)


def test_times_are_told_without_counts_where_qemu_cannot_count(programs: Workshop, tmp_path: Path) -> None:
    real = shutil.which("qemu-system-x86_64")
    program(tmp_path, f'case "$*" in *-icount*) echo "no counting here" >&2; exit 1;; esac\nexec {real} "$@"')
    programs.build(EXAMPLES / "hello", target=KVM)
    poor = replace(programs, environment={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    began = time.monotonic()
    done = poor.run(programs.image("hello", KVM), words=("--boot-times",))
    assert done.status == 0, done.told
    assert time.monotonic() - began < 25, "nobody waits for an emulator that has ended"
    assert done.errors.endswith(b"instructions are not counted: no counting here\n"), done.told
    assert re.search(rb"^main, to the first byte +[0-9.]+ +[0-9.]+ +\?$", done.errors, re.M), done.told


def test_a_console_device_does_not_disturb_it(programs: Workshop) -> None:
    parts = parts_of(timed(programs, EXAMPLES / "hello", KVM_ARM, "--set", "console=virtio"))
    assert [part["symbol"] for part in parts if part["symbol"] == "virtio_console_start"]
    assert parts[-1]["part"] == "rest"


def test_a_card_does_not_disturb_it(programs: Workshop) -> None:
    parts = parts_of(timed(programs, EXAMPLES / "httpreply", KVM, "--expect", "network:"))
    calls = [step["call"] for step in programs.facts("httpreply", KVM)["init"]]
    assert [part["symbol"] for part in parts if part["part"] == "init"] == calls
    assert len(calls) > 3
    assert parts[-1]["part"] == "rest"
    assert None not in [count for _, _, count in counts_of(parts)[:-1]]
