"""Blobs become files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from composer import digest
from composer.errors import Code, ComposerError
from composer.execute.materialise import materialise
from composer.execute.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_file_has_content_and_mode_and_nothing_is_left_beside_it(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "out" / "deep" / "a.elf"
    assert materialise(store, store.put_bytes(b"one"), target, 0o755)
    assert target.read_bytes() == b"one"
    assert target.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in target.parent.iterdir()] == ["a.elf"]


def test_file_that_is_right_already_is_left_alone(store: Store, tmp_path: Path) -> None:
    name = store.put_bytes(b"one")
    materialise(store, name, tmp_path / "a", 0o755)
    inode = (tmp_path / "a").stat().st_ino
    assert not materialise(store, name, tmp_path / "a", 0o755)
    assert (tmp_path / "a").stat().st_ino == inode


def test_wrong_mode_is_mended(store: Store, tmp_path: Path) -> None:
    name = store.put_bytes(b"one")
    materialise(store, name, tmp_path / "a")
    materialise(store, name, tmp_path / "a", 0o755)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("mine", [b"mine", b"one"], ids=["other", "same"])
def test_link_is_replaced_and_not_written_through(store: Store, tmp_path: Path, mine: bytes) -> None:
    (tmp_path / "mine").write_bytes(mine)
    (tmp_path / "a").symlink_to(tmp_path / "mine")
    materialise(store, store.put_bytes(b"one"), tmp_path / "a")
    assert not (tmp_path / "a").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"one"
    assert (tmp_path / "mine").read_bytes() == mine


def test_drafts_of_dead_writers_go_and_those_of_living_ones_stay(store: Store, tmp_path: Path) -> None:
    dead, living, unrelated = tmp_path / ".a.4194305", tmp_path / f".a.{os.getppid()}", tmp_path / ".a.conf"
    for path in (dead, living, unrelated):
        path.touch()
    materialise(store, store.put_bytes(b"one"), tmp_path / "a")
    assert [path.exists() for path in (dead, living, unrelated)] == [False, True, True]


@pytest.mark.parametrize("blocked", ["file/a", "folder"])
def test_place_that_cannot_be_written_is_a_clear_error(store: Store, tmp_path: Path, blocked: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ComposerError) as caught:
        materialise(store, store.put_bytes(b"one"), tmp_path / blocked)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.OUTPUT_UNWRITABLE
    assert str(tmp_path / blocked) in diagnostic.message
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_lost_blob_is_a_clear_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ComposerError) as caught:
        materialise(store, digest.of_bytes(b"never stored"), tmp_path / "a")
    assert caught.value.diagnostics[0].code is Code.STORE_CORRUPT
