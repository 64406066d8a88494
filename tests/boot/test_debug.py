"""`compose debug` with a real gdb: where it stops, what it shows, and that nothing is left when it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import composed
from tests.support.composed import COMPOSE, EXAMPLES, KVM, Done, Workshop, finish
from tests.support.fakes import program
from tests.support.person import Screen, person_at

TARGETS = tuple(dict.fromkeys((*composed.TARGETS, "kvm/aarch64", "linux/aarch64", "xen/aarch64")))
MACHINES = tuple(target for target in TARGETS if not target.startswith("linux/"))
PATIENCE_SECONDS = 60.0


def debug(workshop: Workshop, name: str, target: str, *commands: str, words: Sequence[str] = ()) -> Done:
    """One batch: gdb carries out `commands` when the guest has stopped; `words` end with the guest's own."""
    spelled = [word for command in commands for word in ("--gdb-command", command)]
    manifest = str(EXAMPLES / name)
    return workshop.call("debug", "-q", "--batch", *spelled, *words_for(workshop, target), manifest, *words)


def words_for(workshop: Workshop, target: str) -> tuple[str, ...]:
    return ("--target", target, "--out", str(workshop.out))


def guests(folder: Path) -> list[int]:
    """Process ids of all that runs an image of `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(f"{folder}/" in word and (".elf" in word or ".img" in word) for word in words):
            found.append(int(entry.name))
    return found


def gone(folder: Path) -> bool:
    """Whether nothing runs an image of `folder` any more, now or soon."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while guests(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not guests(folder)


def line_of(text: str, file: Path) -> int:
    return next(number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)


@pytest.mark.parametrize("target", TARGETS)
def test_it_stops_in_main_and_shows_the_source(workshop: Workshop, target: str) -> None:
    done = debug(workshop, "hello", target, "backtrace", "print argc", "list", words=("--", "a", "b c"))
    line = line_of("printf", EXAMPLES / "hello/main.c")
    assert done.status == 0, done.told
    assert b"#0  main (argc=3, argv=" in done.output, done.told
    assert f"main.c:{line}\n".encode() in done.output, done.told
    assert b"$1 = 3" in done.output, done.told
    assert b"int main(int argc, char **argv)" in done.output, done.told  # the text itself is found


@pytest.mark.parametrize("target", TARGETS)
def test_words_of_the_guest_arrive(workshop: Workshop, target: str) -> None:
    done = debug(workshop, "hello", target, "print argv[1]", "print argv[2]", words=("--", "b c", "$HOME;'\""))
    assert b'"b c"' in done.output, done.told
    assert b'"$HOME;\'\\""' in done.output, done.told


@pytest.mark.parametrize("target", TARGETS)
def test_it_steps_into_the_library_os_and_back(workshop: Workshop, target: str) -> None:
    done = debug(workshop, "hello", target, "step", "backtrace", "finish")
    into, _, back = done.output.partition(b" in main (")
    assert b"#0  printf (" in into, done.told
    assert b"recipes/libc/nolibc-stdio/src/variadic/print.c:" in into, done.told
    assert b"#1  " in into, done.told
    assert b"main (argc=" in back, done.told
    assert b"Value returned is $1 = 33" in back, done.told
    assert b"Hello, world" in done.output, done.told


@pytest.mark.parametrize("target", TARGETS)
def test_a_breakpoint_at_a_line_of_the_app_holds(workshop: Workshop, target: str) -> None:
    line = line_of("return 0", EXAMPLES / "hello/main.c")
    done = debug(workshop, "hello", target, f"break main.c:{line}", "continue", "info line")
    assert b"Breakpoint 2, " in done.output, done.told  # what the guest prints may stand behind it on the line
    assert f"{line}\t\treturn 0;".encode() in done.output, done.told
    assert b"Hello, world" in done.output, done.told


@pytest.mark.parametrize("target", MACHINES)
def test_a_machine_can_be_stopped_before_its_page_tables_are_on(workshop: Workshop, target: str) -> None:
    done = debug(workshop, "hello", target, "backtrace", "thbreak main", "continue", words=("--break", "boot_entry"))
    before, _, after = done.output.partition(b"#0  boot_entry ")
    assert b"main (" not in before, done.told
    assert b"boot.S:" in after, done.told
    assert b", main (" in after, done.told


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("status", [0, 3])
def test_end_of_the_guest_is_the_end_that_run_tells(workshop: Workshop, target: str, status: int) -> None:
    done = debug(workshop, "crash", target, "continue", words=("--", "exit", str(status)))
    assert b"[Inferior 1 (process " in done.output, done.told
    assert b"exited " in done.output, done.told
    assert done.status == (4 if status else 0), done.told
    assert (b"the guest ended with status 3" in done.errors) == (status == 3), done.told


def test_emulator_may_end_after_gdb_has(workshop: Workshop, tmp_path: Path) -> None:
    """All that it had open is closed for a second already; then the end of its process is news to nobody who waits for gdb."""
    ends = "import os, sys, time; os.closerange(0, 64); time.sleep(1); os._exit(int(sys.argv[1]))"
    program(tmp_path, f'"{shutil.which("qemu-system-x86_64")}" "$@"; exec "{sys.executable}" -c "{ends}" $?')
    late = replace(workshop, environment={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    done = debug(late, "crash", KVM, "continue", words=("--", "exit", "3"))
    assert (done.status, b"the guest ended with status 3" in done.errors) == (4, True), done.told


@pytest.mark.parametrize("target", TARGETS)
def test_quitting_ends_the_guest_where_it_stands(workshop: Workshop, target: str) -> None:
    done = debug(workshop, "hello", target, "print argc")
    assert done.status == 0, done.told
    assert b"Hello, world, with 0" not in done.output, done.told
    assert guests(workshop.folder("hello", target)) == []


@pytest.mark.parametrize("target", TARGETS)
def test_console_goes_to_a_file(workshop: Workshop, target: str, tmp_path: Path) -> None:
    console = tmp_path / "console"
    done = debug(workshop, "hello", target, "continue", words=("--console", str(console)))
    assert done.status == 0, done.told
    assert b"Hello" in console.read_bytes()
    assert b"Hello, world, with 0" not in done.output, done.told


@pytest.mark.parametrize("target", TARGETS)
def test_folder_with_a_blank_is_mapped(workshop: Workshop, target: str, tmp_path: Path) -> None:
    folder = tmp_path / 'my "app"'
    shutil.copytree(EXAMPLES / "hello", folder)
    words = ("--batch", "--gdb-command", "list", "--target", target)
    done = workshop.call("debug", "-q", *words, str(folder))
    assert b"int main(int argc, char **argv)" in done.output, done.told


@contextmanager
def waiting(workshop: Workshop, target: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `compose debug` of the example that reads lines, with pipes."""
    argv = (*COMPOSE, "debug", "-q", *words, *words_for(workshop, target), str(EXAMPLES / "echo"))
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, env=workshop.variables(), stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("target", TARGETS)
def test_guest_gone_while_gdb_is_attached_is_told(workshop: Workshop, target: str) -> None:
    folder = workshop.folder("echo", target)
    with waiting(workshop, target, "--batch", "--gdb-command", "continue") as process:
        assert process.stdout is not None
        Screen(process.stdout.fileno()).wait_for(b"argument 0")
        for guest in guests(folder):
            os.kill(guest, signal.SIGKILL)
        output, errors = finish(process, PATIENCE_SECONDS)
    assert process.returncode == 4, (output, errors)
    assert b"SIGKILL" in errors, (output, errors)
    assert gone(folder)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_end_of_compose_is_the_end_of_gdb_and_of_the_guest(workshop: Workshop, target: str, number: int) -> None:
    folder = workshop.folder("echo", target)
    with waiting(workshop, target, "--batch", "--gdb-command", "continue") as process:
        assert process.stdout is not None
        Screen(process.stdout.fileno()).wait_for(b"argument 0")
        process.send_signal(number)
        finish(process, PATIENCE_SECONDS)
    assert process.returncode == (8 if number == signal.SIGTERM else -9)
    assert gone(folder)


@pytest.mark.parametrize("target", TARGETS)
def test_input_of_a_batch_is_the_guests(workshop: Workshop, target: str) -> None:
    with waiting(workshop, target, "--batch", "--gdb-command", "continue") as process:
        output, errors = process.communicate(b"abc\n", timeout=PATIENCE_SECONDS)
    assert b"1: cba" in output, (output, errors)
    assert process.returncode == 0, (output, errors)


@pytest.mark.parametrize("target", TARGETS)
def test_server_waits_for_a_gdb_of_ones_own(workshop: Workshop, target: str) -> None:
    folder = workshop.folder("echo", target)
    with waiting(workshop, target, "--server", "--json") as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        words = [word for command in (*facts["commands"], "backtrace", "continue") for word in ("-ex", command)]
        gdb = subprocess.Popen(
            (facts["gdb"], "-nx", "-batch", *words, facts["symbols"]), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        output, errors = finish(process, PATIENCE_SECONDS, b"abc\n")
        seen, _ = finish(gdb, PATIENCE_SECONDS)
    assert b"#0  main (argc=1" in seen, seen
    assert b"1: cba" in errors, errors  # with --json stdout is for the program
    assert process.returncode == 0, (output, errors)
    assert json.loads(output)["status"] == 0, output
    assert gone(folder)


@pytest.mark.parametrize("target", TARGETS)
def test_server_that_nobody_wants_ends_by_ctrl_c(workshop: Workshop, target: str) -> None:
    with waiting(workshop, target, "--server") as process:
        assert process.stderr is not None
        told = Screen(process.stderr.fileno()).wait_for(b".dbg")
        process.send_signal(signal.SIGINT)
        output, errors = finish(process, PATIENCE_SECONDS)
    assert b"gdb server on 127.0.0.1:" in told
    assert (process.returncode, output) == (8, b""), errors
    assert gone(workshop.folder("echo", target))


SPIN = """#include <stdio.h>
int main(void)
{
	volatile unsigned long count = 0;

	puts("spinning");
	for (;;)
		count++;
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_ctrl_c_stops_the_guest_and_not_compose(workshop: Workshop, target: str, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text(SPIN)
    (tmp_path / "unikernel.yaml").write_text(f"name: spin\napp: {{sources: [main.c]}}\ntarget: {target}\n")
    variables = {**workshop.variables(), "HOME": str(tmp_path), "TERM": "dumb"}
    with person_at([*COMPOSE, "debug", "-q"], tmp_path, variables) as person:
        person.sees(b"(gdb) ")
        person.types(b"continue\n")
        person.sees(b"spinning")
        person.types(b"\x03")
        person.sees(b"SIGINT")
        person.sees(b"(gdb) ")
        person.types(b"backtrace\n")
        person.sees(b"main (")
        person.types(b"set confirm off\nquit\n")
        assert person.sees_the_end()[0] == 0
    assert gone(tmp_path / "build/spin" / target.replace("/", "-"))
