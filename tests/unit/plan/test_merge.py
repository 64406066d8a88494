"""Steps of link-time optimisation: which sources take part, and what the compiler and the linker are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.load.shipped import shipped_folder
from composer.load.toolchain import find_toolchain, load_toolchains
from composer.model.recipe import Catalog
from composer.model.resolution import ReasonKind, Request, Resolution, Want
from composer.model.target import Target
from composer.model.toolchain import Toolchain
from composer.plan.compile import recipe_steps
from composer.plan.merge import MERGED_OBJECT, again_step, merge_step, mergeable
from composer.resolve.resolver import resolve
from tests.support.catalog_folders import BOOT, catalog_of, write_recipe


def resolved(catalog: Catalog) -> Resolution:
    wants = (Want(ReasonKind.TARGET, "boot"), Want(ReasonKind.REQUESTED, "libc"))
    return resolve(Request(Target("linux", "x86_64"), wants=wants), catalog)


def toolchain_of(kind: str, memo: Path) -> Toolchain:
    known = load_toolchains(shipped_folder("toolchains"))
    return find_toolchain({kind: known[kind]}, "x86_64", memo, "speed")


@pytest.fixture
def gcc(tmp_path: Path) -> Toolchain:
    return toolchain_of("gcc", tmp_path / "memo.json")


def test_assembly_and_what_a_recipe_keeps_out_are_not_merged(tmp_path: Path, gcc: Toolchain) -> None:
    write_recipe(tmp_path, "board", BOOT + "requires: [libc]\nbuild: [{asm: [src/b.S]}]\n", ("src/b.S",))
    lines = "provides: [libc]\nbuild: [{c: [src/a.c], lto: false}, {c: [src/b.c]}, {c: [src/c.c], lto: false, when: {arch: z80}}, {c: [src/c.c]}]\n"
    write_recipe(tmp_path, "lib", lines, ("src/a.c", "src/b.c", "src/c.c"))
    catalog = catalog_of(tmp_path)
    resolution = resolved(catalog)
    steps = recipe_steps(resolution.recipes, resolution, catalog, gcc, "speed")
    assert [step.inputs[0] for step in steps] == [f"recipes/lib/src/{name}.c" for name in "abc"] + [
        "recipes/board/src/b.S"
    ]
    assert [step.inputs[0] for step in mergeable(steps, resolution, catalog)] == [
        "recipes/lib/src/b.c",
        "recipes/lib/src/c.c",
    ]


def test_a_second_compile_differs_by_its_flags_and_its_outputs_alone(tmp_path: Path, gcc: Toolchain) -> None:
    write_recipe(tmp_path, "board", BOOT + "requires: [libc]\nbuild: [{c: [src/b.c]}]\n", ("src/b.c",))
    write_recipe(tmp_path, "lib", "provides: [libc]\n", ("include/l.h",))
    catalog = catalog_of(tmp_path)
    (step,) = recipe_steps(resolved(catalog).recipes, resolved(catalog), catalog, gcc, "speed")
    again = again_step(step, gcc.lto)
    assert again.outputs == ("out/(lto)/board/src/b.c.o",)
    assert again.depfile == "out/(lto)/board/src/b.c.d"
    assert again.label != step.label
    own = {word.format(output=again.outputs[0]) for word in gcc.lto.compile}
    rest = [word for word in again.argv if word not in own]
    assert rest == [word.replace("out/board", "out/(lto)/board") for word in step.argv]


def test_names_that_others_use_are_told(gcc: Toolchain, tmp_path: Path) -> None:
    objects = {"out/(lto)/b.o": True, "out/(lto)/a.o": False}
    step = merge_step(gcc, "speed", objects, ["main", "exit"], ["in_assembly"])
    assert " -u main -u exit -o out/merged.elf out/(lto)/b.o out/(lto)/a.o" in " ".join(step.argv)
    assert step.outputs == (MERGED_OBJECT, "out/(lto)/b.o.debug.temp.o")
    assert step.inputs == ("out/(lto)/a.o", "out/(lto)/b.o")
    assert "-pipe" in gcc.flags
    assert "-pipe" not in step.argv
    assert step.program == gcc.compiler[0]
    clang = toolchain_of("clang", tmp_path / "other.json")
    step = merge_step(clang, "speed", objects, ["main"], ["in_assembly"])
    assert (step.program, step.outputs) == (clang.linker[0], (MERGED_OBJECT,))
    assert f"--lto-obj-path={MERGED_OBJECT}" in step.argv
