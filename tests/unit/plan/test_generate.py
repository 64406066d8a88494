"""Steps that make sources: pure, without an absolute path in their keys, and seen by what includes their outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.execute.keys import facts
from composer.load.tools import find_tool
from composer.model.recipe import Catalog
from composer.model.resolution import ReasonKind, Request, Resolution, Want
from composer.model.source import logical, root_of, upstream_id, whole_tree
from composer.model.target import Target
from composer.model.toolchain import HostTool
from composer.plan.compile import generated_files, public_includes
from composer.plan.generate import generate_steps
from composer.resolve.resolver import resolve
from tests.support.catalog_folders import BOOT, catalog_of, write_recipe

TOOLS = {name: HostTool(f"/somewhere/{name}", name * 8) for name in ("sh", "sed")}
GENERATE = (
    "generate:\n"
    "  - {argv: [sh, -c, make], tools: [sed], inputs: [src/in.txt], folder: below, outputs: [a.c, inc/a.h]}\n"
    "  - {argv: [sh, -c, again], inputs: [generated/inc/a.h], outputs: [b.h]}\n"
    "  - {argv: [sh, -c, other], inputs: [src/in.txt], outputs: [c.h], when: {arch: aarch64}}\n"
)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    write_recipe(tmp_path, "board", BOOT + "requires: [libc]\nbuild: [{c: [src/b.c]}]\n", ("src/b.c",))
    lib = "provides: [libc]\npublic: [generated/inc]\n" + GENERATE + "build: [{c: [generated/a.c]}]\n"
    write_recipe(tmp_path, "lib", lib, ("src/in.txt",))
    return catalog_of(tmp_path)


def resolved(catalog: Catalog, arch: str = "x86_64") -> Resolution:
    wants = (Want(ReasonKind.TARGET, "boot"), Want(ReasonKind.REQUESTED, "libc"))
    return resolve(Request(Target("linux", arch), wants=wants), catalog)


def test_steps_find_inputs_and_leave_outputs_where_the_recipe_says(catalog: Catalog) -> None:
    first, second = generate_steps(resolved(catalog), catalog, TOOLS, {"lib"})
    assert (first.label, first.asker, first.program) == ("generate lib/a.c", "lib", "/somewhere/sh")
    assert first.inputs == ("recipes/lib/src/in.txt",)
    assert first.outputs == ("out/lib/generated/a.c", "out/lib/generated/inc/a.h")
    assert first.foreign is not None
    assert first.foreign.copies == (("recipes/lib/src/in.txt", "src/in.txt"),)
    assert first.foreign.made == tuple(zip(first.outputs, ("below/a.c", "below/inc/a.h"), strict=True))
    assert second.foreign is not None
    assert second.foreign.copies == (("out/lib/generated/inc/a.h", "generated/inc/a.h"),)


def test_only_recipes_that_are_asked_for_and_entries_that_apply(catalog: Catalog) -> None:
    assert generate_steps(resolved(catalog), catalog, TOOLS, {"board"}) == ()
    assert "out/lib/generated/c.h" not in generated_files(resolved(catalog), catalog)


def test_where_the_tools_are_is_not_in_the_key_but_what_they_are(catalog: Catalog) -> None:
    def told(tools: dict[str, HostTool]) -> list[tuple[str, str]]:
        step, _ = generate_steps(resolved(catalog), catalog, tools, {"lib"})
        return list(facts(step, lambda path: "0"))

    moved = {name: HostTool(f"/else/{name}", tool.digest) for name, tool in TOOLS.items()}
    other = {**TOOLS, "sed": HostTool("/somewhere/sed", "new")}
    assert told(moved) == told(TOOLS) != told(other)


def test_folders_of_what_is_generated_can_be_public(catalog: Catalog) -> None:
    assert public_includes("board", resolved(catalog), catalog) == ("out/lib/generated/inc",)


def test_words_of_upstream_trees() -> None:
    assert upstream_id("upstream/musl/src/a.c") == "musl"
    assert upstream_id("upstream") is None
    assert upstream_id("src/upstream/musl/a.c") is None
    assert logical("recipes/lib", "upstream/musl/src/a.c") == f"{root_of('musl')}/src/a.c"
    assert logical("recipes/lib", "src/a.c") == "recipes/lib/src/a.c"
    assert whole_tree("upstream/musl/**") == "upstream/musl"
    assert whole_tree("upstream/musl/src/**") is None


def test_a_tool_is_known_by_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_tool("maker") is None
    (tmp_path / "maker").write_text("#!/bin/sh\n")
    (tmp_path / "maker").chmod(0o755)
    found = find_tool("maker")
    assert found is not None
    assert found.path == str(tmp_path / "maker")
    (tmp_path / "maker").write_text("#!/bin/sh\n# another\n")
    assert find_tool("maker") != found
