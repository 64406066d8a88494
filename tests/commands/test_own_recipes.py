"""`compose recipes new` and `check`: what is written is right, what is wrong is found, what is shipped passes."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from composer.digest import of_file
from composer.execute.store import Store
from composer.pipeline.check import check_folder
from composer.pipeline.project import load_recipes
from tests.bench.check_shipped import EXCEPTED, unexpected
from tests.support.archives import tar_of, zip_of
from tests.support.composed import LINUX, Workshop

MIT = (
    "Permission is hereby granted, free of charge, to anybody.\n"
    "The above copyright notice and this permission notice shall be included.\n"
)
HEADER = "#pragma once\n#include <stddef.h>\nchar *tally_copy(const char *text);\nextern int tally_count;\nint tally_never(void);\n"
SOURCE = (
    '#include "tally.h"\n#include "inner.h"\n#include <stdlib.h>\n#include <string.h>\n'
    "int tally_count;\nint inner_step(void) { return 1; }\n"
    "char *tally_copy(const char *text)\n{\n\tchar *copy = malloc(strlen(text) + 1);\n"
    "\ttally_count += inner_step();\n\treturn copy ? strcpy(copy, text) : NULL;\n}\n"
)
FLAT = {
    "tally.h": HEADER,
    "tally.c": SOURCE,
    "inner.h": "int inner_step(void);\n",
    "demo.c": "#include <stdio.h>\nint\nmain(int argc, char **argv)\n{\n\treturn 0;\n}\n",
    "tests/try.c": "int tried;\n",
    "LICENSE": MIT,
}
APART = {
    "include/tally/tally.h": HEADER,
    "src/tally.c": SOURCE.replace('"tally.h"', "<tally/tally.h>"),
    "src/inner.h": FLAT["inner.h"],
    "COPYING": MIT,
    "examples/demo.c": FLAT["demo.c"],
}
MAIN = '#include <{}>\n#include <stdio.h>\nint main(void)\n{{\n\tputs(tally_copy("copied"));\n\treturn 0;\n}}\n'


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def new(workshop: Workshop, origin: Path, into: Path, *words: str) -> dict[str, Any]:
    into.mkdir(exist_ok=True)
    done = workshop.call("recipes", "new", "tally", "--from", str(origin), "--into", str(into), "--json", *words)
    assert done.status == 0, done.told
    return done.verdict


def findings(workshop: Workshop, folder: Path, *words: str) -> list[tuple[str, str, int]]:
    done = workshop.call("recipes", "check", str(folder), "--target", LINUX, "--json", *words)
    rows = done.verdict["findings"]
    assert (done.status == 0) == (not rows), done.told
    return [(row["code"], Path(row["file"]).name, row["line"]) for row in rows]


def runs(workshop: Workshop, folder: Path, header: str) -> None:
    app = "name: copies\napp: {sources: [main.c], requires: [tally]}\ntarget: linux/x86_64\nrecipes: [libs]\n"
    write(folder, {"unikernel.yaml": app, "main.c": MAIN.format(header)})
    done = workshop.call("run", "-q", str(folder))
    assert done.output == b"copied\n", done.told


def test_sources_that_do_not_compile_anywhere_are_left_out(workshop: Workshop, tmp_path: Path) -> None:
    files = {"win.c": "#include <windows.h>\nint tally_win;\n", "t.c": "int t;\n"}
    made = new(workshop, write(tmp_path / "origin", files), tmp_path / "libs")
    assert (made["sources"], made["left_out"]) == (["src/t.c"], {"src/win.c": "windows.h: No such file or directory"})


@pytest.mark.parametrize(("files", "header"), [(FLAT, "tally.h"), (APART, "tally/tally.h")])
def test_a_folder_becomes_a_recipe_that_is_right(
    workshop: Workshop, tmp_path: Path, files: Mapping[str, str], header: str
) -> None:
    made = new(workshop, write(tmp_path / "origin", files), tmp_path / "libs")
    assert (made["license"], made["requires"], made["sources"]) == ("MIT", ["libc"], ["src/tally.c"])
    assert [word for word in made["exports"] if word != "inner_step"] == ["tally_copy", "tally_count"]
    assert made["left_out"] == ({"demo.c": "it has a main"} if files is FLAT else {})
    assert (tmp_path / "libs/tally/include" / header).read_text() == HEADER
    assert not list((tmp_path / "libs").glob(".*"))
    assert findings(workshop, tmp_path / "libs") == []
    runs(workshop, tmp_path, header)


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_an_archive_is_named_by_its_digest_and_is_at_hand(workshop: Workshop, tmp_path: Path, kind: str) -> None:
    files = {f"tally-2.5/{name}": text for name, text in APART.items()}
    archive = tmp_path / f"tally-2.5.{'tar.gz' if kind == 'tar' else 'zip'}"
    (tar_of if kind == "tar" else zip_of)(archive, files)
    made = new(workshop, archive, tmp_path / "libs")
    assert made["version"] == "2.5"
    text = (tmp_path / "libs/tally/recipe.yaml").read_text()
    assert f'sha256: "{of_file(archive)}"\n        strip: 1\n' in text
    assert [path.name for path in (tmp_path / "libs/tally").iterdir()] == ["recipe.yaml"]
    assert Store(workshop.store).has(of_file(archive))
    archive.unlink()
    assert findings(workshop, tmp_path / "libs/tally", "--offline") == []
    runs(workshop, tmp_path, "tally/tally.h")


def test_what_nobody_could_read_is_left_to_decide(workshop: Workshop, tmp_path: Path) -> None:
    files = {"tally.c": SOURCE, "tally.h": HEADER, "inner.h": FLAT["inner.h"], "LICENSE": "Ask me.\n"}
    made = new(workshop, write(tmp_path / "origin", files), tmp_path / "libs")
    assert made["license"] == "?"
    assert findings(workshop, tmp_path / "libs") == [("C007", "recipe.yaml", 5)]


def test_a_library_that_uses_what_nobody_has_is_written_and_told(workshop: Workshop, tmp_path: Path) -> None:
    files = {"t.c": '#include "t.h"\nint other(void);\nint t(void) { return other(); }\n', "t.h": "int t(void);\n"}
    made = new(workshop, write(tmp_path / "origin", files), tmp_path / "libs")
    assert made["exports"] == ["t"]
    assert ("S001", "t.c", 3) in findings(workshop, tmp_path / "libs")


def test_links_are_not_followed(workshop: Workshop, tmp_path: Path) -> None:
    origin = write(tmp_path / "origin", FLAT)
    write(tmp_path / "secret", {"key.h": "int key;\n", "key.c": "int key;\n"})
    (origin / "more").symlink_to(tmp_path / "secret")
    (origin / "key.c").symlink_to(tmp_path / "secret/key.c")
    new(workshop, origin, tmp_path / "libs")
    assert not list((tmp_path / "libs").rglob("key.*"))


def test_the_recipe_can_be_read_by_others(workshop: Workshop, tmp_path: Path) -> None:
    new(workshop, write(tmp_path / "origin", FLAT), tmp_path / "libs")
    assert stat.S_IMODE((tmp_path / "libs/tally").stat().st_mode) == 0o755


def test_options_and_requirements_that_are_used_are_no_findings(workshop: Workshop, tmp_path: Path) -> None:
    recipe = (
        'name: lone\nversion: "1"\nsummary: s\nlicense: MIT OR Apache-2.0\nprovides: [lone]\nrequires: [contracts, console]\n'
        "options:\n  loud: {type: bool, default: false, help: h}\n  long: {type: int, default: 1, help: h}\n"
        "build: [{c: [src/a.c]}, {c: [src/b.c], when: {option: {loud: true}}}]\nexports: [lone_say, lone_shout]\n"
    )
    files = {
        "recipe.yaml": recipe,
        "include/lone.h": "void lone_say(void);\nvoid lone_shout(void); /* lone_whisper(); */\n",
        "src/a.c": '#include "console.h"\n#include "lone.h"\nvoid lone_whisper(void) {}\n'
        'void lone_say(void) { console_write("hello", OPTION_LONG); }\n',
        "src/b.c": '#include "lone.h"\nvoid lone_shout(void) {}\n',
    }
    assert findings(workshop, write(tmp_path / "lone", files)) == []


def test_shipped_recipes_show_nothing_wrong_in_their_folders() -> None:
    found = [finding for entry in load_recipes([]).recipes.values() for finding in check_folder(entry)]
    assert found == []


# Small ones of each kind; tests/bench/check_shipped.py looks at all.
SAMPLE = ("arguments", "cells", "clock-linux", "entropy-linux", "heap-bump", "pages", "posix-sleep", "tmpfs", "zlib")


def test_a_sample_of_the_shipped_recipes_passes(workshop: Workshop, tmp_path: Path) -> None:
    assert list(unexpected(SAMPLE, (LINUX,), workshop.store, tmp_path)) == []


def test_exceptions_are_of_recipes_that_there_are() -> None:
    assert {name for name, _, _ in EXCEPTED} <= load_recipes([]).recipes.keys()
    assert all(EXCEPTED.values())
