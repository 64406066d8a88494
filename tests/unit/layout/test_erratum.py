"""Erratum 843419 of Cortex-A53: an ADRP in the last words of a page is linked as an ADR, without the linker's stubs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.linking import compile_c, linker_command

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
word:	.quad 1
"""
FIX = "--fix-cortex-a53-843419=adr"
ADR, ADRP = 0x10000000, 0x90000000  # Arm ARM, "PC-rel. addressing"
MASK = 0x9F000000


def linked(folder: Path, flags: list[str]) -> tuple[int, int]:
    """The first instruction of the program, and its text's size in bytes."""
    compile_c(folder, "a.S.o", SOURCE, arch="aarch64")
    subprocess.run(["aarch64-linux-gnu-ld", *flags, "-o", "program", "a.S.o"], cwd=folder, check=True)
    words = ["aarch64-linux-gnu-objcopy", "-O", "binary", "--only-section=.text", "program", "text"]
    subprocess.run(words, cwd=folder, check=True)
    text = (folder / "text").read_bytes()
    return int.from_bytes(text[0xFF8:0xFFC], "little") & MASK, len(text)


def test_the_sequence_is_linked_without_an_adrp_and_at_no_cost(tmp_path: Path) -> None:
    _, *flags = linker_command("ld", "aarch64")
    without = [flag for flag in flags if flag != FIX]
    assert linked(tmp_path, without) == (ADRP, 0x1008)
    assert linked(tmp_path, flags) == (ADR, 0x1008)
