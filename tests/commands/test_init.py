"""`compose init`: a manifest for what a person has, which `compose build` takes as it is."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from composer.load.catalog import Catalogs
from composer.load.manifest import load_manifest
from composer.load.shipped import shipped_folder
from composer.model.recipe import Catalog
from tests.support.composed import COMPOSE, EXAMPLES, LINUX, LINUX_ARM, Done, Workshop
from tests.support.person import person_at

HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
MAIN = '#include "say.h"\nint main(void) { say(SAID); return 0; }\n'
SAY = '#include <stdio.h>\n#include "say.h"\nvoid say(const char *what) { puts(what); }\n'
SAY_H = '#ifndef SAID\n#define SAID "nothing is defined"\n#endif\nvoid say(const char *what);\n'
BROKEN = "#error this file is of another program\n"
MAKEFILE = """\
CPPFLAGS = -Iheaders -DSAID='"said by make"' -DUNUSED
CFLAGS += -O3 -Wall -std=gnu99
OBJECTS := $(addprefix build/,$(notdir $(patsubst %.c,%.o,$(wildcard src/m*.c src/s*.c))))
VERSION != git describe
program: $(OBJECTS)
\t$(CC) -o $@ $^ -lm -lfancy
build/%.o: src/%.c
\t$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
"""
WITH_MAKEFILE = {
    "Makefile": MAKEFILE,
    "src/main.c": MAIN,
    "src/say.c": SAY,
    "src/other.c": BROKEN,
    "headers/say.h": SAY_H,
    "tests/test.c": HELLO,
}
SEVERAL = {
    "say_windows.c": "#include <windows.h>\nvoid say(const char *what) { MessageBox(what); }\n",
    "client.c": MAIN,
    "server.c": '#include "say.h"\nint main(void) { say("the server"); return 0; }\n',
    "say.c": SAY,
    "say.h": SAY_H,
    "unused.c": BROKEN + "void unused(void) { }\n",
}


def lay_out(folder: Path, files: Mapping[str, str]) -> Path:
    """A new folder with `files`."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def init(workshop: Workshop, folder: Path, *words: str) -> dict[str, Any]:
    """What `compose init --json` tells."""
    done = workshop.call("init", "--json", "--target", LINUX, str(folder), *words)
    assert done.status == 0, done.told
    return done.verdict


def built_and_run(workshop: Workshop, folder: Path) -> Done:
    """What the program prints, built by the manifest as it is."""
    return workshop.call("run", "--quiet", "--timeout", "40", str(folder))


@pytest.mark.parametrize(
    ("files", "words", "says"),
    [
        ({"hello.c": HELLO}, (), b"hello\n"),
        ({"src/main.c": MAIN, "src/say.c": SAY, "include/say.h": SAY_H}, (), b"nothing is defined\n"),
        (WITH_MAKEFILE, (), b"said by make\n"),
        (SEVERAL, ("--main", "server.c"), b"the server\n"),
    ],
    ids=["one file", "headers in a folder", "a Makefile", "several programs"],
)
def test_what_init_writes_is_built_and_runs(
    workshop: Workshop, tmp_path: Path, files: Mapping[str, str], words: tuple[str, ...], says: bytes
) -> None:
    folder = lay_out(tmp_path / "app", files)
    init(workshop, folder, *words)
    done = built_and_run(workshop, folder)
    assert (done.status, done.output) == (0, says), done.told


def test_recipes_and_other_apps_below_are_not_this_app(workshop: Workshop, tmp_path: Path) -> None:
    files = {"main.c": HELLO, "say/recipe.yaml": "name: say\n", "say/src/say.c": SAY, "say/include/say.h": SAY_H}
    other = {"other/unikernel.yaml": "name: other\n", "other/more.c": SAY}
    told = init(workshop, lay_out(tmp_path / "app", files | other))
    assert (told["sources"], told["include"]) == (["main.c"], [])
    left = {row["what"]: row["why"] for row in told["left_out"]}
    assert left.keys() == {"say/", "other/"}
    assert left["say/"].startswith("a recipe: the key `recipes` takes")
    assert left["other/"] == "an app with a manifest of its own"


def test_a_makefile_is_used_as_far_as_it_is_understood(workshop: Workshop, tmp_path: Path) -> None:
    told = init(workshop, lay_out(tmp_path / "app", WITH_MAKEFILE))
    assert told["sources"] == ["src/main.c", "src/say.c"]
    assert (told["include"], told["flags"]) == (["headers"], ["-std=gnu99"])
    assert told["defines"] == {"SAID": '"said by make"', "UNUSED": "1"}
    left = {row["what"] for row in told["left_out"]}
    assert left == {
        *("src/other.c", "tests/", "-lfancy of Makefile", "-O3 -Wall of Makefile"),
        "Makefile:4: VERSION != git describe",
    }
    assert "# left out: src/other.c (Makefile does not link it with src/main.c)\n" in told["text"]
    assert "# left out: -lfancy of Makefile (a library; " in told["text"]


def test_commands_of_another_build_are_used_exactly(workshop: Workshop, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "app", WITH_MAKEFILE)
    one = {
        "directory": str(folder / "build"),
        "file": "../src/main.c",
        "command": "cc -I../headers -DSAID='\"exact\"' x",
    }
    two = {
        "directory": str(folder),
        "file": "src/say.c",
        "arguments": ["cc", "-I", str(folder / "headers"), "src/say.c"],
    }
    (folder / "compile_commands.json").write_text(json.dumps([one, two]))
    told = init(workshop, folder)
    assert (told["sources"], told["include"]) == (["src/main.c", "src/say.c"], ["headers"])
    assert built_and_run(workshop, folder).output == b"exact\n"


def test_a_server_gets_its_port(workshop: Workshop, tmp_path: Path) -> None:
    for name, ports in (("httpreply", ["8080"]), ("udp-echo", ["5000/udp"]), ("http-keepalive", ["8080"])):
        text = (EXAMPLES / name / "main.c").read_text()
        folder = lay_out(tmp_path / name, {"main.c": text, "rootfs/index.html": "a page"})
        told = init(workshop, folder, "--target", LINUX_ARM)
        assert told["ports"] == ports
        assert f'ports: ["{ports[0][:4]}:{ports[0]}"]\n' in told["text"]
        assert ("# files: rootfs " in told["text"]) == (name == "http-keepalive")
    done = workshop.call("build", "-q", "--target", LINUX, str(tmp_path / "httpreply"))
    assert done.status == 0, done.told


def test_headers_tell_which_c_library_it_will_probably_be(workshop: Workshop, tmp_path: Path) -> None:
    small = init(workshop, lay_out(tmp_path / "small", {"main.c": HELLO}))["text"]
    assert "# probably nolibc: it has <stdio.h>\nlibc: auto\n" in small
    text = "#ifdef _WIN32\n#include <windows.h>\n#else\n#include <regex.h>\n#endif\n" + HELLO
    large = init(workshop, lay_out(tmp_path / "large", {"main.c": text}))["text"]
    assert "# probably not nolibc, which has no <regex.h>\nlibc: auto\n" in large


def test_a_dry_run_prints_what_would_be_written(workshop: Workshop, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "My App", {"main.c": HELLO})
    printed = workshop.call("init", "--dry-run", str(folder)).output
    assert [path.name for path in folder.iterdir()] == ["main.c"]
    done = workshop.call("init", str(folder))
    assert (folder / "unikernel.yaml").read_bytes() == printed
    assert printed.splitlines()[1] == b"name: my-app"
    assert b"my-app for kvm/" in done.errors
    assert b", main in main.c, 1 source\n" in done.errors
    printed_again = workshop.call("init", "--dry-run", str(folder))
    assert (printed_again.status, printed_again.output) == (0, printed)


def test_names_that_are_hard_to_write_are_written(workshop: Workshop, tmp_path: Path, catalog: Catalog) -> None:
    files = {
        **{
            f"{name}.c": f"int f{number}(void);\n"
            for number, name in enumerate(("true", "1", ".5", "a: b", "#", "ü '\"", "-x"))
        },
        "main.c": HELLO,
        "glob[1].c": BROKEN,
        "Makefile": "CPPFLAGS = -D'a(x)=\"\\t{}\"' -Dtrue='\\#: 1' -DEMPTY=\n# \x01\nnonsense \x02\n",
    }
    folder = lay_out(tmp_path / "2048", files)
    (folder / "outside.c").symlink_to("/dev/null")
    (folder / os.fsdecode(b"\xff.c")).write_text(BROKEN)
    told = init(workshop, folder)
    (loaded,) = load_manifest(folder, lambda _: catalog).each
    assert loaded.sources == tuple(sorted(name for name in files if name.endswith(".c") and name != "glob[1].c"))
    assert loaded.manifest.app.defines == {"a(x)": '"\\t{}"', "true": "#: 1", "EMPTY": ""}
    assert loaded.manifest.name == "app-2048"
    assert {row["what"] for row in told["left_out"]} >= {"glob[1].c", "outside.c", "?.c"}


def test_all_sources_of_a_folder_are_a_pattern(workshop: Workshop, tmp_path: Path, catalog: Catalog) -> None:
    files = {f"src/{name}.c": f"int {name};\n" for name in "abcde"} | {"main.c": HELLO, "lib/x.S": ""}
    folder = lay_out(tmp_path / "app", files)
    text = init(workshop, folder)["text"]
    assert "\n    - lib/x.S\n    - main.c\n    - src/*.c\n" in text
    assert load_manifest(folder, lambda _: catalog).each[0].sources == tuple(sorted(files))


def test_questions_have_defaults_and_wrong_answers_are_asked_again(workshop: Workshop, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "app", SEVERAL)
    with person_at([*COMPOSE, "init"], folder, workshop.variables()) as person:
        shown = person.sees(b"which file has the program's main [client.c]: ")
        assert b"  1  client.c\r\n  2  server.c\r\n" in shown
        person.types(b"3\n")
        person.sees(b"there is no source '3' here")
        person.sees(b"[client.c]: ")
        person.types(b"2\n")
        person.sees(b"name of the image [server]: ")
        person.types(b"My Server\n")
        person.sees(b"(for example 'my-server': ")
        person.sees(b"[server]: ")
        person.types(b"\n")
        person.sees(b"between) [kvm/")
        person.types(f"{LINUX} {LINUX_ARM}\n".encode())
        status, rest = person.sees_the_end()
    assert (status, b"wrote unikernel.yaml" in rest) == (0, True), rest
    text = (folder / "unikernel.yaml").read_text()
    assert "\nname: server\n" in text
    assert f"\ntargets: [{LINUX}, {LINUX_ARM}]\n" in text
    assert "\n    - server.c\n" in text


@pytest.mark.parametrize("words", [("--yes",), ("--name", "given", "--target", LINUX)], ids=["yes", "all is said"])
def test_nothing_is_asked_that_is_said(workshop: Workshop, tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = lay_out(tmp_path / "app", {"main.c": HELLO})
    with person_at([*COMPOSE, "init", *words], folder, workshop.variables()) as person:
        status, seen = person.sees_the_end()
    assert (status, b"]: " in seen) == (0, False), seen
    assert (folder / "unikernel.yaml").exists()


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_person_who_leaves_leaves_nothing(workshop: Workshop, tmp_path: Path, key: bytes) -> None:
    folder = lay_out(tmp_path / "app", {"main.c": HELLO})
    with person_at([*COMPOSE, "init"], folder, workshop.variables()) as person:
        person.sees(b"[app]: ")
        person.types(key)
        status, seen = person.sees_the_end()
    assert (status, b"interrupted" in seen) == (8, True), seen
    assert [path.name for path in folder.iterdir()] == ["main.c"]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalogs(shipped_folder("recipes")).having()
