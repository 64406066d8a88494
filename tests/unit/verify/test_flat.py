"""A flat image: its bytes are its segments in their order, and its header is checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import ComposerError
from composer.layout.arrange import RIGHTS
from composer.layout.pack import PT_LOAD, flat, read_header
from composer.model.recipe import ImageFacts
from composer.reach.objects import read_symbols
from composer.verify.attribution import attribute
from composer.verify.image import Expected, check_memory, verify
from composer.verify.origins import Origins
from tests.support.linking import Linked, link, member, rules

FACTS = ImageFacts(entry="head", loader="flat", base=0x40200000, below=0x200000, reserve=0x6000)
EXPECTED = Expected(62, FACTS)
HEAD = """
__asm__(".section .head, \\"ax\\"; .globl head; head: .quad _start, 0x200000, image_size, 2, 0, 0, 0; .ascii \\"ARM\\\\x64\\"; .long 0");
__asm__(".section .noinit.stack, \\"aw\\", @nobits; .balign 4096; .globl stack; stack: .skip 8192");
extern char stack[];
int main(void);
void _start(void) { stack[0] = (char)main(); }
"""
MAIN = """
static int data[3] = {41};
static char zeros[70000];
static const int table[] = {5, 6, 7};
int main(void) { zeros[6]++; return data[0]++ + table[zeros[5]]; }
"""


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Linked:
    folder = tmp_path_factory.mktemp("flat")
    members = [member(folder, "boot", "s.o", HEAD), member(folder, "app", "m.o", MAIN)]
    return link(folder, members, rules(("head",)), facts=FACTS)


def test_a_flat_image_is_right_and_has_no_headers(linked: Linked) -> None:
    verify(linked.evidence, EXPECTED)
    content = flat(linked.image)
    assert content[56:60] == b"ARM\x64"
    loads = [load for load in read_header(linked.image).programs if load.type == PT_LOAD]
    pieces = [linked.image[load.offset : load.offset + load.file_size] for load in loads]
    assert content == b"".join(piece + bytes(-len(piece) % 8) for piece in pieces[:-1]) + pieces[-1]
    assert pieces[-1].endswith(bytes(8)), "a loader that copies the file clears nothing, so zeros of data stay"


def test_segments_are_code_then_constants_then_data_and_what_need_not_be_cleared_is_last(linked: Linked) -> None:
    assert [load.flags for load in read_header(linked.image).programs if load.type == PT_LOAD] == [5, 4, 6]
    names = [output.split()[0] for output in linked.script.splitlines() if output.endswith(" : {")]
    assert names == [".head", ".text", ".note", ".rodata", ".data", ".bss", ".noinit"]


def test_rows_add_up_to_the_flat_file(linked: Linked) -> None:
    members = (*linked.reached.live_members(), *linked.generated)
    found = attribute(linked.image, linked.evidence.placed, members, Origins(), linked.content_of, 4096)
    assert sum(row.bytes for row in found.rows) == len(flat(linked.image))


@pytest.mark.parametrize("place", [8, 16, 24, 56])
def test_a_header_that_tells_something_else_is_refused(linked: Linked, place: int) -> None:
    content = bytearray(linked.image)
    content[len(content) - len(flat(linked.image)) + place] ^= 1
    with pytest.raises(ComposerError, match="not the header of an arm64 Image"):
        verify(replace(linked.evidence, image=bytes(content)), EXPECTED)


def test_an_entry_that_is_not_the_first_byte_is_refused(linked: Linked) -> None:
    with pytest.raises(ComposerError, match="is not its first byte"):
        verify(linked.evidence, replace(EXPECTED, facts=FACTS.model_copy(update={"base": 0x40000000})))


def test_bytes_that_no_segment_has_are_refused(linked: Linked) -> None:
    with pytest.raises(ComposerError, match="do not follow each other"):
        verify(replace(linked.evidence, image=linked.image + bytes(64)), EXPECTED)


def test_data_with_a_strict_alignment_is_where_boot_code_looks_for_it(tmp_path: Path) -> None:
    source = MAIN.replace("static int data", "__attribute__((aligned(1024))) static int data")
    members = [member(tmp_path, "boot", "s.o", HEAD), member(tmp_path, "app", "m.o", source)]
    linked = link(tmp_path, members, rules(("head",)), facts=FACTS)
    verify(linked.evidence, EXPECTED)
    content = flat(linked.image)
    symbols = {symbol.name: symbol.value for symbol in read_symbols(linked.debug)}
    extent = {r: symbols[f"image_{r}_bytes_end"] - symbols[f"image_{r}_bytes_start"] for r in RIGHTS}
    place = extent["rx"] + extent["r"] + symbols["data"] - symbols["image_rw_bytes_start"]
    assert content[place : place + 4] == b"\x29\0\0\0"


def test_memory_has_room_for_what_lies_below_the_image_and_for_the_loader_s_device_tree(linked: Linked) -> None:
    check_memory(linked.image, 6 << 20, FACTS)
    with pytest.raises(ComposerError) as caught:
        check_memory(linked.image, (6 << 20) - 1, FACTS)
    assert caught.value.diagnostics[0].hint == "write memory: 6MiB"
