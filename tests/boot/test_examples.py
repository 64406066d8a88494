"""The committed examples do what they say, and a fault of any kind is told with its function and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.support.composed import EXAMPLES, FLAT, KVM, LINUX, LINUX_ARM, TARGETS, Workshop

on_each_target = pytest.mark.parametrize("target", TARGETS)
CRASH = (EXAMPLES / "crash/main.c").read_text()
SURVIVED = ("exit", 99)


@dataclass(frozen=True, slots=True)
class Traps:
    """How a target tells of traps."""

    first_line: str  # with the trap's name and number
    numbers: Mapping[str, int]  # of traps, by their names
    jumped: int  # the number of a jump to what is no code
    illegal: str  # the name of what `__builtin_trap` raises
    outermost: str  # the last function of a back-trace
    divides_by_zero: bool = False  # and gets 0


LINUX_LINE = "trap: {} signal={} address="
TRAPS = {
    KVM: Traps(
        "trap: {} vector={} error=",
        {"page-fault": 14, "divide-error": 0, "invalid-opcode": 6},
        14,
        "invalid-opcode",
        "boot_long_mode",
    ),
    LINUX: Traps(
        LINUX_LINE, {"page-fault": 11, "divide-error": 8, "invalid-opcode": 4}, 11, "invalid-opcode", "boot_entry"
    ),
    LINUX_ARM: Traps(
        LINUX_LINE, {"page-fault": 11, "breakpoint": 5}, 11, "breakpoint", "boot_entry", divides_by_zero=True
    ),
}
ARM_LINE = "trap: {} class={} error="
ARM = Traps(ARM_LINE, {"page-fault": 37, "breakpoint": 60}, 33, "breakpoint", "boot_entry", divides_by_zero=True)
TRAPS |= dict.fromkeys(FLAT, ARM)


def line_of(marker: str, after: str) -> int:
    """The line of crash/main.c with the first `marker` at or behind the first `after`."""
    return CRASH.count("\n", 0, CRASH.index(marker, CRASH.index(after))) + 1


@on_each_target
@pytest.mark.parametrize(
    ("name", "arguments", "console"),
    [
        ("hello", (), b"Hello, world, with 0 argument(s)\n"),
        ("hello", ("a", "b c"), b"Hello, world, with 2 argument(s)\n"),
        ("hello-puts", (), b"Hello, world\n"),
    ],
)
def test_hello_says_hello(
    workshop: Workshop, target: str, name: str, arguments: tuple[str, ...], console: bytes
) -> None:
    done = workshop.run(EXAMPLES / name, *arguments, words=("--target", target))
    assert (done.status, done.output) == (0, console), done.told


@on_each_target
def test_echo_has_its_arguments_and_environment_and_turns_lines_of_any_length(workshop: Workshop, target: str) -> None:
    long = bytes(range(ord("A"), ord("z"))) * 30
    words = ("--env", "COLOUR=light blue", "--env", "EMPTY=")
    text = b"abc\n\n" + long + b"\nno end"
    done = workshop.run(workshop.image("echo", target), "one", "", "a b", words=words, stdin=text)
    lines = done.output.split(b"\n")
    assert (done.status, lines[1:4]) == (0, [b"argument 1: one", b"argument 2: ", b"argument 3: a b"]), done.told
    assert sorted(lines[4:6]) == [b"environment: COLOUR=light blue", b"environment: EMPTY="], done.told
    expected = [b"1: cba", b"2: ", b"3: " + long[::-1], b"4: dne on", b"4 line(s)", b""]
    assert lines[6:] == expected, done.told


@on_each_target
@pytest.mark.parametrize(
    ("fault", "marker"),
    [
        ("null-read", "hidden(NULL)"),
        ("null-write", "hidden(NULL)"),
        ("write-code", "*(volatile uint32_t *)"),
        ("write-const", "*(volatile uint32_t *)"),
        ("divide", "dividend / divisor"),
        ("illegal", "__builtin_trap"),
    ],
)
def test_fault_is_told_with_its_function_and_line_and_all_callers(
    workshop: Workshop, target: str, fault: str, marker: str
) -> None:
    done = workshop.run(workshop.image("crash", target), fault, words=("--json",))
    traps = TRAPS[target]
    if fault == "divide" and traps.divides_by_zero:
        assert done.ending == SURVIVED, done.told
        return
    function = f"fail_{fault.replace('-', '_')}"
    cause = {"divide": "divide-error", "illegal": traps.illegal}.get(fault, "page-fault")
    number = traps.numbers[cause]
    assert (done.status, done.ending) == (4, ("trap", number)), done.told
    first, innermost, caller, start, *_, last = done.verdict["report"]
    assert first.startswith(traps.first_line.format(cause, number)), done.told
    assert innermost.endswith(f" {function} at app/main.c:{line_of(marker, f'static void {function}(')}"), done.told
    assert caller.endswith(f" main at app/main.c:{line_of('.fail();', 'int main(')}"), done.told
    assert start.split()[2] == "start", done.told
    assert last.split()[2] == traps.outermost, done.told


@on_each_target
@pytest.mark.parametrize("fault", ["null-read", "smash-stack"])
def test_person_reads_the_back_trace_on_stderr_and_the_raw_report_on_the_console(
    workshop: Workshop, target: str, fault: str
) -> None:
    done = workshop.run(workshop.image("crash", target), fault)
    assert done.status == 4, done.told
    assert re.search(rb"^  #0 0x[0-9a-f]+ fail_\w+ at app/main.c:\d+$", done.errors, re.MULTILINE), done.told
    assert re.match(rb"(trap|abort): \S+ \w+=", done.output), done.told


@on_each_target
@pytest.mark.parametrize(
    ("fault", "function", "marker"),
    [
        ("null-call", "main", ".fail();"),
        ("execute-data", "main", ".fail();"),
        ("execute-stack", "fail_execute_stack", "call((const void *)&code)"),
        ("execute-heap", "main", ".fail();"),
        ("execute-const", "main", ".fail();"),
    ],
)
def test_jump_to_what_is_no_code_is_told_with_who_jumped(
    workshop: Workshop, target: str, fault: str, function: str, marker: str
) -> None:
    """Most of the jumps are the last thing that their function does, so the compiler leaves no frame of it."""
    done = workshop.run(workshop.image("crash", target), fault, words=("--json",))
    assert (done.status, done.ending) == (4, ("trap", TRAPS[target].jumped)), done.told
    cause, nowhere, who, *_ = done.verdict["report"]
    address = cause.rpartition("address=")[2]
    assert nowhere == f"  #0 0x{address} ?", done.told
    # A compiler that puts `call` into its caller names the jump's own line.
    lines = {line_of(marker, f" {function}("), line_of("function();", "void call(")}
    assert any(who.endswith(f" {function} at app/main.c:{line}") for line in lines), done.told
    if target == KVM:
        assert f" error={10 if fault == 'null-call' else 11} " in cause, done.told  # hexadecimal; 0x10: a fetch


@on_each_target
def test_stack_overflow_is_told_from_another_stack(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("crash", target), "stack-overflow", words=("--json",))
    assert (done.status, done.ending) == (4, ("trap", TRAPS[target].numbers["page-fault"])), done.told
    cause, *frames = done.verdict["report"]
    assert cause.startswith("trap: page-fault "), done.told
    call = f"descend at app/main.c:{line_of('descend(depth + 1)', 'descend(')}"
    assert frames, done.told
    assert "descend at app/main.c:" in frames[0], done.told  # the call itself may have found no room, or what follows
    assert all(frame.endswith(call) for frame in frames[1:]), done.told


@on_each_target
def test_smashed_stack_is_an_abort_told_with_its_function(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("crash", target), "smash-stack", words=("--json",))
    assert (done.status, done.verdict["end"]) == (4, "abort"), done.told
    cause, frame = done.verdict["report"]
    assert re.fullmatch("abort: stack-smashed pc=[0-9a-f]+", cause), done.told
    line = CRASH.count("\n", 0, CRASH.index("}\n", CRASH.index("void fail_smash_stack"))) + 1
    assert frame.endswith(f" fail_smash_stack at app/main.c:{line}"), done.told


@on_each_target
@pytest.mark.parametrize(
    ("fault", "last_words"),
    [
        ("abort", "abort"),
        ("assert", f"app/main.c:{line_of('assert(*', 'fail_assert')}: fail_assert: assertion failed: "),
        ("double-free", "heap: double free"),
        ("overrun-heap", "heap: block overwritten or never allocated"),
    ],
)
def test_mistake_that_the_library_notices_is_an_abort_with_last_words(
    workshop: Workshop, target: str, fault: str, last_words: str
) -> None:
    done = workshop.run(workshop.image("crash", target), fault, words=("--json",))
    assert (done.status, done.verdict["end"]) == (4, "abort"), done.told
    assert done.errors.startswith(last_words.encode()), done.told
