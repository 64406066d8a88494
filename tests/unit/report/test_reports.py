"""What commands print: trees, tables, chains; readable without colour and in a pipe."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence

import pytest

from composer.errors import Location
from composer.model.image import Image, ImageRecipe, Kept, Row, image_from_json
from composer.model.resolution import Reason, ReasonKind, Resolution
from composer.model.target import Target
from composer.report.graph import Composition, as_dot, as_json, as_lines, as_mermaid
from composer.report.lines import Line, show_lines, table_lines
from composer.report.size import as_difference, as_table
from composer.report.size import as_json as size_as_json
from composer.report.terminal import UNICODE
from composer.report.text import remarks_on
from composer.report.why import why_recipe, why_symbol
from composer.resolve.graph import reason_graph

AT = Location("unikernel.yaml", 3, 9)


def recipe(name: str, *reasons: Reason, alive: bool = True) -> ImageRecipe:
    return ImageRecipe(name, "1", "BSD-2-Clause", reasons, alive, ())


RECIPES = (
    recipe("uart", Reason(ReasonKind.REQUIRES, "libc", "console", AT), Reason(ReasonKind.REQUIRES, "boot", "console")),
    recipe("libc", Reason(ReasonKind.REQUESTED, "", "libc", AT), Reason(ReasonKind.SYMBOL, "", "puts", Location("main.c", 4))),
    recipe("heap", Reason(ReasonKind.REQUIRES, "libc", "heap.alloc"), alive=False),
    recipe("boot", Reason(ReasonKind.TARGET, "", "boot", AT), Reason(ReasonKind.REQUIRES, "libc", "boot")),
)  # fmt: skip


def composition(recipes: tuple[ImageRecipe, ...], built: bool = False, remarks: tuple[str, ...] = ()) -> Composition:
    reasons = {recipe.name: recipe.reasons for recipe in recipes}
    counts = {"uart": 10, "libc": 1200, "heap": 0, "boot": 300} if built else None
    others = {"(elf)": 64} if built else {}
    return Composition("app", "kvm/x86_64", recipes, reason_graph(reasons), counts, others, remarks)


BUILT = composition(RECIPES, built=True)
PLANNED = composition(RECIPES)


def text_of(lines: Iterable[Line]) -> str:
    stream = io.StringIO()
    show_lines(lines, stream)
    return stream.getvalue()


def tree_text(what: Composition, invert: str | None = None, depth: int | None = None) -> str:
    return text_of(as_lines(what, UNICODE, None, invert, depth))


def table_text(rows: Sequence[Sequence[str]]) -> str:
    return text_of(table_lines(rows, 1, None, UNICODE))


def image(rows: tuple[Row, ...]) -> Image:
    sections = (
        Kept("boot", "out/boot.o", ".text", ("entry",), "root", "entry", -1, 0),
        Kept("app", "out/main.o", ".text.main", ("main",), "symbol", "main", 0, 5),
        Kept("libc", "out/puts.o", ".text.puts", ("puts",), "symbol", "puts", 1, 7),
    )
    return Image(
        name="app", target="kvm/x86_64", profile="size", memory=1 << 24, entry=0x100000, manifest={"lto": False}, manifest_digest="d",
        toolchain={}, resolution={}, file_bytes=sum(row.bytes for row in rows), memory_bytes=8192, unattributed_bytes=0,
        rows=rows, recipes=RECIPES, sections=sections, objects={}, files={},
    )  # fmt: skip


ROWS = (
    Row("libc", "a.o", ".text", 1200, 1200),
    Row("libc", "b.o", ".bss", 0, 64),
    Row("boot", "c.o", ".text", 300, 300),
)


def test_the_tree_shows_reasons_and_bytes_and_each_branch_once() -> None:
    assert tree_text(BUILT).splitlines() == [
        "app for kvm/x86_64, 1,574 bytes",
        "bytes   share",
        "  300   19.1 %  ├── boot v1: the target kvm/x86_64 needs boot (unikernel.yaml:3:9)",
        "   10    0.6 %  │   └── uart v1: boot requires console",
        "1,200   76.2 %  ├── libc v1: the manifest asks for libc (unikernel.yaml:3:9)",
        "                │   ├── boot v1: libc requires boot (*)",
        "    0    0.0 %  │   ├── heap v1, left out: libc requires heap.alloc",
        "                │   └── uart v1: libc requires console (unikernel.yaml:3:9) (*)",
        "   64    4.1 %  └── (elf)",
    ]


def test_without_an_image_bytes_are_unknown() -> None:
    lines = tree_text(PLANNED).splitlines()
    assert lines[:2] == [
        "app for kvm/x86_64, ? bytes",
        "├── boot v1: the target kvm/x86_64 needs boot (unikernel.yaml:3:9)",
    ]
    assert "left out" not in "".join(lines)


def test_the_tree_stops_at_the_depth_asked_for() -> None:
    assert [line for line in tree_text(BUILT, depth=1).splitlines() if "│" in line] == []


def test_the_inverted_tree_shows_who_wants_a_recipe() -> None:
    lines = tree_text(BUILT, "uart").splitlines()
    assert lines[0] == "uart v1, 10 bytes"
    assert lines[2] == "  300   19.1 %  ├── boot v1: boot requires console"
    assert lines[3].endswith("│   ├── app: the target kvm/x86_64 needs boot (unikernel.yaml:3:9)")
    assert "1,200   76.2 %  └── libc v1: libc requires console (unikernel.yaml:3:9)" in lines


def test_long_lines_are_not_broken_in_a_pipe() -> None:
    long = recipe("x" * 64, Reason(ReasonKind.TARGET, "", "boot", Location("f" * 200, 1, 1)))
    assert len(tree_text(composition((long,))).splitlines()) == 2


def test_graphs_for_programs_name_every_edge() -> None:
    value = json.loads(as_json(BUILT))
    assert {"by": "libc", "recipe": "uart", "kind": "requires", "what": "console", "at": str(AT)} in value["edges"]
    assert {node["recipe"]: node["alive"] for node in value["nodes"]}["heap"] is False
    assert '"libc" -> "uart" [label="console"];' in as_dot(BUILT)
    assert 'n2 -->|"console"| n1' in as_mermaid(BUILT)


def test_sizes_add_up_to_the_file() -> None:
    lines = table_text(as_table(image(ROWS), "recipe")).splitlines()
    assert [line.split()[0] for line in lines] == ["recipe", "libc", "boot", "total"]
    assert lines[1].split() == ["libc", "1,200", "80.0", "%", "1,264"]
    assert lines[-1].split()[:2] == ["total", "1,500"]


def test_a_difference_leaves_out_what_did_not_change() -> None:
    new = image((Row("libc", "a.o", ".text", 1300, 1300), ROWS[2], Row("heap", "h.o", ".text", 50, 50)))
    lines = [line.split() for line in table_text(as_difference(image(ROWS), new, "recipe")).splitlines()]
    assert lines[1:] == [
        ["libc", "1,200", "1,300", "+100"],
        ["heap", "0", "50", "+50"],
        ["total", "1,500", "1,650", "+150"],
    ]
    rows = json.loads(size_as_json(new, "recipe", image(ROWS)))["rows"]
    assert {"recipe": "heap", "bytes": 50, "memory_bytes": 50, "old_bytes": 0} in rows


def test_every_chain_of_reasons_ends_in_the_manifest() -> None:
    link = why_recipe("uart", {r.name: r for r in RECIPES}, image(ROWS), "kvm/x86_64")
    assert list(link.lines()) == [
        "the recipe uart is in the image for kvm/x86_64 (0 bytes)",
        "  because libc requires console (unikernel.yaml:3:9)",
        "    because the manifest asks for libc (unikernel.yaml:3:9)",
        "    because the app calls puts (main.c:4)",
        "  because boot requires console",
        "    because the target kvm/x86_64 needs boot (unikernel.yaml:3:9)",
        "    because libc requires boot (told above)",
    ]


def test_the_chain_of_a_symbol_ends_where_the_image_begins() -> None:
    link = why_symbol("puts", image(ROWS), lambda kept, offset: Location(kept.object, offset))
    assert list(link.lines()) == [
        "puts is in the image for kvm/x86_64 (in .text.puts of out/puts.o, recipe libc)",
        "  because main of app uses puts (out/main.o:7)",
        "    because entry of boot uses main (out/boot.o:5)",
        "      because entry is where the image begins",
    ]


def test_an_image_is_read_back_as_it_was_written() -> None:
    whole = image(ROWS)
    assert image_from_json(whole.as_json()) == whole


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 0}', '{"schema": 1}', "\xff"])
def test_a_damaged_image_description_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        image_from_json(text)


def test_what_the_resolver_could_not_give_is_said() -> None:
    refused = (Reason(ReasonKind.RECOMMENDS, "libc", "net.dhcp"),)
    resolution = Resolution(Target("kvm", "x86_64"), (), {}, {}, {}, refused, 0, False)
    remarks = remarks_on(resolution)
    assert remarks == (
        "libc recommends net.dhcp, which is refused",
        "the resolver reached its bound; a lighter set of recipes may exist",
    )
    noted = composition(RECIPES, remarks=remarks)
    assert tree_text(noted).splitlines()[-1] == f"note: {remarks[1]}"
