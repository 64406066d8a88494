"""Compile steps: pure, without one absolute path, with only the headers that a recipe may see."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from composer.load.shipped import shipped_folder
from composer.load.toolchain import find_toolchain, load_toolchains
from composer.model.manifest import App
from composer.model.recipe import Catalog, OptionValue, Recipe
from composer.model.resolution import ReasonKind, Request, Resolution, Want
from composer.model.target import Target
from composer.model.toolchain import LargeFacts, Toolchain
from composer.plan.compile import app_steps, option_defines, public_includes, recipe_steps
from composer.plan.link import link_step
from composer.resolve.resolver import resolve
from tests.support.catalog_folders import BOOT, catalog_of, write_recipe

LINUX = Target("linux", "x86_64")


@pytest.fixture(scope="module")
def toolchain(tmp_path_factory: pytest.TempPathFactory) -> Toolchain:
    memo = tmp_path_factory.mktemp("memo") / "toolchains.json"
    return find_toolchain(load_toolchains(shipped_folder("toolchains")), "x86_64", memo, "size")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    write_recipe(tmp_path, "board", BOOT + "requires: [libc]\nbuild: [{c: [src/b.c]}]\n", ("src/b.c",))
    libc = "provides: [libc]\nrequires: [console]\noptions: {words: {type: int, default: 4, help: h}}\n"
    entries = "build: [{c: [src/*.c], flags: [-O3]}, {c: [arm/*.c], when: {arch: aarch64}}, {c: [more/*.c], when: {option: {words: 5}}}]\n"
    write_recipe(tmp_path, "lib", libc + entries, ("src/p.c", "arm/a.c", "more/m.c", "include/stdio.h"))
    write_recipe(tmp_path, "uart", "provides: [console]\nbuild: [{c: [src/u.c]}]\n", ("src/u.c", "include/console.h"))
    write_recipe(tmp_path, "stranger", "provides: [other]\n", ("include/other.h",))
    return catalog_of(tmp_path)


def resolved(catalog: Catalog, words: int = 4) -> Resolution:
    wants = (Want(ReasonKind.TARGET, "boot"), Want(ReasonKind.REQUESTED, "libc"))
    return resolve(Request(LINUX, wants=wants, options={"lib": {"words": words}}), catalog)


def test_a_recipe_sees_its_own_headers_and_those_of_what_it_requires(catalog: Catalog) -> None:
    answer = resolved(catalog)
    assert public_includes("board", answer, catalog) == ("recipes/lib/include", "recipes/uart/include")
    assert public_includes("uart", answer, catalog) == ()
    assert public_includes("lib", answer, catalog, itself=True) == ("recipes/lib/include", "recipes/uart/include")


def test_only_build_entries_whose_condition_holds_are_compiled(catalog: Catalog, toolchain: Toolchain) -> None:
    def sources(words: int) -> set[str]:
        return {
            step.inputs[0]
            for step in recipe_steps(
                resolved(catalog, words).recipes, resolved(catalog, words), catalog, toolchain, "size"
            )
        }

    always = {"recipes/board/src/b.c", "recipes/lib/src/p.c", "recipes/uart/src/u.c"}
    assert sources(4) == always
    assert sources(5) == always | {"recipes/lib/more/m.c"}


def test_sources_may_depend_on_what_else_the_image_has(tmp_path: Path, toolchain: Toolchain) -> None:
    entries = "build: [{c: [src/with.c], when: {with: p}}, {c: [src/without.c], when: {without: p}}]\n"
    write_recipe(tmp_path, "board", BOOT + entries, ("src/with.c", "src/without.c"))
    write_recipe(tmp_path, "other", "provides: [p]\n")
    catalog = catalog_of(tmp_path)

    def sources(*capabilities: str) -> list[str]:
        wants = tuple(Want(ReasonKind.REQUESTED, capability) for capability in ("boot", *capabilities))
        answer = resolve(Request(LINUX, wants=wants), catalog)
        return [step.inputs[0] for step in recipe_steps(answer.recipes, answer, catalog, toolchain, "size")]

    assert sources() == ["recipes/board/src/without.c"]
    assert sources("p") == ["recipes/board/src/with.c"]


def test_options_reach_only_their_own_recipe(catalog: Catalog, toolchain: Toolchain) -> None:
    steps = recipe_steps(resolved(catalog).recipes, resolved(catalog), catalog, toolchain, "size")
    assert {step.asker for step in steps if "-DOPTION_WORDS=4" in step.argv} == {"lib"}


def test_a_step_names_nothing_by_an_absolute_path(catalog: Catalog, toolchain: Toolchain) -> None:
    app = App(sources=("main.c",), include=("inc",), defines={"B": "2", "A": "1"}, flags=("-Wall",))
    steps = app_steps(app, ("main.c",), "lib", resolved(catalog), catalog, toolchain, "size")
    steps += recipe_steps(resolved(catalog).recipes, resolved(catalog), catalog, toolchain, "size")
    words = [word for step in steps for word in (*step.argv, *step.inputs, *step.outputs)]
    assert [word for word in words if word.startswith("/") or "=/" in word or "-I/" in word] == []
    assert steps[0].argv.index("-DA=1") < steps[0].argv.index("-DB=2") < steps[0].argv.index("-Wall")


def test_the_app_does_not_see_headers_of_recipes_that_its_libc_does_not_require(
    catalog: Catalog, toolchain: Toolchain
) -> None:
    (step,) = app_steps(App(sources=("m.c",)), ("m.c",), "lib", resolved(catalog), catalog, toolchain, "size")
    assert [word for word in step.argv if word.startswith("-I")] == ["-Irecipes/lib/include", "-Irecipes/uart/include"]


def test_options_become_macros() -> None:
    values: dict[str, OptionValue] = {
        "b-c": True,
        "a": 3,
        "d": "x",
        "e": "10.0.0.2",
        "f": "fd00::2",
        "g": "10.0.0.2 ::1",
    }
    kinds = {"b-c": "bool", "a": "int", "d": "choice", "e": "address", "f": "address6", "g": "addresses"}
    options = {
        name: {"type": kind, "default": values[name], "choices": ["x"], "help": "h"} for name, kind in kinds.items()
    }
    words = {"name": "r", "version": "1", "summary": "s", "license": "MIT", "options": options}
    assert option_defines(Recipe.model_validate(words), values) == (
        *("-DOPTION_A=3", "-DOPTION_B_C=1", "-DOPTION_D=x"),
        f"-DOPTION_E={10 << 24 | 2}",
        "-DOPTION_F=0xfd000000,0x0,0x0,0x2",
        "-DOPTION_G={0x0,0x0,0xffff,0xa000002},{0x0,0x0,0x0,0x1},",
    )


def test_the_link_is_given_the_objects_in_their_order(toolchain: Toolchain) -> None:
    step = link_step(toolchain, ("out/b.o", "out/a.o"), 4096, 1 << 16)
    assert step.argv[-2:] == ("out/b.o", "out/a.o")
    assert step.inputs == ("out/a.o", "out/b.o", "text/link.ld")


def test_a_large_image_is_linked_with_the_words_for_one(toolchain: Toolchain) -> None:
    large = dataclasses.replace(toolchain, large=LargeFacts(above=1_000, link_flags=("--far",)))
    words = [link_step(large, ("out/a.o",), 4096, size).argv for size in (1_000, 1_001)]
    assert ["--far" in argv for argv in words] == [False, True]
    assert words[1].index("--far") > max(words[1].index(word) for word in toolchain.link_flags)
