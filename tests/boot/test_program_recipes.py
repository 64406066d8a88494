"""A program that is a recipe: its code decides about the C library as an app's own sources do, and is told by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.catalog_folders import write_recipe
from tests.support.composed import LINUX, ROOT, Workshop

MANIFEST = "name: mine\napp: {recipe: greet}\ntarget: linux/x86_64\n"
MAIN = "#include <greeting.h>\n#include <stdio.h>\n\nint main(void)\n{\n\treturn puts(greeting()) < 0;\n}\n"
GREETING = "#include <greeting.h>\n#include <string.h>\n\nstatic char text[6];\n\nconst char *greeting(void)\n{\n\treturn strcpy(text, WORD);\n}\n"


@pytest.fixture
def mine(tmp_path: Path) -> Workshop:
    """A folder with a manifest, and a program and a library as recipes."""
    recipes = tmp_path / "recipes"
    write_recipe(recipes, "greet", "provides: [app]\nrequires: [libc, greeting]\nbuild: [{c: [src/*.c]}]\n")
    library = "provides: [greeting]\nrequires: [libc]\nbuild: [{c: [src/*.c], defines: {WORD: '\"hello\"'}}]\n"
    write_recipe(recipes, "greeting", library + "exports: [greeting]\n")
    for name, text in (("greet/src/main.c", MAIN), ("greeting/src/greeting.c", GREETING)):
        (recipes / name).parent.mkdir()
        (recipes / name).write_text(text)
    (recipes / "greeting/include").mkdir()
    (recipes / "greeting/include/greeting.h").write_text("const char *greeting(void);\n")
    (tmp_path / "unikernel.yaml").write_text(MANIFEST)
    return Workshop(ROOT, tmp_path / "store", tmp_path / "out")


def words(mine: Workshop) -> tuple[str, ...]:
    folder = mine.out.parent
    return (str(folder), "--recipes", str(folder / "recipes"), "--out", str(mine.out))


def test_it_is_built_and_runs_and_its_bytes_are_the_recipe_s(mine: Workshop) -> None:
    done = mine.call("run", "--quiet", *words(mine))
    assert (done.status, done.output) == (0, b"hello\n"), done.told
    facts = mine.facts("mine", LINUX)
    assert facts["manifest"]["app"] == {"recipe": "greet"}
    assert facts["manifest"]["libc"] == "nolibc"
    owners = {row["recipe"] for row in facts["rows"]}
    assert {"greet", "greeting"} <= owners
    assert "app" not in owners


def test_what_it_calls_is_told_by_its_name_and_line(mine: Workshop) -> None:
    for _ in ("without an image", "with one"):
        done = mine.call("why", *words(mine)[1:], "nolibc", words(mine)[0])
        assert b"greet calls puts (" in done.output, done.told
        assert b"greet/src/main.c:6)" in done.output, done.told
        assert b"greeting calls strcpy (" in done.output, done.told
        assert b"the manifest asks for greet (" in mine.call("why", *words(mine)[1:], "greet", words(mine)[0]).output
        mine.call("build", *words(mine))


def test_an_edit_of_its_code_is_seen(mine: Workshop) -> None:
    assert mine.call("run", "--quiet", *words(mine)).output == b"hello\n"
    source = mine.out.parent / "recipes/greet/src/main.c"
    source.write_text(source.read_text().replace("greeting())", '"other")'))
    assert mine.call("run", "--quiet", *words(mine)).output == b"other\n"


@pytest.mark.parametrize("function", ["strtoull", "regcomp"])
def test_the_first_c_library_that_has_all_it_uses_is_taken(mine: Workshop, function: str) -> None:
    """Of its libraries too: here `greeting` uses what nolibc has, or has not."""
    source = mine.out.parent / "recipes/greeting/src/greeting.c"
    source.write_text(
        source.read_text().replace("return ", f"extern char {function}[];\n\ttext[5] = *{function};\n\treturn ")
    )
    done = mine.call("why", *words(mine)[1:], "nolibc", words(mine)[0])
    assert (b"it was tried first" in done.output) == (function == "regcomp"), done.told
