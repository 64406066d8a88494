"""Threads: C11's on nolibc, and those who wait for each other by system calls."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.support.composed import APPS, KVM, KVM_ARM, LINUX, LINUX_ARM, TARGETS, XEN_ARM, Workshop
from tests.support.processor_time import emulator

WELL = b"all is well\n"
HANGING_SECONDS = "10"  # for those that hang, most of them at once; in order they take a second or two
QUIET_SECONDS = 8  # after that a guest that says nothing will say nothing more
STRESS_SECONDS = os.environ.get("STRESS_SECONDS", "2")  # minutes, for who hunts by hand
STRESS_SEED = os.environ.get("STRESS_SEED", "")

each_target = pytest.mark.parametrize("target", TARGETS)
each_quick_target = pytest.mark.parametrize("target", [target for target in TARGETS if target != XEN_ARM])


def run(workshop: Workshop, app: str, target: str, *arguments: str, words: tuple[str, ...] = ()) -> tuple[int, bytes]:
    """The status of `compose run`, and everything that the guest and it have said."""
    words = ("--target", target, "--timeout", str(40 + int(STRESS_SECONDS)), *words)
    done = workshop.run(APPS / app, *arguments, words=words)
    return done.status, (done.output + done.errors).replace(b"\r", b"")


@each_target
@pytest.mark.parametrize("app", ["threads", "threads-pipes"])
def test_threads_do_what_they_should(programs: Workshop, target: str, app: str) -> None:
    status, told = run(programs, app, target)
    if target == XEN_ARM:  # which has no time of day, and says so
        told = told.replace(b"clock: nobody knows the time, so it begins in 1970\n", b"")
    assert (status, told) == (0, WELL)


@each_quick_target
def test_no_wake_up_gets_lost(programs: Workshop, target: str) -> None:
    status, told = run(programs, "threads-stress", target, STRESS_SECONDS, *STRESS_SEED.split())
    assert status == 0, told
    assert told.endswith(WELL), told


@each_quick_target
def test_if_all_wait_one_is_told_in_one_line(programs: Workshop, target: str) -> None:
    status, told = run(programs, "threads", target, "deadlock")
    assert status == 0, told
    assert told.startswith(b"deadlock: cnd_wait waits for what nobody can do\n"), told
    assert told.count(b"deadlock") == 1, told


@each_quick_target
def test_the_guest_ends_with_its_last_thread(programs: Workshop, target: str) -> None:
    assert run(programs, "threads", target, "exit") == (0, b"the last one\n")


def overflown(told: bytes) -> bool:
    """Whether a trap names a stack overflow: below a page's end, with the words of the stack from the next page on."""
    trap = re.search(rb"trap: page-fault .*address=([0-9a-f]+)\n", told)
    stack = re.search(rb"trap: stack ([0-9a-f]+):", told)
    if not trap or not stack:
        return False
    address, first = int(trap[1], 16), int(stack[1], 16)
    return first % 4096 == 0 and first - 4096 <= address < first and b"descend at" in told


@each_quick_target
def test_a_stack_that_is_too_small_is_a_trap_in_its_guard_page(programs: Workshop, target: str) -> None:
    status, told = run(programs, "threads", target, "overflow")
    assert status == 4, told
    assert overflown(told), told


def test_stacks_are_as_large_as_the_manifest_says(programs: Workshop, tmp_path: Path) -> None:
    words = ("--set", "threads.stack_size=131072", "--out", str(tmp_path))
    status, told = run(programs, "threads", KVM, "overflow", words=words)
    assert (status, told) == (0, b"the stack was large enough\n")


SCHEDULE = "recipes/core/threads/src/schedule.c"
CREATE = "recipes/core/threads/src/create.c"
X86, ARM = (f"recipes/core/threads/src/{arch}/switch.S" for arch in ("x86_64", "aarch64"))


@pytest.mark.parametrize(
    ("target", "file", "text", "other"),
    [
        (KVM, SCHEDULE, "\t\t*thread_own_word = own_word;\n", "\t\t(void)own_word;\n"),
        (KVM, "recipes/core/threads/src/tls/own.h", "\tthread_pointer_set(thread->pointer);\n", "\t(void)thread;\n"),
        (KVM, X86, "\tldmxcsr (%rsp)\n", ""),
        (KVM, X86, "\tfldcw 4(%rsp)\n", ""),
        (KVM_ARM, ARM, "\tmsr fpcr, x3\n", ""),
        (KVM_ARM, ARM, "\tldp d8, d9, [sp, #96]\n", ""),
        (KVM, CREATE, "\t\tgive_back(remains);\n", ""),
        (KVM, "recipes/libc/nolibc-threads/src/mutex.c", "\t\tmutex->depth = 1;\n", "\t\tmutex->depth = 2;\n"),
        (KVM, "recipes/libc/nolibc-threads/src/specific.c", "\t\tkey->number += OPTION_KEYS;\n", ""),
    ],
)
def test_what_each_thread_has_for_itself_is_kept(
    programs: Workshop, tmp_path: Path, target: str, file: str, text: str, other: str
) -> None:
    """Without one part, the app that checks it sees that."""
    words = ("--timeout", HANGING_SECONDS)
    status, told = run(programs.altered(tmp_path, [(file, text, other)]), "threads", target, words=words)
    assert status != 0, told
    assert WELL not in told, told


@pytest.mark.parametrize(
    ("file", "text", "other"),
    [
        ("recipes/libc/nolibc-streams/src/threads/turns.h", "\tstream->flags |= STREAM_BUSY;\n", "\t(void)stream;\n"),
        (
            "recipes/posix/descriptors/src/block.c",
            "\tif (object->references == 1) {\n",
            "\tif (!object->references) {\n",
        ),
        ("recipes/posix/polling/src/tell.c", "\t\twait_wake(&polling_waiters, UINT32_MAX);\n", "\t\t;\n"),
        (
            "recipes/posix/futex-forever/src/threads/queue.c",
            "\t\t\tfutex_append(waiter);\n",
            "\t\t\twaiter->is_woken = true;\n",
        ),
    ],
)
def test_what_waits_by_system_calls_is_kept(
    programs: Workshop, tmp_path: Path, file: str, text: str, other: str
) -> None:
    status, told = run(programs.altered(tmp_path, [(file, text, other)]), "threads-pipes", KVM)
    assert status != 0 or not told.endswith(WELL), told


@pytest.mark.parametrize("target", [KVM, LINUX])
@pytest.mark.parametrize(
    ("file", "text", "other"),
    [
        (
            "recipes/libc/nolibc-threads/src/condition.c",
            "\twait_wake(nolibc_queue(&condition->waiters), 1);\n",
            "\tstatic unsigned count;\n\tif (++count % 1000)\n\t\twait_wake(nolibc_queue(&condition->waiters), 1);\n",
        ),
        (SCHEDULE, "\tif (thread->deadline != WAIT_FOREVER)\n\t\tclear_deadline(thread);\n", ""),
        (SCHEDULE, "\ttake_out(thread->queue, thread);\n", "\tthread->queue->first = thread->behind;\n"),
    ],
)
def test_a_wake_up_that_is_lost_is_found(
    programs: Workshop, tmp_path: Path, target: str, file: str, text: str, other: str
) -> None:
    words = ("--timeout", HANGING_SECONDS)
    status, told = run(programs.altered(tmp_path, [(file, text, other)]), "threads-stress", target, words=words)
    assert status != 0, told
    assert WELL not in told, told


def spoken(argv: tuple[str, ...], first: bytes) -> tuple[list[bytes], float]:
    """What threads-input says if a line comes once `first` was said, and the processor time that it takes."""
    lines: list[bytes] = []
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        limit = threading.Timer(QUIET_SECONDS, process.kill)
        limit.start()
        for line in process.stdout:
            lines.append(line.replace(b"\r", b"").rstrip(b"\n"))
            if lines[-1] == first:
                time.sleep(0.5)  # until the guest has come to rest
                process.stdin.write(b"hello\nend\n")
                process.stdin.flush()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        limit.cancel()
    return lines, usage.ru_utime + usage.ru_stime


@each_quick_target
def test_who_waits_for_input_lets_others_run_and_takes_no_time(programs: Workshop, target: str) -> None:
    programs.build(APPS / "threads-input/unikernel.yaml", target=target)
    lines, seconds = spoken(emulator(programs, "threads-input", target, "3000"), b"slept")
    assert lines[:2] == [b"slept", b"read hello"], lines
    assert seconds < 0.5, seconds


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])
def test_without_it_nobody_else_runs(programs: Workshop, tmp_path: Path, target: str) -> None:
    edit = ("recipes/core/threads/recipe.yaml", "recommends: [console.waiting]\n", "")
    here = programs.altered(tmp_path, [edit])
    here.build(APPS / "threads-input/unikernel.yaml", target=target)
    lines, _ = spoken(emulator(here, "threads-input", target, "1000"), b"slept")
    assert lines == []


@pytest.mark.parametrize(
    ("target", "port", "text", "other"),
    [
        (KVM, "serial-16550", "\tinterrupts_enable(PIN, true);\n", ""),
        (KVM_ARM, "serial-pl011", "\tinterrupts_enable(UART_INTERRUPT, false);\n", ""),
        (LINUX, "linux", "\t\tidle_linux_watch(INPUT);\n", "\t\t;\n"),
    ],
)  # fmt: skip
def test_without_the_interrupt_input_is_not_seen(
    programs: Workshop, tmp_path: Path, target: str, port: str, text: str, other: str
) -> None:
    here = programs.altered(tmp_path, [(f"recipes/drivers/console-waiting/src/{port}/port.h", text, other)])
    here.build(APPS / "threads-input/unikernel.yaml", target=target)
    lines, _ = spoken(emulator(here, "threads-input", target, "1000"), b"slept")
    assert lines == [b"slept"]


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX, LINUX_ARM])
def test_without_a_guard_page_an_overflow_is_not_seen(programs: Workshop, tmp_path: Path, target: str) -> None:
    edit = (CREATE, "\tif (!page_rights_set(guard, GUARD_PAGES, PAGE_NO_ACCESS)) {\n", "\tif (!guard) {\n")
    _, told = run(programs.altered(tmp_path, [edit]), "threads", target, "overflow")
    assert not overflown(told), told


@pytest.mark.parametrize(("target", "recipe"), [(KVM, "trap-x86_64"), (KVM_ARM, "trap-aarch64")])
def test_a_trap_that_knows_of_mains_stack_only_shows_no_other(
    programs: Workshop, tmp_path: Path, target: str, recipe: str
) -> None:
    edit = (f"recipes/core/{recipe}/src/threads/trap_stack.h", "stack->end != 0", "stack->end == 0")
    status, told = run(programs.altered(tmp_path, [edit]), "threads", target, "overflow")
    assert status == 4, told
    assert not overflown(told), told
