"""Whose the bytes are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import ComposerError
from composer.model.image import Row
from composer.model.linkage import Member
from composer.verify.attribution import ELF, UNKNOWN, Attribution, attribute
from composer.verify.origins import MERGED, Origins
from tests.support.linking import LINKERS, Linked, link, member, rules
from tests.support.programs import START

HEADER = "void console_write(const void *bytes, unsigned long length);\n"


def attributed(linked: Linked, members: Sequence[Member] | None = None) -> Attribution:
    if members is None:
        members = (*linked.reached.live_members(), *linked.generated)
    return attribute(linked.image, linked.evidence.placed, members, Origins(), linked.content_of, 4096)


def strings_of(attribution: Attribution) -> dict[str, int]:
    return {row.object: row.bytes for row in attribution.rows if ".str1" in row.section}


@pytest.fixture(scope="module", params=LINKERS)
def linked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Linked:
    return link_strings(tmp_path_factory.mktemp("strings"), request.param)


def link_strings(folder: Path, linker: str) -> Linked:
    """Three objects whose strings are equal, or the end of another's."""
    members = [
        member(folder, "boot", "s.o", START),
        member(
            folder, "app", "a.o", HEADER + 'void b(int); int main(void) { console_write("world", 5); b(1); return 0; }'
        ),
        member(
            folder,
            "lib",
            "b.o",
            HEADER + 'static char big[9000]; void c(int); void b(int x) { big[x] = 1; console_write("hello world", 1); '
            'console_write("world", 2); c(big[0]); }',
        ),
        member(
            folder,
            "last",
            "c.o",
            HEADER + 'double d = 2.5; void c(int x) { console_write("hello world", x); console_write("own", 3); }',
        ),
    ]
    return link(folder, members, rules(), linker=linker)


def test_rows_add_up_to_the_file(linked: Linked) -> None:
    found = attributed(linked)
    assert sum(row.bytes for row in found.rows) == len(linked.image)
    assert found.unattributed_bytes == 0


@pytest.mark.parametrize(
    ("linker", "owned"),
    [
        # "world" of a.o is the end of "hello world", which b.o has first; c.o adds only its own.
        ("ld", {"b.o": 12, "c.o": 4}),
        # lld looks for ends only with -O2.
        ("ld.lld", {"a.o": 6, "b.o": 12, "c.o": 4}),
    ],
)
def test_a_merged_string_belongs_to_the_first_object_that_has_it(
    tmp_path: Path, linker: str, owned: dict[str, int]
) -> None:
    assert strings_of(attributed(link_strings(tmp_path, linker))) == owned


def test_entries_belong_to_the_same_owners_however_the_map_counts_them(tmp_path: Path) -> None:
    """Newer versions of GNU ld count all merged bytes for the first section; the bytes decide here."""
    linked = link_strings(tmp_path, "ld")
    strings = [found for found in linked.evidence.placed if ".str1" in found.section]
    first = replace(strings[0], size=sum(found.size for found in strings), address=min(f.address for f in strings))
    rest = [found for found in linked.evidence.placed if found not in strings]
    members = (*linked.reached.live_members(), *linked.generated)
    found = attribute(linked.image, [*rest, first], members, Origins(), linked.content_of, 4096)
    assert strings_of(found) == strings_of(attributed(linked))


def test_headers_notes_and_padding_are_rows_with_names(linked: Linked) -> None:
    rows = {(row.recipe, row.section): row.bytes for row in attributed(linked).rows}
    assert rows[ELF, "ELF header"] == 64
    assert rows[ELF, "program headers"] == 5 * 56
    assert rows["image", ".note.compose"] == 52


def test_memory_without_bytes_has_rows_too(linked: Linked) -> None:
    (row,) = (row for row in attributed(linked).rows if row.section == ".bss.big")
    assert row == Row("lib", "b.o", ".bss.big", 0, 9000)
    assert attributed(linked).memory_bytes == 0x1000 * 5


def test_an_entry_that_no_object_has_is_a_merged_row(linked: Linked) -> None:
    foreign = linked.image.replace(b"own\0", b"two\0")
    members = (*linked.reached.live_members(), *linked.generated)
    found = attribute(foreign, linked.evidence.placed, members, Origins(), linked.content_of, 4096)
    assert [(row.bytes, row.recipe) for row in found.rows if row.recipe == MERGED] == [(4, MERGED)]


def test_bytes_of_an_object_that_nobody_linked_are_refused_and_itemised(linked: Linked) -> None:
    members = [found for found in linked.reached.live_members() if found.owner != "lib"]
    with pytest.raises(ComposerError, match=r"bytes belong to nobody: .*\.text\.b b\.o"):
        attributed(linked, [*members, *linked.generated])


def test_a_few_unattributed_bytes_are_counted(linked: Linked) -> None:
    found = attribute(
        linked.image + b"!!",
        linked.evidence.placed,
        (*linked.reached.live_members(), *linked.generated),
        Origins(),
        linked.content_of,
        4096,
    )
    assert (found.unattributed_bytes, sum(row.bytes for row in found.rows)) == (2, len(linked.image) + 2)
    assert [row.section for row in found.rows if row.recipe == UNKNOWN] == ["after the last segment"]


def test_constants_that_lld_joined_have_their_owners(tmp_path: Path) -> None:
    """lld joins strings and constants of one shape each, and its map names neither owners nor shapes."""
    main = (
        "double f(double); float g(float); int main(int words) "
        '{ console_write("text", 5); return (int)(f(2.5) + f(3.5) + g((float)words)); }'
    )
    other = (
        'double f(double x) { console_write("other", 6); return x * 3.5; } '
        "float g(float x) { return x * 7.5f + 1.25f; }"
    )
    members = [
        member(tmp_path, "boot", "s.o", START),
        member(tmp_path, "app", "a.o", HEADER + main),
        member(tmp_path, "lib", "b.o", HEADER + other),
    ]
    found = attributed(link(tmp_path, members, rules(), linker="ld.lld"))
    merged = [row for row in found.rows if ".cst" in row.section or ".str1" in row.section]
    assert {(row.object, row.section.rpartition(".")[2]): row.bytes for row in merged if row.object} == {
        ("a.o", "cst8"): 16,
        ("b.o", "cst4"): 8,
        ("a.o", "1"): 5,
        ("b.o", "1"): 6,
    }
    assert [row for row in found.rows if row.recipe == MERGED] == []


def test_a_table_of_the_linker_is_not_unknown(tmp_path: Path) -> None:
    source = "extern int there __attribute__((weak)); int main(void) { return &there != 0; }"
    members = [member(tmp_path, "boot", "s.o", START), member(tmp_path, "app", "a.o", source, ["-fPIE"])]
    found = attributed(link(tmp_path, members, rules()))
    assert [row.bytes for row in found.rows if (row.recipe, row.section) == (ELF, ".got")] == [8]
