"""Upstream sources from the recipe to the image, by the real command line; archives are made here, mirrors are folders."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer import digest
from composer.cli.common import MIRROR_VARIABLE
from tests.support.archives import source_yaml, tar_of
from tests.support.composed import COMPOSE, LINUX, ROOT, Workshop
from tests.support.servers import serving

HEADER = "int lib_twice(int x);\n"
FILES = {
    "lib-1/include/lib.h": HEADER,
    "lib-1/src/twice.c": '#include "lib.h"\n#include "half.h"\nint lib_twice(int x) { return HALF * 4 * x / 2; }\n',
    "lib-1/src/half.h": "#define HALF 1\n",
    "lib-1/src/unused.c": "int lib_unused(void) { return 1; }\n",
}
RECIPE = """\
name: lib
version: "1"
summary: twice
license: MIT
provides: [lib]
{sources}
build: [{{c: ["upstream/lib/src/*.c"], include: [upstream/lib/include]}}]
exports: [lib_twice]
"""
MAIN = '#include <stdio.h>\nint lib_twice(int);\nint main(void) { printf("%d\\n", lib_twice(21)); return 0; }\n'


class Bench:
    """An app, a recipe with an upstream source, an archive in a mirror folder, and a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mirror = folder / "mirror"
        self.mirror.mkdir()
        self.archive = tar_of(self.mirror / "lib_1.orig.tar.gz", FILES)
        self.recipe = folder / "mine/lib/recipe.yaml"
        self.recipe.parent.mkdir(parents=True)
        self.write_recipe()
        self.app = folder / "app"
        self.app.mkdir()
        (self.app / "unikernel.yaml").write_text(f"name: four\napp: {{sources: [main.c]}}\ntarget: {LINUX}\n")
        (self.app / "main.c").write_text(MAIN)
        self.workshop = Workshop(ROOT, folder / "store", folder / "out")

    def write_recipe(self, **words: str) -> None:
        self.recipe.write_text(RECIPE.format(sources=source_yaml(self.archive, **words)))  # type: ignore[arg-type]

    def call(self, command: str, *words: str, status: int = 0) -> str:
        done = self.workshop.call(command, "--recipes", str(self.folder / "mine"), *words, str(self.app))
        assert done.status == status, done.told
        return (done.output + done.errors).decode()

    def use_headers_of_lib(self, code: str) -> None:
        """Have another recipe, which requires `lib` and is made of `code`, and an app that prints what it returns."""
        user = self.folder / "mine/user/recipe.yaml"
        user.parent.mkdir()
        user.write_text(
            'name: user\nversion: "1"\nsummary: s\nlicense: MIT\nprovides: [user]\nrequires: [lib]\n'
            "build: [{c: [user.c]}]\nexports: [user]\n"
        )
        user.with_name("user.c").write_text(code)
        (self.app / "main.c").write_text(
            '#include <stdio.h>\nint user(void);\nint main(void) { printf("%d\\n", user()); return 0; }\n'
        )

    @property
    def build(self) -> Path:
        return self.app / "build/four/linux-x86_64"

    def trees(self) -> list[Path]:
        return list((self.folder / "store/v1/trees").glob("*/*/files"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_an_image_has_what_it_calls_of_an_upstream_tree(bench: Bench) -> None:
    said = bench.call("run", "--mirror", str(bench.mirror))
    assert "42\n" in said
    assert f"getting {bench.archive.name} from {bench.archive}\n" in said
    image = json.loads((bench.build / "image.json").read_text())
    objects = [path for path in image["objects"] if path.startswith("out/lib/")]
    assert objects == ["out/lib/upstream-lib/src/twice.c.o", "out/lib/upstream-lib/src/unused.c.o"]
    assert image["trees"].keys() == {"lib"}
    assert image["sources"] == [{"id": "lib", "file": bench.archive.name, "sha256": digest.of_file(bench.archive)}]
    (tree,) = bench.trees()
    assert not stat.S_IMODE((tree / "src/twice.c").stat().st_mode) & 0o222
    commands = json.loads((bench.build / "compile_commands.json").read_text())
    assert str(tree / "src/twice.c") in {row["file"] for row in commands}


def test_it_is_fetched_once_and_then_needs_no_network(bench: Bench) -> None:
    bench.call("build", "--mirror", str(bench.mirror))
    image = (bench.build / "four.elf").read_bytes()
    bench.archive.unlink()
    (bench.app / "main.c").write_text(MAIN.replace("21", "22"))
    assert "getting" not in bench.call("build", "--offline")
    assert (bench.build / "four.elf").read_bytes() != image


def test_nothing_to_do_is_seen_and_a_lost_tree_is_too(bench: Bench) -> None:
    words = ("--mirror", str(bench.mirror))
    bench.call("build", *words)
    shutil_before = {path: path.stat().st_mtime_ns for path in bench.build.iterdir()}
    assert "[" not in bench.call("build", *words)
    assert {path: path.stat().st_mtime_ns for path in bench.build.iterdir()} == shutil_before
    notes = list((bench.folder / "store/fresh").iterdir())
    assert len(notes) == 2  # of the build, and of where its image is
    assert not any("twice.c" in note.read_text() for note in notes)  # the tree is told by its marker, not file by file
    (tree,) = bench.trees()
    (tree / "src").chmod(0o755)
    (tree / "src/twice.c").unlink()
    (tree.parent / "made.json").unlink()
    bench.archive.unlink()
    assert "getting" not in bench.call("build", *words)  # made again from the archive in the store
    assert (bench.trees()[0] / "src/twice.c").exists()


def test_a_changed_patch_is_another_tree(bench: Bench) -> None:
    patch = bench.recipe.parent / "patches/1-half.patch"
    patch.parent.mkdir()
    text = "--- a/src/half.h\n+++ b/src/half.h\n@@ -1 +1 @@\n-#define HALF 1\n+#define HALF {}\n"
    patch.write_text(text.format(2))
    bench.write_recipe(patches="patches/1-half.patch")
    words = ("--mirror", str(bench.mirror))
    assert "84\n" in bench.call("run", *words)
    time.sleep(0.05)
    patch.write_text(text.format(3))
    assert "126\n" in bench.call("run", *words)
    assert len(bench.trees()) == 2


def test_headers_for_others_may_be_upstream_ones(bench: Bench) -> None:
    text = bench.recipe.read_text().replace("provides: [lib]", "provides: [lib]\npublic: [upstream/lib/include]")
    bench.recipe.write_text(text)
    bench.use_headers_of_lib("#include <lib.h>\nint user(void);\nint user(void) { return lib_twice(4); }\n")
    assert "8\n" in bench.call("run", "--mirror", str(bench.mirror))


def test_of_several_archives_the_first_that_can_be_had_is_taken(bench: Bench) -> None:
    text = bench.recipe.read_text()
    bench.recipe.write_text(text.replace("archives: [", f"archives: [{{file: other.tar.gz, sha256: {'f' * 64}}}, "))
    assert "42\n" in bench.call("run", "--mirror", str(bench.mirror))


def test_fetch_says_what_there_is_and_where_from(bench: Bench) -> None:
    size = bench.archive.stat().st_size
    told = f"lib: lib_1.orig.tar.gz, {size:,} bytes from "
    assert f"{told}{bench.archive}\n" in bench.call("fetch", "--mirror", str(bench.mirror))
    assert bench.call("fetch", "--offline", "-q") == f"{told}the store\n"
    (row,) = json.loads(bench.call("fetch", "--json", "-q"))
    assert row == {
        "source": "lib",
        "file": bench.archive.name,
        "sha256": digest.of_file(bench.archive),
        "bytes": size,
        "from": "the store",
        "folder": str(bench.trees()[0]),
    }
    assert "42\n" in bench.call("run", "--offline")


def test_a_source_may_be_given_as_a_file_or_by_the_environment(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    given = bench.archive.rename(bench.folder / "given")
    assert "42\n" in bench.call("run", "--offline", "--source", str(given))
    given.rename(bench.archive)
    other = Workshop(ROOT, bench.folder / "store-2", bench.folder / "out", {MIRROR_VARIABLE: str(bench.mirror)})
    bench.workshop = other
    assert "42\n" in bench.call("run", "--offline")


def test_a_source_that_no_recipe_of_the_image_needs_is_not_fetched(bench: Bench) -> None:
    (bench.app / "main.c").write_text("int main(void) { return 0; }\n")
    bench.call("run", "--offline")
    assert bench.trees() == []


def test_a_backtrace_and_a_debugger_know_the_files_of_the_tree(bench: Bench) -> None:
    words = ("--mirror", str(bench.mirror))
    bench.call("build", *words)
    (tree,) = bench.trees()
    script = "info source"
    said = bench.call("debug", "--batch", "--break", "lib_twice", "--gdb-command", script, *words)
    assert f"Located in {tree}/src/twice.c" in said


@pytest.fixture
def slow_server(bench: Bench) -> Iterator[str]:
    """Sends the beginning of the archive and then nothing for some time."""
    with serving({f"/{bench.archive.name}": bench.archive.read_bytes()}) as server:
        server.cut, server.stalls = 100, True
        yield server.address


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_download_leaves_only_its_beginning(
    bench: Bench, slow_server: str, number: signal.Signals
) -> None:
    words = ("fetch", "--recipes", str(bench.folder / "mine"), "--mirror", slow_server, str(bench.app))
    environment = os.environ | {"COMPOSE_STORE": str(bench.folder / "store"), "PYTHONPATH": str(ROOT)}
    partial = bench.folder / f"store/v1/partial/{digest.of_file(bench.archive)}"
    with subprocess.Popen([*COMPOSE, *words], env=environment, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 20
        while not partial.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        _, errors = process.communicate()
    if number is signal.SIGKILL:
        assert process.returncode == -number
    else:
        assert (process.returncode, errors.splitlines()[-1]) == (8, "interrupted")
        assert list((bench.folder / "store/v1/drafts").glob("*/")) == []
    assert bench.trees() == []
    assert "42\n" in bench.call("run", "--mirror", str(bench.mirror))
    assert not partial.exists()


def test_two_builds_that_fetch_one_file_meet(bench: Bench) -> None:
    with serving({f"/{bench.archive.name}": bench.archive.read_bytes()}) as server:
        words = ("fetch", "-q", "--recipes", str(bench.folder / "mine"), "--mirror", server.address, str(bench.app))
        environment = os.environ | {"COMPOSE_STORE": str(bench.folder / "store"), "PYTHONPATH": str(ROOT)}
        processes = [subprocess.Popen([*COMPOSE, *words], env=environment, stdout=subprocess.PIPE) for _ in range(4)]
        outputs = [process.communicate()[0] for process in processes]
        asked = [path for path, _ in server.asked]
    assert [process.returncode for process in processes] == [0] * 4
    assert all(output.startswith(b"lib: lib_1.orig.tar.gz") for output in outputs)
    assert asked == [f"/{bench.archive.name}"]


@pytest.mark.slow
def test_musl_comes_from_this_machines_package_archive(bench: Bench) -> None:
    """The only test that needs a network."""
    from composer.fetch.places import _apt_addresses

    if not _apt_addresses():
        pytest.skip("apt names no package archive on this machine")
    archive = (
        "{file: musl_1.2.3.orig.tar.gz, sha256: 7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4, "
        "strip: 1, debian: musl}"
    )
    recipe = RECIPE.format(sources=f"sources: [{{id: lib, archives: [{archive}]}}]")
    recipe = recipe.replace("upstream/lib/src/*.c", "upstream/lib/src/string/strlen.c").replace("lib_twice", "lib")
    bench.recipe.write_text(recipe)
    (bench.app / "main.c").write_text("int lib(void);\nint main(void) { return lib(); }\n")
    done = bench.workshop.call("fetch", "--recipes", str(bench.folder / "mine"), str(bench.app))
    if b"it cannot be reached" in done.errors:
        pytest.skip("this machine's package archive cannot be reached")
    assert done.status == 0, done.told
    assert b"getting musl_1.2.3.orig.tar.gz from http" in done.errors
    assert b"lib: musl_1.2.3.orig.tar.gz, 1,058,642 bytes from " in done.output
    (tree,) = bench.trees()
    assert (tree / "src/string/strlen.c").is_file()
