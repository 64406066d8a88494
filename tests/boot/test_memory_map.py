"""What the guest's own page tables map: the image with each segment's rights, the heap, and nothing else."""

from __future__ import annotations

from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from tests.support.composed import KVM, Machine, Workshop, boot

PAGE = 4096
MIB = 1 << 20
Range = tuple[int, int, str]  # start, end, rights


def mapped(console: bytes) -> list[Range]:
    """The ranges that the app `state` printed."""
    rows = (line.split() for line in console.decode().splitlines())
    return [(int(row[1], 16), int(row[2], 16), row[3]) for row in rows if row[0] == "page"]


def addresses(debug: Path) -> dict[str, int]:
    """The addresses of all symbols."""
    with debug.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        return {symbol.name: symbol["st_value"] for symbol in table.iter_symbols()}


def image_ranges(workshop: Workshop, name: str) -> list[Range]:
    """What must be mapped of an image: its segments, without the page below the stack."""
    at = addresses(workshop.image(name, KVM).with_suffix(".dbg"))
    stack = at["boot_stack"]
    return [
        (at["image_r_start"], at["image_r_end"], "r--"),
        (at["image_rx_start"], at["image_rx_end"], "r-x"),
        (at["image_rw_start"], stack - PAGE, "rw-"),
        (stack, at["image_rw_end"], "rw-"),
    ]


def test_only_the_image_is_mapped_and_each_segment_with_its_own_rights(workshop: Workshop) -> None:
    done = boot(workshop.image("state", KVM), Machine())
    assert mapped(done.console) == image_ranges(workshop, "state"), done.told


def test_heap_maps_the_free_memory_as_one_more_range_that_is_not_executable(workshop: Workshop) -> None:
    done = boot(workshop.image("state-with-heap", KVM), Machine(memory="64M"))
    *image, (start, end, rights) = mapped(done.console)
    expected = image_ranges(workshop, "state-with-heap")
    tables = PAGE  # one page for each 2 MiB up to the image's end
    assert (image, start, rights) == (expected, expected[-1][1] + tables, "rw-"), done.told
    assert 63 * MIB < end <= 64 * MIB, done.told


def test_no_page_is_writable_and_executable_and_none_is_at_address_0(workshop: Workshop) -> None:
    """On the machine with the most memory, where the tables have all levels."""
    done = boot(workshop.image("state-with-heap", KVM), Machine("q35", memory="5G"))
    ranges = mapped(done.console)
    assert max(end for _, end, _ in ranges) > 4 << 30, done.told
    assert all("wx" not in rights for _, _, rights in ranges), done.told
    assert min(start for start, _, _ in ranges) == MIB, done.told


def test_this_test_sees_pages_that_are_writable_and_executable_and_a_null_page(
    workshop: Workshop, tmp_path: Path
) -> None:
    guard = "\tandb $~PAGE_PRESENT, (%ebp, %eax)\n"
    boot_source = "recipes/boot/kvm-x86_64/src/boot.S"
    edits = (
        (boot_source, "#define PAGE_NX_HIGH 0x80000000", "#define PAGE_NX_HIGH 0"),
        (boot_source, guard, "\tmovl $PAGE_PRESENT + PAGE_WRITE, (%ebp)\n"),
    )
    bare = workshop.altered(tmp_path / "checkout", edits)
    bare.build(Path(__file__).parent / "apps/state")
    ranges = mapped(boot(bare.image("state", KVM), Machine()).console)
    assert [rights for _, _, rights in ranges] == ["rwx", "r-x", "rwx"]
    assert ranges[0][:2] == (0, PAGE)
