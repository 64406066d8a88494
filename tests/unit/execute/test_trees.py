"""Trees in the store: absent or whole, never written to, and damage is seen."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError, Diagnostic
from composer.execute.store import Store
from composer.execute.trees import TIME_SECONDS, files_of, find_tree, make_tree, marker_of

KEY = "ab" + "0" * 62


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def fill(folder: Path) -> None:
    (folder / "src/deep").mkdir(parents=True)
    (folder / "src/deep/a.c").write_text("int a;\n")
    (folder / "configure").write_text("#!/bin/sh\n")
    (folder / "configure").chmod(0o755)
    (folder / "link").symlink_to("src/deep/a.c")


def test_a_tree_is_found_where_it_was_made(store: Store) -> None:
    assert find_tree(store, KEY) is None
    files = make_tree(store, KEY, fill)
    assert find_tree(store, KEY) == files == files_of(store, KEY)
    assert (files / "link").read_text() == "int a;\n"


def test_nobody_can_write_to_it_and_nothing_tells_when_it_was_made(store: Store) -> None:
    files = make_tree(store, KEY, fill)
    modes = {
        path.name: stat.S_IMODE(path.lstat().st_mode) for path in (files, *files.rglob("*")) if path.name != "link"
    }
    assert modes == {"files": 0o555, "src": 0o555, "deep": 0o555, "a.c": 0o444, "configure": 0o555}
    assert {path.stat().st_mtime for path in (files / "configure", marker_of(files))} == {TIME_SECONDS}


def lose(file: Path) -> None:
    file.unlink()


def cut(file: Path) -> None:
    file.chmod(0o644)
    file.write_text("int")


def rewrite(file: Path) -> None:
    file.chmod(0o644)
    file.write_text("int b;\n")


def add(file: Path) -> None:
    file.with_name("b.c").touch()


def replace(file: Path) -> None:
    file.unlink()
    file.symlink_to("/etc/passwd")


@pytest.mark.parametrize("damage", [lose, cut, rewrite, add, replace])
def test_a_damaged_tree_is_evicted_and_made_again(store: Store, damage: Callable[[Path], None]) -> None:
    file = make_tree(store, KEY, fill) / "src/deep/a.c"
    file.parent.chmod(0o755)
    damage(file)
    file.parent.chmod(0o555)
    assert find_tree(store, KEY) is None
    assert not files_of(store, KEY).exists()
    assert (make_tree(store, KEY, fill) / "src/deep/a.c").read_text() == "int a;\n"


@pytest.mark.parametrize("text", ["", "[]", "{", "[[]]"])
def test_a_damaged_list_is_a_damaged_tree(store: Store, text: str) -> None:
    marker_of(make_tree(store, KEY, fill)).write_text(text)
    assert find_tree(store, KEY) is None


def test_nothing_is_left_of_a_tree_that_could_not_be_made(store: Store) -> None:
    def fails(folder: Path) -> None:
        fill(folder)
        raise ComposerError(Diagnostic(Code.ARCHIVE_REFUSED, "no"))

    with pytest.raises(ComposerError, match="no"):
        make_tree(store, KEY, fails)
    assert find_tree(store, KEY) is None
    assert [path.name for path in store.drafts().folder.iterdir()] == ["lock"]


def test_of_two_that_make_one_tree_the_first_wins(store: Store) -> None:
    other = Store(store.root)

    def late(folder: Path) -> None:
        fill(folder)
        make_tree(other, KEY, fill)

    assert find_tree(store, KEY) is None
    files = make_tree(store, KEY, late)
    assert find_tree(store, KEY) == files


def test_many_that_make_one_tree_agree(store: Store) -> None:
    made: list[Path] = []
    threads = [threading.Thread(target=lambda: made.append(make_tree(Store(store.root), KEY, fill))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [files_of(store, KEY)] * 8
    assert find_tree(store, KEY) is not None


DIES = """
import os, sys
from pathlib import Path
from composer.execute.store import Store
from composer.execute.trees import make_tree

def dies(folder):
    (folder / "src").mkdir()
    (folder / "src/a.c").touch()
    (folder / "src").chmod(0o555)
    print(folder, flush=True)
    os._exit(0)

make_tree(Store(Path(sys.argv[1])), "ab" + "0" * 62, dies)
"""


def test_an_unfinished_tree_of_a_killed_process_is_swept(store: Store) -> None:
    done = subprocess.run([sys.executable, "-c", DIES, str(store.root)], capture_output=True, text=True, check=True)
    left = Path(done.stdout.strip())
    assert (left / "src/a.c").exists()
    store.drafts()
    assert not left.exists()
    assert find_tree(store, KEY) is None
