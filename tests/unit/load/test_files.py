"""The tree of `files`: what is taken of it, in which order, and what is refused."""

from __future__ import annotations

import os
import random
import socket
from pathlib import Path

import pytest

from composer.errors import Code, Diagnostic, Location
from composer.load.files import MOST_MISTAKES, read_files
from composer.model.files import FileEntry, FileTree

AT = Location("unikernel.yaml", 4, 8)
MEMORY = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app/tree").mkdir(parents=True)
    return tmp_path / "app"


def read(folder: Path, name: str = "tree", memory: int = MEMORY) -> tuple[FileTree | None, list[Diagnostic]]:
    found: list[Diagnostic] = []
    return read_files(folder, name, memory, AT, found), found


def refused(folder: Path, name: str = "tree") -> list[tuple[Code, str]]:
    tree, found = read(folder, name)
    assert tree is None
    return [(diagnostic.code, Path(diagnostic.at.file).name if diagnostic.at else "") for diagnostic in found]


def test_a_folder_is_followed_by_what_is_in_it(folder: Path) -> None:
    tree = folder / "tree"
    for name in ("b", "a/z/deep", "a/b", "a-file", "a.file", "B"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(name)
    found, mistakes = read(folder)
    assert found is not None
    assert not mistakes
    assert [entry.path for entry in found.entries] == ["B", "a", "a/b", "a/z", "a/z/deep", "a-file", "a.file", "b"]
    assert found.folder == str(tree)


def test_of_permissions_only_the_owners_right_to_execute_is_kept(folder: Path) -> None:
    for name, mode in ("plain", 0o664), ("run", 0o744), ("group", 0o610):
        (folder / "tree" / name).write_text("12345")
        (folder / "tree" / name).chmod(mode)
    found, _ = read(folder)
    assert found is not None
    assert found.entries == tuple(FileEntry(name, "file", 5, name == "run") for name in ("group", "plain", "run"))


def test_the_order_of_making_does_not_matter(folder: Path, tmp_path: Path) -> None:
    names = [f"{number % 7}/{number}" for number in range(50)]
    seen = []
    for seed in range(3):
        random.Random(seed).shuffle(names)
        other = tmp_path / f"other{seed}"
        for name in names:
            (other / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            (other / "tree" / name).touch()
        found, _ = read(other)
        assert found is not None
        seen.append(found.entries)
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) == 57


@pytest.mark.parametrize("target", ["file", "./x/../file", "../tree2", "/etc/passwd", "/../x", "missing", "a/../.."])
def test_links_stay_inside_or_are_refused(folder: Path, target: str) -> None:
    (folder / "tree/link").symlink_to(target)
    if target in ("../tree2", "a/../.."):
        assert refused(folder) == [(Code.FILES_REFUSED, "link")]
    else:  # in the guest the tree is the root
        found, _ = read(folder)
        assert found is not None
        assert found.entries == (FileEntry("link", "link", target=target),)


def test_a_link_with_the_tree_s_place_on_this_machine_is_refused(folder: Path) -> None:
    (folder / "tree/link").symlink_to(folder / "tree/file")
    assert refused(folder) == [(Code.FILES_REFUSED, "link")]


def test_links_are_not_followed(folder: Path) -> None:
    (folder / "tree/loop").symlink_to(".")
    found, _ = read(folder)
    assert found is not None
    assert len(found.entries) == 1


def test_pipes_and_sockets_are_refused(folder: Path) -> None:
    os.mkfifo(folder / "tree/pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(folder / "tree/socket"))
    assert refused(folder) == [(Code.FILES_REFUSED, "pipe"), (Code.FILES_REFUSED, "socket")]


def test_devices_are_refused(folder: Path) -> None:
    try:
        os.mknod(folder / "tree/null", 0o20666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only the superuser makes devices")
    tree, found = read(folder)
    assert tree is None
    assert "a device" in found[0].message


@pytest.mark.parametrize("name", [b"two\nlines", b"bell\x07", b"latin\xe9", b"delete\x7f"])
def test_names_that_are_not_plain_text_are_refused(folder: Path, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(folder / "tree") + b"/" + name)).touch()
    tree, found = read(folder)
    assert tree is None
    assert [diagnostic.code for diagnostic in found] == [Code.FILES_REFUSED]
    str(found[0]).encode()  # it can be printed


def test_signs_of_other_languages_are_plain_text(folder: Path) -> None:
    (folder / 'tree/größe "a\\b" 寸').touch()
    found, _ = read(folder)
    assert found is not None
    assert len(found.entries) == 1


def test_files_must_be_fewer_bytes_than_memory(folder: Path) -> None:
    (folder / "tree/large").write_bytes(bytes(MEMORY))
    assert refused(folder) == [(Code.FILES_TOO_LARGE, "unikernel.yaml")]
    found, _ = read(folder, memory=MEMORY + 1)
    assert found is not None


def test_not_all_of_a_thousand_mistakes_are_told(folder: Path) -> None:
    for number in range(1000):
        (folder / f"tree/{number}").symlink_to("..")
    assert len(refused(folder)) == MOST_MISTAKES


@pytest.mark.parametrize("name", [".", "..", "../app", "tree/.."])
def test_a_folder_around_the_manifest_is_refused(folder: Path, name: str) -> None:
    assert refused(folder, name) == [(Code.FILES_REFUSED, "unikernel.yaml")]


def test_a_folder_beside_the_manifest_s_is_taken(folder: Path) -> None:
    (folder.parent / "shared").mkdir()
    found, _ = read(folder, "../shared")
    assert found == FileTree(str(folder.parent / "shared"), ())
