"""Descriptors, pipes, paths and files in memory, compiled as in an image, beside those of the host's kernel."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from composer.layout.files import files_source
from tests.support import file_calls
from tests.support.file_trees import make_tree, on_disk, tree_of
from tests.support.recipe_objects import (
    BUILDS,
    CELLS,
    DESCRIPTORS,
    DEVICES,
    IMAGE_TREE,
    NATIVE,
    PATHS,
    PIPES,
    POLLING,
    SANITIZED,
    TMPFS,
    Build,
    build_host_program,
    verdict,
)

HOST = Path(__file__).parent / "host"
FILES = [DESCRIPTORS, CELLS, PATHS, TMPFS]
CANNOT = 77  # exit status of the test program: it may not change its root


class Rolled:
    """A random generator decides, which may be one of hypothesis."""

    def __init__(self, generator: random.Random) -> None:
        self._random = generator

    def choice(self, options: tuple[file_calls.Item, ...]) -> file_calls.Item:
        return options[self.below(len(options))]

    def below(self, end: int) -> int:
        return self._random.randrange(end)


def script(generator: random.Random, length: int) -> list[str]:
    """So many random calls."""
    choose = Rolled(generator)
    return [file_calls.call(choose) for _ in range(length)]


def complaint(program: Sequence[str], calls: Sequence[str]) -> str:
    """Where the calls differ from the host's; empty if nowhere."""
    shared = Path("/dev/shm")  # a file system in memory, like ours
    folder = tempfile.mkdtemp(dir=shared if shared.is_dir() else None)
    Path(folder).chmod(0o755)
    try:
        lines = "\n".join(calls) + "\n"
        done = subprocess.run(
            [*program, folder],
            input=lines,
            capture_output=True,
            text=True,
            timeout=120,
            env={"ASAN_OPTIONS": "detect_leaks=0"},  # it would need /proc, which is outside the root
        )
    finally:
        shutil.rmtree(folder)
    if done.returncode == CANNOT:
        pytest.skip("this process may not change its root")
    assert done.returncode in (0, 1), done.stderr
    return done.stderr if done.returncode else ""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    return build_host_program(HOST / "files_test.c", FILES, tmp_path_factory.mktemp("files"), SANITIZED, renamed=False)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(generator=st.randoms(use_true_random=False), length=st.integers(1, 25))
def test_few_calls_give_what_the_hosts_kernel_gives(
    program: tuple[str, ...], generator: random.Random, length: int
) -> None:
    calls = script(generator, length)
    note("\n".join(calls))
    assert complaint(program, calls) == ""


@pytest.mark.parametrize("seed", range(8))
def test_many_calls_give_what_the_hosts_kernel_gives(program: tuple[str, ...], seed: int) -> None:
    assert complaint(program, script(random.Random(seed), 4000)) == ""


@pytest.mark.slow
def test_very_many_calls_give_what_the_hosts_kernel_gives(tmp_path: Path) -> None:
    program = build_host_program(HOST / "files_test.c", FILES, tmp_path, NATIVE, renamed=False)
    for seed in range(1000, 1100):
        assert complaint(program, script(random.Random(seed), 10000)) == ""


@pytest.mark.parametrize(
    ("source", "line", "wrong"),
    [
        (PATHS / "src/walk.c", "if (++state->links > MOST_LINKS)", "if (++state->links > 1)"),
        (PATHS / "src/names.c", "return node_is_folder(to) ? -SYS_EISDIR : 0;", "return 0;"),
        (TMPFS / "src/file.c", "__builtin_memset((char *)*place + rest, 0, PAGE_BYTES - rest);", "(void)rest;"),
        (DESCRIPTORS / "src/object.c", "base = object->position;", "base = 0;"),
    ],
    ids=["links", "rename", "shorten", "seek"],
)
def test_a_mistake_in_a_recipe_is_seen(tmp_path: Path, source: Path, line: str, wrong: str) -> None:
    folders = [Path(shutil.copytree(folder, tmp_path / folder.name)) for folder in FILES]
    changed = tmp_path / source.parent.parent.name / "src" / source.name
    text = changed.read_text()
    assert text.count(line) == 1
    changed.write_text(text.replace(line, wrong))
    program = build_host_program(HOST / "files_test.c", folders, tmp_path / "out", NATIVE, renamed=False)
    assert any(complaint(program, script(random.Random(seed), 4000)) for seed in range(20))


@BUILDS
def test_console_devices_pipes_and_the_ends_of_memory_do_what_they_should(tmp_path: Path, build: Build) -> None:
    folders = [*FILES, DEVICES, PIPES, POLLING]
    command = build_host_program(HOST / "files_cases_test.c", folders, tmp_path, build, renamed=False)
    assert verdict(command) == "right"


def shown(line: str) -> tuple[str, tuple[int, bytes]]:
    """A name as the test program prints it."""
    mode, content, path = line.split(" ", 2)
    return path, (int(mode, 8), bytes.fromhex(content))


def tree_program(tree: Path, into: Path, build: Build) -> tuple[str, ...]:
    """The test program with a packed tree in it."""
    into.mkdir()
    packed, program = into / "files.S", into / "image_tree.c"
    packed.write_bytes(files_source(tree_of(tree), str(tree)))
    program.write_text(f'#include "{HOST}/image_tree_test.c"\n__asm__(".include \\"{packed}\\"\\n.text");\n')
    return build_host_program(program, [*FILES, IMAGE_TREE], into, build, renamed=False)


@BUILDS
def test_the_image_s_tree_is_what_was_on_disk_and_cannot_be_changed(tmp_path: Path, build: Build) -> None:
    tree = make_tree(tmp_path / "tree")
    command = tree_program(tree, tmp_path / "out", build)
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert dict(map(shown, done.stdout.splitlines())) == on_disk(tree)


def test_a_tree_with_more_names_than_memory_says_so(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"tree/{number % 20}").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"tree/{number % 20}/{number}").touch()
    command = tree_program(tmp_path / "tree", tmp_path / "out", SANITIZED)
    done = subprocess.run([*command, "50"], capture_output=True, text=True, timeout=120)
    lines = done.stdout.splitlines()
    assert lines[-1] == "files: no memory for all of their names"
    assert 500 < len(lines) < 2000
