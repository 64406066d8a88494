"""Which remembered digests are believed."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from composer import digest
from composer.execute import stamps
from composer.execute.stamps import SETTLED_NS, Stamps


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that was last changed long before the clock's time."""
    path = tmp_path / "file"
    path.write_bytes(b"one")
    later = time.time_ns() + 10 * SETTLED_NS
    monkeypatch.setattr(time, "time_ns", lambda: later)
    return path


def remembered(path: Path) -> Any:
    first = Stamps(None)
    first.digest(str(path))
    return json.loads(json.dumps(first.changes()))


def lie(value: Any) -> Any:
    """The same memory with a wrong digest, to tell whether it is believed."""
    for entry in value["files"].values():
        entry[-1] = "lie"
    return value


def test_settled_file_is_not_hashed_twice(old: Path) -> None:
    assert Stamps(lie(remembered(old))).digest(str(old)) == "lie"


def test_young_file_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert remembered(path) is None


def test_file_of_the_future_is_not_remembered(old: Path) -> None:
    ahead = (time.time_ns() + SETTLED_NS) / 1e9
    os.utime(old, (ahead, ahead))
    assert remembered(old) is None


def test_digests_of_another_start_of_the_machine_are_not_believed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = lie(remembered(old))
    monkeypatch.setattr(stamps, "boot_id", lambda: "another")
    assert Stamps(memory).digest(str(old)) == digest.of_bytes(b"one")


@pytest.mark.parametrize("position", range(5))
def test_any_difference_in_the_stamp_hashes_anew(old: Path, position: int) -> None:
    memory = lie(remembered(old))
    memory["files"][str(old)][position] += 1
    assert Stamps(memory).digest(str(old)) == digest.of_bytes(b"one")


def test_nothing_new_is_not_written_again(old: Path) -> None:
    again = Stamps(remembered(old))
    again.digest(str(old))
    assert again.changes() is None


@pytest.mark.parametrize("garbage", [None, 7, [], {"boot": "x"}, {"boot": stamps.boot_id(), "files": {"a": [1, 2]}}])
def test_damaged_memory_is_no_memory(old: Path, garbage: object) -> None:
    assert Stamps(garbage).digest(str(old)) == digest.of_bytes(b"one")


def test_edit_is_noticed_also_within_one_tick_of_the_clock(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    view = Stamps(None)
    view.digest(str(path))
    before = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not view.unchanged(str(path))


def test_touched_file_with_the_same_content_is_unchanged(old: Path) -> None:
    view = Stamps(None)
    view.digest(str(old))
    os.utime(old, (1, 1))
    assert view.unchanged(str(old))


def test_vanished_file_is_changed(old: Path) -> None:
    view = Stamps(None)
    view.digest(str(old))
    old.unlink()
    assert not view.unchanged(str(old))


def test_file_that_changes_while_it_is_hashed_is_not_remembered(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = digest.of_file

    def hash_and_edit(path: Path) -> str:
        found = hashed(path)
        path.write_bytes(b"two")
        return found

    monkeypatch.setattr(digest, "of_file", hash_and_edit)
    assert remembered(old) is None
