"""The order of an image's sections, and the linker script's text."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path

from composer.layout.arrange import Input, Layout, Output, Segment, arrange, least_padding
from composer.layout.script import DEFINED_SYMBOLS, render
from composer.layout.source import init_source, note_source
from composer.model.linkage import Kind, Member, ObjectIndex, Section
from composer.model.recipe import ImageFacts
from composer.reach.fixpoint import reach
from tests.support.linking import DIGEST, ROOT, link, member, rules
from tests.support.programs import HELLO, START

FACTS = ImageFacts(entry="_start", loader="process", base=0x400000)

SCRIPT = """\
ENTRY(_start)
PHDRS
{
  r PT_LOAD FILEHDR PHDRS FLAGS(4);
  rx PT_LOAD FLAGS(5);
  note PT_NOTE FLAGS(4);
}
SECTIONS
{
  image_memory = 0x100000;
  image_start = 0x100000;
  . = 0x100000 + SIZEOF_HEADERS;
  image_r_start = . & ~0xfff;
  image_r_bytes_start = .;
  .note : {
    KEEP(out/boot.o(.note.Xen))
  } :r :note
  .got : { *(.got .got.plt .igot .igot.plt) } :r
  image_r_bytes_end = .;
  image_r_end = ALIGN(0x1000);
  . = ALIGN(0x1000) + (. & 0xfff);
  image_rx_start = . & ~0xfff;
  image_rx_bytes_start = .;
  .text : {
    "out/with space.o"(.text.f)
  } :rx
  image_rx_bytes_end = .;
  image_rx_end = ALIGN(0x1000);
  image_rw_start = ALIGN(0x1000);
  image_rw_bytes_start = .;
  image_tls_align = 0x1;
  image_rw_bytes_end = .;
  image_tls_start = .;
  image_tls_bytes_end = .;
  image_tls_end = image_tls_bytes_end;
  image_zero_end = .;
  image_rw_end = ALIGN(0x1000);
  image_end = ALIGN(0x1000);
  image_size = image_end - image_start + (image_end - 0x0 + 0x1fffff) / 0x200000 * 0x1000;
"""


def test_script_says_what_the_layout_says() -> None:
    note = Output(".note", (Input("out/boot.o", ".note.Xen", 20, 4),), kept=True)
    text = Output(".text", (Input("out/with space.o", ".text.f", 9, 1),))
    segments = (Segment("r", (note,)), Segment("rx", (text,)))
    facts = ImageFacts(entry="_start", loader="pvh", base=0x100000, below=0x100000, reserve=4096)
    layout = Layout(facts, segments, marks_stack=False, symbols={"image_memory": 0x100000})
    assert render(layout).startswith(SCRIPT)


def test_each_kind_of_section_lands_in_the_segment_with_its_rights(tmp_path: Path) -> None:
    source = "const int c[9] = {1}; int d = 3; int z; _Thread_local int t; int _start(void) { return c[d] + z + t; }"
    reached = reach([member(tmp_path, "app", "a.o", source, ["-O0"])], rules())
    layout = arrange(reached, (), FACTS, marks_stack=True)
    where = {piece.section: s.right for s in layout.segments for o in s.outputs for piece in o.inputs}
    assert where == {".rodata.c": "r", ".text._start": "rx", ".data.d": "rw", ".bss.z": "rw", ".tbss.t": "rw"}
    assert (layout.has_tls, layout.has_notes) == (True, False)


def test_constructors_with_a_number_run_first_and_lowest_first() -> None:
    names = (".init_array", ".init_array.00200", ".init_array.00100")
    sections = tuple(Section(name, Kind.CONSTRUCTORS, 8, 8, 1) for name in names)
    generated = Member("image", "a.o", ObjectIndex(62, sections, (), (), frozenset()))
    layout = arrange(reach([], rules([])), (generated,), FACTS, marks_stack=False)
    (output,) = layout.segments[0].outputs
    assert [piece.section for piece in output.inputs] == [".init_array.00100", ".init_array.00200", ".init_array"]


def padding(order: list[Input], address: int) -> int:
    lost = 0
    for piece in order:
        lost += -address % piece.align
        address += -address % piece.align + piece.size
    return lost


def test_order_of_sections_loses_few_bytes_to_alignment() -> None:
    dice = random.Random(7)
    lost = best = 0
    for _ in range(60):
        pieces = [Input("a", str(n), dice.randint(1, 40), dice.choice((1, 1, 4, 8, 16, 32))) for n in range(6)]
        start = dice.randint(0, 63)
        order, end = least_padding(pieces, start)
        assert sorted(order, key=lambda piece: piece.section) == pieces
        assert end == start + sum(piece.size for piece in pieces) + padding(order, start)
        lost += padding(order, start)
        best += min(padding(list(other), start) for other in permutations(pieces))
    assert lost <= best * 1.6


def test_contract_header_declares_exactly_what_the_composer_defines() -> None:
    text = (ROOT / "recipes/core/contracts/include/image.h").read_text()
    assert all(f"{symbol}[]" in text or f"{symbol}(void)" in text for symbol in DEFINED_SYMBOLS)


def test_init_calls_run_in_order_and_constructors_after_them(tmp_path: Path) -> None:
    speak = 'void console_write(const void *, unsigned long); void %s(void) { console_write("%s", 1); }'
    source = "void console_write(const void *, unsigned long);"
    source += (
        '__attribute__((constructor)) static void late(void) { console_write("c", 1); } int main(void) { return 0; }'
    )
    members = [
        member(tmp_path, "boot", "s.o", START),
        member(tmp_path, "app", "m.o", source),
        member(tmp_path, "boot", "a.o", speak % ("one", "1")),
        member(tmp_path, "boot", "b.o", speak % ("two", "2")),
    ]
    reached = reach(members, rules(("_start", "one", "two")))
    assert init_source(("two", "one"), constructors=False).count(b"();\n}") == 1
    linked = link(tmp_path, members, rules(("_start", "one", "two")), calls=("two", "one"))
    assert reached.has_constructors
    assert linked.run().stdout == b"21c"


def test_image_without_calls_has_an_empty_image_init() -> None:
    assert b"void image_init(void)\n{\n}\n" in init_source((), constructors=False)


def test_note_holds_the_digest_of_the_manifest(tmp_path: Path) -> None:
    linked = link(tmp_path, [member(tmp_path, "boot", "s.o", START), member(tmp_path, "app", "m.o", HELLO)], rules())
    assert linked.image.count(bytes.fromhex(DIGEST)) == 1
    assert DIGEST[:2] in note_source(DIGEST).decode()
