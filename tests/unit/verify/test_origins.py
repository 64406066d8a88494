"""Whose the sections of a merged object are. The merged objects here are compiled from C that names them as gcc would."""

from __future__ import annotations

from pathlib import Path

from composer.errors import Location
from composer.model.linkage import Member
from composer.verify.origins import MERGED, Origins, trace
from tests.support.linking import member

ONE = """
int fetch(int a) { return a + 1; }
int words(void) { static int words[9]; return words[3]++; }
static int shared(int a) { return a * 5; }
int one(int a) { int (*volatile f)(int) = shared; return f(a); }
__asm__(".section .rodata\\n.ascii \\"a\\\\0text\\"\\n.previous");
"""
TWO = """
static int shared(int a) { return a * 7; }
int two(int a) { int (*volatile f)(int) = shared; return f(a); }
__asm__(".section .rodata\\n.ascii \\"other\\\\0text\\"\\n.previous");
"""


def traced(folder: Path, source: str, at: Location | None = None) -> dict[str, list[tuple[str, str, int, int]]]:
    """Object, section, start and end of each part of each section, by the section's name."""
    compiled = [member(folder, "first", "one.o", ONE), member(folder, "second", "two.o", TWO)]
    merged = member(folder, MERGED, "merged.o", source)

    def locate(found: Member, section: int, offset: int) -> Location | None:
        return at

    origins = trace(
        merged, compiled, lambda path: (folder / path).read_bytes(), locate, {"1.c": "one.o", "2.c": "two.o"}
    )
    assert origins.compiled == tuple(compiled)
    return {
        name: [(part.origin.path, part.origin.section, part.start, part.end) for part in parts]
        for (_, name), parts in origins.sections.items()
    }


def names(found: dict[str, list[tuple[str, str, int, int]]]) -> dict[str, tuple[str, str]]:
    return {name: parts[0][:2] for name, parts in found.items() if parts}


def test_a_copy_belongs_to_the_object_of_the_original(tmp_path: Path) -> None:
    found = traced(tmp_path, 'int fetch(int) __asm__("fetch.constprop.0"); int fetch(int a) { return a; }')
    assert names(found) == {".text.fetch.constprop.0": ("one.o", ".text.fetch")}


def test_a_variable_may_have_got_another_number(tmp_path: Path) -> None:
    found = traced(tmp_path, 'int words[9] __asm__("words.7");')
    assert names(found) == {".bss.words.7": ("one.o", ".bss.words.0")}, "not the function of that name"


def test_a_name_of_several_objects_is_decided_by_the_source_line(tmp_path: Path) -> None:
    source = "int shared(int a) { return a * 7; }"
    assert names(traced(tmp_path, source)) == {}
    assert names(traced(tmp_path, source, Location("2.c", 2))) == {".text.shared": ("two.o", ".text.shared")}
    assert names(traced(tmp_path, source, Location("header.h", 2))) == {}


def test_constants_without_a_name_are_known_by_their_content(tmp_path: Path) -> None:
    text = '__asm__(".section .rodata\\n.ascii \\"other\\\\0text\\"\\n.byte 9\\n.ascii \\"a\\\\0text\\"\\n.previous");'
    assert traced(tmp_path, text)[".rodata"] == [("two.o", ".rodata", 0, 10), ("one.o", ".rodata", 11, 17)]


def test_the_constants_of_a_function_are_called_after_it(tmp_path: Path) -> None:
    text = '__asm__(".section .rodata.fetch, \\"a\\"\\n.long 1, 2\\n.previous");'
    assert names(traced(tmp_path, text)) == {".rodata.fetch": ("one.o", ".text.fetch")}


def test_without_merging_there_is_nothing_to_know() -> None:
    assert Origins() == Origins((), {})
