"""The finished image, read back; each check is seen to fail on an image that was doctored."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.layout.pack import PF_W, PF_X, PT_LOAD, Header, ProgramHeader, read_header
from composer.model.linkage import Reach
from composer.model.recipe import ImageFacts
from composer.verify.image import Evidence, Expected, check_memory, verify
from composer.verify.linkmap import Placed
from composer.verify.segments import read_notes
from tests.support.linking import BASE, DIGEST, LINKERS, Linked, link, member, rules
from tests.support.programs import START

MAIN = """
void console_write(const void *bytes, unsigned long length);
void spare(void);
static int data = 3;
int main(void)
{
	console_write("hello\\n", 6);
	data++;
	return data;
}
int dead_code(void) { return 4; }
"""
PVH = '.section .note.Xen,"a",@note\n .long 4, 4, 18\n .asciz "Xen"\n .long _start\n'
PROCESS = ImageFacts(entry="_start", loader="process", base=BASE)
PVH_FACTS = ImageFacts(entry="_start", loader="pvh", base=BASE, below=BASE, reserve=512 << 10)
EXPECTED = Expected(62, PVH_FACTS)


@pytest.fixture(scope="module", params=LINKERS)
def linked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Linked:
    folder = tmp_path_factory.mktemp("verify")
    note = "".join(f"__asm__({line});\n" for line in map(c_string, PVH.splitlines()))
    members = [member(folder, "boot", "s.o", START + note), member(folder, "app", "m.o", MAIN)]
    return link(folder, members, rules(), linker=request.param)


def c_string(line: str) -> str:
    return '"' + line.replace('"', '\\"') + '\\n"'


def complaints(evidence: Evidence, expected: Expected = EXPECTED) -> list[str]:
    with pytest.raises(ComposerError) as caught:
        verify(evidence, expected)
    assert {diagnostic.code for diagnostic in caught.value.diagnostics} == {Code.IMAGE_WRONG}
    return [diagnostic.message.removeprefix("the image is wrong: ") for diagnostic in caught.value.diagnostics]


def with_segment(linked: Linked, is_it: Callable[[ProgramHeader], bool], **changes: int) -> Evidence:
    """The image with a field of one program header changed."""
    fields = ("type", "flags", "offset", "address", "physical", "file_size", "memory_size", "align")
    header: Header = read_header(linked.image)
    number = next(n for n, p in enumerate(header.programs) if p.type == PT_LOAD and is_it(p))
    changed = replace(header.programs[number], **changes)
    content = bytearray(linked.image)
    struct.pack_into("<IIQQQQQQ", content, 64 + 56 * number, *(getattr(changed, field) for field in fields))
    return replace(linked.evidence, image=bytes(content))


def test_a_sound_image_passes(linked: Linked) -> None:
    verify(linked.evidence, EXPECTED)


def test_a_writable_and_executable_segment_is_refused(linked: Linked) -> None:
    doctored = with_segment(linked, lambda p: bool(p.flags & PF_W), flags=7)
    assert [c for c in complaints(doctored) if "both writable and executable" in c]


def test_an_offset_that_is_not_congruent_is_refused(linked: Linked) -> None:
    code = next(p for p in read_header(linked.image).programs if p.flags & PF_X and p.type == PT_LOAD)
    doctored = with_segment(linked, lambda p: p == code, offset=code.offset - 1)
    assert [c for c in complaints(doctored) if "another place of its page" in c]


def test_a_segment_that_ends_after_the_file_is_refused(linked: Linked) -> None:
    doctored = replace(linked.evidence, image=linked.image[:-1])
    assert [c for c in complaints(doctored) if "not in the file" in c]


def test_segments_that_share_a_page_are_refused(linked: Linked) -> None:
    doctored = with_segment(linked, lambda p: p.flags == 4, memory_size=0x2000)
    assert [c for c in complaints(doctored) if "shares a page" in c]


def test_an_entry_outside_of_the_code_is_refused(linked: Linked) -> None:
    content = bytearray(linked.image)
    struct.pack_into("<Q", content, 24, BASE + 8)
    found = complaints(replace(linked.evidence, image=bytes(content)))
    assert [c.partition(" is ")[2] for c in found] == ["not in an executable segment", "not the function _start"]


def test_an_image_for_another_machine_is_refused(linked: Linked) -> None:
    assert complaints(linked.evidence, replace(EXPECTED, machine=183)) == ["it is for machine 62, not 183"]


def test_a_pvh_note_is_wanted_where_a_loader_needs_it_and_must_point_at_code(linked: Linked) -> None:
    place = linked.image.index(b"Xen\0")
    without = linked.image[:place] + b"Xxx\0" + linked.image[place + 4 :]
    assert [c for c in complaints(replace(linked.evidence, image=without)) if "it has 0 notes" in c]
    verify(replace(linked.evidence, image=without), replace(EXPECTED, facts=PROCESS))
    astray = linked.image[: place + 4] + struct.pack("<I", BASE) + linked.image[place + 8 :]
    assert [c for c in complaints(replace(linked.evidence, image=astray)) if "does not point" in c]


def test_the_notes_of_an_image_can_be_read(linked: Linked) -> None:
    owners = {owner: content for owner, _, content in read_notes(linked.image)}
    assert owners[b"compose\0"].hex() == DIGEST
    assert len(owners[b"Xen\0"]) == 4


def test_a_section_that_reach_had_dropped_is_found_in_the_map(linked: Linked) -> None:
    extra = Placed(0x401900, 6, ".text", ".text.dead_code", "m.o")
    doctored = replace(linked.evidence, placed=(*linked.evidence.placed, extra))
    assert complaints(doctored) == ["it holds .text.dead_code of m.o (app), which nothing that is alive refers to"]


def test_a_section_that_the_linker_lost_is_found(linked: Linked) -> None:
    placed = tuple(found for found in linked.evidence.placed if found.section != ".data.data")
    assert complaints(replace(linked.evidence, placed=placed)) == ["it lacks .data.data of m.o, which is alive"]


def test_a_symbol_that_reach_had_dropped_is_found_in_the_debug_file(linked: Linked, tmp_path: Path) -> None:
    members = [member(tmp_path, "boot", "s.o", START), member(tmp_path, "app", "m.o", MAIN)]
    everything = link(tmp_path, members, rules(("_start", "dead_code")), calls=("dead_code",))
    doctored = replace(linked.evidence, debug=everything.debug)
    assert "it holds dead_code of app, which nothing that is alive refers to" in complaints(doctored)


def test_all_complaints_come_at_once(linked: Linked) -> None:
    empty: Reach = replace(linked.reached, alive=())
    found = complaints(replace(linked.evidence, reached=empty), replace(EXPECTED, machine=3))
    assert len(found) > 4


def test_a_file_that_is_no_elf_is_refused(linked: Linked) -> None:
    with pytest.raises(ComposerError, match="not a whole 64-bit ELF file"):
        verify(replace(linked.evidence, image=b"MZ" + linked.image), EXPECTED)


def test_an_image_that_does_not_fit_is_told_the_least_memory_that_would_do(linked: Linked) -> None:
    check_memory(linked.image, 0x3000, PROCESS)
    with pytest.raises(ComposerError) as caught:
        check_memory(linked.image, 0x2FFF, PROCESS)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.IMAGE_TOO_LARGE
    assert diagnostic.message == "the image needs 12,288 bytes of memory, but 'memory' gives it 12,287"
    assert diagnostic.hint == "write memory: 1MiB"


def test_memory_from_address_zero_and_a_reserve_count_for_a_machine(linked: Linked) -> None:
    with pytest.raises(ComposerError) as caught:
        check_memory(linked.image, 4 << 20, PVH_FACTS)
    assert caught.value.diagnostics[0].hint == "write memory: 6MiB"
