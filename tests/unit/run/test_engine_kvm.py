"""Whole runs of hand-written guests under the real QEMU."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.run.guest import Emulator, Ending, EndingKind, Guest
from tests.support.consoles import Console
from tests.support.fakes import program
from tests.support.guests import ECHO, HANG, RESET, end, flood, kvm_guest, record, run_guest, say

QEMU = Emulator("qemu-system-x86_64", "microvm", "tcg")
BOUND = 60.0  # seconds; a run that hangs fails the test by its kind, not by pytest's time-out


@pytest.fixture
def console() -> Iterator[Console]:
    with Console() as console:
        yield console


def run(guest: Guest, console: Console, *, timeout: float = BOUND, expect: str | None = None) -> Ending:
    return run_guest(guest, QEMU, stdin=console.stdin, stdout=console.stdout, timeout_seconds=timeout, expect=expect)


@pytest.mark.parametrize("status", [0, 1, 3, 127, 200, 255])
def test_every_status_of_the_app_arrives(tmp_path: Path, console: Console, status: int) -> None:
    ending = run(kvm_guest(tmp_path, say(b"hello\n") + end(b"E", status)), console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, status)
    assert console.output() == b"hello\n"


@pytest.mark.parametrize("machine", ["q35", "pc", "microvm"])
def test_status_arrives_on_every_machine(tmp_path: Path, console: Console, machine: str) -> None:
    guest = kvm_guest(tmp_path, say(b"hello\n") + end(b"E", 200))
    ending = run_guest(guest, replace(QEMU, machine=machine), stdin=None, stdout=console.stdout, timeout_seconds=BOUND)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, 200)
    assert console.output() == b"hello\n"


@pytest.mark.parametrize(
    ("code", "kind", "status"),
    [
        (end(b"T", 14), EndingKind.TRAP, 14),
        (end(b"A", 0), EndingKind.ABORT, 0),
        (record(b"E\0") + end(b"T", 13), EndingKind.TRAP, 13),  # a trap on the way down
        (record(b"E") + end(b"T", 13), EndingKind.TRAP, 13),  # a trap between letter and status
        (record(b"E") + RESET, EndingKind.RESET, None),
        (record(b"X\0") + RESET, EndingKind.RESET, None),
        (RESET, EndingKind.RESET, None),
    ],
)
def test_no_other_end_is_mistaken_for_an_exit(
    tmp_path: Path, console: Console, code: bytes, kind: EndingKind, status: int | None
) -> None:
    ending = run(kvm_guest(tmp_path, code), console)
    assert (ending.kind, ending.status) == (kind, status)


def test_guest_that_hangs_is_stopped_by_the_time_out(tmp_path: Path, console: Console) -> None:
    ending = run(kvm_guest(tmp_path, HANG), console, timeout=0.5)
    assert (ending.kind, ending.status) == (EndingKind.TIMEOUT, None)


def test_expected_text_ends_a_guest_that_would_go_on(tmp_path: Path, console: Console) -> None:
    ending = run(kvm_guest(tmp_path, say(b"now ready\n") + HANG), console, expect="ready")
    assert ending.kind is EndingKind.EXPECTED
    assert b"now ready" in console.output()


def test_expected_text_counts_when_the_guest_ends_right_after_it(tmp_path: Path, console: Console) -> None:
    assert run(kvm_guest(tmp_path, say(b"ready") + end(b"E", 3)), console, expect="ready").kind is EndingKind.EXPECTED


def test_guest_that_ends_without_the_expected_text_keeps_its_own_ending(tmp_path: Path, console: Console) -> None:
    ending = run(kvm_guest(tmp_path, say(b"read y") + end(b"E", 0)), console, expect="ready")
    assert (ending.kind, ending.status) == (EndingKind.EXIT, 0)


def test_input_reaches_the_guest_and_its_end_becomes_end_of_transmission(tmp_path: Path, console: Console) -> None:
    text = bytes(range(32, 127)) * 20
    console.type(text)
    console.end_input()
    ending = run(kvm_guest(tmp_path, ECHO + end(b"E", 7)), console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, 7)
    assert console.output() == text


def test_input_comes_as_it_is_typed(tmp_path: Path, console: Console) -> None:
    """The second word is typed only once the first has come back."""

    def type_answers() -> None:
        console.wait_for(b"one")
        console.type(b"two\x04")

    console.type(b"one")
    typist = threading.Thread(target=type_answers)
    typist.start()
    ending = run(kvm_guest(tmp_path, ECHO + end(b"E", 0)), console)
    typist.join()
    assert ending.kind is EndingKind.EXIT
    assert console.output() == b"onetwo"


@pytest.mark.parametrize("source", ["none", "/dev/null"])
def test_no_input_is_an_ended_input(tmp_path: Path, console: Console, source: str) -> None:
    stdin = None if source == "none" else os.open(source, os.O_RDONLY)
    guest = kvm_guest(tmp_path, ECHO + end(b"E", 0))
    ending = run_guest(guest, QEMU, stdin=stdin, stdout=console.stdout, timeout_seconds=BOUND)
    if stdin is not None:
        os.close(stdin)
    assert ending.kind is EndingKind.EXIT


def test_long_output_arrives_whole(tmp_path: Path, console: Console) -> None:
    ending = run(kvm_guest(tmp_path, flood(256) + say(b"end") + end(b"E", 0)), console)
    assert ending.kind is EndingKind.EXIT
    assert console.output() == b"x" * (256 * 1024) + b"end"


def test_output_goes_to_a_file_as_well(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        run_guest(kvm_guest(tmp_path, say(b"hello\n") + end(b"E", 0)), QEMU, stdin=None, stdout=log.fileno())
    assert (tmp_path / "log").read_bytes() == b"hello\n"


def test_guest_dies_with_a_reader_that_went_away(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(BrokenPipeError):
        run_guest(kvm_guest(tmp_path, say(b"hello\n") + HANG), QEMU, stdin=None, stdout=writer)
    os.close(writer)


def test_arguments_and_memory_that_qemu_takes(tmp_path: Path, console: Console) -> None:
    guest = replace(kvm_guest(tmp_path, end(b"E", 1), "a b", '"', "--"), memory=2 << 20, environment=(("A", "1"),))
    assert run(guest, console).kind is EndingKind.EXIT


def test_trap_report_is_passed_through_and_told_again(tmp_path: Path, console: Console) -> None:
    text = b"trap: page-fault vector=14 error=2 address=10\ntrap: rip=100234 rsp=0\ntrap: end\n"
    guest = replace(kvm_guest(tmp_path, say(text) + end(b"T", 14)), debug=tmp_path / "missing")
    ending = run(guest, console)
    assert ending.kind is EndingKind.TRAP
    assert ending.report == ("trap: page-fault vector=14 error=2 address=10", "  #0 0x100234")
    assert console.output() == text


def test_emulator_that_fails_is_told_from_a_guest_that_resets(tmp_path: Path, console: Console) -> None:
    broken = program(tmp_path, 'echo "qemu: no such thing" >&2; exit 1')
    guest = kvm_guest(tmp_path, HANG)
    ending = run_guest(guest, Emulator(str(broken)), stdin=None, stdout=console.stdout)
    assert (ending.kind, ending.status) == (EndingKind.DIED, 1)
    assert ending.emulator_said == ("qemu: no such thing",)


def test_emulator_that_vanished_is_a_mistake_of_the_machine(tmp_path: Path, console: Console) -> None:
    with pytest.raises(ComposerError) as caught:
        run_guest(kvm_guest(tmp_path, HANG), Emulator(str(tmp_path / "gone")), stdin=None, stdout=console.stdout)
    assert caught.value.diagnostics[0].code is Code.NO_EMULATOR


def test_image_that_is_not_there_is_refused(tmp_path: Path, console: Console) -> None:
    guest = replace(kvm_guest(tmp_path, HANG), image=tmp_path / "missing.elf")
    with pytest.raises(ComposerError) as caught:
        run(guest, console)
    assert caught.value.diagnostics[0].code is Code.IMAGE_UNREADABLE
