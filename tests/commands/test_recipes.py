"""`compose recipes`: list, search, show; what it tells is what the catalog says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from composer.load.catalog import Catalogs
from composer.load.shipped import shipped_folder
from composer.model.recipe import Catalog
from tests.support.composed import KVM, LINUX, TARGETS, XEN_ARM, Done, Workshop

OWN = """\
name: mine
version: "1"
summary: A clock of one's own
license: MIT
provides: [my.clock]
requires: [clock, {capability: entropy, when: {arch: aarch64, option: {fine: true}}}]
recommends: [net.device]
supports: [{platform: linux, grade: builds}, {platform: kvm, arch: aarch64, grade: untested}]
options:
  fine: {type: bool, default: false, help: Count in nanoseconds}
  drift: {type: int, default: 3, range: [0, 9], help: Seconds a day}
  sort: {type: choice, default: sun, choices: [sun, sand], help: What is looked at}
build:
  - {c: [src/a.c]}
  - {c: [src/b.c], when: {with: threads}}
exports: [my_time]
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalogs(shipped_folder("recipes")).having()


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """A folder with one recipe, which beside the shipped ones shows every kind of relation."""
    folder = tmp_path / "more/mine"
    (folder / "src").mkdir(parents=True)
    (folder / "recipe.yaml").write_text(OWN)
    for name in ("a.c", "b.c"):
        (folder / "src" / name).touch()
    return str(folder.parent)


def rows_of(done: Done) -> list[dict[str, Any]]:
    """What `--json` told, where that is a list."""
    rows: list[dict[str, Any]] = json.loads(done.output)
    return rows


def test_the_list_has_every_recipe_once_with_what_it_weighs(workshop: Workshop, catalog: Catalog) -> None:
    rows = rows_of(workshop.call("recipes", "--json"))
    weights = {name: dict(entry.weights) for name, entry in catalog.recipes.items()}
    assert {row["name"]: row["estimated_bytes"] for row in rows} == weights
    lines = workshop.call("recipes", "list").output.decode().splitlines()
    assert {line.split()[0] for line in lines[1:]} == catalog.recipes.keys()
    assert len(lines) == 1 + len(catalog.recipes)
    assert all(line == line.rstrip() for line in lines)


def test_the_list_for_one_target_has_only_what_it_can_have(workshop: Workshop, catalog: Catalog) -> None:
    done = workshop.call("recipes", "--target", XEN_ARM)
    lines = {line.split()[0]: line for line in done.output.decode().splitlines()[1:]}
    assert "serial-pl011" in lines, done.told
    assert "serial-16550" not in lines
    assert f" ~{catalog.recipes['heap-free'].weights[XEN_ARM]:,} " in lines["heap-free"]
    assert "-~" not in done.output.decode()  # one target has one weight


@pytest.mark.parametrize(
    ("words", "name", "hit"),
    [
        (("16550",), "serial-16550", "name"),
        (("NET.stack",), "lwip", "provides net.stack"),
        (("tcp_wind",), "lwip", "option tcp_window"),
        (("never frees",), "heap-bump", "summary"),
        (("strtoull",), "nolibc", "exports strtoull"),
        (("posix_spawn",), "musl", "exports posix_spawn"),  # which only the index of its library knows
        (("heap", "malloc"), "heap-free", "name, exports malloc"),
    ],
)
def test_a_search_finds_what_one_remembers(workshop: Workshop, words: tuple[str, ...], name: str, hit: str) -> None:
    found = {row["name"]: row["found"] for row in rows_of(workshop.call("recipes", "search", "--json", *words))}
    assert ", ".join(found[name]) == hit
    table = workshop.call("recipes", "search", *words).output.decode()
    assert any(line.startswith(name) and hit in line for line in table.splitlines())


def test_all_words_of_a_search_must_be_found(workshop: Workshop) -> None:
    done = workshop.call("recipes", "search", "lwip", "16550")
    assert (done.status, done.output) == (2, b"")


def test_one_recipe_is_shown_whole(workshop: Workshop, mine: str) -> None:
    text = workshop.call("recipes", "show", "mine", "--recipes", mine).output.decode()
    assert (
        text
        == f"""\
mine v1: A clock of one's own
file        {mine}/mine/recipe.yaml
from        more
licence     MIT
targets     kvm/aarch64: untested, ? bytes
            linux/x86_64: builds, ? bytes
            linux/aarch64: builds, ? bytes
provides    my.clock
requires    clock: clock-aarch64, clock-kvm-x86_64, clock-linux
            entropy (on */aarch64, if fine is true): entropy-aarch64, entropy-linux, entropy-x86_64
recommends  net.device: net-linux, virtio-net
options     mine.fine: true or false, default false. Count in nanoseconds
            mine.drift: 0 to 9, default 3. Seconds a day
            mine.sort: one of sun, sand, default sun. What is looked at
exports     my_time
used by     no recipe; a manifest or a program's symbols may ask for it
"""
    )


def test_who_uses_a_recipe_is_told_with_the_reason(workshop: Workshop, mine: str) -> None:
    def used(name: str) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = workshop.call("recipes", "show", name, "--json", "--recipes", mine).verdict[
            "used_by"
        ]
        return [row for row in rows if row["recipe"] == "mine"]

    assert used("clock-linux") == [{"recipe": "mine", "kind": "requires", "capability": "clock", "when": ""}]
    when = "on */aarch64, if fine is true"
    assert used("entropy-linux") == [{"recipe": "mine", "kind": "requires", "capability": "entropy", "when": when}]
    assert used("virtio-net") == [{"recipe": "mine", "kind": "recommends", "capability": "net.device", "when": ""}]
    assert used("threads") == [{"recipe": "mine", "kind": "with", "capability": "threads", "when": ""}]
    text = workshop.call("recipes", "show", "serial-16550", "--recipes", mine).output.decode()
    assert re.search(r"nolibc,.* and \d+ more: require console\n", text)
    assert "console (so do linux-console, serial-pl011)" in text


def test_options_and_sources_are_what_the_recipe_says(workshop: Workshop, catalog: Catalog) -> None:
    recipe = catalog.recipes["lwip"].recipe
    shown = workshop.call("recipes", "show", "lwip", "--json").verdict
    options = {row["option"]: row for row in shown["options"]}
    assert list(options) == [f"lwip.{name}" for name in recipe.options]
    assert options["lwip.tcp_window"]["range"] == list(recipe.options["tcp_window"].range or ())
    assert shown["sources"][0]["archives"][0]["sha256"] == recipe.sources[0].archives[0].sha256
    assert {*shown["targets"]} == {*TARGETS} - {XEN_ARM}
    assert shown["estimated_bytes"][KVM] == catalog.recipes["lwip"].weights[KVM]
    assert shown["grades"][LINUX] == "tested"
