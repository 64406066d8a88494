"""Floats are in an image if a format of the app, or of a recipe in it, has one; the reason is its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.composed import LINUX, Workshop

FLOATS = "nolibc-float-format"
RECIPE = """name: shout
version: "1"
summary: Says a number aloud
license: BSD-2-Clause
provides: [shout]
requires: [libc]
build: [{c: [src/*.c]}]
exports: [shout]
"""


def built_from(workshop: Workshop, folder: Path, main: str, *words: str) -> dict[str, object]:
    """image.json of a program for linux with nolibc."""
    (folder / "unikernel.yaml").write_text(f"name: app\napp: {{sources: [main.c]}}\ntarget: {LINUX}\nlibc: nolibc\n")
    (folder / "main.c").write_text(main)
    done = workshop.call("build", "-q", *words, str(folder))
    assert done.status == 0, done.told
    facts: dict[str, object] = json.loads((folder / "build/app/linux-x86_64/image.json").read_text())
    return facts


def reasons_for(facts: dict[str, object], name: str) -> list[dict[str, object]]:
    """Why a recipe is in an image; none: it is not."""
    recipes = facts["recipes"]
    assert isinstance(recipes, list)
    return next((recipe["reasons"] for recipe in recipes if recipe["name"] == name), [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('printf("%d words\\n", argc);', None),
        ('puts("%f"), puts("50% full");', None),
        ('printf("%.1f\\n", argc / 2.0);', 'has the format "%.1f\\n"'),
        ("printf(argv[0], argc);", "uses printf with a format that cannot be seen"),
    ],
)
def test_floats_follow_from_the_app_s_formats(workshop: Workshop, tmp_path: Path, body: str, words: str | None) -> None:
    main = f"#include <stdio.h>\nint main(int argc, char **argv)\n{{\n\t(void)argv, (void)argc;\n\t{body}\n\treturn 0;\n}}\n"
    reasons = reasons_for(built_from(workshop, tmp_path, main), FLOATS)
    assert [(reason["words"], reason["by"], reason["at"]["line"]) for reason in reasons] == (  # type: ignore[index]
        [] if words is None else [(words, "", 5)]
    )


def test_floats_follow_from_the_formats_of_a_recipe_in_the_image(workshop: Workshop, tmp_path: Path) -> None:
    recipe = tmp_path / "recipes/lib/shout"
    (recipe / "src").mkdir(parents=True)
    (recipe / "recipe.yaml").write_text(RECIPE)
    source = '#include <stdio.h>\nvoid shout(double x);\nvoid shout(double x)\n{\n\tprintf("%.2f!\\n", x);\n}\n'
    (recipe / "src/shout.c").write_text(source)
    main = "void shout(double x);\nint main(void)\n{\n\tshout(1.5);\n\treturn 0;\n}\n"
    app = tmp_path / "app"
    app.mkdir()
    reasons = reasons_for(built_from(workshop, app, main, "--recipes", str(tmp_path / "recipes")), FLOATS)
    assert [(reason["words"], reason["by"]) for reason in reasons] == [('has the format "%.2f!\\n"', "shout")]
    done = workshop.call("run", "-q", "--recipes", str(tmp_path / "recipes"), str(app))
    assert (done.status, done.output) == (0, b"1.50!\n"), done.told
    told = workshop.call("why", FLOATS, "--recipes", str(tmp_path / "recipes"), str(app))
    assert b'because shout has the format "%.2f!\\n"' in told.output, told.told
