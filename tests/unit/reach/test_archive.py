"""Archives: what `ar` made is read as `nm` reads it, and damaged ones are refused."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import Code, ComposerError
from composer.reach.archive import read_archive
from composer.reach.objects import index_object
from tests.support.linking import compile_c

NAMES = {
    "short.o": "int one(void) { return 1; }",
    "a_name_that_has_no_room_in_a_header.o": "int two(void) { return 2; } int three = 3;",
    "odd (name)+.o": "int four(void) { return 4; }",
}


def make_archive(folder: Path, words: str = "rcs", program: str = "ar") -> bytes:
    for name, source in NAMES.items():
        compile_c(folder, name, source)
    subprocess.run([program, words, "all.a", *NAMES], cwd=folder, check=True, capture_output=True)
    return (folder / "all.a").read_bytes()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_archive(tmp_path_factory.mktemp("archive"))


@pytest.mark.parametrize("program", ["ar", "aarch64-linux-gnu-ar"])
def test_each_symbol_is_found_in_the_object_that_defines_it(tmp_path: Path, program: str) -> None:
    content = make_archive(tmp_path, program=program)
    found = read_archive(content, "all.a")
    assert {symbol: entry.name for symbol, entry in found.items()} == {
        "one": "short.o",
        "two": "a_name_that_has_no_room_in_a_header.o",
        "three": "a_name_that_has_no_room_in_a_header.o",
        "four": "odd__name_+.o",
    }
    for symbol, entry in found.items():
        index = index_object(content[entry.offset : entry.offset + entry.size], entry.name)
        assert symbol in {defined.name for defined in index.symbols}


def test_the_first_of_two_definitions_counts_and_equal_names_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        compile_c(tmp_path, f"{folder}/same.o", f"int both(void) {{ return 1; }} int only_{folder};")
    words = ["ar", "qcs", "all.a", "a/same.o", "b/same.o"]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)
    found = read_archive((tmp_path / "all.a").read_bytes(), "all.a")
    assert found["both"] == found["only_a"]
    assert found["only_a"].name == "same.o"
    assert found["only_b"].name.endswith("-same.o")


def test_the_compiler_s_own_archive_is_read_as_nm_reads_it() -> None:
    path = subprocess.run(["gcc", "-print-libgcc-file-name"], capture_output=True, text=True).stdout.strip()
    listed = subprocess.run(["nm", "-s", path], capture_output=True, text=True).stdout
    table = listed.partition("Archive index:\n")[2].partition("\n\n")[0]
    expected: dict[str, str] = {}
    for line in table.splitlines():
        symbol, _, name = line.partition(" in ")
        expected.setdefault(symbol, name)
    found = read_archive(Path(path).read_bytes(), path)
    assert len(expected) > 100
    assert {symbol: entry.name for symbol, entry in found.items()} == expected


@pytest.mark.parametrize(
    ("words", "reason"), [("rcS", "it has no table of symbols"), ("rcsT", "it is no archive with its objects inside")]
)
def test_archives_that_do_not_hold_what_is_needed_are_refused(tmp_path: Path, words: str, reason: str) -> None:
    with pytest.raises(ComposerError, match=rf"the archive /usr/all\.a cannot be read: {reason}") as caught:
        read_archive(make_archive(tmp_path, words), "/usr/all.a")
    assert caught.value.diagnostics[0].code is Code.OBJECT_UNREADABLE


def test_a_table_with_wide_numbers_is_read() -> None:
    table = (1).to_bytes(8, "big") + (8 + 60 + 22).to_bytes(8, "big") + b"name\0\n"
    content = b"!<arch>\n" + header("/SYM64/", len(table)) + table + header("x.o/", 3) + b"abc\n"
    (entry,) = read_archive(content, "x.a").values()
    assert (entry.name, content[entry.offset : entry.offset + entry.size]) == ("x.o", b"abc")


def header(name: str, size: int) -> bytes:
    return f"{name:<16}{0:<12}{0:<6}{0:<6}{644:<8}{size:<10}`\n".encode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", ".hidden", "a\nb", "$(rm).o"])
def test_no_name_leads_out_of_the_folder_or_means_anything_to_a_shell(name: str) -> None:
    long = f"{name}/\n".encode()
    long += b"\n" * (len(long) % 2)
    place = 8 + 60 + 12 + 60 + len(long)
    table = (1).to_bytes(4, "big") + place.to_bytes(4, "big") + b"f\0\0\0"
    content = b"!<arch>\n" + header("/", 12) + table + header("//", len(long)) + long + header("/0", 2) + b"ab"
    (entry,) = read_archive(content, "x.a").values()
    assert entry.name.strip("-+._").replace("_", "").replace(".", "").isalnum()
    assert not entry.name.startswith(".")


@settings(max_examples=300)
@given(st.data())
def test_damaged_archives_are_refused_and_never_crash(archive: bytes, data: st.DataObject) -> None:
    damaged = bytearray(archive[: data.draw(st.integers(0, len(archive)))])
    for place in data.draw(st.lists(st.integers(0, max(min(len(damaged), 400) - 1, 0)), max_size=6)):
        if damaged:
            damaged[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ComposerError):
        for entry in read_archive(bytes(damaged), "all.a").values():
            assert 0 <= entry.offset <= entry.offset + entry.size <= len(damaged)
