"""What the script and the generated source say of thread-local variables, against what the linker made of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from composer.layout.pack import PT_TLS, read_header
from composer.layout.source import TLS_WORDS
from composer.model.recipe import ImageFacts
from composer.reach.objects import read_symbols
from composer.verify.image import Expected, verify
from tests.support.linking import COMPILERS, LINKERS, PROCESS, link, member, rules

FLAT = ImageFacts(entry="_start", loader="flat", base=0x400000)
MACHINES = {"x86_64": 62, "aarch64": 183}


def program(dice: random.Random) -> tuple[str, str]:
    """Two objects with thread-local variables of any size and alignment, and one that uses them and their block."""
    lines: list[str] = []
    for number in range(dice.randint(1, 8)):
        align, size = 2 ** dice.randint(0, 9), dice.randint(1, 90)
        value = dice.choice([" = {1}", ""])
        lines.append(f"_Thread_local __attribute__((aligned({align}))) char v{number}[{size}]{value};")
    lines.append(f"char data[{dice.randint(1, 30)}] = {{1}}; char zeros[{dice.randint(1, 30)}];")
    half = len(lines) // 2
    names = [line.split("char ")[1].split("[")[0] for line in lines[:-1]]
    declared = "".join(f"extern _Thread_local char {name}[]; " for name in names)
    uses = " + ".join(f"(long){name}" for name in names)
    start = f"{declared} extern char image_tls_block[], data[], zeros[];"
    start += f"long _start(void) {{ return {uses} + (long)image_tls_block + (long)data + (long)zeros; }}"
    return "\n".join([*lines[:half], start]), "\n".join(lines[half:])


@pytest.mark.parametrize("facts", [PROCESS, FLAT], ids=["process", "flat"])
@pytest.mark.parametrize("arch", COMPILERS)
@pytest.mark.parametrize("linker", LINKERS)
@pytest.mark.parametrize("seed", range(12))
def test_symbols_enclose_the_variables_and_the_block_holds_them(
    tmp_path: Path, seed: int, linker: str, arch: str, facts: ImageFacts
) -> None:
    one, two = program(random.Random(seed))
    members = [member(tmp_path, "app", "a.o", one, arch=arch), member(tmp_path, "app", "b.o", two, arch=arch)]
    linked = link(tmp_path, members, rules(), linker=linker, arch=arch, facts=facts)
    if facts is PROCESS:
        verify(linked.evidence, Expected(MACHINES[arch], facts))
    symbols = {symbol.name: symbol.value for symbol in read_symbols(linked.debug)}
    (tls,) = [program for program in read_header(linked.debug).programs if program.type == PT_TLS]
    start, end, align = symbols["image_tls_start"], symbols["image_tls_end"], symbols["image_tls_align"]
    assert (start, symbols["image_tls_bytes_end"] - start, end - start) == (tls.address, tls.file_size, tls.memory_size)
    assert (align, start % align) == (tls.align, 0)
    block = symbols["image_tls_block"]
    size = next(s.size for s in linked.generated[0].index.symbols if s.name == "image_tls_block")
    assert block % align == 0
    before, after = -(-TLS_WORDS // align) * align + end - start, -(-(end - start) // align) * align + TLS_WORDS
    assert size >= max(before, after)


def test_an_image_that_does_not_use_the_block_has_none(tmp_path: Path) -> None:
    source = "_Thread_local int number = 1; int _start(void) { return number; }"
    linked = link(tmp_path, [member(tmp_path, "app", "a.o", source)], rules())
    assert "image_tls_block" not in {symbol.name for symbol in read_symbols(linked.debug)}
