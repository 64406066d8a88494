"""Whole runs of hand-written guests under a real Xen."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.run.engine import run_guests
from composer.run.guest import Ending, EndingKind, Guest, XenHost
from composer.run.launch import shown_command
from tests.support.consoles import Console
from tests.support.guests import XEN, arm_guest, run_guest

BOUND = 60.0  # seconds
# Reads at once what is typed, prints it when it has ended: nothing is lost though printing is slow.
READ_ALL = "static u8 seen[4096]; int n = 0; for (int c; (c = get()) != 4; ) seen[n++] = c; for (int i = 0; i < n; i++) put(seen[i]);"


@pytest.fixture
def console() -> Iterator[Console]:
    with Console() as console:
        yield console


def guest(folder: Path, body: str, *arguments: str, name: str = "guest") -> Guest:
    return arm_guest(folder, body, *arguments, target=XEN, name=name)


def run(guest: Guest, xen: XenHost, console: Console, *, timeout: float = BOUND, expect: str | None = None) -> Ending:
    return run_guest(guest, xen, stdin=console.stdin, stdout=console.stdout, timeout_seconds=timeout, expect=expect)


def run_all(guests: Sequence[Guest], xen: XenHost, console: Console, **more: float) -> tuple[Ending, ...]:
    return run_guests(
        guests, xen, stdin=console.stdin, stdout=console.stdout, timeout_seconds=more.get("timeout", BOUND)
    )


@pytest.mark.parametrize("status", [0, 3, 10, 255])
def test_every_status_arrives_and_only_the_guest_is_shown(
    tmp_path: Path, xen: XenHost, console: Console, status: int
) -> None:
    ending = run(guest(tmp_path, f'say("hello\\n"); end(69, {status});'), xen, console)
    assert (ending.kind, ending.status) == (EndingKind.EXIT, status)
    assert console.output() == b"hello\n"


@pytest.mark.parametrize(("letter", "kind"), [("T", EndingKind.TRAP), ("A", EndingKind.ABORT)])
def test_other_ends_arrive(tmp_path: Path, xen: XenHost, console: Console, letter: str, kind: EndingKind) -> None:
    ending = run(guest(tmp_path, f"end('{letter}', 37);"), xen, console)
    assert (ending.kind, ending.status) == (kind, 37)


def test_every_byte_but_nul_comes_through_and_lines_of_any_length(
    tmp_path: Path, xen: XenHost, console: Console
) -> None:
    body = """
	for (int n = 120; n < 132; n++) { for (int i = 0; i < n; i++) put(48 + i % 10); put(10); }
	for (int i = 1; i < 256; i++) put(i);
	say("\\n\\r\\n\\r\\r(XEN) DOM1: x\\n(XEN) \\n<G>y\\n");
	for (int i = 0; i < 1000; i++) put(97 + i % 26);
	"""
    assert run(guest(tmp_path, body), xen, console).kind is EndingKind.EXIT
    lines = b"".join(bytes(48 + i % 10 for i in range(n)) + b"\n" for n in range(120, 132))
    text = bytes(range(1, 256)) + b"\n\r\n\r\r(XEN) DOM1: x\n(XEN) \n<G>y\n" + bytes(97 + i % 26 for i in range(1000))
    assert console.output() == lines + text


def test_long_output_arrives_whole(tmp_path: Path, xen: XenHost, console: Console) -> None:
    body = "for (int i = 0; i < 1000; i++) { for (int k = 0; k < 60; k++) put(48 + k); put(10); }"
    assert run(guest(tmp_path, body), xen, console).kind is EndingKind.EXIT
    assert console.output() == (bytes(range(48, 108)) + b"\n") * 1000


def test_input_and_its_end_reach_the_guest(tmp_path: Path, xen: XenHost, console: Console) -> None:
    text = bytes(byte for byte in range(128) if byte not in (0x04, 0x00)) * 4 + b"\x01\x01\x01\x19\x19end"
    console.type(text)
    console.end_input()
    assert run(guest(tmp_path, READ_ALL), xen, console).kind is EndingKind.EXIT
    assert console.output() == text


def test_long_input_reaches_a_guest_that_echoes(tmp_path: Path, xen: XenHost, console: Console) -> None:
    text = bytes(33 + i % 90 for i in range(160))  # five times what fits; Xen drops what comes too fast
    console.type(text)
    console.end_input()
    echo = "for (int c; (c = get()) != 4; ) put(c);"
    assert run(guest(tmp_path, echo), xen, console).kind is EndingKind.EXIT
    assert console.output() == text


def test_bytes_that_xen_cannot_carry_become_question_marks(tmp_path: Path, xen: XenHost, console: Console) -> None:
    console.type("a\u00e4\x84z\x99\x19\x19\x19z".encode("latin-1"))
    console.end_input()
    assert run(guest(tmp_path, READ_ALL), xen, console).kind is EndingKind.EXIT
    assert console.output() == b"a??z?\x19\x19z"


def test_prompt_comes_before_its_answer_is_typed(tmp_path: Path, xen: XenHost, console: Console) -> None:
    def type_answer() -> None:
        console.wait_for(b"name? ")
        console.type(b"x\n")

    typist = threading.Thread(target=type_answer)
    typist.start()
    body = 'say("name? "); int c = get(); say("hello "); put(c); put(get());'
    assert run(guest(tmp_path, body), xen, console).kind is EndingKind.EXIT
    typist.join()
    assert console.output() == b"name? hello x\n"


def test_no_input_is_an_ended_input(tmp_path: Path, xen: XenHost, console: Console) -> None:
    ending = run_guest(guest(tmp_path, READ_ALL), xen, stdin=None, stdout=console.stdout, timeout_seconds=BOUND)
    assert ending.kind is EndingKind.EXIT


def test_guest_gets_its_words(tmp_path: Path, xen: XenHost, console: Console) -> None:
    long = "x" * 900
    made = guest(tmp_path, "for (const char *c = word() + 24; *c; c++) put(*c);", "a b", long)
    run(replace(made, environment=(("A", "1"),)), xen, console)
    assert console.output().decode() == f' A=1 -- "a b" {long} --'


def test_words_that_xen_does_not_take_are_refused_before_it_starts(
    tmp_path: Path, xen: XenHost, console: Console
) -> None:
    most = 1023 - 33 - len("--  --")
    made = guest(tmp_path, "end(69, 0);")
    assert run(replace(made, arguments=("x" * most,)), xen, console).kind is EndingKind.EXIT
    with pytest.raises(ComposerError) as caught:
        run(replace(made, arguments=("x" * (most + 1),)), xen, console)
    assert caught.value.diagnostics[0].code is Code.USAGE


def test_time_out_and_expected_text(tmp_path: Path, xen: XenHost, console: Console) -> None:
    hanging = guest(tmp_path, 'say("now ready"); for (;;) ;')
    assert run(hanging, xen, console, timeout=3.0).kind is EndingKind.TIMEOUT
    assert run(hanging, xen, console, expect="ready").kind is EndingKind.EXPECTED


def test_panic_of_xen_is_told_with_its_reason(tmp_path: Path, xen: XenHost, console: Console) -> None:
    ending = run(replace(guest(tmp_path, "end(69, 0);"), memory=1 << 20), xen, console)
    assert ending.kind is EndingKind.PANIC
    assert any("Not enough memory" in line for line in ending.emulator_said)
    assert console.output() == b""


def test_lines_of_xen_go_to_the_log(tmp_path: Path, xen: XenHost, console: Console) -> None:
    log: list[str] = []
    run_guest(guest(tmp_path, "end(69, 0);"), xen, stdin=None, stdout=console.stdout, log=log.append)
    assert log[0].startswith("Xen version")
    assert console.output() == b""


def test_guests_beside_each_other_have_their_own_memory_console_and_end(
    tmp_path: Path, xen: XenHost, console: Console
) -> None:
    # Each writes its own number all over its memory and finds it there afterwards.
    body = """
	volatile u64 *from = (u64 *)0x40400000, *to = (u64 *)0x40c00000;
	for (volatile u64 *at = from; at < to; at += 512) *at = {0};
	for (int i = 0; i < 3; i++) say("line\\n");
	for (volatile u64 *at = from; at < to; at += 512) if (*at != {0}) end('T', 1);
	end('E', {0});
	"""
    guests = [guest(tmp_path, body.replace("{0}", str(n)), name=name) for n, name in ((0, "a"), (5, "b"), (6, "c"))]
    guests = [replace(one, memory=memory << 20) for one, memory in zip(guests, (16, 32, 64), strict=True)]
    endings = run_all(guests, xen, console)
    assert [(ending.kind, ending.status) for ending in endings] == [(EndingKind.EXIT, status) for status in (0, 5, 6)]
    lines = console.output().splitlines()
    assert sorted(lines) == [b"a: line"] * 3 + [b"b: line"] * 3 + [b"c: line"] * 3


def test_one_that_hangs_does_not_hide_how_the_other_ended(tmp_path: Path, xen: XenHost, console: Console) -> None:
    guests = [guest(tmp_path, 'say("up\\n"); for (;;) ;', name="a"), guest(tmp_path, "end(69, 7);", name="b")]
    endings = run_all(guests, xen, console, timeout=4.0)
    assert [(ending.kind, ending.status) for ending in endings] == [(EndingKind.TIMEOUT, None), (EndingKind.EXIT, 7)]
    assert console.output() == b"a: up\n"


def test_guests_larger_than_the_machine_are_refused(tmp_path: Path, xen: XenHost, console: Console) -> None:
    here = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    large = replace(guest(tmp_path, "end(69, 0);"), memory=here // 2)
    with pytest.raises(ComposerError) as caught:
        run_all([large, large], xen, console)
    assert caught.value.diagnostics[0].code is Code.GUESTS_TOO_LARGE


def test_shown_command_works(tmp_path: Path, xen: XenHost) -> None:
    (tmp_path / "xen").mkdir()
    command = shown_command([guest(tmp_path, 'say("hello\\n"); for (;;) ;')], xen, tmp_path)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            timer = threading.Timer(BOUND, process.kill)
            timer.start()
            assert any(b"DOM1: hello" in line for line in process.stdout)
        finally:
            timer.cancel()
            process.kill()
