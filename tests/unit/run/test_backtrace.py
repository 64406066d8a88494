"""From a report to functions and lines, with a program that gcc really compiled."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from composer.run.backtrace import backtrace
from composer.run.traps import TrapReader, TrapReport
from tests.support.guests import linux_arm_guest, linux_guest

BODY = """
	long stack[16];
	__asm__ volatile("" : : "r"(stack) : "memory");
	say("ready");
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return linux_guest(tmp_path, BODY).image


def address_of(symbol: str, image: Path) -> int:
    table = subprocess.run(["nm", str(image)], check=True, capture_output=True, text=True).stdout
    return next(int(line.split()[0], 16) for line in table.splitlines() if line.split()[-1] == symbol)


def test_trap_is_told_as_function_and_place(program: Path) -> None:
    pc = address_of("begin", program)
    lines = backtrace(TrapReport("trap: page-fault vector=14", {"rip": pc, "rsp": 0}, {}), program)
    assert lines[0] == "trap: page-fault vector=14"
    assert lines[1].startswith(f"  #0 {pc:#x} begin")


def test_smashed_stack_is_told_as_the_function_whose_call_was_its_last(program: Path) -> None:
    reader = TrapReader()
    reader.feed(b"abort: stack-smashed pc=%x\n" % (address_of("begin", program) + 1))
    (report,) = reader.reports
    assert "begin" in backtrace(report, program)[1]


def test_missing_debug_file_does_not_hide_the_trap(tmp_path: Path) -> None:
    lines = backtrace(TrapReport("trap: x vector=1", {"rip": 0x1234}, {}), tmp_path / "missing")
    assert lines == ("trap: x vector=1", "  #0 0x1234")


def test_trap_of_aarch64_is_told_as_the_function_and_its_caller(tmp_path: Path) -> None:
    """`say` is entered and has done nothing yet, so the return address is still in x30."""
    image = linux_arm_guest(tmp_path, 'say("ready"); say(argv[0]);').image
    say, begin = address_of("say", image), address_of("begin", image)
    registers = {"pc": say, "sp": 0x1000, "x30": begin + 8}
    lines = backtrace(TrapReport("trap: page-fault class=37", registers, {}), image)
    assert lines[1].startswith(f"  #0 {say:#x} say")
    assert lines[2].startswith(f"  #1 {begin + 8:#x} begin")
