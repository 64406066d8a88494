"""What is different between two images."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.model.difference import KEYS, Altered, Difference, changes, difference, sums
from composer.model.image import Image, ImageRecipe, Row

NAMES = st.sampled_from(("a", "b", "c"))
ROWS = st.lists(st.builds(Row, NAMES, NAMES, NAMES, st.integers(0, 99), st.integers(0, 99))).map(tuple)


def recipe(name: str, *, version: str = "1", alive: bool = True) -> ImageRecipe:
    return ImageRecipe(name, version, "BSD-2-Clause", (), alive, ())


def image(**parts: Any) -> Image:
    """An image of which only `parts` matter."""
    facts: dict[str, Any] = {
        "name": "app", "target": "kvm/x86_64", "profile": "size", "memory": 1 << 24, "entry": 0, "manifest_digest": "",
        "manifest": {"libc": "nolibc", "options": {"heap.limit": 7, "libc.floats": False}, "recipes": {}},
        "toolchain": {"name": "gcc", "version": "12", "identity": "i", "reason": "r"}, "resolution": {},
        "file_bytes": 100, "memory_bytes": 4096, "unattributed_bytes": 0, "rows": (), "sections": (),
        "recipes": (recipe("boot"), recipe("libc"), recipe("heap", alive=False)),
        "objects": {"out/main.o": "m", "out/puts.o": "p"}, "files": {"app.elf": "e"},
    }  # fmt: skip
    return Image(**(facts | parts))


OLD = image()


def test_an_image_does_not_differ_from_itself() -> None:
    assert difference(OLD, OLD).is_nothing
    assert difference(OLD, replace(OLD, toolchain={**OLD.toolchain, "reason": "as asked for"})).is_nothing


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "bytes": ({"file_bytes": 130, "files": {"app.elf": "f"}}, {"growth": 30, "is_same_file": False}),
    "memory": ({"memory_bytes": 0}, {"memory_growth": -4096}),
    "a recipe that has become alive": (
        {"recipes": (recipe("boot"), recipe("libc"), recipe("heap"))},
        {"come": ("heap",), "options": ()},
    ),
    "a recipe that has gone": ({"recipes": (recipe("boot"),)}, {"gone": ("libc",)}),
    "another version": (
        {"recipes": (recipe("boot"), recipe("libc", version="2"))},
        {"versions": (Altered("libc", "1", "2"),)},
    ),
    "an option": (
        {"manifest": {**OLD.manifest, "options": {"heap.limit": 8, "libc.floats": True}}},
        {"options": (Altered("libc.floats", False, True),)},
    ),
    "a key of the manifest": (
        {"manifest": {**OLD.manifest, "libc": "musl"}},
        {"settings": (Altered("libc", "nolibc", "musl"),)},
    ),
    "the compiler": (
        {"toolchain": {**OLD.toolchain, "version": "13"}},
        {"toolchain": (Altered("version", "12", "13"),)},
    ),
    "an object": ({"objects": {"out/main.o": "n", "out/other.o": "o"}}, {"objects": ("out/main.o",)}),
}


@pytest.mark.parametrize(("parts", "told"), CASES.values(), ids=CASES.keys())
def test_each_difference_is_told_and_nothing_else(parts: dict[str, Any], told: dict[str, Any]) -> None:
    found = difference(OLD, image(**parts))
    nothing = Difference(0, 0, (), (), (), (), (), (), (), True)
    assert found == replace(nothing, **told)
    assert not found.is_nothing


@given(ROWS, ROWS, st.sampled_from(tuple(KEYS)))
def test_changes_add_up_to_that_of_the_file(old: tuple[Row, ...], new: tuple[Row, ...], by: str) -> None:
    found = changes(image(rows=old), image(rows=new), by)
    assert sum(change.growth for change in found) == sum(r.bytes for r in new) - sum(r.bytes for r in old)
    assert {change.key for change in found} == sums(old, by).keys() | sums(new, by).keys()
    assert [abs(change.growth) for change in found] == sorted((abs(change.growth) for change in found), reverse=True)
