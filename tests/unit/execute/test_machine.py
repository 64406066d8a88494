"""A full disk, and a store that may not be written."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from composer.errors import ComposerError
from composer.execute.materialise import materialise
from composer.model.step import Step
from tests.support.builds import Bench, compiled, shell

NOBODY = 65534
BIG = shell("big", "exec head -c 100000 /dev/zero > out/a", (), ("out/a",))
SMALL = shell("small", "echo 1 > out/b", (), ("out/b",))


def codes_in_child(act: Callable[[], object]) -> list[str]:
    """The codes of the error that `act` ends with in a process of its own, whose limits and user may differ."""
    reading, writing = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_tell, args=(act, writing))
    child.start()
    writing.close()
    try:
        return [str(code) for code in reading.recv()]
    finally:
        child.join()


def _tell(act: Callable[[], object], to: multiprocessing.connection.Connection) -> None:
    try:
        act()
        to.send([])
    except ComposerError as error:
        to.send([diagnostic.code.name for diagnostic in error.diagnostics])
    except BaseException as error:
        to.send([repr(error)])


def limited(size: int, act: Callable[[], object]) -> Callable[[], object]:
    """`act` where no file may become larger than `size` bytes."""

    def inside() -> object:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return act()

    return inside


def as_nobody(act: Callable[[], object]) -> Callable[[], object]:
    """`act` as a user whom file modes bind."""

    def inside() -> object:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return act()

    return inside


@pytest.fixture
def open_bench() -> Iterator[Bench]:
    """A bench in a place that every user may enter; pytest's own folder is closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield Bench(folder)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "step",
    [
        BIG,
        shell(
            "told by the tool",
            "cp /proc/self/exe out/a 2>&1; trap '' XFSZ; head -c 100000 /dev/zero > out/a",
            (),
            ("out/a",),
        ),
        compiled("app/large.c"),
    ],
    ids=["signal", "message", "gcc"],
)
def test_full_disk_in_a_step_is_a_clear_error_and_the_rest_is_kept(tmp_path: Path, step: Step) -> None:
    bench = Bench(tmp_path)
    bench.write({"large.c": "char large[100000] = {1};\n"})
    bench.build(SMALL)
    assert codes_in_child(limited(20_000, lambda: bench.build(SMALL, step))) == ["DISK_FULL"]
    assert bench.store.check().evicted == ()
    bench.build(SMALL, step)
    assert bench.said.cached == ["small"]


def test_full_disk_in_the_store_is_a_clear_error(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert codes_in_child(limited(100, lambda: bench.store.put_bytes(b"x" * 1000))) == ["DISK_FULL"]
    assert codes_in_child(limited(100, lambda: bench.build(SMALL))) == ["DISK_FULL"]
    assert bench.build(SMALL)["small"].outputs


def test_full_disk_at_the_output_leaves_the_old_file(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    old, new = bench.store.put_bytes(b"old"), bench.store.put_bytes(b"new" * 1000)
    target = tmp_path / "image" / "a.elf"
    materialise(bench.store, old, target)
    assert codes_in_child(limited(100, lambda: materialise(bench.store, new, target))) == ["DISK_FULL"]
    assert target.read_bytes() == b"old"
    assert [path.name for path in target.parent.iterdir()] == ["a.elf"]


def test_store_that_may_not_be_written_is_a_clear_error(open_bench: Bench) -> None:
    (open_bench.folder / "store").mkdir(mode=0o555)
    assert codes_in_child(as_nobody(lambda: open_bench.build(SMALL))) == ["STORE_UNWRITABLE"]


def test_store_that_may_not_be_written_serves_what_it_has(open_bench: Bench) -> None:
    open_bench.write({"m.c": "int m;\n"})
    step = compiled("app/m.c")
    open_bench.build(step, SMALL)
    open_bench.store.close()
    for path in (open_bench.store.root, *open_bench.store.root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert codes_in_child(as_nobody(lambda: open_bench.build(step, SMALL))) == []
    assert codes_in_child(as_nobody(lambda: open_bench.build(BIG))) == ["STORE_UNWRITABLE"]


def test_output_folder_that_may_not_be_written_is_a_clear_error(open_bench: Bench) -> None:
    name = open_bench.store.put_bytes(b"x")
    (open_bench.folder / "image").mkdir(mode=0o555)
    act = as_nobody(lambda: materialise(open_bench.store, name, open_bench.folder / "image" / "a"))
    assert codes_in_child(act) == ["OUTPUT_UNWRITABLE"]


def test_logs_that_cannot_be_written_do_not_hide_the_failure(open_bench: Bench) -> None:
    open_bench.store.put_bytes(b"")
    open_bench.logs.mkdir(mode=0o555)
    open_bench.store.close()
    for path in (open_bench.store.root, *open_bench.store.root.rglob("*")):
        path.chmod(0o777)
    assert codes_in_child(as_nobody(lambda: open_bench.build(shell("bad", "exit 1", (), ("out/a",))))) == [
        "STEP_FAILED"
    ]
