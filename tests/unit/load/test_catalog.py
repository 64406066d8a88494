"""The catalog: recipes found, and each kind of broken one refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.load.catalog import Catalogs
from tests.support.catalog_folders import HEAD, catalog_of, write_recipe


def refusal(root: Path) -> list[tuple[Code, str, int]]:
    with pytest.raises(ComposerError) as caught:
        catalog_of(root)
    return [(d.code, Path(d.at.file).parent.name, d.at.line) for d in caught.value.diagnostics if d.at]


def test_a_recipe_is_read_with_its_sources_in_order(tmp_path: Path) -> None:
    write_recipe(tmp_path, "one", "build: [{c: [src/*.c], asm: [src/a.S]}]\n", ("src/b.c", "src/a.c", "src/a.S"))
    entry = catalog_of(tmp_path).recipes["one"]
    assert entry.sources == (("src/a.S", "src/a.c", "src/b.c"),)
    assert entry.folder == "recipes/one"
    assert entry.folders == {"src"}


def test_what_only_fails_is_exported_too(tmp_path: Path) -> None:
    text = "exports: [f]\nabsent: [{symbols: [g, h], reason: it cannot be}, {symbols: [i], reason: nor can this}]\n"
    write_recipe(tmp_path, "one", text)
    recipe = catalog_of(tmp_path).recipes["one"].recipe
    assert recipe.exports == {"f", "g", "h", "i"}
    assert [(calls.symbols, calls.reason) for calls in recipe.absent][1] == (("i",), "nor can this")


def test_a_folder_inside_a_recipe_is_no_recipe(tmp_path: Path) -> None:
    write_recipe(tmp_path, "one")
    write_recipe(tmp_path / "one", "tests")
    assert set(catalog_of(tmp_path).recipes) == {"one"}


def test_a_name_may_have_its_theme_before_it(tmp_path: Path) -> None:
    (tmp_path / "boot" / "board").mkdir(parents=True)
    (tmp_path / "boot" / "board" / "recipe.yaml").write_text(f"name: boot-board\n{HEAD}")
    assert set(catalog_of(tmp_path).recipes) == {"boot-board"}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("provide: [x]\n", Code.UNKNOWN_KEY, 5),
        ("provides: [x]\nrequires: [x]\n", Code.RECIPE_SELF_DEPENDENCY, 6),
        ("requires: [absent]\n", Code.RECIPE_NO_PROVIDER, 5),
        ("conflicts: [absent]\n", Code.RECIPE_BROKEN, 5),
        ("build: [{c: [src/absent.c]}]\n", Code.RECIPE_SOURCE_MISSING, 5),
        ("build: [{c: [../one/recipe.yaml]}]\n", Code.RECIPE_SOURCE_MISSING, 5),
        ("provides: [boot]\n", Code.RECIPE_BROKEN, 1),
        ("image: {entry: e, loader: pvh, base: 0}\n", Code.RECIPE_BROKEN, 5),
        ("options: {a: {type: int, default: x, help: h}}\n", Code.WRONG_VALUE, 5),
        ("options: {a: {type: int, default: 9, range: [0, 5], help: h}}\n", Code.WRONG_VALUE, 5),
        ("recommends: [{capability: c, when: {option: {a: 1}}}]\n", Code.RECIPE_BROKEN, 5),
        ("requires: [{capability: boot, when: {with: boot}}]\n", Code.RECIPE_BROKEN, 5),
        ("recommends: [{capability: boot, when: {without: boot}}]\n", Code.RECIPE_BROKEN, 5),
        ("init: [{call: f, level: late}]\n", Code.WRONG_VALUE, 5),
        ("init: [{call: f, level: app, when: {with: absent}}]\n", Code.RECIPE_NO_PROVIDER, 5),
        ("init: [{call: f, level: app, when: {option: {a: 1}}}]\n", Code.RECIPE_BROKEN, 5),
        ("init: [{call: f, level: app, when: {withh: absent}}]\n", Code.UNKNOWN_KEY, 5),
        ("exports: ['not a symbol']\n", Code.WRONG_VALUE, 5),
        ("absent: [{symbols: [f]}]\n", Code.MISSING_KEY, 5),
        ("absent: [{symbols: f, reason: r}]\n", Code.WRONG_VALUE, 5),
        ("absent: no\n", Code.WRONG_VALUE, 5),
    ],
)
def test_a_broken_recipe_is_refused_at_its_line(tmp_path: Path, text: str, code: Code, line: int) -> None:
    write_recipe(tmp_path, "one", text)
    assert refusal(tmp_path) == [(code, "one", line)]


def test_a_version_that_yaml_would_spoil_is_refused(tmp_path: Path) -> None:
    file = write_recipe(tmp_path, "one")
    file.write_text(file.read_text().replace('"1"', "1.20"))
    assert refusal(tmp_path) == [(Code.WRONG_VALUE, "one", 2)]


def test_a_recipe_under_another_name_than_its_folder_is_refused(tmp_path: Path) -> None:
    write_recipe(tmp_path, "one").rename(tmp_path / "one" / "x")
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "x").rename(tmp_path / "two" / "recipe.yaml")
    assert refusal(tmp_path) == [(Code.RECIPE_BROKEN, "two", 1)]


def test_two_recipes_of_one_name_are_refused(tmp_path: Path) -> None:
    write_recipe(tmp_path / "a", "one")
    write_recipe(tmp_path / "b", "one")
    assert refusal(tmp_path) == [(Code.RECIPE_DUPLICATE, "one", 1)]


def test_a_loop_that_no_choice_avoids_is_printed_once(tmp_path: Path) -> None:
    write_recipe(tmp_path, "a", "provides: [pa]\nrequires: [pb]\n")
    write_recipe(tmp_path, "b", "provides: [pb]\nrequires: [pc]\n")
    write_recipe(tmp_path, "c", "provides: [pc]\nrequires: [pa]\n")
    with pytest.raises(ComposerError) as caught:
        catalog_of(tmp_path)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.RECIPE_CYCLE
    assert "a -> b -> c -> a" in diagnostic.message


def test_a_loop_that_another_provider_avoids_is_legal(tmp_path: Path) -> None:
    write_recipe(tmp_path, "a", "provides: [pa]\nrequires: [pb]\n")
    write_recipe(tmp_path, "b", "provides: [pb]\nrequires: [pa]\n")
    write_recipe(tmp_path, "other", "provides: [pb]\n")
    assert len(catalog_of(tmp_path).recipes) == 3


def test_sources_with_a_capability_wait_for_its_provider_like_one_that_requires_it(tmp_path: Path) -> None:
    file = write_recipe(tmp_path, "a", "provides: [pa]\nbuild: [{c: [src/a.c], when: {with: pb}}]\n", ("src/a.c",))
    other = write_recipe(tmp_path, "b", "provides: [pb]\n")
    assert len(catalog_of(tmp_path).recipes) == 2
    other.write_text(other.read_text() + "requires: [pa]\n")
    assert refusal(tmp_path) == [(Code.RECIPE_CYCLE, "a", 6)]
    file.write_text(file.read_text().replace("with:", "without:"))
    assert len(catalog_of(tmp_path).recipes) == 2


def test_the_mistakes_of_all_recipes_are_told_at_once(tmp_path: Path) -> None:
    write_recipe(tmp_path, "one", "provide: [x]\n")
    write_recipe(tmp_path, "two", "require: [x]\n")
    assert refusal(tmp_path) == [(Code.UNKNOWN_KEY, "one", 5), (Code.UNKNOWN_KEY, "two", 5)]


def test_weights_come_from_the_committed_table(tmp_path: Path) -> None:
    write_recipe(tmp_path, "one")
    (tmp_path / "weights.yaml").write_text("one: {kvm/x86_64: 12}\n")
    assert catalog_of(tmp_path).recipes["one"].weights == {"kvm/x86_64": 12}
    more = "one.fast=true: {kvm/x86_64: -5}\none.fast=false: {kvm/x86_64: 1}\n"
    (tmp_path / "weights.yaml").write_text(f"one: {{kvm/x86_64: 12}}\n{more}")
    one = catalog_of(tmp_path).recipes["one"]
    assert [one.weight_with(options, "kvm/x86_64") for options in ({}, {"fast": True, "slow": True})] == [12, 7]
    assert one.weight_with({}, "linux/x86_64") is None
    (tmp_path / "weights.yaml").write_text("one: {kvm/x86_64: -1}\n")
    with pytest.raises(ComposerError) as caught:
        catalog_of(tmp_path)
    assert caught.value.diagnostics[0].code is Code.RECIPE_BROKEN


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ComposerError) as caught:
        Catalogs(tmp_path / "absent").having()
    assert caught.value.diagnostics[0].code is Code.FILE_MISSING
