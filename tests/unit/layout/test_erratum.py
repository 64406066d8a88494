"""Erratum 843419 of Cortex-A53: an ADRP in the last words of a page is linked as an ADR, or beside what is too far."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.linking import compile_c, large_link_flags, linker_command

# The sequence of Arm's errata notice: ADRP at the end of a page, a load, and a load by the ADRP's register.
SOURCE = """
	.section .text.start, "ax"
	.balign 4096
	.skip 0xff8
	.globl _start
_start:
	adrp x0, word
	ldr x1, [x1]
	ldr x0, [x0, #:lo12:word]
	ret
	.section .data.word, "aw"
	.skip DISTANCE
word:	.quad 1
"""
FIX = "--fix-cortex-a53-843419=adr"
ADR, ADRP = 0x10000000, 0x90000000  # Arm ARM, "PC-rel. addressing"
MASK = 0x9F000000
BRANCH, BRANCH_MASK = 0x14000000, 0xFC000000  # Arm ARM, "Unconditional branch (immediate)"


def linked(folder: Path, flags: list[str], distance: int = 0) -> bytes:
    """The program's text."""
    compile_c(folder, "a.S.o", SOURCE.replace("DISTANCE", str(distance)), arch="aarch64")
    subprocess.run(["aarch64-linux-gnu-ld", *flags, "-o", "program", "a.S.o"], cwd=folder, check=True)
    words = ["aarch64-linux-gnu-objcopy", "-O", "binary", "--only-section=.text", "program", "text"]
    subprocess.run(words, cwd=folder, check=True)
    return (folder / "text").read_bytes()


def word_at(text: bytes, place: int) -> int:
    return int.from_bytes(text[place : place + 4], "little")


def test_the_sequence_is_linked_without_an_adrp_and_at_no_cost(tmp_path: Path) -> None:
    _, *flags = linker_command("ld", "aarch64")
    for given, first in (([flag for flag in flags if flag != FIX], ADRP), (flags, ADR)):
        text = linked(tmp_path, given)
        assert (word_at(text, 0xFF8) & MASK, len(text)) == (first, 0x1008)


def test_what_an_adr_does_not_reach_is_loaded_beside(tmp_path: Path) -> None:
    _, *flags = linker_command("ld", "aarch64")
    distance = 2 << 20
    with pytest.raises(subprocess.CalledProcessError):
        linked(tmp_path, flags, distance)
    text = linked(tmp_path, [*flags, *large_link_flags("aarch64")], distance)
    assert word_at(text, 0xFF8) & MASK == ADRP
    assert word_at(text, 0x1000) & BRANCH_MASK == BRANCH
