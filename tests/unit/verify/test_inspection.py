"""Files from elsewhere, taken apart: programs that linkers here make badly on purpose, and files made to do harm.

tests/commands/test_inspect.py looks at real images.
"""

from __future__ import annotations

import struct
import subprocess
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.errors import Code, ComposerError, Location
from composer.layout.pack import PT_LOAD, PT_NOTE, pack
from composer.model.inspection import Anatomy
from composer.reach.objects import each_symbol
from composer.run.probes import arm64_image, pvh_elf
from composer.verify.inspection import dissect, is_made_from

AT = Location("some.elf")
SOURCE = """
int counter = 3;
const int table[64] = {1};
void __stack_chk_fail(void) { for (;;) ; }
__attribute__((noinline)) int sum(const char *text) { char copy[64]; int n = 0;
	for (int i = 0; i < 64 && text[i]; i++) { copy[i] = text[i]; n += ((volatile char *)copy)[i]; } return n; }
void _start(void) { counter += sum("some text") + table[counter & 63]; for (;;) ; }
"""
GUARD = "unsigned long __stack_chk_guard = 5;\n"
WORDS = ("-static", "-no-pie", "-nostdlib", "-O1", "-fno-stack-protector", "-Wl,--build-id=none")
# No debug file: these are somebody's own.
PROTECTED = ("-fstack-protector-all", "-mstack-protector-guard=global")


def program(folder: Path, *words: str, source: str = SOURCE) -> bytes:
    """A program of the linker of this machine."""
    (folder / "main.c").write_text(GUARD + source)
    subprocess.run(["gcc", *WORDS, *words, "-o", "program", "main.c"], cwd=folder, check=True, capture_output=True)
    return (folder / "program").read_bytes()


def verdicts(anatomy: Anatomy) -> dict[str, str]:
    return {check.name: check.verdict for check in anatomy.checks}


BOTH, CONSTANTS, NULL, STACK, DEFINED, CANARY, TABLES = (
    "nothing is writable and executable",
    "constants cannot be executed",
    "nothing lies at address 0",
    "the stack cannot be executed",
    "every symbol is defined",
    "functions check a canary on the stack",
    "page tables give segments their rights",
)


def test_a_sound_foreign_program_has_no_fault_but_what_it_was_built_without(tmp_path: Path) -> None:
    anatomy = dissect(program(tmp_path, "-Wl,-z,separate-code", *PROTECTED), None, AT)
    assert (anatomy.format, anatomy.arch, anatomy.loader, anatomy.manifest_digest) == ("ELF", "x86_64", "process", None)
    assert {name for name, verdict in verdicts(anatomy).items() if verdict == "no"} == set()
    assert anatomy.symbols


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("-Wl,-N",), BOTH),
        (("-Wl,-N",), CONSTANTS),
        (("-Wl,-z,noseparate-code",), CONSTANTS),
        (("-Wl,-z,execstack",), STACK),
        (("-Wl,-Ttext-segment=0",), NULL),
        ((), CANARY),
    ],
)
def test_what_a_program_lacks_is_seen(tmp_path: Path, words: tuple[str, ...], name: str) -> None:
    sound = dissect(program(tmp_path, "-Wl,-z,separate-code", *PROTECTED), None, AT)
    assert verdicts(sound)[name] == "yes"
    canary = () if name == CANARY else PROTECTED
    assert verdicts(dissect(program(tmp_path, *words, *canary), None, AT))[name] == "no"


def test_an_undefined_symbol_is_seen(tmp_path: Path) -> None:
    """GNU ld leaves those out of its table that it was told to ignore; lld does not."""
    source = SOURCE.replace("void _start(void) {", "int missing(void); void _start(void) { missing();")
    anatomy = dissect(program(tmp_path, "-fuse-ld=lld", "-Wl,--unresolved-symbols=ignore-all", source=source), None, AT)
    (check,) = [check for check in anatomy.checks if check.name == DEFINED]
    assert (check.verdict, check.how) == ("no", "undefined: missing")


def test_without_symbols_a_canary_is_unseen_and_a_debug_file_must_be_that_of_the_file(tmp_path: Path) -> None:
    debug = program(tmp_path, "-Wl,-z,noseparate-code,-z,max-page-size=4096", *PROTECTED)
    content = pack(debug, 4096)
    assert verdicts(dissect(content, None, AT))[CANARY] == "unseen"
    assert verdicts(dissect(content, debug, AT))[CANARY] == "yes"
    place = content.rindex(b"some text")
    other = content[:place] + b"other" + content[place + 5 :]
    assert not is_made_from(other, debug)
    assert verdicts(dissect(other, debug, AT))[CANARY] == "unseen"


def test_a_pvh_guest_with_boot_code_of_its_own_is_not_judged_by_it() -> None:
    found = verdicts(dissect(pvh_elf(b"\xf4" * 32), None, AT))
    assert (found[BOTH], found[TABLES]) == ("no", "unseen")


def test_of_an_image_with_boot_code_of_its_own_little_is_seen() -> None:
    anatomy = dissect(arm64_image(bytes(64)), None, AT)
    assert (anatomy.format, anatomy.loader, anatomy.segments) == ("Image", "flat", ())
    assert {*verdicts(anatomy).values()} == {"unseen"}


def test_an_image_with_more_bytes_than_memory_is_damaged() -> None:
    with pytest.raises(ComposerError, match="its header gives it only"):
        dissect(arm64_image(bytes(64)) + bytes(8), None, AT)


# Hostile files


def judge(content: bytes, debug: bytes | None = None) -> None:
    """Take it apart, or be told that it is none."""
    try:
        dissect(content, debug, AT)
    except ComposerError as caught:
        if not {diagnostic.code for diagnostic in caught.diagnostics} <= {Code.NOT_AN_IMAGE, Code.IMAGE_UNREADABLE}:
            raise


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return program(tmp_path_factory.mktemp("sound"), *PROTECTED)


EDITS = st.lists(st.tuples(st.integers(0, 1 << 30), st.binary(min_size=1, max_size=8)), max_size=6)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def edited(content: bytes, edits: list[tuple[int, bytes]], head: int, cut: int) -> bytes:
    """`content` with pieces overwritten, most of them near its start, and without its end."""
    data = bytearray(content)
    for number, (place, piece) in enumerate(edits):
        at = place % (head if number % 3 else len(data))
        data[at : at + len(piece)] = piece
    return bytes(data[: len(data) - cut % len(data)]) if cut % 2 else bytes(data)


@SETTINGS
@given(edits=EDITS, cut=st.integers(0, 1 << 30))
def test_no_edited_elf_brings_it_down(sound: bytes, edits: list[tuple[int, bytes]], cut: int) -> None:
    hostile = edited(sound, edits, 400, cut)
    judge(hostile)
    judge(pvh_elf(b"\xf4" * 32), hostile)
    judge(edited(pvh_elf(b"\xf4" * 32), edits, 230, cut))


@SETTINGS
@given(edits=EDITS, cut=st.integers(0, 1 << 30), tail=st.binary(max_size=200))
def test_no_edited_image_brings_it_down(edits: list[tuple[int, bytes]], cut: int, tail: bytes) -> None:
    judge(edited(arm64_image(tail + bytes(64)), edits, 64, cut))


SIZE = 1 << 20
FIRST = 64 + 56  # bytes before the second program header
BULK = 300_000  # where the bytes begin that many headers tell of


def made(rows: list[bytes], sections: list[bytes], pieces: dict[int, bytes]) -> bytes:
    """A program of a megabyte: its first segment, then program headers and section headers as they are given, then bytes."""
    start = 1 << 29  # an address with as many bytes of a file before it, if the page were as large
    head = b"\x7fELF\2\1\1" + bytes(9)
    head += struct.pack("<HHIQQQ", 2, 62, 1, start, 64, FIRST + 56 * len(rows))
    head += struct.pack("<IHHHHHH", 0, 64, 56, 1 + len(rows), 64, len(sections), 0)
    head += struct.pack("<IIQQQQQQ", PT_LOAD, 5, 0, start, start, FIRST, FIRST, 1 << 40)
    content = bytearray(b"".join([head, *rows, *sections]).ljust(SIZE, b"\0"))
    for place, piece in pieces.items():
        content[place : place + len(piece)] = piece
    return bytes(content)


def segment(kind: int, size: int) -> bytes:
    return struct.pack("<IIQQQQQQ", kind, 5, BULK, 1 << 29, 1 << 29, size, size, 4096)


def section(kind: int, name: int, place: int, size: int) -> bytes:
    """A section whose names, or whose symbols' names, are the whole file."""
    return struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, place, size, 0, 0, 1, 24)


def symbols(name: int, count: int) -> bytes:
    return struct.pack("<IBBHQQ", name, 0x12, 0, 1, 5, 0) * count


WHOLE = section(3, 0, 0, SIZE)
CALLS = made(
    [segment(PT_LOAD, 700_000)] * 80,
    [WHOLE, section(2, 0, 200_000, 48)],
    {200_000: symbols(250_000, 2), 250_000: b"__stack_chk_fail\0", BULK: b"\xe8" * 700_000},
)
NAMES = {BULK: b"A" * 700_000}
HOSTILE = {
    "loads": CALLS,
    "notes": made([segment(PT_NOTE, 700_000)] * 40, [WHOLE], {}),
    "empty": made([segment(PT_LOAD, 0)] * 4_000, [WHOLE], {}),
    "sections": made([], [WHOLE, *[section(1, BULK, 0, 0)] * 500], NAMES),
    "page": made([], [WHOLE], {}),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_made_to_take_long_or_much_does_not(content: bytes) -> None:
    tracemalloc.start()
    before = time.process_time()
    judge(content)
    judge(pvh_elf(b"\xf4" * 32), content)
    took, (_, peak) = time.process_time() - before, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 << 20
    assert took < 20  # seconds; without the bounds minutes, and with more of the same hours


def test_names_that_overlap_are_not_read() -> None:
    content = made([], [WHOLE, section(2, 0, 200_000, 2_400)], {**NAMES, 200_000: symbols(BULK, 100)})
    assert dissect(content, None, AT).symbols is None
    with pytest.raises(ValueError, match="subsection not found"):
        next(each_symbol(content))
