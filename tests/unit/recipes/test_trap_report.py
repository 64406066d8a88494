"""The words of trap reports, as recipes/CONVENTIONS.md has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.recipe_objects import AARCH64, NATIVE, REPORT, TRAP_REPORT, Build, build_host_program, verdict

SOURCE = Path(__file__).parent / "host/trap_report_test.c"
ON_BOTH = pytest.mark.parametrize("build", [NATIVE, AARCH64], ids=["x86_64", "aarch64"])
REGISTERS = {  # in the order of the array, line by line
    "x86_64": ["rip rsp rflags rbp", "rax rbx rcx", "rdx rsi rdi", "r8 r9 r10", "r11 r12 r13", "r14 r15"],
    "aarch64": ["pc sp pstate", *(f"x{n} x{n + 1} x{n + 2}" for n in range(0, 30, 3)), "x30"],
}
NAMES = {  # by the processor's number, and how many there are
    "x86_64": (
        32,
        {0: "divide-error", 3: "breakpoint", 6: "invalid-opcode", 13: "general-protection", 14: "page-fault"},
    ),
    "aarch64": (
        64,
        {
            0x00: "invalid-opcode",
            0x15: "supervisor-call",
            0x21: "page-fault",
            0x22: "alignment",
            0x25: "page-fault",
            0x26: "alignment",
            0x2C: "float-error",
            0x2F: "machine-check",
            0x3C: "breakpoint",
        },
    ),
}


@ON_BOTH
def test_each_number_has_the_manuals_name_or_is_an_exception(build: Build, tmp_path: Path) -> None:
    end, names = NAMES[build.arch]
    program = build_host_program(SOURCE, [TRAP_REPORT, REPORT], tmp_path, build)
    told = verdict(program, str(end)).split(",")[:-1]
    assert len(told) == end
    assert {number: told[number] for number in names} == {number: f"trap: {name}" for number, name in names.items()}
    assert build.arch != "aarch64" or all(
        told[number] == "trap: exception" for number in range(end) if number not in names
    )


@ON_BOTH
def test_registers_and_stack_words_stand_in_the_lines_of_the_format(build: Build, tmp_path: Path) -> None:
    program = build_host_program(SOURCE, [TRAP_REPORT, REPORT], tmp_path, build)
    first, *lines, rest = verdict(program).split("|")
    assert first == ""
    value = 1
    expected = []
    for names in REGISTERS[build.arch]:
        expected.append("trap: " + " ".join(f"{name}={value + place:x}" for place, name in enumerate(names.split())))
        value += len(names.split())
    stack = int(rest, 16)
    words = [f"{(1 << 64) - 1 - place:x}" for place in range(6)]
    expected.append(f"trap: stack {stack:x}: {' '.join(words[:4])}")
    expected.append(f"trap: stack {stack + 32:x}: {' '.join(words[4:])}")
    assert lines == [*expected, "trap: end"]
