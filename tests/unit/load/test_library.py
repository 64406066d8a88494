"""Index files of libraries, and which sources a library has for an architecture."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.load.library import Indexes, chosen_sources, index_text, read_index
from composer.model.library import Library, Unit

UNITS = (
    Unit("src/a.c", frozenset({"a", "b"}), frozenset({"b"}), frozenset({"c"}), 12),
    Unit("upstream/x/empty.c", frozenset(), frozenset(), frozenset()),
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "x86_64.txt"
    file.write_text(index_text(UNITS, "a test"))
    assert file.read_text().splitlines()[1:] == ["src/a.c 12: a ?b | c", "upstream/x/empty.c 0:  |"]
    assert read_index(file).units == UNITS
    assert read_index(file).symbols == {"a", "b"}
    assert read_index(file).bytes_of(["src/a.c", "upstream/x/empty.c", "other.c"]) == 12


@pytest.mark.parametrize(
    "text", ["src/a.c 1: a b\n", "src/a.c 1 a | b\n", "src/a.c: a | b\n", "src/a.c -1: a | b\n", "\x00"]
)
def test_a_line_that_is_none_is_told_with_its_number(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x86_64.txt"
    file.write_text("# head\n" + text)
    with pytest.raises(ComposerError) as caught:
        read_index(file)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.RECIPE_BROKEN
    assert diagnostic.at is not None
    assert diagnostic.at.line == 2


def test_a_file_that_is_gone_is_told_when_it_is_asked_for(tmp_path: Path) -> None:
    indexes = Indexes({"x86_64": tmp_path / "x86_64.txt"})
    assert list(indexes) == ["x86_64"]
    with pytest.raises(ComposerError):
        indexes["x86_64"]


def test_a_source_for_the_architecture_takes_the_place_of_the_one_above(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in ("s/a.c", "s/b.c", "s/x86_64/a.s", "s/aarch64/b.S", "s/skip.c", "s/x86_64/skip.s"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/own.c").write_text("")
    library = Library(
        sources=("src/*.c", "upstream/x/s/*.c", "upstream/x/s/{arch}/*"),
        exclude=("upstream/x/s/{arch}/skip.s",),
    )
    trees = {"x": tree}
    up = "upstream/x/s"
    assert chosen_sources(library, tmp_path, trees, "x86_64") == (
        "src/own.c", f"{up}/b.c", f"{up}/skip.c", f"{up}/x86_64/a.s",
    )  # fmt: skip
    assert chosen_sources(library, tmp_path, trees, "aarch64") == (
        "src/own.c", f"{up}/a.c", f"{up}/aarch64/b.S", f"{up}/skip.c",
    )  # fmt: skip
