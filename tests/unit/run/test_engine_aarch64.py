"""Whole runs of hand-written aarch64 guests: under QEMU's machine, and as processes under its user mode."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from composer.run.command import command_for
from composer.run.emulator import choose_host
from composer.run.guest import Emulator, Ending, EndingKind, Guest
from composer.run.survey import probe
from tests.support.consoles import Console
from tests.support.guests import KVM_ARM, arm_guest, linux_arm_guest, run_guest

BOUND = 60.0  # seconds
ECHO = "for (int c; (c = get()) != 4; ) put(c);"


@pytest.fixture
def console() -> Iterator[Console]:
    with Console() as console:
        yield console


def run(guest: Guest, console: Console, *, timeout: float = BOUND, expect: str | None = None) -> Ending:
    host = choose_host(guest.target, guest.image.parent / "cache", print)
    return run_guest(guest, host, stdin=console.stdin, stdout=console.stdout, timeout_seconds=timeout, expect=expect)


@pytest.mark.parametrize("machine", ["virt", "virt,gic-version=2", "virt,gic-version=3", "virt,gic-version=max"])
def test_probe_runs_under_tcg(machine: str) -> None:
    assert probe(Emulator("qemu-system-aarch64", machine), BOUND, "aarch64") is None


def test_probe_fails_on_a_machine_without_its_console() -> None:
    assert probe(Emulator("qemu-system-aarch64", "raspi3b"), 2.0, "aarch64") is not None


@pytest.mark.parametrize("status", [0, 1, 10, 200, 255])
def test_every_status_of_the_app_arrives_and_the_mark_is_not_shown(
    tmp_path: Path, console: Console, status: int
) -> None:
    ending = run(arm_guest(tmp_path, f'say("hello\\n"); end(69, {status});'), console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, status)
    assert console.output() == b"hello\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("end(84, 37);", EndingKind.TRAP, 37),
        ("end(65, 0);", EndingKind.ABORT, 0),
        ("off();", EndingKind.RESET, None),
        ('say("\\x1e" "00000000E00\\n"); off();', EndingKind.RESET, None),  # a mark of another run
    ],
)
def test_no_other_end_is_mistaken_for_an_exit(
    tmp_path: Path, console: Console, body: str, kind: EndingKind, status: int | None
) -> None:
    ending = run(arm_guest(tmp_path, body), console)
    assert (ending.kind, ending.status) == (kind, status)


def test_machine_that_stays_up_after_the_mark_is_ended(tmp_path: Path, console: Console) -> None:
    ending = run(arm_guest(tmp_path, "mark(69, 3); for (;;) ;"), console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, 3)


def test_guest_gets_its_words_and_another_seed_each_time(tmp_path: Path) -> None:
    # The word stands in front, so that its 24 digits and what follows are the whole line.
    guest = arm_guest(tmp_path, "for (const char *c = word(); *c; c++) put(*c);", "a b")
    lines = []
    for _ in range(2):
        with Console() as console:
            run(replace(guest, environment=(("A", "1"),)), console)
            lines.append(console.output().decode())
    assert [line[24:] for line in lines] == [' A=1 -- "a b" --'] * 2
    assert lines[0][:16] != lines[1][:16]


def test_guest_that_hangs_is_stopped_by_the_time_out(tmp_path: Path, console: Console) -> None:
    ending = run(arm_guest(tmp_path, 'say("\\x1e"); for (;;) ;'), console, timeout=1.0)
    assert (ending.kind, ending.status) == (EndingKind.TIMEOUT, None)
    assert console.output() == b"\x1e"  # it was no mark after all


def test_expected_text_ends_a_guest_that_would_go_on(tmp_path: Path, console: Console) -> None:
    assert run(arm_guest(tmp_path, 'say("now ready"); for (;;) ;'), console, expect="ready").kind is EndingKind.EXPECTED


def test_input_reaches_the_guest_and_its_end_becomes_end_of_transmission(tmp_path: Path, console: Console) -> None:
    text = bytes(range(32, 127)) * 20
    console.type(text)
    console.end_input()
    ending = run(arm_guest(tmp_path, ECHO + "end(69, 7);"), console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, 7)
    assert console.output() == text


def test_dry_run_shows_a_command_that_works_without_a_word(tmp_path: Path) -> None:
    command = command_for(Guest(tmp_path, tmp_path, KVM_ARM, 1 << 20), Emulator("qemu", "virt"))
    assert command[command.index("-append") + 1] == "-- --"
    assert not any("debugcon" in part for part in command)


@pytest.mark.parametrize("status", [0, 3, 255])
def test_every_status_of_a_process_arrives(tmp_path: Path, console: Console, status: int) -> None:
    ending = run(linux_arm_guest(tmp_path, f'say("out,"); complain("err\\n"); finish({status});'), console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, status)
    assert console.output() == b"out,err\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("*(volatile int *)8 = 1;", EndingKind.TRAP, signal.SIGSEGV),
        ('__asm__ volatile(".word 0");', EndingKind.TRAP, signal.SIGILL),
        ('__asm__ volatile("brk 1");', EndingKind.TRAP, signal.SIGTRAP),
        ("raise_signal(6);", EndingKind.ABORT, signal.SIGABRT),
        ("raise_signal(9);", EndingKind.DIED, -signal.SIGKILL),
    ],
)
def test_signals_of_a_process_are_no_statuses_and_qemu_says_nothing_of_them(
    tmp_path: Path, console: Console, monkeypatch: pytest.MonkeyPatch, body: str, kind: EndingKind, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    ending = run(linux_arm_guest(tmp_path, 'say("part");' + body), console)
    assert (ending.kind, ending.status) == (kind, status)
    assert console.output() == b"part"
    assert list(tmp_path.glob("*core*")) == []


def test_process_sees_its_arguments_and_only_the_given_environment(tmp_path: Path, console: Console) -> None:
    body = 'for (argv++; *argv; argv++) say(*argv), say("|"); for (; *envp; envp++) say(*envp), say("|");'
    run(linux_arm_guest(tmp_path, body, "a b", "", "--", "-h", environment=(("A", "1"), ("B", ""))), console)
    assert sorted(console.output().split(b"|")) == sorted(b"a b||--|-h|A=1|B=|".split(b"|"))


def test_input_of_a_process_ends_where_ours_ends(tmp_path: Path, console: Console) -> None:
    text = bytes(range(256)) * 40
    console.type(text)
    console.end_input()
    echo = "char b[100]; long n; while ((n = call(63, 0, (long)b, 100)) > 0) call(64, 1, (long)b, n);"
    assert run(linux_arm_guest(tmp_path, echo), console).kind is EndingKind.EXIT
    assert console.output() == text


@pytest.mark.parametrize("make", [arm_guest, linux_arm_guest])
def test_trap_report_becomes_a_back_trace(tmp_path: Path, console: Console, make: Callable[[Path, str], Guest]) -> None:
    text = "trap: page-fault class=37 error=46 address=8\\ntrap: pc=40200000 sp=0 pstate=0\\ntrap: end\\n"
    ending = run(replace(make(tmp_path, f'say("{text}");'), debug=tmp_path / "missing"), console)
    assert ending.report == ("trap: page-fault class=37 error=46 address=8", "  #0 0x40200000")
