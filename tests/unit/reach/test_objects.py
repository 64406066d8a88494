"""Real objects, indexed."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import Code, ComposerError, Location
from composer.model.linkage import Kind, Member, ObjectIndex
from composer.reach.lines import Locator
from composer.reach.objects import as_json, from_json, index_object, merge_entries, read_symbols
from tests.support.linking import COMPILERS, compile_c

SOURCE = """
int elsewhere(int);
extern int maybe(void) __attribute__((weak));
static int counter;
int table[3] = {1, 2, 3};
static int local(int x)
{
	return elsewhere(x) + counter++;
}
int used(int x)
{
	if (maybe)
		return maybe();
	return local(x) + table[x];
}
__attribute__((weak)) const char *name(void) { return "one text"; }
__attribute__((constructor)) static void before_main(void) { counter = 5; }
_Thread_local int per_thread = 4;
"""


@pytest.fixture(scope="module", params=COMPILERS)
def content(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> bytes:
    return compile_c(tmp_path_factory.mktemp("objects"), "app/main.o", SOURCE, arch=request.param)


@pytest.fixture(scope="module")
def index(content: bytes) -> ObjectIndex:
    return index_object(content, "app/main.o")


def kind_of(index: ObjectIndex, name: str) -> Kind:
    return next(section.kind for section in index.sections if section.name == name)


def source_line(content: bytes, index: ObjectIndex, section: int, offset: int) -> Location | None:
    """The line of a place in one of the sections of `index`, which is that of `content`."""
    return Locator(lambda path: content, str).locate(Member("app", "app/main.o", index), section, offset)


def uses(index: ObjectIndex, section: str) -> set[str]:
    return {
        reference.symbol or index.sections[reference.target].name
        for reference in index.references
        if index.sections[reference.section].name == section
    }


def test_each_section_has_the_kind_that_decides_its_segment(index: ObjectIndex) -> None:
    assert kind_of(index, ".text.used") is Kind.CODE
    assert kind_of(index, ".data.table") is Kind.DATA
    assert kind_of(index, ".bss.counter") is Kind.ZERO
    assert kind_of(index, ".init_array") is Kind.CONSTRUCTORS
    assert kind_of(index, ".tdata.per_thread") is Kind.TLS_DATA
    assert kind_of(index, ".rodata.name.str1.1") is Kind.CONSTANTS


def test_debug_sections_are_not_indexed(index: ObjectIndex) -> None:
    assert not [section.name for section in index.sections if section.name.startswith(".debug")]


def test_symbols_have_their_binding_and_size(index: ObjectIndex) -> None:
    found = {symbol.name: symbol for symbol in index.symbols}
    assert found["used"].binding == "global"
    assert found["name"].binding == "weak"
    assert found["counter"].binding == "local"
    assert found["table"].size == 12


def test_marks_of_code_and_data_are_no_symbols(content: bytes, index: ObjectIndex) -> None:
    names = {symbol.name for symbol in index.symbols} | {symbol.name for symbol in read_symbols(content)}
    assert {"used", "counter"} <= names
    assert not {name for name in names if name.startswith("$")}


def test_a_name_with_a_dollar_is_a_symbol(tmp_path: Path) -> None:
    source = "static int $x(void) { return 1; } int $d = 2; int f(void) { return $x(); }"
    content = compile_c(tmp_path, "a.o", source, ["-fno-inline"], "aarch64")
    assert {symbol.name for symbol in index_object(content, "a.o").symbols} == {"$x", "$d", "f"}


def test_references_name_global_symbols_and_point_at_local_sections(index: ObjectIndex) -> None:
    assert uses(index, ".text.used") == {"elsewhere", "maybe", "table", ".bss.counter"}
    assert uses(index, ".init_array") == {".text.startup.before_main"}
    assert index.weak == {"maybe"}


def test_common_symbols_share_one_section_of_the_object(tmp_path: Path) -> None:
    content = compile_c(tmp_path, "a.o", "int one; char two[100];", ["-fcommon"])
    index = index_object(content, "a.o")
    common = next(section for section in index.sections if section.name == "COMMON")
    assert (common.kind, common.size >= 104) == (Kind.ZERO, True)
    assert {symbol.name for symbol in index.symbols if symbol.binding == "common"} == {"one", "two"}


def test_index_survives_json(index: ObjectIndex) -> None:
    assert from_json(json.loads(json.dumps(as_json(index)))) == index


def test_merge_entries_are_the_strings_of_a_section(content: bytes, index: ObjectIndex) -> None:
    number = next(section.number for section in index.sections if section.merges)
    assert merge_entries(content, number) == (1, (b"one text\0",))


def test_source_line_of_a_use_is_the_line_of_the_call(content: bytes, index: ObjectIndex) -> None:
    use = next(reference for reference in index.references if reference.symbol == "elsewhere")
    assert source_line(content, index, use.section, use.offset) == Location("app/main.c", 8)


def test_source_line_tells_equal_offsets_of_two_sections_apart(content: bytes, index: ObjectIndex) -> None:
    lines = {}
    for place, section in enumerate(index.sections):
        if section.kind is Kind.CODE and section.size:
            found = source_line(content, index, place, 0)
            lines[section.name] = found.line if found else 0
    assert lines == {".text.used": 12, ".text.name": 16, ".text.startup.before_main": 17}


def test_source_line_is_unknown_without_debug_information(tmp_path: Path) -> None:
    content = compile_c(tmp_path, "a.o", "int f(void) { return 1; }", ["-g0"])
    assert source_line(content, index_object(content, "a.o"), 0, 0) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "not a little-endian 64-bit ELF"), (b"\x7fELF\x02\x01" + bytes(58), "not a relocatable object")],
)
def test_other_files_are_refused_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(ComposerError, match=rf"x/y\.o cannot be read: it is {reason}") as caught:
        index_object(content, "x/y.o")
    assert caught.value.diagnostics[0].code is Code.OBJECT_UNREADABLE


def test_link_time_optimisation_objects_are_refused(tmp_path: Path) -> None:
    content = compile_c(tmp_path, "a.o", "int main(void) { return 1; }", ["-flto"])
    with pytest.raises(ComposerError, match="-flto"):
        index_object(content, "a.o")


def test_a_section_that_is_writable_and_executable_is_refused(tmp_path: Path) -> None:
    content = compile_c(tmp_path, "a.S.o", '.section .both,"awx"\n nop\n')
    with pytest.raises(ComposerError, match=r"\.both is both writable and executable"):
        index_object(content, "a.S.o")


@settings(max_examples=200)
@given(st.data())
def test_damaged_objects_are_refused_and_never_crash(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content[: data.draw(st.integers(0, len(content)))])
    for place in data.draw(st.lists(st.integers(0, max(len(damaged) - 1, 0)), max_size=8)):
        if damaged:
            damaged[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ComposerError):
        index = index_object(bytes(damaged), "a.o")
        assert from_json(as_json(index)) == index


def test_fat_objects_of_link_time_optimisation_are_read_as_what_they_are_besides(tmp_path: Path) -> None:
    content = compile_c(tmp_path, "a.o", "int f(void) { return 1; }", ["-flto", "-ffat-lto-objects"])
    index = index_object(content, "a.o")
    assert "f" in {symbol.name for symbol in index.symbols}
    assert not [section.name for section in index.sections if section.name.startswith(".gnu.lto_")]


def test_functions_that_are_chosen_when_a_program_starts_are_refused(tmp_path: Path) -> None:
    source = (
        "static int one(void) { return 1; } static int (*pick(void))(void) { return one; }"
        '__attribute__((ifunc("pick"))) int chosen(void); int f(void) { return chosen(); }'
    )
    with pytest.raises(ComposerError, match=r"its function chosen is chosen when a program starts"):
        index_object(compile_c(tmp_path, "a.o", source), "a.o")


def test_remarks_of_compilers_are_not_in_images(tmp_path: Path) -> None:
    flags = ["-fident", "-fasynchronous-unwind-tables", "-fcf-protection=full"]
    index = index_object(compile_c(tmp_path, "a.o", "int g(int); int f(int x) { return g(x); }", flags), "a.o")
    assert {section.name for section in index.sections if section.size} == {".text.f"}
    assert {reference.symbol for reference in index.references} == {"g"}
