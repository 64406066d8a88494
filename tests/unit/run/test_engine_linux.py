"""Whole runs of guests that are ordinary processes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.run.guest import Ending, EndingKind, Guest
from tests.support.consoles import Console
from tests.support.guests import linux_guest, run_guest

BOUND = 60.0  # seconds; a run that hangs fails the test by its kind, not by pytest's time-out


@pytest.fixture
def console() -> Iterator[Console]:
    with Console() as console:
        yield console


def run(guest: Guest, console: Console, *, timeout: float = BOUND, expect: str | None = None) -> Ending:
    return run_guest(guest, None, stdin=console.stdin, stdout=console.stdout, timeout_seconds=timeout, expect=expect)


@pytest.mark.parametrize("status", [0, 1, 3, 127, 200, 255])
def test_every_status_of_the_app_arrives(tmp_path: Path, console: Console, status: int) -> None:
    ending = run(linux_guest(tmp_path, f'say("hello\\n"); finish({status});'), console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, status)
    assert console.output() == b"hello\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("*(volatile int *)8 = 1;", EndingKind.TRAP, signal.SIGSEGV),
        ('__asm__ volatile("ud2");', EndingKind.TRAP, signal.SIGILL),
        ("raise_signal(6);", EndingKind.ABORT, signal.SIGABRT),
        ("raise_signal(9);", EndingKind.DIED, -signal.SIGKILL),
    ],
)
def test_signals_are_no_statuses(tmp_path: Path, console: Console, body: str, kind: EndingKind, status: int) -> None:
    ending = run(linux_guest(tmp_path, body), console)
    assert (ending.kind, ending.status) == (kind, status)


def test_guest_sees_its_arguments_and_only_the_given_environment(tmp_path: Path, console: Console) -> None:
    body = 'for (argv++; *argv; argv++) say(*argv), say("|"); for (; *envp; envp++) say(*envp), say("|");'
    run(linux_guest(tmp_path, body, "a b", "", "--", environment=(("A", "1"), ("B", ""))), console)
    assert console.output() == b"a b||--|A=1|B=|"


ECHO = "char b[100]; long n; while ((n = call(0, 0, (long)b, 100)) > 0) call(1, 1, (long)b, n);"


def test_input_reaches_the_guest_and_ends_where_ours_ends(tmp_path: Path, console: Console) -> None:
    text = bytes(range(256)) * 40
    console.type(text)
    console.end_input()
    ending = run(linux_guest(tmp_path, ECHO), console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, 0)
    assert console.output() == text


def test_guest_that_closes_its_input_early_is_no_failure(tmp_path: Path, console: Console) -> None:
    console.type(b"x" * 60_000)
    assert run(linux_guest(tmp_path, "call(3, 0, 0, 0); finish(4);"), console).status == 4


def test_both_outputs_are_the_console_and_nothing_is_lost(tmp_path: Path, console: Console) -> None:
    body = 'char b[10000]; for (int i = 0; i < 10000; i++) b[i] = 120; for (int i = 0; i < 500; i++) call(1, 1, (long)b, 10000); call(1, 2, (long)"end", 3);'
    assert run(linux_guest(tmp_path, body), console).kind is EndingKind.EXIT
    assert console.output() == b"x" * 5_000_000 + b"end"


def test_guest_that_hangs_is_stopped_by_the_time_out(tmp_path: Path, console: Console) -> None:
    ending = run(linux_guest(tmp_path, 'say("waiting"); for (;;) ;'), console, timeout=0.3)
    assert (ending.kind, ending.status) == (EndingKind.TIMEOUT, None)
    assert console.output() == b"waiting"


def test_expected_text_is_found_across_two_writes(tmp_path: Path, console: Console) -> None:
    guest = linux_guest(tmp_path, 'say("rea"); call(24, 0, 0, 0); say("dy"); for (;;) ;')
    assert run(guest, console, expect="ready").kind is EndingKind.EXPECTED


def test_handlers_of_before_come_back(tmp_path: Path, console: Console) -> None:
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    before = [signal.getsignal(number) for number in wanted]
    run(linux_guest(tmp_path, ""), console)
    assert [signal.getsignal(number) for number in wanted] == before


def test_output_on_a_full_disk_is_told_and_ends_the_guest(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full, pytest.raises(ComposerError) as caught:
        run_guest(linux_guest(tmp_path, 'for (;;) say("x");'), None, stdin=None, stdout=full.fileno())
    assert caught.value.diagnostics[0].code is Code.OUTPUT_UNWRITABLE


def test_file_that_is_no_program_is_refused(tmp_path: Path, console: Console) -> None:
    guest = linux_guest(tmp_path, "")
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x7fELF garbage")
    garbage.chmod(0o755)
    with pytest.raises(ComposerError) as caught:
        run(replace(guest, image=garbage), console)
    assert caught.value.diagnostics[0].code is Code.IMAGE_UNREADABLE
