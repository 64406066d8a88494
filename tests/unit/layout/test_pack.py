"""The bootable file: small, and it still runs."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.layout.pack import PF_W, PF_X, PT_GNU_STACK, PT_LOAD, PT_NOTE, pack, read_header
from tests.support.linking import Linked, link, member, rules
from tests.support.programs import START

MAIN = """
void console_write(const void *bytes, unsigned long length);
static int data[64] = {41};
static char zeros[70000];
static const int table[] = {5, 6, 7};
int main(void)
{
	zeros[69999] = (char)table[data[0] - 40];
	data[63]++;
	console_write("packed\\n", 7);
	return zeros[69999] + data[63] + zeros[0];
}
"""


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Linked:
    folder = tmp_path_factory.mktemp("pack")
    return link(folder, [member(folder, "boot", "s.o", START), member(folder, "app", "m.o", MAIN)], rules())


def test_packed_program_runs(linked: Linked) -> None:
    result = linked.run()
    assert (result.stdout, result.returncode) == (b"packed\n", 7)


def test_packed_file_has_no_section_headers_symbols_or_debug_information(linked: Linked) -> None:
    assert read_header(linked.image).sections == 0
    assert b"console_write" not in linked.image
    assert len(linked.image) < 700 < len(linked.debug)


def test_zeros_take_no_bytes_of_the_file(linked: Linked) -> None:
    data = next(p for p in read_header(linked.image).programs if p.type == PT_LOAD and p.flags & PF_W)
    assert data.file_size == 1, "of 256 bytes of data only the first is not zero"
    assert data.memory_size > 70000


def test_segments_follow_each_other_without_holes_in_the_file(linked: Linked) -> None:
    loads = [p for p in read_header(linked.image).programs if p.type == PT_LOAD]
    end = 0
    for load in loads:
        assert load.address % 4096 == load.offset % 4096
        assert load.offset - end < 32, "only the alignment of the segment's first section"
        end = load.offset + load.file_size
    assert end == len(linked.image)


def test_no_two_segments_share_a_page(linked: Linked) -> None:
    loads = [p for p in read_header(linked.image).programs if p.type == PT_LOAD]
    pages = [range(p.address // 4096, (p.address + p.memory_size - 1) // 4096 + 1) for p in loads]
    assert all(before[-1] < after[0] for before, after in pairwise(pages))


def test_note_and_stack_headers_survive(linked: Linked) -> None:
    programs = {p.type: p for p in read_header(linked.image).programs}
    note = programs[PT_NOTE]
    assert linked.image[note.offset + 12 : note.offset + 20] == b"compose\0"
    assert not programs[PT_GNU_STACK].flags & PF_X


def test_packing_twice_changes_nothing(linked: Linked) -> None:
    assert pack(linked.image, 4096) == linked.image


def test_other_tools_read_the_packed_file_without_complaint(linked: Linked) -> None:
    path = linked.folder / "packed"
    path.write_bytes(linked.image)
    result = subprocess.run(["readelf", "-lnW", str(path)], capture_output=True, text=True, check=True)
    assert result.stderr == ""


def test_thread_local_data_keeps_its_image_and_its_size(tmp_path: Path) -> None:
    source = "_Thread_local int a = 5; _Thread_local int b[8]; int main(void) { return a + b[1]; }"
    linked = link(tmp_path, [member(tmp_path, "boot", "s.o", START), member(tmp_path, "app", "m.o", source)], rules())
    tls = next(p for p in read_header(linked.image).programs if p.type == 7)
    assert (tls.memory_size, linked.image[tls.offset : tls.offset + tls.file_size].rstrip(b"\0")) == (48, b"\5")


@pytest.mark.parametrize("size", [0, 40, 63, 100])
def test_a_file_that_is_cut_short_is_refused(linked: Linked, size: int) -> None:
    with pytest.raises(ComposerError) as caught:
        pack(linked.debug[:size], 4096)
    assert caught.value.diagnostics[0].code is Code.IMAGE_WRONG
