"""Sources that a recipe makes by programs of the host, by the real command line."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.commands.test_sources import Bench

RECIPE = """\
name: lib
version: "1"
summary: twice
license: MIT
provides: [lib]
{sources}
generate:
  - argv: [sh, -c, "{script}"]
    tools: [sed]
    inputs: ["upstream/lib/**", own/factor]
    outputs: [twice.c, below/factor.h]
public: [generated/below]
build: [{{c: [generated/twice.c], include: [upstream/lib/include, upstream/lib/src]}}]
exports: [lib_twice]
"""
SCRIPT = (
    "sed s/^/\\\\#define\\\\ FACTOR\\\\ / own/factor > below/factor.h && "
    "sed s/4/FACTOR/ upstream/lib/src/twice.c > all.c && echo '#include \\\"factor.h\\\"' > twice.c && cat all.c >> twice.c && "
    "echo changed > upstream/lib/src/half.h && echo talk"
)


def bench_of(folder: Path, script: str = SCRIPT) -> Bench:
    """A recipe whose source is made by `script`."""
    bench = Bench(folder)
    text = bench.recipe.read_text()
    sources = next(line for line in text.splitlines() if line.startswith("sources:"))
    bench.recipe.write_text(RECIPE.format(sources=sources, script=script))
    (bench.recipe.parent / "own").mkdir()
    (bench.recipe.parent / "own/factor").write_text("4\n")
    return bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return bench_of(tmp_path)


def test_what_is_generated_is_compiled_and_included(bench: Bench) -> None:
    words = ("--mirror", str(bench.mirror))
    said = bench.call("run", *words)
    assert "42\n" in said
    assert "generate lib/twice.c" in said
    assert "talk" not in said
    objects = json.loads((bench.build / "image.json").read_text())["objects"]
    assert "out/lib/generated/twice.c.o" in objects
    (tree,) = bench.trees()
    assert (tree / "src/half.h").read_text() == "#define HALF 1\n"  # it wrote to its copy
    assert "generate lib/twice.c" in bench.call("plan", "-v", *words)
    assert "for linux/x86_64: in the store" in bench.call("explain", "lib/twice.c", *words)
    assert "input out/lib/generated/below/factor.h" in bench.call("explain", "generated/twice.c", *words)


def test_editors_and_debuggers_find_what_is_generated(bench: Bench) -> None:
    words = ("--mirror", str(bench.mirror))
    bench.call("build", *words)
    file = bench.build / "generated/lib/generated/twice.c"
    assert file.read_text().startswith('#include "factor.h"\n')
    commands = json.loads((bench.build / "compile_commands.json").read_text())
    assert str(file) in {row["file"] for row in commands}
    said = bench.call("debug", "--batch", "--break", "lib_twice", "--gdb-command", "info source", *words)
    assert f"Located in {file}" in said
    file.unlink()
    bench.call("build", *words)
    assert file.exists()


def test_it_is_made_again_only_when_an_input_has_changed(bench: Bench) -> None:
    words = ("--mirror", str(bench.mirror))
    bench.call("build", *words)
    (bench.app / "main.c").write_text((bench.app / "main.c").read_text() + "\n")
    assert "generate" not in bench.call("build", *words)
    time.sleep(0.05)
    (bench.recipe.parent / "own/factor").write_text("6\n")
    said = bench.call("run", *words)
    assert "generate lib/twice.c" in said
    assert "63\n" in said


def test_headers_that_are_generated_may_be_for_others(bench: Bench) -> None:
    bench.use_headers_of_lib("#include <factor.h>\nint user(void);\nint user(void) { return FACTOR; }\n")
    assert "4\n" in bench.call("run", "--mirror", str(bench.mirror))


def test_what_is_generated_may_be_made_of_what_is_generated(bench: Bench) -> None:
    more = (
        "  - {argv: [sh, -c, 'sed s/4/6/ generated/below/factor.h > again.h'], "
        "inputs: [generated/below/factor.h], outputs: [again.h]}\n"
        "  - {argv: [sh, -c, 'sed s/factor.h/again.h/ generated/twice.c > again.c'], "
        "inputs: [generated/twice.c], outputs: [again.c]}\n"
    )
    text = bench.recipe.read_text().replace("public:", f"{more}public:")
    text = text.replace("c: [generated/twice.c], include: [", "c: [generated/again.c], include: [generated, ")
    bench.recipe.write_text(text)
    assert "63\n" in bench.call("run", "--mirror", str(bench.mirror))


def test_a_failure_is_told_with_the_end_of_what_it_printed(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, "echo one; echo two >&2; exit 3")
    said = bench.call("build", "--mirror", str(bench.mirror), status=1)
    assert (
        "error[B001]: 'generate lib/twice.c' failed with exit status 3:\n    one\n    two\n  asked for by: recipe lib\n"
        in said
    )


def test_a_promised_file_that_was_not_made_is_told(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, "touch twice.c")
    said = bench.call("build", "--mirror", str(bench.mirror), status=1)
    assert "made no file 'out/lib/generated/below/factor.h'" in said


@pytest.mark.slow
def test_the_one_file_of_sqlite_is_made(bench: Bench) -> None:
    """The real thing, which needs a network once: configure, make, a parser generator and Tcl."""
    if shutil.which("tclsh") is None:
        pytest.skip("tclsh is not on this machine")
    archive = (
        "{file: sqlite3_3.40.1.orig.tar.xz, strip: 1, debian: sqlite3, "
        "sha256: aaa776260ab4dc976db34aa7891819484c8676b5b2783123ebc6301e2ca5d655}"
    )
    bench.recipe.write_text(
        'name: lib\nversion: "1"\nsummary: s\nlicense: MIT\nprovides: [lib]\n'
        f"sources: [{{id: sqlite, archives: [{archive}]}}]\n"
        'generate: [{argv: [sh, -c, "./configure --disable-tcl && make sqlite3.c shell.c"], tools: [tclsh, make, gcc], '
        'inputs: ["upstream/sqlite/**"], folder: upstream/sqlite, outputs: [sqlite3.c, sqlite3.h, shell.c]}]\n'
        "build: [{c: [version.c], include: [generated]}]\nexports: [lib_twice]\n"
    )
    source = (
        '#include "sqlite3.h"\nint lib_twice(int x);\nint lib_twice(int x) { return x * 0 + SQLITE_VERSION_NUMBER; }\n'
    )
    bench.recipe.with_name("version.c").write_text(source)
    words = ("run", "--recipes", str(bench.folder / "mine"), str(bench.app))
    done = bench.workshop.call(*words)
    if b"it cannot be reached" in done.errors or b"names no archive" in done.errors:
        pytest.skip("this machine's package archive cannot be reached")
    assert done.status == 0, done.told
    assert done.output == b"3040001\n"
