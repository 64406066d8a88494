"""What a build ends with."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from composer.execute.work import Work
from composer.model.image import Image, Row
from composer.report.lines import wrapped
from composer.report.summary import Summary, as_json, as_lines, as_short_line, path_lines, time_of_all
from tests.unit.model.test_difference import image, recipe

WORK = Work(1.24, 2, 41, (("compile app/main.c", 0.4), ("link image", 0.0213)))
ROWS = (Row("boot", "b.o", ".text", 30, 30), Row("libc", "l.o", ".text", 60, 60), Row("app", "m.o", ".text", 10, 10))
RECIPES = (recipe("boot"), recipe("libc"), recipe("heap", alive=False))
OLD = image(rows=ROWS, file_bytes=100, recipes=RECIPES)
FILES = {"app.elf": "another"}


def shown(path: str) -> str:
    return path.removeprefix("app/")


def told(new: Image, old: Image | None = OLD) -> list[str]:
    return list(as_lines(Summary(new, old, WORK), shown))


def grown(**bytes_of: int) -> tuple[Row, ...]:
    rows = {row.recipe: row for row in ROWS}
    more = (Row(name, f"{name}.o", ".text", count, count) for name, count in bytes_of.items() if name not in rows)
    return (*(replace(row, bytes=bytes_of.get(row.recipe, row.bytes)) for row in ROWS), *more)


def test_a_first_build_says_what_is_large() -> None:
    assert told(OLD, None) == [
        "  size: 100 bytes, the first build",
        "  time: 1.2 s; 2 steps run, 41 from the store",
        "  changed: all is new; most bytes: libc 60, boot 30",
    ]


def test_a_build_that_changed_nothing_says_so() -> None:
    assert told(OLD)[0] == "  size: 100 bytes, as in the last build"
    assert told(OLD)[2] == "  changed: nothing"


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "a source": (
        {"objects": {"out/app/main.c.o": "other"}, "rows": grown(app=12), "file_bytes": 102, "files": FILES},
        "nothing but main.c; app +2",
    ),
    "two sources": (
        {"objects": {"out/app/main.c.o": "other", "out/app/more.c.o": "other"}, "files": FILES},
        "main.c and more.c",
    ),
    "an option": (
        {"manifest": {**OLD.manifest, "options": {"libc.floats": True}}, "rows": grown(libc=90), "files": FILES},
        "nothing but libc.floats true (was false); libc +30",
    ),
    "another libc": (
        {
            "manifest": {"libc": "musl", "options": {}},
            "recipes": (recipe("boot"), recipe("musl")),
            "rows": grown(libc=0, musl=500),
            "files": FILES,
        },
        "libc musl (was nolibc); in: musl; out: libc; musl +500; libc -60",
    ),
    "the compiler": (
        {"toolchain": {**OLD.toolchain, "version": "13", "identity": "j"}, "files": FILES},
        "nothing but version of the toolchain 13 (was 12)",
    ),
    "places alone": ({"files": FILES}, "where things lie, not what is in the image"),
    "much": ({"rows": grown(app=11, boot=32, libc=63, a=4, b=5), "files": FILES}, "b +5; a +4; libc +3; 2 others +3"),
}


@pytest.mark.parametrize(("parts", "line"), CHANGES.values(), ids=CHANGES.keys())
def test_what_has_changed_is_told_in_a_line(parts: dict[str, Any], line: str) -> None:
    objects = {"out/app/main.c.o": "m", "out/app/more.c.o": "p"}
    old = replace(OLD, objects=objects)
    assert told(replace(old, **parts), old)[2] == f"  changed: {line}"


def test_size_is_told_with_its_direction() -> None:
    assert told(replace(OLD, file_bytes=90))[0] == "  size: 90 bytes, 10 less than in the last build"
    assert told(replace(OLD, file_bytes=1100))[0] == "  size: 1,100 bytes, 1,000 more than in the last build"


def test_several_images_have_a_line_each_and_one_time() -> None:
    line = as_short_line(Summary(replace(OLD, file_bytes=90, files=FILES), OLD, WORK), shown)
    assert line.startswith("  app for kvm/x86_64: 90 bytes, 10 less than in the last build; changed: ")
    assert time_of_all([WORK, WORK]) == "  time: 2.5 s; 4 steps run, 82 from the store"


def test_the_critical_path_is_told_in_milliseconds() -> None:
    assert list(path_lines(WORK)) == [
        "  critical path: 421 ms of 1,240 ms",
        "       400 ms  compile app/main.c",
        "        21 ms  link image",
    ]
    assert list(path_lines(WORK.again())) == []


def test_lines_are_broken_for_a_terminal_alone() -> None:
    line = "  changed: " + "; ".join(f"recipe-{number} +{number}" for number in range(20))
    assert list(wrapped(line, None)) == [line]
    parts = list(wrapped(line, 80))
    assert max(map(len, parts)) <= 80
    assert " ".join(part.strip() for part in parts) == line.strip()


def test_programs_get_the_same_facts() -> None:
    new = replace(OLD, rows=grown(app=12), file_bytes=102, files=FILES, objects={**OLD.objects, "out/main.o": "n"})
    value = json.loads(json.dumps(as_json(Summary(new, OLD, WORK))))
    assert (value["steps_run"], value["steps_reused"], value["seconds"]) == (2, 41, 1.24)
    assert value["critical_path"][0] == {"step": "compile app/main.c", "seconds": 0.4}
    assert value["last"]["file_bytes"] == 100
    assert value["last"]["growth"] == {"app": 2}
    assert value["last"]["objects"] == ["out/main.o"]
    assert as_json(Summary(new, None, WORK))["last"] is None
