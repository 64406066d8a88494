"""Recipes from outside: where they may be named, what they are to images, and that replacing a shipped one is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.composed import KVM, LINUX, ROOT, Done, Workshop

RECIPE = (
    'name: ring\nversion: "1"\nsummary: Sums\nlicense: MIT\nprovides: [ring]\nrequires: [libc]\nexports: [ring_sum]\n'
)
HEADER = "int ring_sum(int a, int b);\n"
SOURCE = '#include "ring.h"\n#include <stdlib.h>\nint ring_sum(int a, int b)\n{\n\treturn abs(a) + b;\n}\n'
MAIN = (
    '#include <ring.h>\n#include <stdio.h>\nint main(void)\n{\n\tprintf("%d\\n", ring_sum(-40, 2));\n\treturn 0;\n}\n'
)
MANIFEST = f"name: sums\napp: {{sources: [main.c], requires: [ring]}}\ntarget: {LINUX}\nlibc: nolibc\n"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def write_ring(folder: Path) -> Path:
    """A recipe `ring` in its own folder below `folder`."""
    return write(
        folder,
        {
            "ring/recipe.yaml": f"{RECIPE}build: [{{c: [src/*.c]}}]\n",
            "ring/include/ring.h": HEADER,
            "ring/src/r.c": SOURCE,
        },
    )


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    """A program that uses a library beside it."""
    write_ring(tmp_path / "sums/libs")
    return write(tmp_path / "sums", {"unikernel.yaml": f"{MANIFEST}recipes: [libs]\n", "main.c": MAIN})


def copied_heap(folder: Path, more: str = "replaces: true\n") -> Path:
    """The shipped heap-bump as a recipe of one's own, of another version."""
    target = folder / "heap-bump"
    shutil.copytree(ROOT / "recipes/core/heap-bump", target)
    text = (target / "recipe.yaml").read_text()
    (target / "recipe.yaml").write_text(text.replace('version: "1"', 'version: "1.mine"') + more)
    return folder


def build(workshop: Workshop, folder: Path, *words: str) -> Done:
    done = workshop.call("build", str(folder), *words)
    assert done.status == 0, done.told
    return done


def facts_of(folder: Path, target: str = LINUX) -> dict[str, dict[str, Any]]:
    """The recipes of an image by name, as image.json has them."""
    image = json.loads((folder / "build/sums" / target.replace("/", "-") / "image.json").read_text())
    return {row["name"]: row for row in image["recipes"]}


def test_a_library_beside_the_manifest_is_in_its_image(workshop: Workshop, sums: Path) -> None:
    assert workshop.call("run", "-q", str(sums)).output == b"42\n"
    recipes = facts_of(sums)
    assert (recipes["ring"]["origin"], recipes["ring"]["replaced"]) == ("libs", "")
    assert {row["origin"] for name, row in recipes.items() if name != "ring"} == {"shipped"}
    why = workshop.call("why", "ring", str(sums)).output.decode()
    assert why.startswith(f"the recipe ring from libs is in the image for {LINUX} (")
    assert "because the manifest asks for ring (" in why
    assert "unikernel.yaml:2:37" in why


def test_one_recipe_s_folder_will_do_as_well(workshop: Workshop, sums: Path) -> None:
    (sums / "unikernel.yaml").write_text(f"{MANIFEST}recipes: [libs/ring]\n")
    assert workshop.call("run", "-q", str(sums)).output == b"42\n"
    assert facts_of(sums)["ring"]["origin"] == "libs/ring"


@pytest.mark.parametrize("words", [("--set", "recipes=[libs]"), ("--recipes", "libs")])
def test_the_command_line_names_folders_too(
    workshop: Workshop, sums: Path, words: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (sums / "unikernel.yaml").write_text(MANIFEST)
    monkeypatch.chdir(sums)
    assert build(workshop, sums, *words).status == 0
    assert facts_of(sums)["ring"]["origin"] == "libs"


def test_the_image_is_the_same_wherever_its_folders_are(workshop: Workshop, sums: Path, tmp_path: Path) -> None:
    (sums / "unikernel.yaml").write_text(MANIFEST)
    images = []
    for place in ("here", "there"):
        folder = shutil.copytree(sums, tmp_path / place / "sums")
        build(workshop, folder, "--recipes", str(folder / "libs"), "--recipes", str(folder / "libs"))
        images.append([(folder / "build/sums/linux-x86_64" / name).read_bytes() for name in ("sums.elf", "image.json")])
    assert images[0] == images[1]
    assert str(tmp_path).encode() not in images[0][1]


def test_a_recipe_of_ones_own_in_the_place_of_a_shipped_one_is_told(workshop: Workshop, sums: Path) -> None:
    app = "#include <stdlib.h>\nint main(void) { return malloc(4) == 0; }\n"
    write(
        sums,
        {
            "main.c": app,
            "unikernel.yaml": f"name: sums\napp: {{sources: [main.c]}}\ntargets: [{LINUX}, {KVM}]\nlibc: nolibc\nrecipes: [mine]\n",
        },
    )
    copied_heap(sums / "mine")
    note = "note: the recipe heap-bump v1.mine is from mine in the place of the shipped v1\n"
    done = build(workshop, sums)
    assert done.errors.decode().count(note) == 1, done.told  # of two targets
    row = facts_of(sums)["heap-bump"]
    assert (row["version"], row["origin"], row["replaced"]) == ("1.mine", "mine", "1")
    told = "heap-bump v1.mine from mine in the place of the shipped v1: "
    assert told in workshop.call("graph", str(sums)).output.decode()
    nodes = {
        node["recipe"]: (node["origin"], node["replaced"])
        for node in workshop.call("graph", "--json", "--target", LINUX, str(sums)).verdict["nodes"]
    }
    assert nodes["heap-bump"] == ("mine", "1")
    assert nodes["start"] == ("shipped", None)
    shown = workshop.call("recipes", "show", "heap-bump", "--recipes", str(sums / "mine")).output.decode()
    assert "from      mine, in the place of the shipped v1\n" in shown


def test_an_image_of_the_shipped_recipe_is_not_taken_for_one_with_ones_own(workshop: Workshop, sums: Path) -> None:
    app = "#include <stdlib.h>\nint main(void) { return malloc(4) == 0; }\n"
    write(sums, {"main.c": app, "unikernel.yaml": MANIFEST.replace(", requires: [ring]", "")})
    copied_heap(sums / "mine")
    text = (sums / "mine/heap-bump/recipe.yaml").read_text().replace("1.mine", "1")
    (sums / "mine/heap-bump/recipe.yaml").write_text(text)
    build(workshop, sums)
    seen = workshop.call("graph", "--json", str(sums), "--recipes", str(sums / "mine")).verdict["nodes"]
    assert {node["bytes"] for node in seen} == {None}


def test_folders_of_one_target_are_not_those_of_another(workshop: Workshop, sums: Path) -> None:
    copied_heap(sums / "mine")
    app = "#include <stdlib.h>\nint main(void) { return malloc(4) == 0; }\n"
    targets = f"targets:\n  {LINUX}: {{recipes: [mine]}}\n  {KVM}:\n"
    write(
        sums,
        {
            "main.c": app,
            "unikernel.yaml": f"name: sums\napp: {{sources: [main.c]}}\n{targets}libc: nolibc\nrecipes: [libs]\n",
        },
    )
    build(workshop, sums)
    assert facts_of(sums)["heap-bump"]["origin"] == "mine"
    assert facts_of(sums, KVM)["heap-bump"]["origin"] == "shipped"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("libs/ring/src/r.c", SOURCE.replace("+ b", "- b")),
        ("libs/ring/include/ring.h", HEADER + "int ring_more;\n"),
        ("libs/ring/recipe.yaml", RECIPE + "build: [{c: [src/*.c], flags: [-O0]}]\n"),
        ("libs/ring/src/new.c", "int ring_new;\n"),
        ("libs/more/recipe.yaml", RECIPE.replace("ring", "more") + "build: [{c: [more.c]}]\n"),
    ],
    ids=["source", "header", "recipe", "new source", "new recipe"],
)
def test_a_change_of_an_outside_recipe_is_noticed(
    workshop: Workshop, sums: Path, file: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sums)
    build(workshop, Path())
    if file.endswith(("ring.h", "more/recipe.yaml")):  # seen by a mistake in it: else the same image comes out
        text += "not C"
    write(sums, {file: text})
    done = workshop.call("build", ".")
    assert done.status or done.errors, done.told


def test_what_a_library_calls_decides_on_the_c_library_too(workshop: Workshop, sums: Path) -> None:
    (sums / "unikernel.yaml").write_text(f"{MANIFEST.replace('nolibc', 'auto')}recipes: [libs]\n")
    source = (
        "#include <stdlib.h>\n#include <ring.h>\nint ring_sum(int a, int b)\n{\n\treturn (int)lrand48() + a + b;\n}\n"
    )
    write(sums, {"libs/ring/src/r.c": source})
    seen = workshop.call("graph", "--json", str(sums)).verdict["nodes"]
    assert {node["recipe"] for node in seen} & {"nolibc", "picolibc", "newlib", "musl"} == {"picolibc"}
